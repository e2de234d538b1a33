import type { CloudWatch, MetricDatum } from '@aws-sdk/client-cloudwatch';
import { servicePrincipal } from '../../access/caller.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Alarm } from '../../store/clock.ts';
import type { Scope } from '../../store/collection.ts';

interface Counters {
  readonly scope: Scope;
  readonly name: string;
  invocations: number;
  errors: number;
  throttles: number;
  durations: number[];
}

const PAUSE_MS = 5000;
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
const MOST_VALUES = 150;

/**
 * Lambda's metrics of functions (`AWS/Lambda`: Invocations, Errors, Throttles, Duration), gathered and
 * sent to CloudWatch every few seconds while functions run. Nothing waits for it.
 */
export class FunctionMetrics {
  readonly #host: Host;
  readonly #counters = new Map<string, Counters>();
  #sending: Promise<unknown> = Promise.resolve();
  #alarm: Alarm | undefined;

  constructor(host: Host) {
    this.#host = host;
  }

  invoked(
    scope: Scope,
    name: string,
    { milliseconds, failed }: { milliseconds: number; failed: boolean },
  ): void {
    const counters = this.#of(scope, name);
    counters.invocations += 1;
    counters.errors += failed ? 1 : 0;
    counters.durations.push(Math.round(milliseconds * 100) / 100);
  }

  throttled(scope: Scope, name: string): void {
    this.#of(scope, name).throttles += 1;
  }

  async stop(): Promise<void> {
    this.#alarm?.cancel();
    this.#send();
    await this.#sending;
  }

  #of(scope: Scope, name: string): Counters {
    this.#alarm ??= this.#host.clock.at(this.#host.clock.now() + PAUSE_MS, () => this.#send());
    const key = `${scope.account}/${scope.region}/${name}`;
    const counters = this.#counters.get(key) ?? {
      scope,
      name,
      invocations: 0,
      errors: 0,
      throttles: 0,
      durations: [],
    };
    this.#counters.set(key, counters);
    return counters;
  }

  #send(): void {
    this.#alarm = undefined;
    const gathered = [...this.#counters.values()];
    this.#counters.clear();
    this.#sending = Promise.all([this.#sending, ...gathered.map((counters) => this.#put(counters))]);
  }

  async #put({ scope, name, invocations, errors, throttles, durations }: Counters): Promise<void> {
    const cloudwatch = this.#host.client<CloudWatch>('cloudwatch', {
      caller: servicePrincipal('lambda.amazonaws.com', scope.account),
      region: scope.region,
    });
    const Timestamp = new Date(this.#host.clock.now());
    const Dimensions = [{ Name: 'FunctionName', Value: name }];
    const count = (MetricName: string, Value: number): MetricDatum => ({
      MetricName,
      Value,
      Unit: 'Count',
      Timestamp,
      Dimensions,
    });
    const MetricData = [
      count('Invocations', invocations),
      count('Errors', errors),
      count('Throttles', throttles),
      ...slices(durations).map((Values) => ({
        MetricName: 'Duration',
        Unit: 'Milliseconds' as const,
        Values,
        Timestamp,
        Dimensions,
      })),
    ];
    try {
      await cloudwatch.putMetricData({ Namespace: 'AWS/Lambda', MetricData });
    } catch {
      // Metrics are a by-product; a function never fails for want of them.
    }
  }
}

function slices(values: readonly number[]): number[][] {
  return Array.from({ length: Math.ceil(values.length / MOST_VALUES) }, (_, index) =>
    values.slice(index * MOST_VALUES, (index + 1) * MOST_VALUES),
  );
}
