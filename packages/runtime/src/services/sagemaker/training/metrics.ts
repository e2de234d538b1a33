import type { MetricData } from '@aws-sdk/client-sagemaker';
import { shipped } from '../container/container-logs.ts';
import { invalid } from '../errors.ts';

/** A metric's name and the expression that finds it in a line. */
export interface MetricDefinition {
  readonly Name: string;
  readonly Regex: string;
}

/** Looks for metrics in what a job prints: the first group of each definition's expression is the value. */
export class MetricReader {
  readonly #patterns: readonly { readonly name: string; readonly pattern: RegExp }[];

  /** @throws ServiceError for what is no regular expression */
  constructor(definitions: readonly MetricDefinition[]) {
    this.#patterns = definitions.map(({ Name, Regex }) => ({
      name: Name,
      pattern: compile(Name, Regex),
    }));
  }

  /**
   * The metrics so far with those of further lines; the last value of each counts.
   *
   * @returns the same list when the lines have none; otherwise in the order of the definitions' channels
   *   (what stands before `:`), and within a channel as they first came
   */
  read(metrics: readonly MetricData[], lines: readonly string[], now: Date): readonly MetricData[] {
    const found = new Map(metrics.map((metric) => [metric.MetricName ?? '', metric]));
    let changed = false;
    for (const line of lines) {
      for (const [name, Value] of this.#valuesIn(line)) {
        found.set(name, { MetricName: name, Value, Timestamp: now });
        changed = true;
      }
    }
    return changed ? this.#inOrder([...found.values()]) : metrics;
  }

  *#valuesIn(line: string): Generator<readonly [name: string, value: number]> {
    // Expressions are written for the log, where a tab is `#011`, or for the line itself.
    const texts = line.includes('\t') ? [shipped(line), line] : [line];
    const places: { name: string; value: number; index: number }[] = [];
    for (const { name, pattern } of this.#patterns) {
      const match = texts.map((text) => pattern.exec(text)).find((found) => found?.[1] !== undefined);
      const value = Number.parseFloat(match?.[1] ?? '');
      if (match && !Number.isNaN(value)) {
        places.push({ name, value, index: match.index + match[0].lastIndexOf(match[1]!) });
      }
    }
    for (const { name, value } of places.sort((a, b) => a.index - b.index)) yield [name, value];
  }

  #inOrder(metrics: MetricData[]): MetricData[] {
    const channels = [...new Set(this.#patterns.map(({ name }) => channelOf(name)))];
    const rank = ({ MetricName = '' }: MetricData) => channels.indexOf(channelOf(MetricName));
    return metrics.sort((a, b) => rank(a) - rank(b));
  }
}

function channelOf(name: string): string {
  return name.split(':')[0] ?? name;
}

function compile(name: string, regex: string): RegExp {
  try {
    // Python's notation of named groups, which users bring from their own tests.
    return new RegExp(regex.replaceAll('(?P<', '(?<'));
  } catch (error) {
    throw invalid(`The regular expression of the metric ${name} is not valid: ${(error as Error).message}`);
  }
}
