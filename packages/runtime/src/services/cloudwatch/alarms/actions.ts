import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { Lambda } from '@aws-sdk/client-lambda';
import type { SNS } from '@aws-sdk/client-sns';
import { servicePrincipal } from '../../../access/caller.ts';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Host } from '../../../dispatch/host.ts';
import type { Scope } from '../../../store/collection.ts';
import type { OrderRun } from '../../../store/orders.ts';
import type { Alarm, AlarmState } from './alarm.ts';
import { AlarmsTable } from './alarms-table.ts';
import { amazonDate } from './evaluation.ts';

/** Of a notification. */
const LONGEST_SUBJECT = 100;
const CLOUDWATCH_PRINCIPAL = 'cloudwatch.amazonaws.com';
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
const FUNCTION_PRINCIPAL = 'lambda.alarms.cloudwatch.amazonaws.com';

/** What a change of state sets off: an action, or, without one, the event about it. */
export interface ActionOrder extends Scope {
  readonly alarm: string;
  readonly before: AlarmState;
  readonly after: AlarmState;
  readonly action: string | undefined;
}

/** Whether this runtime can carry out an action with such an ARN. */
export function isServedAction(arn: string): boolean {
  return /^arn:aws[a-z-]*:(lambda|sns):/.test(arn);
}

/** Carries out {@link ActionOrder}s. */
export function actionRunner(host: Host) {
  const alarms = new AlarmsTable(host.database);

  return async (order: ActionOrder, run: OrderRun): Promise<void> => {
    const { account, region, action } = order;
    const alarm = alarms.find(order, order.alarm);
    if (!alarm) return;
    const principal = action?.includes(':lambda:') ? FUNCTION_PRINCIPAL : CLOUDWATCH_PRINCIPAL;
    const caller = servicePrincipal(principal, account, { account, arn: alarm.arn });
    const options = { caller, region: action?.split(':')[3] || region, token: run.id };
    try {
      if (action === undefined) {
        await host.client<EventBridge>('events', options).putEvents({ Entries: [stateChange(alarm, order)] });
      } else if (action.includes(':lambda:')) {
        await host.client<Lambda>('lambda', options).invoke({
          FunctionName: action,
          InvocationType: 'Event',
          Payload: new TextEncoder().encode(JSON.stringify(functionEvent(alarm, order))),
        });
      } else if (action.includes(':sns:')) {
        await host.client<SNS>('sns', options).publish({
          TopicArn: action,
          Subject: `${order.after.value}: "${alarm.name}" in ${region}`.slice(0, LONGEST_SUBJECT),
          Message: JSON.stringify(notification(alarm, order)),
        });
      }
    } catch (error) {
      // What the receiver refuses it will always refuse; anything else is tried again.
      if (!(error instanceof ServiceError) || error.code === 'TooManyRequestsException') throw error;
      const what = action ?? 'the event about its state';
      const message = `Alarm ${alarm.name} could not reach ${what}: ${error.message}`;
      host.progress.emit({ type: 'warning', service: 'cloudwatch', message });
    }
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
function stateChange(alarm: Alarm, { before, after }: ActionOrder) {
  return {
    Source: 'aws.cloudwatch',
    DetailType: 'CloudWatch Alarm State Change',
    Time: after.transitioned,
    Resources: [alarm.arn],
    Detail: JSON.stringify({
      alarmName: alarm.name,
      state: eventState(after),
      previousState: eventState(before),
      configuration: configurationOf(alarm),
    }),
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html */
function functionEvent(alarm: Alarm, { account, region, before, after }: ActionOrder) {
  return {
    source: 'aws.cloudwatch',
    alarmArn: alarm.arn,
    accountId: account,
    time: amazonDate(after.transitioned.getTime()),
    region,
    alarmData: {
      alarmName: alarm.name,
      state: eventState(after),
      previousState: eventState(before),
      configuration: configurationOf(alarm),
    },
  };
}

function notification(alarm: Alarm, { account, region, before, after }: ActionOrder) {
  return {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: account,
    AlarmConfigurationUpdatedTimestamp: amazonDate(alarm.configured.getTime()),
    NewStateValue: after.value,
    NewStateReason: after.reason,
    StateChangeTime: amazonDate(after.transitioned.getTime()),
    Region: region,
    AlarmArn: alarm.arn,
    OldStateValue: before.value,
    OKActions: alarm.actions.OK,
    AlarmActions: alarm.actions.ALARM,
    InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA,
    ...(alarm.kind === 'metric' ? { Trigger: alarm.watch } : { AlarmRule: alarm.rule }),
  };
}

function eventState({ value, reason, data, transitioned }: AlarmState) {
  return { value, reason, ...(data && { reasonData: data }), timestamp: amazonDate(transitioned.getTime()) };
}

function configurationOf(alarm: Alarm) {
  const description = alarm.description === undefined ? {} : { description: alarm.description };
  if (alarm.kind === 'composite') return { ...description, alarmRule: alarm.rule };
  const {
    Metrics,
    Namespace,
    MetricName,
    Dimensions = [],
    Period,
    Statistic,
    ExtendedStatistic,
  } = alarm.watch;
  const metrics = Metrics?.map(({ Id, Expression, Label, MetricStat, ReturnData = true }) => ({
    id: Id,
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    ...(MetricStat && {
      metricStat: metricStat(
        MetricStat.Metric?.Namespace,
        MetricStat.Metric?.MetricName,
        MetricStat.Metric?.Dimensions ?? [],
        MetricStat.Period,
        MetricStat.Stat,
      ),
    }),
    returnData: ReturnData,
  }));
  return {
    ...description,
    metrics: metrics ?? [
      {
        id: 'm1',
        metricStat: metricStat(Namespace, MetricName, Dimensions, Period, Statistic ?? ExtendedStatistic),
        returnData: true,
      },
    ],
  };
}

function metricStat(
  namespace: string | undefined,
  name: string | undefined,
  dimensions: readonly { Name?: string | undefined; Value?: string | undefined }[],
  period: number | undefined,
  stat: string | undefined,
) {
  return {
    metric: {
      namespace,
      name,
      dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])),
    },
    period,
    stat,
  };
}
