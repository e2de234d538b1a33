import type { CloudWatch, CompositeAlarm, MetricAlarm } from '@aws-sdk/client-cloudwatch';
import type { CallContext } from '../../../dispatch/context.ts';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Host } from '../../../dispatch/host.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { validationError } from '../failures.ts';
import { pageOf } from '../paging.ts';
import type { Alarm, CompositeAlarmRecord, MetricAlarmRecord } from './alarm.ts';
import { AlarmHistory } from './alarm-history.ts';
import { AlarmsTable } from './alarms-table.ts';
import { parseCompositeRule } from './composite-rule.ts';
import { Transitions } from './transitions.ts';

const DEFAULT_RECORDS = 50;

/** What alarms there are, their states and histories. */
export function alarmOperations(host: Host) {
  const alarms = new AlarmsTable(host.database);
  const history = new AlarmHistory(host.database);
  const transitions = new Transitions(host);

  const setActions = (names: readonly string[], actionsEnabled: boolean, context: CallContext) =>
    context.transaction(() => {
      for (const name of names) {
        const alarm = alarms.find(context, name);
        if (alarm) alarms.put(context, { ...alarm, actionsEnabled });
      }
      return {};
    });

  return {
    DescribeAlarms(input, context) {
      const { AlarmNames, AlarmNamePrefix, AlarmTypes, StateValue, ActionPrefix, MaxRecords, NextToken } =
        input;
      const { ChildrenOfAlarmName, ParentsOfAlarmName } = input;
      if (AlarmNames && AlarmNamePrefix !== undefined) {
        throw validationError('AlarmNames and AlarmNamePrefix are mutually exclusive parameters.');
      }
      // Without a choice only metric alarms are told.
      const types = AlarmTypes ?? ((ChildrenOfAlarmName ?? ParentsOfAlarmName) ? undefined : ['MetricAlarm']);
      const all = alarms.list(context);
      const related = relatives(all, ChildrenOfAlarmName, ParentsOfAlarmName);
      const found = all.filter(
        (alarm) =>
          (AlarmNames?.includes(alarm.name) ?? true) &&
          alarm.name.startsWith(AlarmNamePrefix ?? '') &&
          (types?.includes(typeOf(alarm)) ?? true) &&
          (related?.has(alarm.name) ?? true) &&
          (StateValue === undefined || alarm.state.value === StateValue) &&
          (ActionPrefix === undefined ||
            Object.values(alarm.actions)
              .flat()
              .some((action) => action.startsWith(ActionPrefix))),
      );
      const choice = [AlarmNames, AlarmNamePrefix, types, StateValue, ActionPrefix];
      const question = ['alarms', ...choice, ChildrenOfAlarmName, ParentsOfAlarmName];
      const page = pageOf(found, MaxRecords ?? DEFAULT_RECORDS, NextToken, ({ name }) => name, question);
      return {
        MetricAlarms: page.items.flatMap((alarm) => (alarm.kind === 'metric' ? [describeMetric(alarm)] : [])),
        CompositeAlarms: page.items.flatMap((alarm) =>
          alarm.kind === 'composite' ? [describeComposite(alarm)] : [],
        ),
        NextToken: page.NextToken,
      };
    },

    DescribeAlarmsForMetric(input, context) {
      const wanted = JSON.stringify(sorted(input.Dimensions));
      const found = alarms.list(context).filter((alarm): alarm is MetricAlarmRecord => {
        if (alarm.kind !== 'metric') return false;
        const { watch } = alarm;
        return (
          watch.MetricName === input.MetricName &&
          watch.Namespace === input.Namespace &&
          (input.Dimensions === undefined || JSON.stringify(sorted(watch.Dimensions)) === wanted) &&
          (['Statistic', 'ExtendedStatistic', 'Period', 'Unit'] as const).every(
            (name) => input[name] === undefined || watch[name] === input[name],
          )
        );
      });
      return { MetricAlarms: found.map(describeMetric) };
    },

    DescribeAlarmHistory(input, context) {
      const {
        AlarmName,
        AlarmTypes = ['MetricAlarm'],
        HistoryItemType,
        ScanBy,
        MaxRecords,
        NextToken,
      } = input;
      const from = input.StartDate?.getTime() ?? 0;
      const until = input.EndDate?.getTime() ?? Number.MAX_SAFE_INTEGER;
      const found = history
        .list(context, from, until)
        .filter(
          (item) =>
            (AlarmName === undefined || item.AlarmName === AlarmName) &&
            AlarmTypes.includes(item.AlarmType!) &&
            (HistoryItemType === undefined || item.HistoryItemType === HistoryItemType),
        );
      if (ScanBy !== 'TimestampAscending') found.reverse();
      const question = ['history', AlarmName, AlarmTypes, HistoryItemType, ScanBy, from, until];
      const page = pageOf(found, MaxRecords ?? 100, NextToken, ({ id }) => String(id), question);
      return { AlarmHistoryItems: page.items, NextToken: page.NextToken };
    },

    SetAlarmState({ AlarmName, StateValue, StateReason, StateReasonData }, context) {
      if (StateReasonData !== undefined && !isJson(StateReasonData)) {
        throw new ServiceError('InvalidFormatFault', 'StateReasonData is no valid JSON.');
      }
      return context.transaction(() => {
        const alarm = alarms.find(context, AlarmName);
        if (!alarm) throw new ServiceError('ResourceNotFound', `Alarm ${AlarmName} does not exist`);
        transitions.set(context, alarm, StateValue, StateReason, StateReasonData);
        return {};
      });
    },

    EnableAlarmActions: ({ AlarmNames }, context) => setActions(AlarmNames, true, context),
    DisableAlarmActions: ({ AlarmNames }, context) => setActions(AlarmNames, false, context),
  } satisfies Operations<CloudWatch>;
}

function typeOf({ kind }: Alarm): 'MetricAlarm' | 'CompositeAlarm' {
  return kind === 'metric' ? 'MetricAlarm' : 'CompositeAlarm';
}

/** Names of the alarms in another's rule, or in whose rules another is. */
function relatives(
  all: readonly Alarm[],
  childrenOf: string | undefined,
  parentsOf: string | undefined,
): Set<string> | undefined {
  const childrenIn = (alarm: Alarm) =>
    alarm.kind === 'composite' ? parseCompositeRule(alarm.rule)!.alarms : [];
  if (childrenOf !== undefined) {
    const parent = all.find(({ name }) => name === childrenOf);
    return new Set(parent ? childrenIn(parent) : []);
  }
  if (parentsOf === undefined) return undefined;
  return new Set(all.filter((alarm) => childrenIn(alarm).includes(parentsOf)).map(({ name }) => name));
}

function describeMetric(alarm: MetricAlarmRecord): MetricAlarm {
  return { ...describe(alarm), ...alarm.watch };
}

function describeComposite(alarm: CompositeAlarmRecord): CompositeAlarm {
  return { ...describe(alarm), AlarmRule: alarm.rule };
}

function describe({ name, arn, description, configured, actionsEnabled, actions, state }: Alarm) {
  return {
    AlarmName: name,
    AlarmArn: arn,
    AlarmDescription: description,
    AlarmConfigurationUpdatedTimestamp: configured,
    ActionsEnabled: actionsEnabled,
    OKActions: [...actions.OK],
    AlarmActions: [...actions.ALARM],
    InsufficientDataActions: [...actions.INSUFFICIENT_DATA],
    StateValue: state.value,
    StateReason: state.reason,
    StateReasonData: state.data,
    StateUpdatedTimestamp: state.updated,
    StateTransitionedTimestamp: state.transitioned,
  };
}

function sorted(dimensions: MetricAlarm['Dimensions'] = []) {
  return dimensions
    .map(({ Name, Value }) => [Name, Value])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : a > b ? 1 : 0));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
