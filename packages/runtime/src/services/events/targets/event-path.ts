const STEP = /\.([\w-]+|\*)|\['([^']+)'\]|\["([^"]+)"\]|\[(\d+|\*)\]/y;

/** A path of EventBridge into an event: `$`, `$.detail.key`, `$.resources[0]`, `$['detail-type']`. */
export type EventPath = (event: unknown) => unknown;

/** @returns undefined when the text is no path */
export function parseEventPath(text: string): EventPath | undefined {
  if (!text.startsWith('$')) return undefined;
  const steps: string[] = [];
  for (let at = 1; at < text.length; at = STEP.lastIndex) {
    STEP.lastIndex = at;
    const match = STEP.exec(text);
    if (!match) return undefined;
    steps.push(match[1] ?? match[2] ?? match[3] ?? match[4]!);
  }
  return (event) => follow(event, steps);
}

/** A wildcard gives the list of what is found behind it. */
function follow(value: unknown, steps: readonly string[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (step === '*') {
    return Object.values(value)
      .map((item) => follow(item, rest))
      .filter((found) => found !== undefined);
  }
  return Object.hasOwn(value, step) ? follow((value as Record<string, unknown>)[step], rest) : undefined;
}
