/**
 * Records of an object: its lines with their ends, or with no split the whole of it. An object that is
 * empty has none.
 */
export function recordsOf(content: Buffer, split: 'Line' | 'None'): Buffer[] {
  if (content.length === 0) return [];
  if (split === 'None') return [content];
  const records: Buffer[] = [];
  let begin = 0;
  while (begin < content.length) {
    const found = content.indexOf(0x0a, begin);
    const end = found < 0 ? content.length : found + 1;
    // Blank lines are no records.
    if (content.subarray(begin, end).toString('latin1').trim() !== '')
      records.push(content.subarray(begin, end));
    begin = end;
  }
  return records;
}

/** One request's worth of records. */
export interface Payload {
  readonly records: readonly Buffer[];
  readonly body: Buffer;
}

/**
 * Packs whole records into requests.
 *
 * @param limit - bytes of a request; infinite where there is none
 * @param bodyOf - what is sent of a record
 * @returns undefined when a record alone is larger than the limit
 */
export function payloadsOf(
  records: readonly Buffer[],
  { many, limit, bodyOf }: { many: boolean; limit: number; bodyOf: (record: Buffer) => Buffer },
): Payload[] | undefined {
  const payloads: Payload[] = [];
  let waiting: { record: Buffer; body: Buffer }[] = [];
  let size = 0;
  const close = () => {
    if (waiting.length === 0) return;
    payloads.push({
      records: waiting.map(({ record }) => record),
      body: Buffer.concat(waiting.map(({ body }) => body)),
    });
    waiting = [];
    size = 0;
  };
  for (const record of records) {
    const body = bodyOf(record);
    if (body.length > limit) return undefined;
    if (!many || size + body.length > limit) close();
    waiting.push({ record, body });
    size += body.length;
  }
  close();
  return payloads;
}
