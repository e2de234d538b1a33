/**
 * Reads a field of numbers: `*`, `5`, `1,3`, `1-5`, `0/15`, names where there are any.
 *
 * @returns the numbers, or undefined when the field is not valid
 */
export function parseField(
  text: string,
  least: number,
  most: number,
  names: readonly string[] = [],
): ReadonlySet<number> | undefined {
  const numbers = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part);
    if (!match) return undefined;
    const [, first = '', last, step] = match;
    if (first === '*' && last !== undefined) return undefined;
    const from = first === '*' ? least : numberOf(first, least, most, names);
    const open = first === '*' || step !== undefined;
    const to = last === undefined ? (open ? most : from) : numberOf(last, least, most, names);
    if (from === undefined || to === undefined) return undefined;
    const by = step === undefined ? 1 : Number(step);
    if (by < 1) return undefined;
    // A range may run over the end, as in FRI-MON.
    const span = to >= from ? to - from : to - from + (most - least + 1);
    for (let offset = 0; offset <= span; offset += by) {
      const number = from + offset;
      numbers.add(number > most ? number - (most - least + 1) : number);
    }
  }
  return numbers;
}

/** A number in its range, or the place of a name. */
export function numberOf(
  text: string,
  least: number,
  most: number,
  names: readonly string[] = [],
): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return least + named;
  if (!/^\d+$/.test(text)) return undefined;
  const number = Number(text);
  return number >= least && number <= most ? number : undefined;
}
