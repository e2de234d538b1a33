import type { EventBridge, PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { type Json, TaskError, type TaskHandler } from '@slipway/states';
import { loadModel } from '../../../model/load.ts';
import type { RoleClients } from './role-clients.ts';
import { sdkMetadata } from './sdk-metadata.ts';
import { toTaskError } from './task-errors.ts';

/** `events:putEvents` and `.waitForTaskToken`: an entry's Detail may be an object, and a refused entry fails the task. */
export function putEventsHandler(clients: RoleClients, now: () => number): TaskHandler {
  return {
    async run(task) {
      const { Entries = [] } = task.parameters as { Entries?: Record<string, Json>[] };
      const events = await clients.client<EventBridge>('events', task, task);
      try {
        const output = await events.putEvents({ Entries: Entries.map(toEntry) });
        const result = {
          Entries: (output.Entries ?? []).map((entry) => ({ ...entry })),
          FailedEntryCount: output.FailedEntryCount ?? 0,
          ...sdkMetadata(output, task.token.slice(0, 36), now()),
        } as Json;
        if (output.FailedEntryCount) throw new TaskError('EventBridge.FailedEntry', JSON.stringify(result));
        if (task.resource.kind === 'service' && task.resource.pattern === 'wait-for-task-token') {
          await task.submitted(result);
          return 'pending';
        }
        return { output: result };
      } catch (error) {
        throw toTaskError(error, {
          model: loadModel('events'),
          prefix: 'EventBridge',
          unmodelled: 'AmazonEventBridge',
          serviceName: 'AmazonEventBridge',
          sdkVersion: 1,
        });
      }
    },
  };
}

function toEntry({ Detail, Time, ...entry }: Record<string, Json>): PutEventsRequestEntry {
  return {
    ...(entry as PutEventsRequestEntry),
    ...(Detail !== undefined && { Detail: typeof Detail === 'string' ? Detail : JSON.stringify(Detail) }),
    ...(Time !== undefined && { Time: new Date(String(Time)) }),
  };
}
