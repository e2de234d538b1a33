import { ServiceError, unknownOperation } from '../dispatch/errors.ts';
import type { ServiceModel } from '../model/load.ts';
import type { OperationModel, Protocol } from '../model/shapes.ts';
import type { Identity } from './identity.ts';
import { parseQuery, type WireRequest } from './request.ts';
import { createRestRouter, type RestMatch, type RestRouter } from './rest-router.ts';

/** The operation that a request asks for, and the protocol it speaks. */
export interface Routed {
  /** The registered service's name. */
  readonly service: string;
  readonly model: ServiceModel;
  readonly operation: OperationModel;
  readonly protocol: Protocol;
  /** 1.0 or 1.1 for the JSON protocol, as the request has it. */
  readonly jsonVersion?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** A service as the router has to know it. */
export interface RoutableService {
  readonly name: string;
  readonly models: readonly ServiceModel[];
  readonly served: ReadonlySet<string>;
}

interface RestService {
  readonly service: string;
  readonly model: ServiceModel;
  readonly route: RestRouter;
}

const CBOR_PATH = /^\/service\/([^/]+)\/operation\/([^/]+)$/;

/**
 * Finds service, operation and protocol of a request. The JSON protocol names its target in a header,
 * CBOR in the path, the query protocol in the form; the REST protocols are told apart by the name the
 * request was signed for and by their paths.
 */
export class WireRouter {
  readonly #byTarget = new Map<string, { service: string; model: ServiceModel }>();
  readonly #bySigningName = new Map<string, { service: string; model: ServiceModel }>();
  readonly #rest: RestService[] = [];

  constructor(services: Iterable<RoutableService>) {
    for (const { name, models, served } of services) {
      for (const model of models) this.#add(name, model, served);
    }
  }

  /**
   * @param body - reads the form of a query request; other protocols' bodies stay untouched
   * @param path - the path to route by, where it is not the request's own (virtual-hosted buckets)
   * @throws ServiceError when no service of the runtime has the operation
   */
  async route(
    request: WireRequest,
    identity: Identity,
    body: () => Promise<Buffer>,
    path = request.path,
  ): Promise<Routed> {
    const target = request.headers['x-amz-target'];
    if (target !== undefined) return this.#byHeader(request, target);
    const cbor = CBOR_PATH.exec(request.path);
    if (cbor && request.headers['smithy-protocol'] === 'rpc-v2-cbor') {
      return this.#named(cbor[1]!, cbor[2]!, 'smithy-rpc-v2-cbor');
    }
    if (isForm(request) && this.#speaksQuery(identity))
      return await this.#byForm(identity, parseQuery((await body()).toString('utf8')));
    if (request.query.has('Action') && request.method === 'GET') {
      return await this.#byForm(identity, request.query);
    }
    return this.#byPath(request, identity, path);
  }

  #add(service: string, model: ServiceModel, served: ReadonlySet<string>): void {
    const { targetPrefix, protocol } = model.metadata;
    if (targetPrefix) this.#byTarget.set(targetPrefix, { service, model });
    const name = signingNameOf(model);
    if (!this.#bySigningName.has(name)) this.#bySigningName.set(name, { service, model });
    if (protocol === 'rest-json' || protocol === 'rest-xml') {
      this.#rest.push({ service, model, route: createRestRouter(model, served) });
    }
  }

  /** Whether a form body is a query request: not when it was signed for a service that takes any body. */
  #speaksQuery({ signingName }: Identity): boolean {
    const signed = signingName && this.#bySigningName.get(signingName);
    if (!signed) return true;
    const { protocol, protocols = [protocol] } = signed.model.metadata;
    return protocols.includes('query');
  }

  #byHeader(request: WireRequest, target: string): Routed {
    const dot = target.lastIndexOf('.');
    const routed = this.#named(target.slice(0, dot), target.slice(dot + 1), 'json');
    const version = /amz-json-(1\.\d)/.exec(request.headers['content-type'] ?? '')?.[1];
    return { ...routed, jsonVersion: version ?? routed.model.metadata.jsonVersion ?? '1.1' };
  }

  #named(prefix: string, operationName: string, protocol: Protocol): Routed {
    const found = this.#byTarget.get(prefix);
    if (!found) {
      throw new ServiceError('UnknownOperationException', `Slipway has no service with the target ${prefix}`);
    }
    const operation = found.model.operations[operationName];
    if (!operation) throw unknownOperation(operationName);
    return { ...found, operation, protocol };
  }

  async #byForm(identity: Identity, form: ReadonlyMap<string, readonly string[]>): Promise<Routed> {
    const action = form.get('Action')?.[0] ?? '';
    const version = form.get('Version')?.[0];
    const signed = identity.signingName && this.#bySigningName.get(identity.signingName);
    const candidates = signed ? [signed] : [...this.#bySigningName.values()];
    for (const { service, model } of candidates) {
      const operation = model.operations[action];
      if (!operation || (!signed && version !== model.metadata.apiVersion)) continue;
      return { service, model, operation, protocol: 'query' };
    }
    throw new ServiceError(
      'InvalidAction',
      `The action ${action} is not valid for this endpoint${identity.signingName ? ` (${identity.signingName})` : ''}.`,
    );
  }

  #byPath(request: WireRequest, { signingName }: Identity, path: string): Routed {
    const signedFor = this.#rest.filter(({ model }) => signingNameOf(model) === signingName);
    let best: { rest: RestService; match: RestMatch } | undefined;
    for (const rest of signedFor.length > 0 ? signedFor : this.#rest) {
      const match = rest.route(request, path);
      if (match && match.weight > (best?.match.weight ?? -1)) best = { rest, match };
    }
    if (!best) {
      throw new ServiceError(
        'UnknownOperationException',
        `No operation of ${signingName ?? 'any service'} answers ${request.method} ${request.path}`,
        { status: 404 },
      );
    }
    const { rest, match } = best;
    return {
      service: rest.service,
      model: rest.model,
      operation: match.operation,
      labels: match.labels,
      protocol: rest.model.metadata.protocol,
    };
  }
}

function signingNameOf({ metadata }: ServiceModel): string {
  return metadata.signingName ?? metadata.endpointPrefix;
}

function isForm({ method, headers }: WireRequest): boolean {
  return method === 'POST' && (headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
}
