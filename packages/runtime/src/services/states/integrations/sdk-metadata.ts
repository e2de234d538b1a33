import type { Json } from '@slipway/states';
import { encode } from '../../../store/codec.ts';

/**
 * What optimized integrations put beside a result: the response's headers and request id. Calls inside
 * the runtime have no HTTP response; these are the headers that it would have had.
 */
export function sdkMetadata(output: unknown, requestId: string, now: number): Record<string, Json> {
  const headers = {
    connection: 'keep-alive',
    'Content-Length': String(Buffer.byteLength(encode(output))),
    'Content-Type': 'application/x-amz-json-1.0',
    Date: new Date(now).toUTCString(),
    'x-amzn-RequestId': requestId,
  };
  return {
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
  };
}
