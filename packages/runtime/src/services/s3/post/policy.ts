import { fault } from '../errors.ts';

type Condition = Readonly<Record<string, unknown>> | readonly unknown[];

interface Policy {
  readonly expiration?: string;
  readonly conditions?: readonly Condition[];
}

// Fields that no condition has to allow.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
const FREE = new Set(['file', 'policy', 'signature', 'awsaccesskeyid', 'x-amz-signature']);

/** The sizes that a policy allows. */
export interface AllowedSize {
  readonly least: number;
  readonly most: number;
}

/**
 * Holds a form's fields against the policy that came with it. The signature of the policy is not checked
 * on loopback.
 *
 * @returns the sizes that the file may have
 * @throws AccessDenied, InvalidPolicyDocument
 */
export function checkFormPolicy(
  fields: ReadonlyMap<string, string>,
  bucket: string,
  now: Date,
): AllowedSize | undefined {
  const encoded = fields.get('policy');
  if (encoded === undefined) return undefined;
  const { expiration, conditions = [] } = parse(encoded);
  const values = new Map([...fields, ['bucket', bucket]]);
  if (expiration === undefined) throw malformed('Policy missing expiration.');
  const expires = Date.parse(expiration);
  if (Number.isNaN(expires)) throw malformed(`Invalid 'expiration' value: '${expiration}'`);
  if (expires < now.getTime()) throw denied('Policy expired.');
  const allowed = new Set<string>();
  let size: AllowedSize | undefined;
  for (const condition of conditions) {
    if (Array.isArray(condition) && String(condition[0]).toLowerCase() === 'content-length-range') {
      size = { least: Number(condition[1]), most: Number(condition[2]) };
      continue;
    }
    for (const [kind, name, value] of comparisons(condition)) {
      allowed.add(name);
      if (!holds(kind, values.get(name) ?? '', value)) {
        throw denied(`Policy Condition failed: ["${kind}", "$${name}", "${value}"]`);
      }
    }
  }
  const extra = [...fields.keys()].filter(
    (name) => !FREE.has(name) && !name.startsWith('x-ignore-') && !allowed.has(name),
  );
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
  return size;
}

function parse(encoded: string): Policy {
  try {
    return JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as Policy;
  } catch {
    throw malformed('Invalid JSON.');
  }
}

/** A condition as comparisons of a field with a text. */
function comparisons(condition: Condition): [kind: string, name: string, value: string][] {
  if (!Array.isArray(condition)) {
    return Object.entries(condition).map(([name, value]) => ['eq', name.toLowerCase(), String(value)]);
  }
  const [kind, name, value] = condition.map(String);
  return [[kind!.toLowerCase(), name!.replace(/^\$/, '').toLowerCase(), value!]];
}

function holds(kind: string, actual: string, wanted: string): boolean {
  if (kind === 'eq') return actual === wanted;
  if (kind === 'starts-with') return actual.startsWith(wanted);
  throw malformed(`Invalid Condition: unknown operation '${kind}'.`);
}

function denied(reason: string): Error {
  return fault('AccessDenied', {}, `Invalid according to Policy: ${reason}`);
}

function malformed(reason: string): Error {
  return fault('InvalidPolicyDocument', {}, `Invalid Policy: ${reason}`);
}
