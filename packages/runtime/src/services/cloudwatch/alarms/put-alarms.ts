import type { CloudWatch, PutMetricAlarmInput, StateValue } from '@aws-sdk/client-cloudwatch';
import type { CallContext } from '../../../dispatch/context.ts';
import type { Host } from '../../../dispatch/host.ts';
import type { Operations } from '../../../dispatch/service.ts';
import type { Validated } from '../../../dispatch/types.ts';
import { invalidValue, unsupportedValue, validationError } from '../failures.ts';
import { checkQueries } from '../metrics/metric-queries.ts';
import { checkPeriod } from '../metrics/series.ts';
import { statisticOf } from '../metrics/statistic.ts';
import { tagsOf } from '../tags.ts';
import { isServedAction } from './actions.ts';
import { type Alarm, type AlarmState, type AlarmWatch, alarmPeriod } from './alarm.ts';
import { AlarmHistory } from './alarm-history.ts';
import { AlarmsTable } from './alarms-table.ts';
import { parseCompositeRule } from './composite-rule.ts';
import { isComparable } from './evaluation.ts';
import { Transitions } from './transitions.ts';
import type { Watchman } from './watchman.ts';

const DAY_SECONDS = 86_400;
const TREATMENTS = ['breaching', 'notBreaching', 'ignore', 'missing'];

/** PutMetricAlarm, PutCompositeAlarm and DeleteAlarms. */
export function putAlarmOperations(host: Host, watchman: Watchman) {
  const alarms = new AlarmsTable(host.database);
  const history = new AlarmHistory(host.database);
  const transitions = new Transitions(host);

  /** What an alarm keeps when it is put again: its state and its tags. */
  const kept = (name: string, kind: Alarm['kind'], context: CallContext) => {
    const present = alarms.find(context, name);
    if (present && present.kind !== kind) {
      throw validationError(`An alarm of another type with the name ${name} exists already.`);
    }
    return present;
  };
  const put = (alarm: Alarm, present: Alarm | undefined, context: CallContext) => {
    alarms.put(context, alarm);
    history.add(context, {
      alarm: alarm.name,
      alarmType: alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm',
      time: context.now.getTime(),
      type: 'ConfigurationUpdate',
      summary: `Alarm "${alarm.name}" ${present ? 'updated' : 'created'}`,
      data: { version: '1.0', type: present ? 'Update' : 'Create' },
    });
    transitions.decide(context, alarm);
    host.database.afterCommit(() => watchman.arrange());
  };

  /** Whether any of these alarms looks at the one with the name, itself or through others. */
  const dependsOn = (names: readonly string[], wanted: string, context: CallContext): boolean =>
    names.some((name) => {
      if (name === wanted) return true;
      const alarm = alarms.find(context, name);
      return (
        alarm?.kind === 'composite' && dependsOn(parseCompositeRule(alarm.rule)!.alarms, wanted, context)
      );
    });

  return {
    PutMetricAlarm(input, context) {
      const watch = watchOf(input);
      const common = commonOf(input, context);
      return context.transaction(() => {
        const present = kept(input.AlarmName, 'metric', context);
        put({ kind: 'metric', ...common, ...keptOf(present, input.Tags, context), watch }, present, context);
        return {};
      });
    },

    PutCompositeAlarm(input, context) {
      if (input.ActionsSuppressor !== undefined) throw unsupportedValue('ActionsSuppressor');
      if (input.ActionConfiguration) throw unsupportedValue('ActionConfiguration');
      const rule = parseCompositeRule(input.AlarmRule);
      if (!rule) throw validationError('AlarmRule is not valid.');
      const common = commonOf(input, context);
      return context.transaction(() => {
        for (const name of rule.alarms) {
          if (!alarms.find(context, name))
            throw validationError(
              `Could not save the composite alarm as alarms [${name}] in the alarm rule do not exist`,
            );
        }
        if (dependsOn(rule.alarms, input.AlarmName, context)) {
          throw validationError('An alarm cannot be part of its own AlarmRule, nor of that of its parts.');
        }
        const present = kept(input.AlarmName, 'composite', context);
        const alarm = { ...common, ...keptOf(present, input.Tags, context), rule: input.AlarmRule };
        put({ kind: 'composite', ...alarm }, present, context);
        return {};
      });
    },

    DeleteAlarms: ({ AlarmNames }, context) =>
      context.transaction(() => {
        for (const name of AlarmNames) {
          const depends = alarms
            .list(context)
            .some(
              (alarm) =>
                alarm.kind === 'composite' &&
                !AlarmNames.includes(alarm.name) &&
                parseCompositeRule(alarm.rule)!.alarms.includes(name),
            );
          if (depends) {
            throw validationError(
              `Alarm ${name} cannot be deleted as there are composite alarms depending on it.`,
            );
          }
          const alarm = alarms.find(context, name);
          if (!alarm) continue;
          alarms.delete(context, name);
          history.add(context, {
            alarm: name,
            alarmType: alarm.kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm',
            time: context.now.getTime(),
            type: 'ConfigurationUpdate',
            summary: `Alarm "${name}" deleted`,
            data: { version: '1.0', type: 'Delete' },
          });
        }
        host.database.afterCommit(() => watchman.arrange());
        return {};
      }),
  } satisfies Operations<CloudWatch>;
}

type AlarmInput = Validated<PutMetricAlarmInput>;

interface CommonInput {
  readonly AlarmName: string;
  readonly AlarmDescription?: string | undefined;
  readonly ActionsEnabled?: boolean | undefined;
  readonly OKActions?: readonly string[] | undefined;
  readonly AlarmActions?: readonly string[] | undefined;
  readonly InsufficientDataActions?: readonly string[] | undefined;
}

function commonOf(input: CommonInput, context: CallContext) {
  const actions: Record<StateValue, readonly string[]> = {
    OK: input.OKActions ?? [],
    ALARM: input.AlarmActions ?? [],
    INSUFFICIENT_DATA: input.InsufficientDataActions ?? [],
  };
  for (const action of Object.values(actions).flat()) {
    if (isServedAction(action)) continue;
    context.warn(
      `The action ${action} is kept but not carried out: actions can be Lambda functions and topics.`,
    );
  }
  return {
    name: input.AlarmName,
    arn: context.arn('cloudwatch', `alarm:${input.AlarmName}`),
    description: input.AlarmDescription,
    actionsEnabled: input.ActionsEnabled ?? true,
    actions,
    configured: context.now,
  };
}

function keptOf(present: Alarm | undefined, tags: Parameters<typeof tagsOf>[0], { now }: CallContext) {
  const state: AlarmState = present?.state ?? {
    value: 'INSUFFICIENT_DATA',
    reason: 'Unchecked: Initial alarm creation',
    updated: now,
    transitioned: now,
  };
  return { state, tags: present?.tags ?? tagsOf(tags) };
}

/** @throws ValidationError */
function watchOf(input: AlarmInput): AlarmWatch {
  const { MetricName, Namespace, Statistic, ExtendedStatistic, Dimensions, Period, Unit, Metrics } = input;
  const { EvaluationPeriods, DatapointsToAlarm, Threshold, ComparisonOperator, TreatMissingData } = input;
  for (const name of [
    'EvaluationCriteria',
    'EvaluationWindow',
    'EvaluationInterval',
    'WarmUpConfiguration',
    'ActionConfiguration',
    'ThresholdMetricId',
  ] as const) {
    if (input[name] !== undefined) throw unsupportedValue(name);
  }
  if (ComparisonOperator === undefined || EvaluationPeriods === undefined || Threshold === undefined) {
    throw validationError('ComparisonOperator, EvaluationPeriods and Threshold must be specified.');
  }
  if (!isComparable(ComparisonOperator)) throw unsupportedValue(`${ComparisonOperator} (anomaly detection)`);
  if (TreatMissingData !== undefined && !TREATMENTS.includes(TreatMissingData)) {
    throw validationError(
      `Option ${TreatMissingData} is not supported. Supported options for parameter TreatMissingData are breaching, notBreaching, ignore and missing.`,
    );
  }
  const low = input.EvaluateLowSampleCountPercentile;
  if (low !== undefined && low !== 'evaluate' && low !== 'ignore') {
    throw validationError(
      `Option ${low} is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore.`,
    );
  }
  if (DatapointsToAlarm !== undefined && DatapointsToAlarm > EvaluationPeriods) {
    throw validationError('DatapointsToAlarm must be less than or equal to EvaluationPeriods.');
  }
  if (Metrics) checkMetrics(Metrics);
  else checkSingle(input);
  const watch: AlarmWatch = {
    MetricName,
    Namespace,
    Statistic,
    ExtendedStatistic,
    Dimensions: Metrics ? undefined : (Dimensions ?? []),
    Period,
    Unit,
    EvaluationPeriods,
    DatapointsToAlarm,
    Threshold,
    ComparisonOperator,
    TreatMissingData,
    EvaluateLowSampleCountPercentile: low,
    Metrics,
  };
  const seconds = alarmPeriod(watch);
  if (seconds * EvaluationPeriods > (seconds < 3600 ? DAY_SECONDS : 7 * DAY_SECONDS)) {
    throw validationError(
      'Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).',
    );
  }
  return watch;
}

function checkSingle({ MetricName, Namespace, Statistic, ExtendedStatistic, Period }: AlarmInput): void {
  if (MetricName === undefined || Namespace === undefined || Period === undefined) {
    throw validationError('MetricName, Namespace and Period, or Metrics, must be specified.');
  }
  if ((Statistic === undefined) === (ExtendedStatistic === undefined)) {
    throw validationError('Either Statistic or ExtendedStatistic must be specified.');
  }
  if (ExtendedStatistic !== undefined && !statisticOf(ExtendedStatistic)) {
    throw invalidValue(`The value ${ExtendedStatistic} for parameter ExtendedStatistic is not supported.`);
  }
  checkPeriod(Period);
}

function checkMetrics(metrics: NonNullable<AlarmInput['Metrics']>): void {
  checkQueries(metrics, 'Metrics');
  const returned = metrics.filter(({ ReturnData = true }) => ReturnData);
  if (returned.length !== 1) {
    throw validationError('Exactly one element of the metrics list should return data.');
  }
}
