import type { EventBridge, Target } from '@aws-sdk/client-eventbridge';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { pageToken } from '../../store/page-token.ts';
import { BusesTable, busPlace } from './buses-table.ts';
import { positionIn } from './paging.ts';
import { RulesTable } from './rules-table.ts';
import { checkInput } from './targets/input.ts';
import { checkReceiver } from './targets/receivers.ts';

// A quota of the account, as `--parity` has it.
const MOST_TARGETS = 5;
const DEFAULT_LIMIT = 100;

/** The targets of rules. */
export function targetOperations(host: Host) {
  const buses = new BusesTable(host.database);
  const rules = new RulesTable(host.database);

  const ruleOf = (name: string, bus: string | undefined, context: CallContext) => {
    const place = busPlace(bus, context);
    buses.get(place);
    return { place, rule: rules.get(place, name) };
  };

  return {
    PutTargets({ Rule, EventBusName, Targets }, context) {
      for (const target of Targets) checkTarget(target);
      return context.transaction(() => {
        const { place, rule } = ruleOf(Rule, EventBusName, context);
        for (const target of Targets) checkReceiver(target);
        const added = new Set(Targets.map(({ Id }) => Id));
        const targets = [...rule.targets.filter(({ Id }) => !added.has(Id!)), ...Targets];
        if (host.config.parity && targets.length > MOST_TARGETS) {
          throw new ServiceError(
            'LimitExceededException',
            'The requested resource exceeds the maximum number allowed.',
          );
        }
        rules.put(place, { ...rule, targets });
        return { FailedEntryCount: 0, FailedEntries: [] };
      });
    },

    RemoveTargets: ({ Rule, EventBusName, Ids }, context) =>
      context.transaction(() => {
        const { place, rule } = ruleOf(Rule, EventBusName, context);
        rules.put(place, { ...rule, targets: rule.targets.filter(({ Id }) => !Ids.includes(Id!)) });
        return { FailedEntryCount: 0, FailedEntries: [] };
      }),

    ListTargetsByRule({ Rule, EventBusName, NextToken, Limit = DEFAULT_LIMIT }, context) {
      const { place, rule } = ruleOf(Rule, EventBusName, context);
      const question = ['targets', place, Rule];
      const position = positionIn(NextToken, question);
      const first = position === undefined ? 0 : rule.targets.findIndex(({ Id }) => Id === position) + 1;
      const rest = rule.targets.slice(first);
      const page = rest.slice(0, Limit);
      return {
        Targets: page,
        NextToken: rest.length > Limit ? pageToken(page.at(-1)!.Id!, question) : undefined,
      };
    },
  } satisfies Operations<EventBridge>;
}

function checkTarget(target: Target): void {
  const { Arn = '' } = target;
  if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+$/.test(Arn)) {
    throw invalid(`Parameter ${Arn} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  if (Arn.endsWith('.fifo') && target.SqsParameters?.MessageGroupId === undefined) {
    throw invalid(`Parameter(s) SqsParameters must be specified for target: ${target.Id}.`);
  }
  checkInput(target);
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
