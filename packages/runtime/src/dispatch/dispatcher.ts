import type { Authorizer } from '../access/authorizer.ts';
import type { Caller } from '../access/caller.ts';
import { type CallNeeds, compileNeeds, type ServiceAccess } from '../access/needs.ts';
import { loadModel, type ServiceModel } from '../model/load.ts';
import type { OperationModel } from '../model/shapes.ts';
import { validate, validationMessage } from '../model/validate.ts';
import type { Progress } from '../progress.ts';
import type { Clock } from '../store/clock.ts';
import type { Database } from '../store/database.ts';
import type { Ids } from '../store/ids.ts';
import type { CallContext } from './context.ts';
import type { Effects } from './effects.ts';
import { accessDenied, notImplemented, ServiceError, unknownOperation } from './errors.ts';
import type { ClientOptions } from './host.ts';
import type { Handler, Service, ServiceDefinition } from './service.ts';
import type { ClientOf } from './types.ts';

/** A call of an operation, from the wire or from another service. */
export interface Call {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  readonly caller: Caller;
  readonly region: string;
  readonly requestId: string;
  readonly token?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The service that calls on the caller's behalf, where one does. */
  readonly via?: string | undefined;
}

/** A line of the request log. */
export interface CallRecord {
  readonly time: string;
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly caller: string;
  readonly requestId: string;
  readonly milliseconds: number;
  /** The error's code, absent when the call succeeded. */
  readonly error?: string;
  readonly message?: string;
  readonly warnings?: readonly string[];
}

export interface DispatcherParts {
  readonly database: Database;
  readonly effects: Effects;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly progress: Progress;
  readonly authorizer: Authorizer;
  /** Where finished calls are written down. */
  readonly record: (call: CallRecord) => void;
}

interface Entry {
  readonly definition: ServiceDefinition;
  readonly service: Service;
  readonly models: readonly ServiceModel[];
  readonly access: ServiceAccess;
  readonly needsOf: CallNeeds;
}

const NEVER_ABORTED = new AbortController().signal;

/**
 * Carries a call to its handler: finds the operation, checks the input against the official model,
 * replays the answer of a repeated call, and writes the call down. It names no service.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #services = new Map<string, Entry>();
  readonly #watchers: NonNullable<Service['beforeCall']>[] = [];

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
  }

  add(definition: ServiceDefinition, service: Service): void {
    const models = definition.models.map((model) => (typeof model === 'string' ? loadModel(model) : model));
    for (const operation of Object.keys(service.operations)) {
      if (!models.some((model) => model.operations[operation])) {
        throw new Error(`Service ${definition.name} serves ${operation}, which none of its models has`);
      }
    }
    const access = service.access ?? { prefix: definition.name };
    this.#services.set(definition.name, {
      definition,
      service,
      models,
      access,
      needsOf: compileNeeds(access),
    });
    if (service.identities) this.#parts.authorizer.identities.from(service.identities);
    if (service.beforeCall) this.#watchers.push((call) => service.beforeCall!(call));
  }

  /** All registered services with their models, in the order of registration. */
  services(): Iterable<{ definition: ServiceDefinition; service: Service; models: readonly ServiceModel[] }> {
    return this.#services.values();
  }

  /**
   * @returns the handler's output
   * @throws ServiceError for what the caller has to know; any other error is a fault of the runtime
   */
  async call(call: Call): Promise<unknown> {
    const started = performance.now();
    const warnings: string[] = [];
    let failure: unknown;
    try {
      return await this.#carryOut(call, warnings);
    } catch (error) {
      failure = error;
      if (error instanceof ServiceError) error.requestId ??= call.requestId;
      throw error;
    } finally {
      this.#parts.record({
        time: new Date(this.#parts.clock.now()).toISOString(),
        service: call.service,
        operation: call.operation,
        account: call.caller.account,
        region: call.region,
        caller: call.caller.arn,
        requestId: call.requestId,
        milliseconds: Math.round((performance.now() - started) * 100) / 100,
        ...(failure !== undefined && {
          error: failure instanceof ServiceError ? failure.code : 'InternalFailure',
          message: failure instanceof Error ? failure.message : String(failure),
        }),
        ...(warnings.length > 0 && { warnings }),
      });
    }
  }

  /** A service's client for calls inside the process; the same way as over the wire, less the wire. */
  client<Sdk>(service: string, { caller, region, token, signal, via }: ClientOptions): ClientOf<Sdk> {
    const call = (operation: string, input: unknown) =>
      this.call({
        service,
        operation,
        input: input ?? {},
        caller,
        region,
        requestId: this.#parts.ids.uuid(),
        token,
        signal,
        via,
      });
    return new Proxy({} as ClientOf<Sdk>, {
      get: (_, method) => {
        if (typeof method !== 'string' || method === 'then') return undefined;
        return (input: unknown) => call(method.charAt(0).toUpperCase() + method.slice(1), input);
      },
    });
  }

  async #carryOut(call: Call, warnings: string[]): Promise<unknown> {
    const entry = this.#services.get(call.service);
    if (!entry) throw unknownOperation(`${call.service}:${call.operation}`);
    const { handler, model, operation } = findOperation(entry, call.operation);
    checkInput(entry.definition, model, operation, call.input);
    for (const watch of this.#watchers) {
      const preparation = watch(call);
      if (preparation) await preparation;
    }
    const kept = call.token === undefined ? undefined : this.#parts.effects.find(call.token);
    if (kept) return kept.response;
    const context = this.#context(call, warnings);
    this.#checkAccess(entry, call, model, context);
    return await handler(call.input as never, context);
  }

  /** @throws ServiceError when the policies deny the call and are enforced */
  #checkAccess(
    { definition, access, needsOf }: Entry,
    call: Call,
    { metadata }: ServiceModel,
    context: CallContext,
  ): void {
    const { authorizer } = this.#parts;
    if (authorizer.mode === 'off') return;
    const denial = authorizer.check(call, access, needsOf);
    if (denial?.refused) {
      const { accessDenied: own } = definition.quirks ?? {};
      throw own?.(denial.sentence) ?? accessDenied(metadata.protocol, denial.sentence);
    }
    if (denial?.isNew) context.warn(`AWS would deny this: ${denial.sentence}`);
  }

  #context(call: Call, warnings: string[]): CallContext {
    const { database, effects, clock, progress } = this.#parts;
    const { caller, region, token, signal = NEVER_ABORTED } = call;
    const time = clock.now();
    const keep = (output: unknown) => {
      if (token !== undefined) effects.keep(token, output, time);
    };
    return {
      account: caller.account,
      region,
      caller,
      operation: call.operation,
      requestId: call.requestId,
      now: new Date(time),
      token,
      signal,
      transaction: (work) =>
        database.transaction(() => {
          const output = work();
          keep(output);
          return output;
        }),
      keep,
      client: (service) =>
        this.client(service, { caller, region, signal, via: `${call.service}.amazonaws.com` }),
      arn: (service, resource) => `arn:aws:${service}:${region}:${caller.account}:${resource}`,
      warn: (message) => {
        warnings.push(message);
        progress.emit({ type: 'warning', service: call.service, message });
      },
    };
  }
}

function findOperation(
  { definition, service, models }: Entry,
  name: string,
): { handler: Handler; model: ServiceModel; operation: OperationModel } {
  const model = models.find((candidate) => candidate.operations[name]);
  const operation = model?.operations[name];
  if (!model || !operation) throw unknownOperation(name);
  const handler = service.operations[name];
  if (!handler) throw notImplemented(definition.name, name, definition.unsupported?.[name]);
  return { handler, model, operation };
}

function checkInput(
  { quirks }: ServiceDefinition,
  model: ServiceModel,
  operation: OperationModel,
  input: unknown,
): void {
  const shape = model.structure(operation.input);
  if (!shape || quirks?.validation === 'handler') return;
  const violations = validate(model, shape, input);
  if (violations.length > 0) {
    const { validationCode } = quirks ?? {};
    const code = typeof validationCode === 'object' ? validationCode[model.name] : validationCode;
    throw new ServiceError(code ?? 'ValidationException', validationMessage(violations));
  }
}
