/** A metric math expression, taken apart. */
export type Node =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Node[] }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'unary'; readonly operator: '-' | '!'; readonly operand: Node }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Node; readonly right: Node };

const TOKEN =
  /\s*(?:(\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([A-Za-z_]\w*)|(<=|>=|==|!=|&&|\|\||[-+*/^%<>(),[\]!]))/y;

/** Operators by what binds least. */
const LEVELS: readonly (readonly string[])[] = [
  ['||', 'OR'],
  ['&&', 'AND'],
  ['==', '!='],
  ['<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];

/**
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 *
 * @returns undefined when the expression is not valid
 */
export function parseExpression(text: string): Node | undefined {
  const tokens = tokenize(text);
  if (!tokens) return undefined;
  const parser = new Parser(tokens);
  try {
    return parser.whole();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

interface Token {
  readonly kind: 'number' | 'text' | 'word' | 'sign';
  readonly text: string;
}

function tokenize(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  let at = 0;
  const end = text.trimEnd().length;
  while (at < end) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) return undefined;
    const [, digits, quoted, word, sign] = match;
    if (digits !== undefined) tokens.push({ kind: 'number', text: digits });
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted.slice(1, -1) });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else tokens.push({ kind: 'sign', text: sign! });
    at = TOKEN.lastIndex;
  }
  return tokens;
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Node {
    const node = this.#binary(0);
    if (this.#at < this.#tokens.length) throw new SyntaxError('More than one expression');
    return node;
  }

  #binary(level: number): Node {
    const operators = LEVELS[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const operator = operators.find((candidate) => this.#takeOperator(candidate));
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: this.#binary(level + 1) };
    }
  }

  #unary(): Node {
    if (this.#take('-')) return { kind: 'unary', operator: '-', operand: this.#unary() };
    if (this.#take('!')) return { kind: 'unary', operator: '!', operand: this.#unary() };
    const base = this.#primary();
    // Powers bind more than a sign in front of them, and from the right.
    return this.#take('^') ? { kind: 'binary', operator: '^', left: base, right: this.#unary() } : base;
  }

  #primary(): Node {
    if (this.#take('(')) return this.#until(')', this.#binary(0));
    if (this.#take('[')) return { kind: 'list', items: this.#list(']') };
    const token = this.#tokens[this.#at++];
    if (!token) throw new SyntaxError('An expression ends too early');
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) };
    if (token.kind === 'text') return { kind: 'text', text: token.text };
    if (token.kind !== 'word') throw new SyntaxError(`${token.text} is not expected`);
    return this.#take('(')
      ? { kind: 'call', name: token.text.toUpperCase(), args: this.#list(')') }
      : { kind: 'name', name: token.text };
  }

  #list(end: string): Node[] {
    const items: Node[] = [];
    if (this.#take(end)) return items;
    do items.push(this.#binary(0));
    while (this.#take(','));
    return this.#until(end, items);
  }

  #until<T>(end: string, found: T): T {
    if (!this.#take(end)) throw new SyntaxError(`${end} is missing`);
    return found;
  }

  #takeOperator(operator: string): boolean {
    const token = this.#tokens[this.#at];
    const same = token?.kind === 'word' ? token.text.toUpperCase() === operator : token?.text === operator;
    if (!token || token.kind === 'text' || !same) return false;
    this.#at += 1;
    return true;
  }

  #take(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'sign' || token.text !== sign) return false;
    this.#at += 1;
    return true;
  }
}
