import type { EventBridge } from '@aws-sdk/client-eventbridge';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { BusesTable, busPlace, DEFAULT_BUS } from './buses-table.ts';
import { nextPage, positionIn } from './paging.ts';
import { parsePattern } from './pattern/pattern.ts';
import { type Rule, RulesTable, ruleArn } from './rules-table.ts';
import { parseSchedule } from './schedule/schedule.ts';
import { tagsOf } from './tags.ts';
import type { Ticker } from './ticker.ts';

const DEFAULT_LIMIT = 100;

export function ruleOperations(host: Host, ticker: Ticker) {
  const buses = new BusesTable(host.database);
  const rules = new RulesTable(host.database);

  const setState = (name: string, bus: string | undefined, state: Rule['state'], context: CallContext) =>
    context.transaction(() => {
      const place = busPlace(bus, context);
      buses.get(place);
      rules.put(place, ticker.reset(place, { ...rules.get(place, name), state }));
      return {};
    });

  return {
    PutRule(input, context) {
      const { Name: name, EventPattern: pattern, ScheduleExpression: schedule, EventBusName } = input;
      const place = busPlace(EventBusName, context);
      if (!pattern && !schedule) {
        throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
      }
      if (pattern) parsePattern(pattern);
      if (schedule && place.name !== DEFAULT_BUS) {
        throw invalid('ScheduleExpression is supported only on the default event bus.');
      }
      if (schedule) parseSchedule(schedule);
      return context.transaction(() => {
        buses.get(place);
        const present = rules.find(place, name);
        // What is not given is not kept, but for the targets and the tags.
        const rule: Rule = {
          name,
          bus: place.name,
          arn: ruleArn(place, name),
          pattern: pattern || undefined,
          schedule: schedule || undefined,
          state: input.State ?? 'ENABLED',
          description: input.Description,
          roleArn: input.RoleArn,
          createdBy: present?.createdBy ?? context.account,
          tags: present ? present.tags : tagsOf(input.Tags),
          targets: present?.targets ?? [],
          tick: present?.schedule === schedule ? present?.tick : undefined,
        };
        if (present && present.schedule !== schedule) ticker.cancel(present);
        rules.put(place, ticker.reset(place, rule));
        return { RuleArn: rule.arn };
      });
    },

    DescribeRule({ Name, EventBusName }, context) {
      const place = busPlace(EventBusName, context);
      buses.get(place);
      const rule = rules.get(place, Name);
      return { ...listed(rule), CreatedBy: rule.createdBy };
    },

    ListRules({ NamePrefix = '', EventBusName, NextToken, Limit = DEFAULT_LIMIT }, context) {
      const place = busPlace(EventBusName, context);
      buses.get(place);
      const question = ['rules', place, NamePrefix];
      const found = rules.of(place, {
        prefix: NamePrefix,
        limit: Limit + 1,
        after: positionIn(NextToken, question),
      });
      const page = nextPage(found, Limit, question);
      return { Rules: page.items.map(listed), NextToken: page.NextToken };
    },

    ListRuleNamesByTarget({ TargetArn, EventBusName, NextToken, Limit = DEFAULT_LIMIT }, context) {
      const place = busPlace(EventBusName, context);
      buses.get(place);
      const question = ['rules by target', place, TargetArn];
      const found = rules
        .of(place, { after: positionIn(NextToken, question) })
        .filter(({ document }) => document.targets.some(({ Arn }) => Arn === TargetArn));
      const page = nextPage(found, Limit, question);
      return { RuleNames: page.items.map(({ name }) => name), NextToken: page.NextToken };
    },

    EnableRule: ({ Name, EventBusName }, context) => setState(Name, EventBusName, 'ENABLED', context),
    DisableRule: ({ Name, EventBusName }, context) => setState(Name, EventBusName, 'DISABLED', context),

    DeleteRule({ Name, EventBusName }, context) {
      const place = busPlace(EventBusName, context);
      return context.transaction(() => {
        buses.get(place);
        const rule = rules.find(place, Name);
        if (!rule) return {};
        if (rule.targets.length > 0) throw invalid("Rule can't be deleted since it has targets.");
        ticker.cancel(rule);
        rules.delete(place, rule);
        return {};
      });
    },

    TestEventPattern({ EventPattern, Event }) {
      const pattern = parsePattern(EventPattern);
      return { Result: pattern.matches(parseEvent(Event)) };
    },
  } satisfies Operations<EventBridge>;
}

// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html
const REQUIRED_FIELDS = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

function parseEvent(text: string): unknown {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    throw invalid('Parameter Event is not valid. Reason: it is no JSON.');
  }
  const missing = REQUIRED_FIELDS.filter((field) => !(event as Record<string, unknown> | null)?.[field]);
  if (missing.length > 0) {
    throw invalid(`Parameter Event is not valid. Reason: it has no ${missing.join(', ')}.`);
  }
  return event;
}

function listed(rule: Rule) {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.pattern,
    State: rule.state,
    Description: rule.description,
    ScheduleExpression: rule.schedule,
    RoleArn: rule.roleArn,
    EventBusName: rule.bus,
  };
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
