import { invalidPattern, patternRegex } from './invalid-pattern.ts';

/** What a selector finds: scalars of JSON, or the text of a column. */
export type Found = string | number | boolean | null;

/** Gives all that a selector finds; several where it names every element of an array. */
export type Lookup = (selector: string) => readonly Found[] | undefined;

/** A condition over what selectors find. */
export interface Condition {
  readonly selectors: readonly string[];
  holds(lookup: Lookup): boolean;
}

const NUMBER = /^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/;
const OPERATORS = ['!=', '<=', '>=', '=', '<', '>'] as const;
type Operator = (typeof OPERATORS)[number];

/**
 * Parses `selector op value`, joined by `&&`, `||` and parentheses.
 *
 * @param selector - recognises a selector at the given place (sticky)
 * @throws InvalidParameterException
 */
export function parseCondition(text: string, selector: RegExp): Condition {
  const parser = new ConditionParser(text, selector);
  const condition = parser.any();
  parser.end();
  return condition;
}

class ConditionParser {
  readonly #text: string;
  readonly #selector: RegExp;
  #at = 0;

  constructor(text: string, selector: RegExp) {
    this.#text = text;
    this.#selector = new RegExp(selector.source, 'y');
  }

  any(): Condition {
    const parts = [this.#all()];
    while (this.#take(/\|\|/y)) parts.push(this.#all());
    return joined(parts, (lookup) => parts.some((part) => part.holds(lookup)));
  }

  end(): void {
    this.#blanks();
    if (this.#at < this.#text.length) throw invalidPattern();
  }

  #all(): Condition {
    const parts = [this.#one()];
    while (this.#take(/&&/y)) parts.push(this.#one());
    return joined(parts, (lookup) => parts.every((part) => part.holds(lookup)));
  }

  #one(): Condition {
    if (this.#take(/\(/y)) {
      const inner = this.any();
      if (!this.#take(/\)/y)) throw invalidPattern();
      return inner;
    }
    const selector = this.#take(this.#selector);
    if (selector === undefined) throw invalidPattern();
    const only = (holds: (found: readonly Found[] | undefined) => boolean): Condition => ({
      selectors: [selector],
      holds: (lookup) => holds(lookup(selector)),
    });
    if (this.#take(/NOT\s+EXISTS\b/iy)) return only((found) => found === undefined);
    if (this.#take(/EXISTS\b/iy)) return only((found) => found !== undefined);
    const is = this.#take(/IS\s+(NULL|TRUE|FALSE)\b/iy);
    if (is) {
      const wanted = JSON.parse(is.replace(/^IS\s+/i, '').toLowerCase()) as Found;
      return only((found) => found?.includes(wanted) ?? false);
    }
    const operator = OPERATORS.find((candidate) => this.#take(literal(candidate)));
    if (!operator) throw invalidPattern();
    const test = this.#value(operator);
    return only((found) => found?.some(test) ?? false);
  }

  #value(operator: Operator): (found: Found) => boolean {
    const quoted = this.#take(/"((?:[^"\\]|\\.)*)"/y);
    const regex = quoted === undefined ? this.#take(/%((?:[^%\\]|\\.)*)%/y) : undefined;
    const bare = quoted === undefined && regex === undefined ? this.#take(/[^\s"()&|,\]}]+/y) : undefined;
    const equal = operator === '=';
    if (regex !== undefined) {
      const expression = patternRegex(regex.slice(1, -1));
      if (!equal && operator !== '!=') throw invalidPattern();
      return (found) => expression.test(String(found)) === equal;
    }
    if (bare !== undefined && NUMBER.test(bare)) return comparison(operator, Number(bare), bare);
    if (!equal && operator !== '!=') throw invalidPattern();
    const text = quoted === undefined ? bare : quoted.slice(1, -1).replace(/\\(.)/g, '$1');
    if (text === undefined) throw invalidPattern();
    const wanted = wildcard(text);
    return (found) => found !== null && wanted.test(String(found)) === equal;
  }

  #take(expression: RegExp): string | undefined {
    this.#blanks();
    expression.lastIndex = this.#at;
    const found = expression.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #blanks(): void {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at++;
  }
}

function joined(parts: readonly Condition[], holds: Condition['holds']): Condition {
  return { selectors: [...new Set(parts.flatMap(({ selectors }) => selectors))], holds };
}

function comparison(operator: Operator, wanted: number, text: string): (found: Found) => boolean {
  const compare = (found: Found): number | undefined => {
    if (found === null || typeof found === 'boolean' || found === '') return undefined;
    const number = Number(found);
    return Number.isNaN(number) ? undefined : number;
  };
  switch (operator) {
    case '=':
      return (found) => compare(found) === wanted || found === text;
    case '!=':
      return (found) => found !== null && compare(found) !== wanted && found !== text;
    case '<':
      return (found) => (compare(found) ?? Number.NaN) < wanted;
    case '<=':
      return (found) => (compare(found) ?? Number.NaN) <= wanted;
    case '>':
      return (found) => (compare(found) ?? Number.NaN) > wanted;
    case '>=':
      return (found) => (compare(found) ?? Number.NaN) >= wanted;
    default:
      return operator satisfies never;
  }
}

/** A text in which `*` stands for anything. */
function wildcard(text: string): RegExp {
  const source = text.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${source.join('[^]*')}$`);
}

function literal(text: string): RegExp {
  return new RegExp(text.replace(/[|]/g, '\\$&'), 'y');
}
