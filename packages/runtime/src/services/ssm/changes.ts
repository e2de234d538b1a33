import type { EventBridge } from '@aws-sdk/client-eventbridge';
import { servicePrincipal } from '../../access/caller.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Scope } from '../../store/collection.ts';
import type { OrderRun } from '../../store/orders.ts';
import { parameterArn } from './names.ts';
import type { ParameterVersion } from './parameters-table.ts';

/** A change of a parameter that rules may want to know of. */
export interface ChangeOrder extends Scope {
  readonly name: string;
  readonly time: number;
  readonly detail: Readonly<Record<string, string>>;
}

/** Inside the transaction of the change: orders the event about it. */
export function orderChange(
  host: Host,
  scope: Scope,
  operation: 'Create' | 'Update' | 'Delete' | 'LabelParameterVersion',
  { name, type, description, labels }: ParameterVersion,
): void {
  host.orders.place<ChangeOrder>('ssm.change', {
    account: scope.account,
    region: scope.region,
    name,
    time: host.clock.now(),
    detail: {
      operation,
      name,
      type,
      ...(description !== undefined && { description }),
      ...(operation === 'LabelParameterVersion' && { label: labels.join(',') }),
    },
  });
}

/**
 * Carries {@link ChangeOrder}s out.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-cwe.html
 */
export function changeTeller(host: Host) {
  return async ({ account, region, name, time, detail }: ChangeOrder, run: OrderRun): Promise<void> => {
    const caller = servicePrincipal('ssm.amazonaws.com', account);
    const events = host.client<EventBridge>('events', { caller, region, token: run.id });
    const Entries = [
      {
        Source: 'aws.ssm',
        DetailType: 'Parameter Store Change',
        Time: new Date(time),
        Resources: [parameterArn({ account, region }, name)],
        Detail: JSON.stringify(detail),
      },
    ];
    try {
      await events.putEvents({ Entries });
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      const message = `The change of parameter ${name} could not be told: ${error.message}`;
      host.progress.emit({ type: 'warning', service: 'ssm', message });
    }
  };
}
