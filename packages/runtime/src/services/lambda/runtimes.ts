import { createHash } from 'node:crypto';
import { VERSION } from '../../version.ts';
import { constraintFault, invalidParameter, notSupported } from './errors.ts';

/** How a function of a runtime is run. */
export interface FunctionRuntime {
  readonly identifier: string;
  readonly language: 'nodejs' | 'python';
  /** The language's version on AWS: `[3, 12]` of python3.12, `[22, 0]` of nodejs22.x. */
  readonly version: readonly [number, number];
  /** AWS no longer takes new functions of it. */
  readonly retired: boolean;
}

const OLDEST_CURRENT_NODE = 20;
const OLDEST_CURRENT_PYTHON = 10;

// Identifiers of the official model, which AWS checks in words of its own.
const KNOWN = [
  ...['nodejs14.x', 'nodejs16.x', 'nodejs18.x', 'nodejs20.x', 'nodejs22.x', 'nodejs24.x', 'nodejs26.x'],
  ...['python3.6', 'python3.7', 'python3.8', 'python3.9', 'python3.10', 'python3.11', 'python3.12'],
  ...['python3.13', 'python3.14', 'python3.15'],
];
const KNOWN_ELSEWHERE =
  /^(nodejs(4\.3(-edge)?|6\.10|8\.10|10\.x|12\.x)?|python2\.7|java(8|8\.al2|8\.al2023|11|11\.al2023|17|17\.al2023|21|25)|dotnetcore(1\.0|2\.0|2\.1|3\.1)|dotnet(6|8|10)|go1\.x|ruby\d\.\d|provided(\.al2|\.al2023)?|custom)$/;

/**
 * The runtime of an identifier.
 *
 * @throws ServiceError for one that AWS has and this version has not, or that nobody has
 */
export function runtimeOf(identifier: string): FunctionRuntime {
  const match = KNOWN.includes(identifier) ? /^(nodejs|python)(\d+)\.(\d+|x)$/.exec(identifier) : null;
  if (!match) {
    if (KNOWN_ELSEWHERE.test(identifier)) {
      throw notSupported(`The runtime ${identifier} is (functions run on Node.js and Python here)`);
    }
    throw invalidParameter(
      `Value ${identifier} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${KNOWN.join(', ')}] or be a valid ARN`,
    );
  }
  const [, language, major, minor] = match;
  const version = [Number(major), minor === 'x' ? 0 : Number(minor)] as const;
  const retired =
    language === 'nodejs' ? version[0] < OLDEST_CURRENT_NODE : version[1] < OLDEST_CURRENT_PYTHON;
  return { identifier, language: language as FunctionRuntime['language'], version, retired };
}

/** A layer says for which runtimes it is meant; nothing else is made of it. */
export function checkCompatibleRuntimes(identifiers: readonly string[]): void {
  const unknown = identifiers.some((name) => !KNOWN.includes(name) && !KNOWN_ELSEWHERE.test(name));
  if (unknown) {
    throw constraintFault(
      `[${identifiers.join(', ')}]`,
      'compatibleRuntimes',
      `satisfy enum value set: [${KNOWN.join(', ')}]`,
    );
  }
}

/** What the user has to know of running a function of this runtime here, if anything. */
export function runtimeWarning(name: string, { identifier, language, retired }: FunctionRuntime) {
  if (!retired) return undefined;
  const here = language === 'nodejs' ? `Node.js ${process.versions.node}` : 'the Python of this machine';
  return `Function ${name} asks for ${identifier}, which AWS has retired; it runs on ${here}.`;
}

/** Names what this version of Slipway runs a runtime's functions with, in AWS's form. */
export function runtimeVersionArn(region: string, identifier: string): string {
  const id = createHash('sha256').update(`slipway ${VERSION} ${identifier}`).digest('hex');
  return `arn:aws:lambda:${region}::runtime:${id}`;
}
