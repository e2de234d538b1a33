import { type Condition, parseCondition } from './condition.ts';
import { invalidPattern } from './invalid-pattern.ts';
import type { FilterPattern } from './pattern.ts';

interface Column {
  readonly name: string;
  readonly condition?: Condition;
}

const NAME = /\$?[A-Za-z_][\w.-]*/;
const FIELD = /"([^"]*)"|\[([^\]]*)\]|(\S+)/g;

/** `[ip, user, request = "GET*", status > 399, ...]`: conditions over fields between blanks. */
export function columnsPattern(text: string): FilterPattern {
  const parts = splitColumns(text).map((part) => part.trim());
  const gap = parts.indexOf('...');
  if (gap >= 0 && parts.indexOf('...', gap + 1) >= 0) throw invalidPattern();
  const columns = parts.map((part, index): Column | undefined =>
    index === gap ? undefined : parseColumn(part, index),
  );

  /** The fields by their columns' names, or undefined when their number does not fit. */
  const read = (message: string): Map<string, string> | undefined => {
    const fields = [...message.matchAll(FIELD)].map(
      ([, quoted, bracketed, word]) => quoted ?? bracketed ?? word!,
    );
    const fits = gap < 0 ? fields.length === columns.length : fields.length >= columns.length - 1;
    if (!fits) return undefined;
    const found = new Map<string, string>();
    for (const [index, column] of columns.entries()) {
      if (!column) continue;
      const place = gap >= 0 && index > gap ? fields.length - (columns.length - index) : index;
      found.set(column.name, fields[place]!);
    }
    return found;
  };

  return {
    matches(message) {
      const found = read(message);
      if (!found) return false;
      const lookup = (selector: string) => {
        const value = found.get(selector.replace(/^\$/, ''));
        return value === undefined ? undefined : [value];
      };
      return columns.every((column) => column?.condition?.holds(lookup) ?? true);
    },
    select: (message, selector) => read(message)?.get(selector.replace(/^\$/, '')),
    extract(message) {
      const found = read(message) ?? new Map<string, string>();
      return Object.fromEntries([...found].map(([name, value]) => [`$${name}`, value]));
    },
  };
}

function parseColumn(text: string, index: number): Column {
  // A column without a name is called by its number.
  if (text === '') return { name: String(index + 1) };
  const name = NAME.exec(text.replace(/^[\s(]+/, ''))?.[0];
  if (name === undefined) throw invalidPattern();
  if (name === text) return { name: name.replace(/^\$/, '') };
  return { name: name.replace(/^\$/, ''), condition: parseCondition(text, NAME) };
}

function splitColumns(text: string): string[] {
  const parts: string[] = [''];
  let inQuotes = false;
  for (const char of text) {
    if (char === '"') inQuotes = !inQuotes;
    if (char === ',' && !inQuotes) parts.push('');
    else parts[parts.length - 1] += char;
  }
  return parts;
}
