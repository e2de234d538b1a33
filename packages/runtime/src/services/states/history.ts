import type { HistoryEvent as SdkHistoryEvent, SFN } from '@aws-sdk/client-sfn';
import type { HistoryEvent } from '@slipway/states';
import type { Operations } from '../../dispatch/service.ts';
import { pageToken } from '../../store/page-token.ts';
import { checkExecutionArn } from './arns.ts';
import { executionDoesNotExist } from './errors.ts';
import { pageSize, positionOf } from './paging.ts';
import type { StatesParts } from './parts.ts';

const DATA_MEMBERS = ['input', 'output', 'parameters', 'assignedVariables', 'error', 'cause'];

/** The history is the engine's journal: a page of it is a SELECT. */
export function historyOperations({ engine, store }: StatesParts) {
  return {
    GetExecutionHistory(input) {
      const { executionArn, reverseOrder: reverse = false, includeExecutionData = true } = input;
      const { express } = checkExecutionArn(executionArn);
      if (express || !store.execution(executionArn)) throw executionDoesNotExist(executionArn);
      const question = { executionArn, reverse };
      const position = positionOf(input, question);
      const size = pageSize(input);
      const found = engine.history(executionArn, {
        limit: size + 1,
        reverse,
        ...(position !== undefined && { after: Number(position) }),
      });
      const shown = found.slice(0, size);
      return {
        events: shown.map((event) => toSdkEvent(event, includeExecutionData)),
        nextToken: found.length > size ? pageToken(String(shown.at(-1)!.id), question) : undefined,
      };
    },
  } satisfies Operations<SFN>;
}

function toSdkEvent(
  { id, previousEventId, timestamp, type, ...details }: HistoryEvent,
  withData: boolean,
): SdkHistoryEvent {
  const entries = Object.entries(details).map(([member, value]) => [
    member,
    withData ? value : withoutData(value),
  ]);
  return {
    id,
    previousEventId,
    timestamp: new Date(timestamp),
    type,
    ...Object.fromEntries(entries),
  } as SdkHistoryEvent;
}

function withoutData(details: unknown): unknown {
  const entries = Object.entries(details as Record<string, unknown>);
  return Object.fromEntries(entries.filter(([member]) => !DATA_MEMBERS.includes(member)));
}
