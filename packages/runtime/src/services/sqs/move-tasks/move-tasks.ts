import type { ListMessageMoveTasksResultEntry, SQS } from '@aws-sdk/client-sqs';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { invalidParameter, invalidValue } from '../errors.ts';
import type { SqsParts } from '../parts.ts';
import type { Queue } from '../queues/queues-table.ts';
import type { MoveTask } from './move-tasks-table.ts';
import { MOVE_ORDER, type MoveOrder } from './mover.ts';

const MOST_PER_SECOND = 500;
const MOST_LISTED = 10;
const ACTIVE = new Set(['RUNNING', 'CANCELLING']);

/** Moving dead letters back. */
export function moveTaskOperations(parts: SqsParts) {
  const { host, queues, messages, moveTasks } = parts;

  const queueOf = (arn: string): Queue => {
    const queue = queues.findByArn(arn);
    if (queue) return queue;
    throw new ServiceError(
      'ResourceNotFoundException',
      "The resource that you specified for the SourceArn parameter doesn't exist.",
    );
  };

  return {
    StartMessageMoveTask(input, context) {
      const { SourceArn, DestinationArn, MaxNumberOfMessagesPerSecond: perSecond } = input;
      const source = queueOf(SourceArn);
      if (perSecond !== undefined && (perSecond < 1 || perSecond > MOST_PER_SECOND)) {
        const reason = `The value must be between 1 and ${MOST_PER_SECOND}.`;
        throw invalidValue('MaxNumberOfMessagesPerSecond', perSecond, reason);
      }
      if (DestinationArn === SourceArn) {
        throw invalidParameter('Source queue arn and destination queue arn are the same.');
      }
      if (DestinationArn !== undefined && !queues.findByArn(DestinationArn)) {
        throw new ServiceError(
          'ResourceNotFoundException',
          "The resource that you specified for the DestinationArn parameter doesn't exist.",
        );
      }
      return context.transaction(() => {
        if (queues.sourcesOf(source).length === 0) {
          throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
        }
        if (moveTasks.of(SourceArn, MOST_LISTED).some(({ status }) => ACTIVE.has(status))) {
          throw new ServiceError(
            'UnsupportedOperation',
            'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
          );
        }
        const id = host.ids.uuid();
        const now = context.now.getTime();
        moveTasks.put({
          id,
          source: SourceArn,
          destination: DestinationArn,
          perSecond,
          status: 'RUNNING',
          moved: 0,
          toMove: messages.count(source.id, now, 0).visible,
          failure: undefined,
          started: now,
        });
        host.orders.place<MoveOrder>(MOVE_ORDER, { task: id });
        return { TaskHandle: handleOf(id, SourceArn) };
      });
    },

    CancelMessageMoveTask: ({ TaskHandle }, context) =>
      context.transaction(() => {
        const task = moveTasks.get(idIn(TaskHandle));
        if (task?.status !== 'RUNNING') {
          throw new ServiceError('ResourceNotFoundException', 'Task does not exist.');
        }
        moveTasks.put({ ...task, status: 'CANCELLING' });
        return { ApproximateNumberOfMessagesMoved: task.moved };
      }),

    ListMessageMoveTasks({ SourceArn, MaxResults = 1 }) {
      queueOf(SourceArn);
      if (MaxResults < 1 || MaxResults > MOST_LISTED) {
        throw invalidValue('MaxResults', MaxResults, `The value must be between 1 and ${MOST_LISTED}.`);
      }
      return { Results: moveTasks.of(SourceArn, MaxResults).map(shown) };
    },
  } satisfies Operations<SQS>;
}

/** Only a running task can be cancelled, so only it has a handle. */
function shown(task: MoveTask): ListMessageMoveTasksResultEntry {
  return {
    TaskHandle: task.status === 'RUNNING' ? handleOf(task.id, task.source) : undefined,
    Status: task.status,
    SourceArn: task.source,
    DestinationArn: task.destination,
    MaxNumberOfMessagesPerSecond: task.perSecond,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
    FailureReason: task.failure,
    StartedTimestamp: task.started,
  };
}

function handleOf(taskId: string, sourceArn: string): string {
  return Buffer.from(JSON.stringify({ taskId, sourceArn })).toString('base64');
}

/** @throws InvalidParameterValue */
function idIn(handle: string): string {
  try {
    const { taskId } = JSON.parse(Buffer.from(handle, 'base64').toString('utf8')) as { taskId?: unknown };
    if (typeof taskId === 'string') return taskId;
  } catch {
    // Said below.
  }
  throw invalidValue('TaskHandle', handle, 'Task handle is not valid.');
}
