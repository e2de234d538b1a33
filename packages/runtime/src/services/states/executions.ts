import type { SFN } from '@aws-sdk/client-sfn';
import {
  DefinitionError,
  ExecutionAlreadyExistsError,
  ExecutionDoesNotExistError,
  ExecutionNotRedrivableError,
  type ExecutionRecord,
  type Json,
} from '@slipway/states';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Operations } from '../../dispatch/service.ts';
import { checkExecutionArn, checkName, readMachineArn } from './arns.ts';
import { executionDoesNotExist, validation } from './errors.ts';
import { listExecutions } from './execution-list.ts';
import { describeExecution } from './execution-view.ts';
import type { ChosenMachine } from './machine-store.ts';
import { originsOf } from './origins.ts';
import type { StatesParts } from './parts.ts';

const LONGEST_INPUT = 262_144;

/** Executions of state machines, from start to redrive. */
export function executionOperations(parts: StatesParts) {
  const { host, engine, store, machines } = parts;
  const origins = originsOf(host.database);

  /** @throws ExecutionDoesNotExist */
  function find(arn: string): ExecutionRecord {
    const { express } = checkExecutionArn(arn);
    const record = express ? undefined : store.execution(arn);
    if (!record || record.status === 'PENDING') throw executionDoesNotExist(arn);
    return record;
  }

  return {
    async StartExecution(input, context) {
      const chosen = machines.choose(context, readMachineArn(input.stateMachineArn));
      const express = chosen.machine.type === 'EXPRESS';
      // Without a name the service invents one; a repeated call with the same token gets the same.
      const name = input.name ?? context.token ?? host.ids.uuid();
      checkName(name);
      const executionArn = express
        ? context.arn('states', `express:${chosen.machine.name}:${name}:${host.ids.uuid()}`)
        : context.arn('states', `execution:${chosen.machine.name}:${name}`);
      const record = await start(parts, { chosen, name, executionArn, input: input.input }, () => {
        origins.put(context, executionArn, chosen, input.traceHeader);
        const { startDate } = store.execution(executionArn)!;
        context.keep({ executionArn, startDate: new Date(startDate) });
      });
      return { executionArn, startDate: new Date(record.startDate) };
    },

    async StartSyncExecution(input, context) {
      const chosen = machines.choose(context, readMachineArn(input.stateMachineArn));
      if (chosen.machine.type !== 'EXPRESS') {
        throw new ServiceError(
          'StateMachineTypeNotSupported',
          'This operation is not supported by this type of state machine',
        );
      }
      const name = input.name ?? host.ids.uuid();
      checkName(name);
      const executionArn = context.arn('states', `express:${chosen.machine.name}:${name}:${host.ids.uuid()}`);
      await start(parts, { chosen, name, executionArn, input: input.input }, () => {});
      const ended = await engine.ended(executionArn);
      const duration = Math.max((ended.stopDate ?? ended.startDate) - ended.startDate, 1);
      return {
        ...describeExecution(ended, true),
        status: ended.status as 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT',
        startDate: new Date(ended.startDate),
        stopDate: new Date(ended.stopDate ?? ended.startDate),
        // Express runs are billed by 100 ms and 64 MB.
        billingDetails: {
          billedMemoryUsedInMB: 64,
          billedDurationInMilliseconds: Math.ceil(duration / 100) * 100,
        },
      };
    },

    DescribeExecution(input, context) {
      const record = find(input.executionArn);
      return {
        ...describeExecution(record, input.includedData !== 'METADATA_ONLY'),
        ...origins.get(context, record.arn),
      };
    },

    ListExecutions(input, context) {
      if ((input.stateMachineArn === undefined) === (input.mapRunArn === undefined)) {
        throw validation('Must provide a value for exactly one of stateMachineArn or mapRunArn');
      }
      if (input.stateMachineArn !== undefined) {
        const { machine } = machines.choose(context, readMachineArn(input.stateMachineArn));
        if (machine.type === 'EXPRESS') {
          throw new ServiceError(
            'StateMachineTypeNotSupported',
            'This operation is not supported by this type of state machine',
          );
        }
      }
      return listExecutions(host.database, input);
    },

    async StopExecution(input) {
      const record = find(input.executionArn);
      if (record.status !== 'RUNNING') return { stopDate: new Date(record.stopDate ?? record.startDate) };
      const stopped = await engine.stop(input.executionArn, {
        ...(input.error !== undefined && { error: input.error }),
        ...(input.cause !== undefined && { cause: input.cause }),
      });
      return { stopDate: new Date(stopped.stopDate ?? host.clock.now()) };
    },

    async RedriveExecution(input, context) {
      find(input.executionArn);
      try {
        const record = await engine.redrive(input.executionArn);
        return { redriveDate: new Date(record.redriveDate ?? context.now) };
      } catch (error) {
        throw asServiceError(error);
      }
    },
  } satisfies Operations<SFN>;
}

interface StartOrder {
  readonly chosen: ChosenMachine;
  readonly name: string;
  readonly executionArn: string;
  readonly input: string | undefined;
}

async function start(
  { engine }: StatesParts,
  { chosen, name, executionArn, input }: StartOrder,
  also: () => void,
): Promise<ExecutionRecord> {
  const { machine, revision } = chosen;
  if (machine.status === 'DELETING') {
    throw new ServiceError('StateMachineDeleting', `State Machine is deleting: '${machine.arn}'`);
  }
  try {
    return await engine.start(
      {
        executionArn,
        name,
        stateMachine: {
          arn: machine.arn,
          name: machine.name,
          roleArn: revision.roleArn,
          definition: revision.definition,
          type: machine.type,
        },
        input: readInput(input),
      },
      also,
    );
  } catch (error) {
    throw asServiceError(error);
  }
}

/** @throws InvalidExecutionInput */
function readInput(text: string | undefined): Json {
  if (text === undefined) return {};
  if (Buffer.byteLength(text) > LONGEST_INPUT) {
    throw new ServiceError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: 'The input exceeds the maximum number of bytes allowed (${LONGEST_INPUT})'`,
    );
  }
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new ServiceError(
      'InvalidExecutionInput',
      `Invalid State Machine Execution Input: '${(error as Error).message}'`,
    );
  }
}

function asServiceError(error: unknown): unknown {
  if (
    error instanceof ExecutionAlreadyExistsError ||
    error instanceof ExecutionDoesNotExistError ||
    error instanceof ExecutionNotRedrivableError
  ) {
    return new ServiceError(error.name, error.message);
  }
  if (error instanceof DefinitionError) return new ServiceError('InvalidDefinition', error.message);
  return error;
}
