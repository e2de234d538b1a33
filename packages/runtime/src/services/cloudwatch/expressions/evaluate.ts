import { validationError } from '../failures.ts';
import type { Series } from '../metrics/series.ts';
import { FUNCTIONS, OPERATORS, type Range } from './functions.ts';
import { type Node, parseExpression } from './parser.ts';
import { mapValues, number, series, type Value } from './value.ts';

/** What an expression may name. */
export interface Scope {
  readonly range: Range;
  /** The value of another query of the request. */
  valueOf(id: string): Value | undefined;
  /** All metrics of the request, or those whose id contains a text. */
  metrics(part?: string): readonly Series[];
}

/** Functions that CloudWatch has and that are not served here. */
const MISSING = new Set([
  ...['ANOMALY_DETECTION_BAND', 'SEARCH', 'SERVICE_QUOTA', 'INSIGHT_RULE_METRIC', 'LAMBDA', 'SLICE', 'SORT'],
  ...['DB_PERF_INSIGHTS', 'EPOCH', 'MINUTE', 'HOUR', 'DAY', 'DATE', 'MONTH', 'YEAR', 'TIME_SERIES'],
]);

/**
 * Works an expression out.
 *
 * @throws ValidationError when it is not valid, or uses what is not served
 */
export function evaluateExpression(text: string, scope: Scope, place: string): Value {
  if (/^\s*SELECT\s/i.test(text))
    throw validationError(`${place}: Metrics Insights queries are not supported by this version of Slipway`);
  const node = parseExpression(text);
  if (!node) throw validationError(`Error in expression '${place}': Syntax error`);
  return new Evaluation(scope, place).value(node);
}

class Evaluation {
  readonly #scope: Scope;
  readonly #place: string;

  constructor(scope: Scope, place: string) {
    this.#scope = scope;
    this.#place = place;
  }

  value(node: Node): Value {
    switch (node.kind) {
      case 'number':
        return number(node.value);
      case 'text':
        return { kind: 'text', text: node.text };
      case 'name':
        return this.#named(node.name);
      case 'list':
        return this.#array(node.items.map((item) => this.value(item)));
      case 'unary': {
        const operation =
          node.operator === '-' ? (value: number) => -value : (value: number) => (value === 0 ? 1 : 0);
        return this.#checked(mapValues(this.value(node.operand), operation), node.operator);
      }
      case 'binary':
        return this.#checked(
          OPERATORS[node.operator]!(this.value(node.left), this.value(node.right)),
          node.operator,
        );
      case 'call':
        return this.#call(node.name, node.args);
      default:
        return node satisfies never;
    }
  }

  #named(name: string): Value {
    if (/^(REPEAT|LINEAR)$/i.test(name)) return { kind: 'text', text: name.toUpperCase() };
    const found = this.#scope.valueOf(name);
    if (!found) throw this.#error(`Unresolved variable: ${name}`);
    return found;
  }

  #call(name: string, args: readonly Node[]): Value {
    if (name === 'METRICS') {
      const [part] = args;
      return { kind: 'array', items: this.#scope.metrics(part?.kind === 'text' ? part.text : undefined) };
    }
    const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (!found) {
      throw this.#error(
        MISSING.has(name)
          ? `The function ${name} is not supported by this version of Slipway`
          : `Unknown function: ${name}`,
      );
    }
    const values = args.map((arg) => this.value(arg));
    // Of a series without values the sum is nothing, not an error.
    if (values.length === 1 && values[0]?.kind === 'series' && values[0].series.points.length === 0) {
      return series({ ...values[0].series, points: [] });
    }
    return this.#checked(found(values, this.#scope.range), name);
  }

  #array(values: readonly Value[]): Value {
    const items = values.flatMap((value) =>
      value.kind === 'series' ? [value.series] : value.kind === 'array' ? value.items : [],
    );
    if (items.length < values.length) throw this.#error('An array can only hold time series');
    return { kind: 'array', items };
  }

  #checked(value: Value | undefined, of: string): Value {
    if (value) return value;
    throw this.#error(`Unsupported operand type(s) for ${of}`);
  }

  #error(message: string) {
    return validationError(`Error in expression '${this.#place}': ${message}`);
  }
}
