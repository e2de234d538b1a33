import type { TaskState } from '../definition/model.ts';
import { type ScheduledTask, scheduledEvent } from '../history/task-events.ts';
import { findHandler } from './find-handler.ts';
import { LiveTask } from './live-task.ts';
import type { TaskRequest } from './task-handler.ts';
import { launchTask } from './task-launch.ts';
import { taskToken } from './token.ts';
import type { Turn } from './turn.ts';

type TaskCall = Pick<
  ScheduledTask,
  'parameters' | 'timeoutSeconds' | 'heartbeatSeconds' | 'credentialsRoleArn'
>;

/**
 * Opens the task of the current attempt. The row that orders the call and the Scheduled event are
 * committed first; the call itself is an effect of that commit.
 */
export function scheduleTask(turn: Turn, state: TaskState, call: TaskCall): void {
  const { run, flow } = turn;
  const { resource } = state;
  const handler = findHandler(run.host, resource);
  turn.withinLimit(call.parameters, resource.arn);
  const request: TaskRequest = {
    resource,
    parameters: call.parameters,
    stateName: state.name,
    executionArn: run.record.arn,
    stateMachineArn: run.record.stateMachineArn,
    roleArn: run.record.roleArn,
    credentialsRoleArn: call.credentialsRoleArn,
    timeoutSeconds: call.timeoutSeconds,
    heartbeatSeconds: call.heartbeatSeconds,
  };
  const now = run.host.now();
  const task = new LiveTask(
    flow,
    {
      token: taskToken(run.record, flow),
      executionArn: run.record.arn,
      flowPath: flow.path,
      attempt: flow.progress.attempt,
      status: 'OPEN',
      request: JSON.stringify(request),
      submitted: undefined,
      started: false,
      due: dueIn(now, call.timeoutSeconds),
      heartbeatDue: dueIn(now, call.heartbeatSeconds),
    },
    request,
    handler,
  );
  const region = run.record.stateMachineArn.split(':')[3] ?? '';
  const { type, details } = scheduledEvent({ ...call, resource, region });
  turn.emit(type, details);
  run.tasks.set(task.record.token, task);
  run.journal.saveTask(task.record);
  turn.pause({ kind: 'task', token: task.record.token });
  run.journal.afterCommit(() => launchTask(run, task));
}

function dueIn(now: number, seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : now + seconds * 1000;
}
