import type { SFN } from '@aws-sdk/client-sfn';
import { InvalidTokenError, type Json, TaskTimedOutError } from '@slipway/states';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { StatesParts } from './parts.ts';

/** Workers' answers for tasks that wait for them. */
export function taskTokenOperations({ engine }: StatesParts) {
  return {
    async SendTaskSuccess(input) {
      await answer(engine.succeedTask(input.taskToken, readOutput(input.output)));
      return {};
    },

    async SendTaskFailure(input) {
      await answer(
        engine.failTask(input.taskToken, {
          ...(input.error !== undefined && { error: input.error }),
          ...(input.cause !== undefined && { cause: input.cause }),
        }),
      );
      return {};
    },

    async SendTaskHeartbeat(input) {
      await answer(engine.heartbeatTask(input.taskToken));
      return {};
    },
  } satisfies Operations<SFN>;
}

async function answer(done: Promise<void>): Promise<void> {
  try {
    await done;
  } catch (error) {
    if (error instanceof InvalidTokenError || error instanceof TaskTimedOutError) {
      throw new ServiceError(error.name, error.message);
    }
    throw error;
  }
}

function readOutput(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new ServiceError('InvalidOutput', `Invalid Output: '${(error as Error).message}'`);
  }
}
