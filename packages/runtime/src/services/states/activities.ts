import type { SFN } from '@aws-sdk/client-sfn';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { Collection, type Scope } from '../../store/collection.ts';
import { activityArn, checkName } from './arns.ts';
import { activityDoesNotExist, invalidArn } from './errors.ts';
import { page } from './paging.ts';
import type { StatesParts } from './parts.ts';
import { putTags } from './tags.ts';

interface Activity {
  readonly name: string;
  readonly arn: string;
  readonly creationDate: Date;
}

export const activitySchema = Collection.schema('states_activity');

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_GetActivityTask.html
const LONG_POLL_MS = 60_000;

const ARN = /^arn:aws[a-z-]*:states:[a-z0-9-]+:\d{12}:activity:(.+)$/;

export function activityExists({ database }: Host): (scope: Scope, arn: string) => boolean {
  const activities = new Collection<Activity>(database, 'states_activity');
  return (scope, arn) => activities.get(scope, ARN.exec(arn)?.[1] ?? '') !== undefined;
}

/** Activities: tasks that workers outside fetch by polling. */
export function activityOperations({ host, activities: queue }: StatesParts) {
  const activities = new Collection<Activity>(host.database, 'states_activity');

  function nameOf(arn: string): string {
    const name = ARN.exec(arn)?.[1];
    if (name === undefined) throw invalidArn(arn);
    return name;
  }

  return {
    CreateActivity(input, context) {
      checkName(input.name);
      const arn = activityArn(context, input.name);
      return context.transaction(() => {
        const existing = activities.get(context, input.name);
        if (existing) return { activityArn: arn, creationDate: existing.creationDate };
        activities.insert(context, input.name, { name: input.name, arn, creationDate: context.now });
        putTags(host.database, context, arn, input.tags ?? []);
        return { activityArn: arn, creationDate: context.now };
      });
    },

    DescribeActivity(input, context) {
      const activity = activities.get(context, nameOf(input.activityArn));
      if (!activity) throw activityDoesNotExist(input.activityArn);
      return { activityArn: activity.arn, name: activity.name, creationDate: activity.creationDate };
    },

    ListActivities(input, context) {
      return page(
        input,
        'activities',
        (limit, after) => activities.list(context, { limit, after, order: 'newest' }),
        {
          item: ({ arn, name, creationDate }) => ({ activityArn: arn, name, creationDate }),
        },
      );
    },

    DeleteActivity(input, context) {
      const name = nameOf(input.activityArn);
      return context.transaction(() => {
        activities.delete(context, name);
        return {};
      });
    },

    async GetActivityTask(input, context) {
      if (!activities.get(context, nameOf(input.activityArn))) throw activityDoesNotExist(input.activityArn);
      const giveUp = new AbortController();
      const alarm = host.clock.at(host.clock.now() + LONG_POLL_MS, () => giveUp.abort());
      const signal = AbortSignal.any([giveUp.signal, context.signal]);
      try {
        const task = await queue.poll(input.activityArn, input.workerName, signal);
        return task ? { taskToken: task.token, input: JSON.stringify(task.parameters) } : {};
      } finally {
        alarm.cancel();
      }
    },
  } satisfies Operations<SFN>;
}
