import { createHash } from 'node:crypto';
import type { ExecutionRecord } from '../store/store.ts';
import { type Flow, visitPath } from './flow.ts';

/**
 * The token of the current attempt of a flow's task. It depends on nothing but the execution and the
 * place and number of the attempt, so a request that is repeated after a crash carries the same one.
 */
export function taskToken(execution: ExecutionRecord, flow: Flow): string {
  const identity = [execution.arn, execution.startDate, visitPath(flow), flow.progress.attempt];
  return createHash('sha256').update(JSON.stringify(identity)).digest('base64url');
}
