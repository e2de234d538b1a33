import type { ServiceModel } from '../model/load.ts';
import type { OperationModel } from '../model/shapes.ts';
import { decodePercent, type WireRequest } from './request.ts';

/** A REST operation found for a request, with the labels of its path. */
export interface RestMatch {
  readonly operation: OperationModel;
  readonly labels: Readonly<Record<string, string>>;
  /** How much of the request the operation asks for; among several services the highest wins. */
  readonly weight: number;
}

interface Route {
  readonly operation: OperationModel;
  readonly segments: readonly Segment[];
  readonly literalQuery: readonly (readonly [string, string])[];
  /** Query parameters and headers of required members, which tell operations of one address apart. */
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
  readonly weight: number;
}

type Segment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'label'; readonly name: string }
  | { readonly kind: 'greedy'; readonly name: string };

/** Finds operations by method, path and query, all from the official model's URI templates. */
export type RestRouter = (request: WireRequest, path: string) => RestMatch | undefined;

/**
 * Builds the router of a REST service. Several operations may share a path: the one that asks for most
 * of what the request carries wins (`CopyObject` over `PutObject` when x-amz-copy-source is there), a
 * deprecated one only where nothing else fits.
 *
 * @param model - a model of a REST protocol
 * @param served - operations that win over equal ones, because the runtime serves them
 */
export function createRestRouter(model: ServiceModel, served: ReadonlySet<string>): RestRouter {
  const byMethod = new Map<string, Route[]>();
  const operations = Object.values(model.operations);
  const addresses = new Map<string, number>();
  for (const operation of operations) {
    const address = addressOf(operation);
    addresses.set(address, (addresses.get(address) ?? 0) + 1);
  }
  for (const operation of operations) {
    // An operation alone at its address gets the requests that lack something too, to say what they lack.
    const alone = addresses.get(addressOf(operation)) === 1;
    const route = createRoute(model, operation, { alone, served: served.has(operation.name) });
    const routes = byMethod.get(operation.http.method);
    if (routes) routes.push(route);
    else byMethod.set(operation.http.method, [route]);
  }
  for (const routes of byMethod.values()) routes.sort((a, b) => b.weight - a.weight);
  return (request, path) => {
    const parts = path.slice(1).split('/');
    for (const route of byMethod.get(request.method) ?? []) {
      const labels = matches(route, request) ? matchPath(route.segments, parts) : undefined;
      if (labels) return { operation: route.operation, labels, weight: route.weight };
    }
    return undefined;
  };
}

/** Method, path and fixed query, without the names of labels. */
function addressOf({ http }: OperationModel): string {
  const [path = '/', query = ''] = http.requestUri.split('?');
  const fixed = query.split('&').sort().join('&');
  return `${http.method} ${path.replace(/\{[^}+]*/g, '{')}?${fixed}`;
}

function createRoute(
  model: ServiceModel,
  operation: OperationModel,
  { alone, served }: { alone: boolean; served: boolean },
): Route {
  const [path = '/', query = ''] = operation.http.requestUri.split('?');
  const segments = path.slice(1).split('/').map(parseSegment);
  const literalQuery = query
    .split('&')
    .filter((part) => part !== '')
    .map((part): readonly [string, string] => {
      const [name = '', value = ''] = part.split('=');
      return [name, value];
    });
  const requiredQuery: string[] = [];
  const requiredHeaders: string[] = [];
  const input = alone ? undefined : model.structure(operation.input);
  for (const name of input?.required ?? []) {
    const member = input?.members[name];
    const wireName = member?.locationName ?? name;
    if (member?.location === 'querystring') requiredQuery.push(wireName);
    if (member?.location === 'header') requiredHeaders.push(wireName.toLowerCase());
  }
  const literals = segments.filter((segment) => segment.kind === 'literal').length;
  const required = literalQuery.length + requiredQuery.length + requiredHeaders.length;
  const weight =
    literals * 10_000 +
    segments.length * 1000 +
    required * 10 +
    (operation.deprecated ? 0 : 2) +
    (served ? 1 : 0);
  return { operation, segments, literalQuery, requiredQuery, requiredHeaders, weight };
}

function parseSegment(text: string): Segment {
  if (!text.startsWith('{')) return { kind: 'literal', text };
  return text.endsWith('+}')
    ? { kind: 'greedy', name: text.slice(1, -2) }
    : { kind: 'label', name: text.slice(1, -1) };
}

function matches(route: Route, { query, headers }: WireRequest): boolean {
  return (
    route.literalQuery.every(([name, value]) => {
      const sent = query.get(name);
      return sent !== undefined && (value === '' || sent.includes(value));
    }) &&
    route.requiredQuery.every((name) => query.has(name)) &&
    route.requiredHeaders.every((name) => headers[name] !== undefined)
  );
}

function matchPath(
  segments: readonly Segment[],
  parts: readonly string[],
): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (segment.kind === 'greedy') {
      const rest = parts.slice(index).join('/');
      if (rest === '') return undefined;
      labels[segment.name] = decodePercent(rest);
      return labels;
    }
    if (part === undefined) return undefined;
    if (segment.kind === 'label') {
      if (part === '') return undefined;
      labels[segment.name] = decodePercent(part);
    } else if (segment.text !== part) {
      return undefined;
    }
  }
  const rest = parts.slice(segments.length);
  // `/bucket/` is the bucket, as `/bucket` is.
  return rest.length === 0 || (rest.length === 1 && rest[0] === '') ? labels : undefined;
}
