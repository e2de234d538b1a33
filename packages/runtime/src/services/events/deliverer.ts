import type { SQS } from '@aws-sdk/client-sqs';
import { type Caller, roleSession, servicePrincipal } from '../../access/caller.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import { roleIdentity } from '../../dispatch/role-identity.ts';
import type { OrderRun } from '../../store/orders.ts';
import { BusesTable, busPlace } from './buses-table.ts';
import type { DeliveryOrder, Publisher } from './publisher.ts';
import { targetInput } from './targets/input.ts';
import { queueUrl } from './targets/queue.ts';
import { isBus, receiverOf } from './targets/receivers.ts';

const EVENTS_PRINCIPAL = 'events.amazonaws.com';

// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
const DEFAULT_TRIES = 185;
const DEFAULT_AGE_SECONDS = 24 * 3600;
const LONGEST_PAUSE_MS = 300_000;

/** Refusals that may pass: the target is busy or has a fault. */
const PASSING = new Set([
  'TooManyRequestsException',
  'ThrottlingException',
  'ServiceUnavailable',
  'InternalFailure',
]);

/** Carries out {@link DeliveryOrder}s: each event reaches each target at least once, or its dead-letter queue. */
export class Deliverer {
  readonly #host: Host;
  readonly #publisher: Publisher;
  readonly #buses: BusesTable;

  constructor(host: Host, publisher: Publisher) {
    this.#host = host;
    this.#publisher = publisher;
    this.#buses = new BusesTable(host.database);
  }

  async deliver(order: DeliveryOrder, run: OrderRun): Promise<void> {
    const token = order.token ?? run.id;
    try {
      if (isBus(order.target.Arn!)) await this.#passOn(order, run);
      else await this.#send(order, token);
    } catch (error) {
      if (run.signal.aborted) throw error;
      await this.#failed(order, token, error, run);
    }
  }

  /** Another bus gets the event as it is. */
  async #passOn({ target, event, bus }: DeliveryOrder, run: OrderRun): Promise<void> {
    const place = busPlace(target.Arn, bus);
    await this.#host.database.transaction(() => {
      this.#buses.get(place);
      this.#publisher.publish(place, event);
      run.complete();
    });
  }

  async #send(order: DeliveryOrder, token: string): Promise<void> {
    const { target, event, ruleName } = order;
    const region = target.Arn!.split(':')[3] || order.bus.region;
    const caller = await this.#callerFor(order, region);
    const input = targetInput(target, event, order);
    await receiverOf(target.Arn!).send(this.#host, { target, input, event, ruleName, caller, region, token });
  }

  /** A session of the target's role, or EventBridge itself where the target needs none. */
  async #callerFor({ target, bus, ruleArn }: DeliveryOrder, region: string): Promise<Caller> {
    const itself = servicePrincipal(EVENTS_PRINCIPAL, target.Arn!.split(':')[4] || bus.account, {
      account: bus.account,
      arn: ruleArn,
    });
    if (target.RoleArn === undefined) return itself;
    const warn = (message: string) => this.#warn(message);
    const on = { caller: itself, region, warn };
    const role = await roleIdentity(this.#host, target.RoleArn, on, itself);
    return roleSession(role, `AWSEvents_${target.Id}`.slice(0, 64));
  }

  /** Tries again later where that may help, else gives the event to the dead-letter queue or up. */
  async #failed(order: DeliveryOrder, token: string, error: unknown, run: OrderRun): Promise<void> {
    const { target, event, tries, ingested } = order;
    const { MaximumRetryAttempts = DEFAULT_TRIES, MaximumEventAgeInSeconds = DEFAULT_AGE_SECONDS } =
      target.RetryPolicy ?? {};
    const now = this.#host.clock.now();
    const pause = Math.min(1000 * 2 ** tries, LONGEST_PAUSE_MS) * (0.5 + this.#host.ids.random() / 2);
    const passing = !(error instanceof ServiceError) || PASSING.has(error.code);
    const inTime = now + pause < ingested + MaximumEventAgeInSeconds * 1000;
    if (passing && inTime && tries < MaximumRetryAttempts) {
      await this.#host.database.transaction(() => {
        const again: DeliveryOrder = { ...order, tries: tries + 1, token };
        this.#host.orders.place<DeliveryOrder>('events.deliver', again, { due: now + pause });
        run.complete();
      });
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    this.#warn(
      `Event ${event.id} could not be delivered to ${target.Arn} (rule ${order.ruleName}): ${message}`,
    );
    await this.#giveUp(
      order,
      error,
      passing && !inTime ? 'MaximumEventAgeInSeconds' : 'MaximumRetryAttempts',
      token,
    );
  }

  async #giveUp(order: DeliveryOrder, error: unknown, exhausted: string, token: string): Promise<void> {
    const { target, event, bus, ruleArn } = order;
    const arn = target.DeadLetterConfig?.Arn;
    if (arn === undefined) return;
    const source = { account: bus.account, arn: ruleArn };
    const caller = servicePrincipal(EVENTS_PRINCIPAL, bus.account, source);
    const region = arn.split(':')[3] || bus.region;
    const attributes = {
      RULE_ARN: ruleArn,
      TARGET_ARN: target.Arn!,
      ERROR_CODE: error instanceof ServiceError ? error.code : 'SDK_CLIENT_ERROR',
      ERROR_MESSAGE: error instanceof Error ? error.message : String(error),
      EXHAUSTED_RETRY_CONDITION: exhausted,
      RETRY_ATTEMPTS: String(order.tries),
    };
    try {
      const QueueUrl = await queueUrl(this.#host.client<SQS>('sqs', { caller, region }), arn);
      const sqs = this.#host.client<SQS>('sqs', { caller, region, token: `${token}/dead` });
      await sqs.sendMessage({
        QueueUrl,
        MessageBody: JSON.stringify(event),
        MessageAttributes: Object.fromEntries(
          Object.entries(attributes).map(([name, StringValue]) => [
            name,
            { DataType: 'String', StringValue },
          ]),
        ),
      });
    } catch (failure) {
      if (!(failure instanceof ServiceError)) throw failure;
      this.#warn(`Event ${event.id} could not be put into the dead-letter queue ${arn}: ${failure.message}`);
    }
  }

  #warn(message: string): void {
    this.#host.progress.emit({ type: 'warning', service: 'events', message });
  }
}
