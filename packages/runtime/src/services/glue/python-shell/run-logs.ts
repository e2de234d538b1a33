import type { Caller } from '../../../access/caller.ts';
import type { OutputChunk, OutputStream } from '../../../compute/output-tail.ts';
import type { Host } from '../../../dispatch/host.ts';
import { deliverLogEvents } from '../../../dispatch/log-delivery.ts';
import type { RunBody } from '../run-lifecycle.ts';

const GROUPS: Readonly<Record<OutputStream, string>> = {
  stdout: '/aws-glue/python-jobs/output',
  stderr: '/aws-glue/python-jobs/error',
};
// Longer events are refused: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html
const LONGEST_EVENT = 256 * 1024 - 26;

/** What runs print, on its way to CloudWatch Logs: one event a line, one stream a run. */
export class RunLogs {
  readonly #host: Host;
  readonly #complained = new Set<string>();

  constructor(host: Host) {
    this.#host = host;
  }

  /**
   * Delivers what a run printed; what cannot be delivered fails nobody.
   *
   * @param as - on whose behalf
   * @param key - names the run's process; a chunk repeated under it is delivered once
   */
  async deliver(
    { region, runId }: RunBody,
    as: () => Promise<Caller>,
    { stream, lines, begin, end }: OutputChunk,
    key: string,
  ): Promise<void> {
    const group = GROUPS[stream];
    const timestamp = this.#host.clock.now();
    const events = lines.flatMap(piecesOf).map((message) => ({ timestamp, message }));
    try {
      const target = { caller: await as(), region, group, stream: runId };
      await deliverLogEvents(this.#host, target, events, `${key}/${stream}/${begin}-${end}`);
    } catch (error) {
      this.#complain(group, error);
    }
  }

  /** Once for each group: a role without permission fails on every line. */
  #complain(group: string, error: unknown): void {
    if (this.#complained.has(group)) return;
    this.#complained.add(group);
    const reason = error instanceof Error ? error.message : String(error);
    this.#host.progress.emit({
      type: 'warning',
      service: 'glue',
      message: `Log lines for ${group} could not be delivered: ${reason}`,
    });
  }
}

/** What fits into an event each; an empty line, which is none, gives nothing. */
function piecesOf(line: string): string[] {
  if (Buffer.byteLength(line) <= LONGEST_EVENT) return line === '' ? [] : [line];
  const bytes = Buffer.from(line);
  const pieces: string[] = [];
  for (let begin = 0; begin < bytes.length; begin += LONGEST_EVENT) {
    pieces.push(bytes.subarray(begin, begin + LONGEST_EVENT).toString('utf8'));
  }
  return pieces;
}
