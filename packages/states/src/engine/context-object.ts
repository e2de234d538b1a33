import type { MapState } from '../definition/model.ts';
import type { Json, JsonObject } from '../json.ts';
import { currentState, type Flow } from './flow.ts';
import type { Run } from './run.ts';
import { taskToken } from './token.ts';

/** The item that a Map evaluates its ItemSelector for, before the iteration exists. */
export interface SelectedItem {
  readonly index: number;
  readonly value: Json;
  readonly key?: string;
  readonly source?: string;
}

/**
 * The context object of the state at which a flow stands; "Accessing execution data from the Context
 * object" in the developer guide. A recorded Pass state has no RetryCount, tasks do.
 */
export function contextObject(run: Run, flow: Flow, item: SelectedItem | undefined): JsonObject {
  const { record } = run;
  const state = currentState(flow);
  const { visit, progress } = flow;
  const canRetry = 'retry' in state;
  const context: JsonObject = {
    Execution: {
      Id: record.arn,
      Input: run.input,
      StartTime: isoTime(record.startDate),
      Name: record.name,
      RoleArn: record.roleArn,
      RedriveCount: record.redriveCount,
      ...(record.redriveDate === undefined ? {} : { RedriveTime: isoTime(record.redriveDate) }),
    },
    StateMachine: { Id: record.stateMachineArn, Name: record.stateMachineName },
    State: {
      Name: visit.state,
      EnteredTime: isoTime(visit.enteredAt),
      ...(canRetry ? { RetryCount: progress.retryCount } : {}),
    },
  };
  if (
    state.type === 'Task' &&
    state.resource.kind === 'service' &&
    state.resource.pattern !== 'request-response'
  ) {
    context['Task'] = { Token: taskToken(run.record, flow) };
  }
  const selected = item ?? enclosingItem(flow);
  if (selected !== undefined) context['Map'] = { Item: toItem(selected) };
  return context;
}

/** The item of the innermost Map iteration around a flow. */
function enclosingItem(flow: Flow): SelectedItem | undefined {
  for (let inner = flow; inner.parent !== undefined; inner = inner.parent) {
    const outer = inner.parent;
    if (currentState(outer).type !== ('Map' satisfies MapState['type'])) continue;
    const item = outer.visit.items?.[inner.position];
    if (item !== undefined) return { index: inner.position, ...item };
  }
  return undefined;
}

function toItem({ index, value, key, source }: SelectedItem): JsonObject {
  return {
    Index: index,
    Value: value,
    ...(key === undefined ? {} : { Key: key }),
    ...(source === undefined ? {} : { Source: source }),
  };
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
