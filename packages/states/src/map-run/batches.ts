import { type Json, jsonBytes } from '../json.ts';

export interface BatchLimits {
  readonly maxItems: number | undefined;
  /** Bytes of a child's whole input, BatchInput included. */
  readonly maxBytes: number;
}

/**
 * Groups items into the inputs of child executions: `{"BatchInput": …, "Items": […]}`, each as long as
 * both limits allow. An item that exceeds the limit of bytes alone gets a batch of its own.
 */
export function toBatches(items: readonly Json[], batchInput: Json | undefined, limits: BatchLimits): Json[] {
  const wrap = (batch: Json[]): Json =>
    batchInput === undefined ? { Items: batch } : { BatchInput: batchInput, Items: batch };
  const overhead = jsonBytes(wrap([]));
  const batches: Json[][] = [];
  let bytes = 0;
  for (const item of items) {
    // Each item after the first adds a comma.
    const size = jsonBytes(item) + 1;
    const current = batches.at(-1);
    const isFull =
      current === undefined ||
      current.length >= (limits.maxItems ?? Number.POSITIVE_INFINITY) ||
      bytes + size > limits.maxBytes;
    if (isFull) {
      batches.push([item]);
      bytes = overhead + size;
    } else {
      current.push(item);
      bytes += size;
    }
  }
  return batches.map(wrap);
}
