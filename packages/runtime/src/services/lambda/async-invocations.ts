import { availableParallelism } from 'node:os';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { OrderHandler, OrderRun } from '../../store/orders.ts';
import type { Activation } from './activation.ts';
import { type DeadLetter, sendDeadLetter } from './dead-letters.ts';
import { type AsyncResult, type Delivery, deliver } from './destinations.ts';
import type { FunctionStore } from './function-store.ts';
import type { InvocationResult, Invocations } from './invocations.ts';
import { routed } from './invoke.ts';
import type { InvokeConfigStore } from './invoke-config-store.ts';
import { arnOf, type FunctionReference, LATEST } from './names.ts';
import { eventOf } from './payloads.ts';
import { Turns } from './turns.ts';

const EVENT = 'lambda.event';
const DELIVERY = 'lambda.destination';
const DEAD_LETTER = 'lambda.dead-letter';

interface Order {
  readonly reference: FunctionReference;
  readonly payload: Uint8Array;
  /** The same for all tries. */
  readonly requestId: string;
  readonly accepted: number;
  /** How often the function has failed on it. */
  readonly failures: number;
  /** How often there was no room for it. */
  readonly throttles: number;
}

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
const RETRY_PAUSES_MS = [60_000, 120_000];
const FIRST_THROTTLE_PAUSE_MS = 1000;
const LONGEST_THROTTLE_PAUSE_MS = 300_000;
const LONGEST_AGE_MS = 6 * 3600 * 1000;

/**
 * Events that are left with Lambda: each is an order, run after the commit that accepted it, retried
 * as on AWS when the function fails or is throttled, and its result sent to the destination that the
 * function has for it.
 */
export class AsyncInvocations {
  readonly #host: Host;
  readonly #functions: FunctionStore;
  readonly #configs: InvokeConfigStore;
  readonly #activation: Activation;
  readonly #invocations: Invocations;
  // A burst of events must not become as many processes at once.
  readonly #turns = new Turns(Math.max(16, 4 * availableParallelism()));
  readonly orders: Readonly<Record<string, OrderHandler<never>>> = {
    [EVENT]: (order: Order, run) => this.#turns.take(() => this.#carryOut(order, run), run.signal),
    [DELIVERY]: (delivery: Delivery, run) => deliver(this.#host, delivery, run.id),
    [DEAD_LETTER]: (letter: DeadLetter, run) => sendDeadLetter(this.#host, letter, run.id),
  };

  constructor(
    host: Host,
    parts: { functions: FunctionStore; invokeConfigs: InvokeConfigStore; activation: Activation },
    invocations: Invocations,
  ) {
    this.#host = host;
    this.#functions = parts.functions;
    this.#configs = parts.invokeConfigs;
    this.#activation = parts.activation;
    this.#invocations = invocations;
  }

  /** Takes an event in, durably. @throws ServiceError when it is too large or no JSON */
  async accept(
    reference: FunctionReference,
    payload: Uint8Array | undefined,
    context: CallContext,
  ): Promise<void> {
    const event = eventOf(payload, 'Event');
    await context.transaction(() => {
      this.#host.orders.place<Order>(EVENT, {
        reference,
        payload: event,
        requestId: context.requestId,
        accepted: context.now.getTime(),
        failures: 0,
        throttles: 0,
      });
      return { StatusCode: 202, Payload: new Uint8Array() };
    });
  }

  async #carryOut(order: Order, run: OrderRun): Promise<void> {
    const { reference } = order;
    const config = this.#configs.get(reference.scope, reference.name, reference.qualifier);
    const age = this.#host.clock.now() - order.accepted;
    const longestAge = (config?.MaximumEventAgeInSeconds ?? LONGEST_AGE_MS / 1000) * 1000;
    if (age > longestAge) return await this.#conclude(order, { condition: 'EventAgeExceeded' }, run);
    const attempt = await this.#attempt(order, run);
    if (attempt === 'gone') return;
    if (attempt === 'throttled') {
      const pause = Math.min(FIRST_THROTTLE_PAUSE_MS * 2 ** order.throttles, LONGEST_THROTTLE_PAUSE_MS);
      return await this.#again({ ...order, throttles: order.throttles + 1 }, pause, run);
    }
    if (!attempt.failed) return await this.#conclude(order, { condition: 'Success', ...attempt }, run);
    const retries = config?.MaximumRetryAttempts ?? RETRY_PAUSES_MS.length;
    const pause = RETRY_PAUSES_MS[order.failures];
    const failed = { ...order, failures: order.failures + 1 };
    if (order.failures >= retries || pause === undefined) {
      return await this.#conclude(failed, { condition: 'RetriesExhausted', ...attempt }, run);
    }
    await this.#again(failed, pause, run);
  }

  async #attempt(order: Order, run: OrderRun): Promise<AttemptResult> {
    const { reference, payload, requestId } = order;
    try {
      const version = await routed(
        reference,
        this.#functions,
        this.#activation,
        this.#host.ids.random(),
        run.signal,
      );
      const result = await this.#invocations.run({
        scope: reference.scope,
        version,
        invokedArn: arnOf(reference),
        requestId,
        payload,
        signal: run.signal,
      });
      return { ...result, executedVersion: version.Version };
    } catch (error) {
      if (error instanceof ServiceError && error.code === 'TooManyRequestsException') return 'throttled';
      // A function that was deleted has no use for its events.
      if (error instanceof ServiceError && error.code === 'ResourceNotFoundException') return 'gone';
      throw error;
    }
  }

  async #again(order: Order, pause: number, run: OrderRun): Promise<void> {
    await this.#host.database.transaction(() => {
      this.#host.orders.place<Order>(EVENT, order, { due: this.#host.clock.now() + pause });
      run.complete();
    });
  }

  /** Nothing more is tried; sending the result to those who wait for it are orders of their own. */
  async #conclude(order: Order, result: AsyncResult, run: OrderRun): Promise<void> {
    const { reference, requestId, payload } = order;
    const config = this.#configs.get(reference.scope, reference.name, reference.qualifier);
    const succeeded = result.condition === 'Success';
    const { OnSuccess, OnFailure } = config?.DestinationConfig ?? {};
    const destination = (succeeded ? OnSuccess : OnFailure)?.Destination;
    const settings = this.#functions.version(reference.scope, reference.name, LATEST)?.Settings;
    const target = succeeded ? undefined : settings?.DeadLetterConfig?.TargetArn;
    if (!settings || (!destination && !target)) return;
    const { Role: role } = settings;
    const invocations = order.failures + (succeeded ? 1 : 0);
    const letter = { reference, role, requestId, payload, result };
    await this.#host.database.transaction(() => {
      if (destination) {
        this.#host.orders.place<Delivery>(DELIVERY, { ...letter, destination, invocations });
      }
      if (target) this.#host.orders.place<DeadLetter>(DEAD_LETTER, { ...letter, target });
      run.complete();
    });
  }
}

type AttemptResult = 'gone' | 'throttled' | (InvocationResult & { readonly executedVersion: string });
