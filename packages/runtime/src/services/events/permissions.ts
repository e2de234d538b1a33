import type { EventBridge } from '@aws-sdk/client-eventbridge';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { type Bus, BusesTable, busPlace } from './buses-table.ts';

const MOST_CHARACTERS = 10_240;

interface Policy {
  Version: '2012-10-17';
  Statement: { Sid?: string }[];
}

/** The policies of buses: kept for the access evaluation. */
export function permissionOperations(host: Host) {
  const buses = new BusesTable(host.database);

  return {
    PutPermission(input, context) {
      const place = busPlace(input.EventBusName, context);
      return context.transaction(() => {
        const bus = buses.get(place);
        const policy = input.Policy === undefined ? withStatement(bus, input) : checked(input.Policy);
        if (policy.length > MOST_CHARACTERS) {
          throw new ServiceError('PolicyLengthExceededException', 'The event bus policy is too long.');
        }
        buses.put(place, { ...bus, policy, modified: context.now });
        return {};
      });
    },

    RemovePermission({ StatementId, RemoveAllPermissions, EventBusName }, context) {
      const place = busPlace(EventBusName, context);
      return context.transaction(() => {
        const bus = buses.get(place);
        buses.put(place, {
          ...bus,
          policy: RemoveAllPermissions ? undefined : withoutStatement(bus, StatementId),
          modified: context.now,
        });
        return {};
      });
    },
  } satisfies Operations<EventBridge>;
}

/** The policy with one more statement; one with the same id is replaced. */
function withStatement(
  bus: Bus,
  input: {
    Action?: string | undefined;
    Principal?: string | undefined;
    StatementId?: string | undefined;
    Condition?: { Type: string; Key: string; Value: string } | undefined;
  },
): string {
  const { Action, Principal, StatementId: Sid, Condition } = input;
  if (Action === undefined || Principal === undefined || Sid === undefined) {
    throw invalid('Parameter Action, Principal and StatementId, or Policy, must be specified.');
  }
  if (Action !== 'events:PutEvents') throw invalid("Provided value in parameter 'action' is not supported.");
  if (Condition && (Condition.Type !== 'StringEquals' || Condition.Key !== 'aws:PrincipalOrgID')) {
    throw invalid("Provided value in parameter 'condition' is not supported.");
  }
  const statement = {
    Sid,
    Effect: 'Allow',
    Principal: Principal === '*' ? '*' : { AWS: `arn:aws:iam::${Principal}:root` },
    Action,
    Resource: bus.arn,
    ...(Condition && { Condition: { [Condition.Type]: { [Condition.Key]: Condition.Value } } }),
  };
  const others = statementsOf(bus).filter((present) => present.Sid !== Sid);
  return JSON.stringify({ Version: '2012-10-17', Statement: [...others, statement] });
}

/** @returns undefined when nothing is left */
function withoutStatement(bus: Bus, statementId: string | undefined): string | undefined {
  const statements = statementsOf(bus);
  const left = statements.filter(({ Sid }) => Sid !== statementId);
  if (left.length === statements.length) {
    throw new ServiceError('ResourceNotFoundException', 'Statement with the provided id does not exist.');
  }
  return left.length === 0 ? undefined : JSON.stringify({ Version: '2012-10-17', Statement: left });
}

function statementsOf({ policy }: Bus): Policy['Statement'] {
  if (policy === undefined) return [];
  const { Statement } = JSON.parse(policy) as Policy;
  return Array.isArray(Statement) ? Statement : [Statement];
}

function checked(text: string): string {
  try {
    const { Statement } = JSON.parse(text) as Partial<Policy>;
    if (typeof Statement === 'object') return text;
  } catch {
    // Said below.
  }
  throw invalid('Parameter Policy is not valid. Reason: it is no policy document.');
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
