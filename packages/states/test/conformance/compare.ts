import { isObject, type Json } from '../../src/json.ts';

/** Values that the recordings put in the place of something that differs each time. */
const placeholders = new Set([
  ...['date', 'timestamp', 'start-date', 'stop-date', 'RequestId', 'RandomNumberGenerated'],
  ...['x-amzn-RequestId', 'X-Amzn-Trace-Id', 'snf_role_arn', 'execution-arn', 'state-machine-arn'],
  ...['activity_arn', 'map_run_arn', 'sqs_queue_url', 'lambda_function_name'],
  ...['bucket-name', 'file-key', 'someNonexistentBucketName'],
]);

/** Names that stand inside texts: `<uuid:1>`, `<<task_token>:1>`, and some without brackets. */
const embedded = /<(?:<[^<>]*>|[^<>])*>|lambda_function_name|activity_arn|sqs-queue-url/;

/** Members that depend on the length of generated names. */
const varying = new Set(['Content-Length']);

/**
 * Compares a value with the recorded one. Placeholders match anything, and a string may have been
 * recorded parsed.
 * @returns where they differ first, or undefined
 */
export function difference(expected: Json, actual: Json | undefined, at = ''): string | undefined {
  if (typeof expected === 'string' && matchesText(expected, actual)) return undefined;
  const left = parsed(expected);
  const right = parsed(actual ?? null);
  if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    return first(left.map((item, i) => difference(item, right[i], `${at}[${i}]`)));
  }
  if (isObject(left) && isObject(right)) {
    const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
    return first(
      names.map((name) =>
        varying.has(name)
          ? undefined
          : name in left
            ? difference(left[name] as Json, right[name], `${at}/${name}`)
            : `${at}/${name} is surplus`,
      ),
    );
  }
  if (left === right || (typeof left === 'string' && matchesText(left, right))) return undefined;
  return `${at}: expected ${JSON.stringify(expected)} but got ${JSON.stringify(actual)}`;
}

function matchesText(expected: string, actual: Json | undefined): boolean {
  if (placeholders.has(expected)) return true;
  if (!embedded.test(expected)) return expected === actual;
  const text = typeof actual === 'string' ? actual : JSON.stringify(actual);
  const pieces = expected
    .split(new RegExp(embedded, 'g'))
    .map((piece) => piece.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${pieces.join('[\\s\\S]*')}$`).test(text);
}

function parsed(value: Json): Json {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

function first(differences: readonly (string | undefined)[]): string | undefined {
  return differences.find((found) => found !== undefined);
}
