import type { Caller } from '../../../access/caller.ts';
import type { OutputChunk } from '../../../compute/output-tail.ts';
import type { Host } from '../../../dispatch/host.ts';
import { deliverLogEvents } from '../../../dispatch/log-delivery.ts';

// Longer events are refused: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
const LONGEST_EVENT = 256 * 1024 - 26;

/** Where a container's output goes. */
export interface LogStream {
  readonly region: string;
  /** Such as `/aws/sagemaker/TrainingJobs`. */
  readonly group: string;
  readonly stream: string;
}

/** What containers print, on its way to CloudWatch Logs. */
export class ContainerLogs {
  readonly #host: Host;
  readonly #complained = new Set<string>();

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Delivers what a container printed; what cannot be delivered fails nobody.
   *
   * @param as - on whose behalf
   * @param key - names the process; a chunk repeated under it is delivered once
   */
  async deliver(
    { region, group, stream }: LogStream,
    as: () => Promise<Caller>,
    chunk: OutputChunk,
    key: string,
  ): Promise<void> {
    const timestamp = this.#host.clock.now();
    const events = chunk.lines
      .filter((line) => line !== '')
      .map((line) => ({ timestamp, message: shipped(line) }));
    const token = `${key}/${chunk.stream}/${chunk.begin}-${chunk.end}`;
    try {
      await deliverLogEvents(this.#host, { caller: await as(), region, group, stream }, events, token);
    } catch (error) {
      this.#complain(group, error);
    }
  }

  /** Once for each group: a role without permission fails on every line. */
  #complain(group: string, error: unknown): void {
    if (this.#complained.has(group)) return;
    this.#complained.add(group);
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Log lines for ${group} could not be delivered: ${reason}`;
    this.#host.progress.emit({ type: 'warning', service: 'sagemaker', message });
  }
}

/** A line as the service's log agent ships it: a tab becomes `#011`, which metric definitions look for. */
export function shipped(line: string): string {
  const text = line.replaceAll('\t', '#011');
  if (Buffer.byteLength(text) <= LONGEST_EVENT) return text;
  return Buffer.from(text).subarray(0, LONGEST_EVENT).toString('utf8');
}
