import { ServiceError } from '../../dispatch/errors.ts';

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const LARGEST = { RequestResponse: 6_291_456, Event: 1_048_576 };

/**
 * The event of an invocation; none at all is an empty object.
 *
 * @throws ServiceError when it is too large or no JSON
 */
export function eventOf(payload: Uint8Array | undefined, type: 'RequestResponse' | 'Event'): Uint8Array {
  if (payload === undefined || payload.byteLength === 0) return Buffer.from('{}');
  if (payload.byteLength > LARGEST[type]) {
    throw new ServiceError(
      'RequestEntityTooLargeException',
      `${payload.byteLength} byte payload is too large for the ${type} invocation type (limit ${LARGEST[type]} bytes)`,
      { status: 413 },
    );
  }
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('utf8');
  try {
    JSON.parse(text);
  } catch (error) {
    throw new ServiceError(
      'InvalidRequestContentException',
      `Could not parse request body into json: Could not parse payload into json: ${parserSentence(text, error)}`,
      { Type: 'User' },
    );
  }
  return payload;
}

/** For a word that JSON does not know, the sentence of the parser that Lambda uses. */
function parserSentence(text: string, error: unknown): string {
  const word = /^\s*([A-Za-z_$][\w$]*)/.exec(text);
  const known = word?.[1] === 'true' || word?.[1] === 'false' || word?.[1] === 'null';
  if (!word || known) return error instanceof Error ? error.message : String(error);
  return (
    `Unrecognized token '${word[1]}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')\n` +
    ` at [Source: REDACTED (\`StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION\` disabled); line: 1, column: ${word[0].length + 1}]`
  );
}
