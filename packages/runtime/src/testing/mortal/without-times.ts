const REPLACED: readonly [RegExp, string][] = [
  [/\d{4}-\d\d-\d\dT\d\d[:-]\d\d[:-]\d\d(\.\d+)?Z/g, '<time>'],
  [/\b1\d{12}\b/g, '<time>'],
  [/(?<="sequencer\\*":\\*")[0-9A-F]+/g, '<sequencer>'],
  [/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/g, '<time>'],
  [/(?<=RequestId[\\"]+:\[?[\\"]+)[\w-]+/g, '<request>'],
  [/(?<=ExecutionTime[\\"]+:)\d+/g, '<seconds>'],
  [/jr_[0-9a-f]{64}/g, '<run>'],
  [/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>'],
];

/** Takes times, identifiers and durations out of what services answer, so that two runs can be compared. */
export function withoutTimes(text: string): string {
  return REPLACED.reduce((result, [pattern, word]) => result.replace(pattern, word), text);
}
