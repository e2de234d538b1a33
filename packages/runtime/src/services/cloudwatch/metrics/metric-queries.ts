import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Scope } from '../../../store/collection.ts';
import { evaluateExpression } from '../expressions/evaluate.ts';
import { series, type Value } from '../expressions/value.ts';
import { unsupportedValue, validationError } from '../failures.ts';
import type { MetricsTable } from './metrics-table.ts';
import { readSeries, type Series } from './series.ts';

const ID = /^[a-z][a-zA-Z0-9_]*$/;

/**
 * Checks the queries of a request: metrics and expressions over them.
 *
 * @throws ValidationError in the words of the service
 */
export function checkQueries(queries: readonly MetricDataQuery[], parameter = 'MetricDataQueries'): void {
  for (const [index, { Id = '', MetricStat, Expression, AccountId }] of queries.entries()) {
    const place = `${parameter}.member.${index + 1}`;
    if (!ID.test(Id)) {
      throw validationError(
        `The value ${Id} for parameter ${place}.Id is not matching the expected pattern ${ID.source}.`,
      );
    }
    if (MetricStat && Expression !== undefined) {
      throw validationError(
        `The parameters ${place}.MetricStat and ${place}.Expression are mutually exclusive and you have specified both.`,
      );
    }
    if (!MetricStat && Expression === undefined) {
      throw validationError(`The parameter ${place}.MetricStat is required.\n`);
    }
    if (AccountId !== undefined) throw unsupportedValue(`${place}.AccountId`);
  }
  const ids = queries.map(({ Id }) => Id);
  if (new Set(ids).size < ids.length) {
    throw validationError(`The values for parameter id in ${parameter} are not unique.`);
  }
}

/** Works queries out, each once, those of others first where an expression names them. */
export class MetricQueries {
  readonly #queries: readonly MetricDataQuery[];
  readonly #read: (query: MetricDataQuery) => Series;
  readonly #range: { readonly first: number; readonly end: number };
  readonly #values = new Map<string, Value | 'working'>();

  constructor(
    queries: readonly MetricDataQuery[],
    source: { readonly metrics: MetricsTable; readonly scope: Scope },
    range: { readonly first: number; readonly end: number },
  ) {
    this.#queries = queries;
    this.#range = range;
    this.#read = ({ MetricStat }) => readSeries(source.metrics, source.scope, MetricStat!, range);
  }

  /** The series that a query gives; an expression may give several, or none. */
  seriesOf(query: MetricDataQuery): readonly Series[] {
    const value = this.#value(query);
    switch (value.kind) {
      case 'series':
        return [value.series];
      case 'array':
        return value.items;
      case 'number':
        return [this.#constant(value.value)];
      case 'text':
        throw validationError(`The expression of '${query.Id}' has to give a time series`);
      default:
        return value satisfies never;
    }
  }

  #value(query: MetricDataQuery): Value {
    const id = query.Id!;
    const known = this.#values.get(id);
    if (known === 'working') throw validationError(`Error in expression '${id}': Circular reference`);
    if (known) return known;
    this.#values.set(id, 'working');
    const value = query.MetricStat
      ? series(this.#read(query))
      : evaluateExpression(
          query.Expression!,
          {
            range: this.#range,
            valueOf: (name) => {
              const named = this.#queries.find(({ Id }) => Id === name);
              return named && this.#value(named);
            },
            metrics: (part) => this.#metrics(part),
          },
          id,
        );
    this.#values.set(id, value);
    return value;
  }

  /** Metrics are the queries that are no expressions. */
  #metrics(part: string | undefined): Series[] {
    return this.#queries
      .filter(({ Id = '', MetricStat }) => MetricStat && (part === undefined || Id.includes(part)))
      .flatMap((query) => {
        const value = this.#value(query);
        return value.kind === 'series' ? [value.series] : [];
      });
  }

  /** A number alone holds wherever the metrics of the request have values. */
  #constant(value: number): Series {
    const metrics = this.#metrics(undefined);
    const times = new Set(metrics.flatMap(({ points }) => points.map(({ time }) => time)));
    const points = [...times].sort((a, b) => a - b).map((time) => ({ time, value }));
    return { label: '', period: Math.max(60_000, ...metrics.map(({ period }) => period)), points };
  }
}
