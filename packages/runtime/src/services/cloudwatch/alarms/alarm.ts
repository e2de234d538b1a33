import type { MetricAlarm, StateValue } from '@aws-sdk/client-cloudwatch';
import type { Tags } from '../tags.ts';

/** What metric and composite alarms have in common. */
interface AlarmBase {
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  readonly actionsEnabled: boolean;
  readonly actions: Readonly<Record<StateValue, readonly string[]>>;
  readonly state: AlarmState;
  /** When its configuration was last put. */
  readonly configured: Date;
  readonly tags: Tags;
}

/** An alarm over a metric or over an expression of several. */
export interface MetricAlarmRecord extends AlarmBase {
  readonly kind: 'metric';
  /** What is watched and how, in the API's words. */
  readonly watch: AlarmWatch;
}

/** An alarm over the states of others. */
export interface CompositeAlarmRecord extends AlarmBase {
  readonly kind: 'composite';
  readonly rule: string;
}

export type Alarm = MetricAlarmRecord | CompositeAlarmRecord;

export type AlarmWatch = Pick<
  MetricAlarm,
  | 'MetricName'
  | 'Namespace'
  | 'Statistic'
  | 'ExtendedStatistic'
  | 'Dimensions'
  | 'Period'
  | 'Unit'
  | 'DatapointsToAlarm'
  | 'TreatMissingData'
  | 'EvaluateLowSampleCountPercentile'
  | 'Metrics'
> & {
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly ComparisonOperator: NonNullable<MetricAlarm['ComparisonOperator']>;
};

export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON. */
  readonly data?: string | undefined;
  /** When the state was last decided, and when it last became another. */
  readonly updated: Date;
  readonly transitioned: Date;
}

/** Seconds that one datapoint of an alarm stands for. */
export function alarmPeriod({ Period, Metrics = [] }: AlarmWatch): number {
  if (Period !== undefined) return Period;
  return Math.max(...Metrics.map(({ MetricStat, Period: own }) => MetricStat?.Period ?? own ?? 0), 10);
}
