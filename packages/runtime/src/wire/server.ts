import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Caller } from '../access/caller.ts';
import type { Dispatcher } from '../dispatch/dispatcher.ts';
import { ServiceError } from '../dispatch/errors.ts';
import type { Protocol } from '../model/shapes.ts';
import { StorageError } from '../store/errors.ts';
import { requestBody } from './body.ts';
import type { Gate } from './gate.ts';
import { identify } from './identity.ts';
import { checkPresigned } from './presigned.ts';
import { cborProtocol } from './protocols/cbor.ts';
import { jsonProtocol } from './protocols/json.ts';
import type { ProtocolCodec } from './protocols/protocol.ts';
import { queryProtocol } from './protocols/query.ts';
import { restJsonProtocol } from './protocols/rest-json.ts';
import { restXmlProtocol } from './protocols/rest-xml.ts';
import { readRequest, type WireRequest } from './request.ts';
import { WholeBody, type WireResponse } from './response.ts';
import { type Routed, WireRouter } from './routing.ts';

const PROTOCOLS: Record<Protocol, ProtocolCodec> = {
  json: jsonProtocol,
  'rest-json': restJsonProtocol,
  'rest-xml': restXmlProtocol,
  query: queryProtocol,
  'smithy-rpc-v2-cbor': cborProtocol,
};

const GRACE_MS = 1000;
// Many clients read an answer only once they have sent everything.
const LONGEST_HEARING_MS = 10_000;

export interface WireServerParts {
  readonly dispatcher: Dispatcher;
  readonly gate: Gate;
  readonly defaultRegion: string;
  callerOf(accessKeyId: string | undefined): Caller;
  /** Whether an access key was withdrawn by who issued it. */
  refuses(accessKeyId: string | undefined): boolean;
  newRequestId(): string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Faults of the runtime itself, which the client sees as InternalFailure. */
  fault(service: string, error: unknown): void;
  /** Answers paths of the runtime's own (`/_slipway/…`); false when the path is none. */
  own(request: WireRequest, response: ServerResponse): boolean;
}

/** The HTTP side of the AWS APIs: protocols in and out, for every service alike. */
export class WireServer {
  readonly #parts: WireServerParts;
  readonly #router: WireRouter;
  readonly #hostSegments: ((host: string) => string | undefined)[] = [];
  readonly #server: Server;

  constructor(parts: WireServerParts) {
    this.#parts = parts;
    const services = [...parts.dispatcher.services()];
    this.#router = new WireRouter(
      services.map(({ definition, service, models }) => ({
        name: definition.name,
        models,
        served: new Set(Object.keys(service.operations)),
      })),
    );
    for (const { definition } of services) {
      if (definition.quirks?.hostSegment) this.#hostSegments.push(definition.quirks.hostSegment);
    }
    this.#server = createServer({ keepAliveTimeout: 65_000, requestTimeout: 0 }, (message, response) => {
      void this.#answer(message, response);
    });
    // Large uploads ask first; whether they are welcome shows while reading.
    this.#server.on('checkContinue', (message: IncomingMessage, response: ServerResponse) => {
      response.writeContinue();
      void this.#answer(message, response);
    });
  }

  /** @returns the port, chosen by the system where `port` is 0 */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no new requests, gives those in flight a moment, then cuts them off. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    const cutOff = setTimeout(() => this.#server.closeAllConnections(), GRACE_MS);
    await closed;
    clearTimeout(cutOff);
  }

  async #answer(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = readRequest(message, this.#parts.newRequestId());
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    let routed: Routed | undefined;
    try {
      this.#parts.gate.check(request.headers);
      if (this.#parts.own(request, response)) return;
      const body = requestBody(request);
      const identity = identify(request);
      checkPresigned(request.query, this.#parts.now());
      routed = await this.#router.route(request, identity, () => body.bytes(), this.#pathOf(request));
      if (this.#parts.refuses(identity.accessKeyId)) throw invalidKey();
      const codec = PROTOCOLS[routed.protocol];
      const output = await this.#parts.dispatcher.call({
        service: routed.service,
        operation: routed.operation.name,
        input: await codec.readInput(request, routed, body),
        caller: this.#parts.callerOf(identity.accessKeyId),
        region: identity.region ?? this.#parts.defaultRegion,
        requestId: request.requestId,
        signal: gone.signal,
      });
      await send(message, response, codec.writeOutput(output, routed, request.requestId));
    } catch (error) {
      await this.#answerError(request, response, routed, error);
    }
  }

  /** The path with the segment that the Host header stands for in front, such as a bucket. */
  #pathOf({ path, headers }: WireRequest): string {
    const host = (headers['host'] ?? '').replace(/:\d+$/, '');
    for (const segmentOf of this.#hostSegments) {
      const segment = segmentOf(host);
      if (segment !== undefined) return `/${segment}${path}`;
    }
    return path;
  }

  async #answerError(
    request: WireRequest,
    response: ServerResponse,
    routed: Routed | undefined,
    error: unknown,
  ): Promise<void> {
    if (response.headersSent) {
      // The client must not take a broken stream for a complete one.
      response.destroy();
      return;
    }
    const answer = error instanceof ServiceError ? error : internalFailure(error);
    if (!(error instanceof ServiceError)) this.#parts.fault(routed?.service ?? 'wire', error);
    const codec = routed ? PROTOCOLS[routed.protocol] : likelyCodec(request);
    await send(request.message, response, codec.writeError(answer, routed, request.requestId));
  }
}

function invalidKey(): ServiceError {
  return new ServiceError('InvalidClientTokenId', 'The security token included in the request is invalid.', {
    status: 403,
  });
}

function internalFailure(error: unknown): ServiceError {
  if (error instanceof StorageError)
    return new ServiceError('ServiceUnavailable', error.message, { status: 503 });
  return new ServiceError('InternalFailure', 'An internal error occurred in Slipway; see its log.', {
    status: 500,
  });
}

/** For requests that could not be routed: the protocol they look like. */
function likelyCodec({ headers }: WireRequest): ProtocolCodec {
  if (headers['smithy-protocol'] !== undefined) return cborProtocol;
  if (headers['x-amz-target'] !== undefined) return jsonProtocol;
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/x-www-form-urlencoded')) return queryProtocol;
  return type.includes('json') ? restJsonProtocol : restXmlProtocol;
}

/** Lets the rest of a request go by. @returns whether all of it has come */
async function isHeardOut(message: IncomingMessage): Promise<boolean> {
  await new Promise<void>((resolve) => {
    const patience = setTimeout(resolve, LONGEST_HEARING_MS);
    const over = () => {
      clearTimeout(patience);
      resolve();
    };
    message.once('end', over).once('close', over).resume();
    if (message.destroyed) over();
  });
  return message.complete;
}

async function send(message: IncomingMessage, response: ServerResponse, answer: WireResponse): Promise<void> {
  const { status, body } = answer;
  const headers: Record<string, string> = { ...answer.headers };
  // A body that nobody read would be taken for the next request on this connection.
  if (!message.complete && !(await isHeardOut(message))) headers['connection'] = 'close';
  if (body instanceof Readable && !(body instanceof WholeBody)) {
    response.writeHead(status, headers);
    if (message.method === 'HEAD') {
      body.destroy();
      response.end();
    } else {
      await pipeline(body, response).catch(() => response.destroy());
    }
    return;
  }
  const withoutBody = status === 204 || status === 304 || message.method === 'HEAD';
  // As bytes: Node would write the head in the encoding of a text behind it, and the head's is Latin-1.
  const content = body instanceof WholeBody ? body.bytes : Buffer.from(body ?? '');
  if (!withoutBody) headers['content-length'] ??= String(content.length);
  response.writeHead(status, headers);
  response.end(withoutBody ? undefined : content);
}
