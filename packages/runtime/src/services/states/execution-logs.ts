import type { CloudWatchLogs, InputLogEvent } from '@aws-sdk/client-cloudwatch-logs';
import type { LogLevel } from '@aws-sdk/client-sfn';
import type { EventRecord, ExecutionRecord } from '@slipway/states';
import { servicePrincipal } from '../../access/caller.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Machine } from './machine-store.ts';

const DATA_DETAILS = new Set(['input', 'output', 'parameters', 'assignedVariables']);
const FATAL = new Set(['ExecutionFailed', 'ExecutionTimedOut', 'ExecutionAborted']);
const FAULT = /Failed|TimedOut|Aborted/;
const LARGEST_BATCH = 500;

/**
 * Writes executions' events to the log group that their machine names, as Step Functions delivers them:
 * best effort, after the fact, and never in the execution's way.
 */
export class ExecutionLogs {
  readonly #host: Host;
  readonly #machineOf: (record: ExecutionRecord) => Machine | undefined;
  readonly #streams = new Set<string>();
  #writing: Promise<void> = Promise.resolve();

  constructor(host: Host, machineOf: (record: ExecutionRecord) => Machine | undefined) {
    this.#host = host;
    this.#machineOf = machineOf;
  }

  write(record: ExecutionRecord, events: readonly EventRecord[]): void {
    const {
      level = 'OFF',
      includeExecutionData = false,
      destinations,
    } = this.#machineOf(record)?.loggingConfiguration ?? {};
    const groupArn = destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
    if (level === 'OFF' || groupArn === undefined) return;
    const wanted = events.filter(({ type }) => isWanted(level, type));
    if (wanted.length === 0) return;
    const lines = wanted.map((event) => ({
      timestamp: Math.trunc(event.timestamp),
      message: JSON.stringify(logEntry(record, event, includeExecutionData)),
    }));
    this.#writing = this.#writing.then(() => this.#put(record, groupArn, lines));
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #put(record: ExecutionRecord, groupArn: string, lines: InputLogEvent[]): Promise<void> {
    const [, , , region = '', account = '', , logGroupName = ''] = groupArn.split(':');
    const day = new Date(record.startDate).toISOString().slice(0, 10);
    const logStreamName = `states/${record.stateMachineName}/${day}`;
    const logs = this.#host.client<CloudWatchLogs>('logs', {
      caller: servicePrincipal('delivery.logs.amazonaws.com', account),
      region,
    });
    try {
      if (!this.#streams.has(`${groupArn}/${logStreamName}`)) {
        await logs.createLogStream({ logGroupName, logStreamName }).catch(ignoreExisting);
        this.#streams.add(`${groupArn}/${logStreamName}`);
      }
      for (let at = 0; at < lines.length; at += LARGEST_BATCH) {
        await logs.putLogEvents({
          logGroupName,
          logStreamName,
          logEvents: lines.slice(at, at + LARGEST_BATCH),
        });
      }
    } catch (error) {
      const message = `Events of ${record.arn} could not be logged to ${logGroupName}: ${(error as Error).message}`;
      this.#host.progress.emit({ type: 'warning', service: 'states', message });
    }
  }
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/cloudwatch-log-level.html */
function isWanted(level: LogLevel, type: string): boolean {
  if (level === 'ALL') return true;
  if (level === 'FATAL') return FATAL.has(type);
  return FAULT.test(type);
}

function logEntry(record: ExecutionRecord, event: EventRecord, withData: boolean) {
  const details = Object.entries((event.details ?? {}) as Record<string, unknown>).filter(
    ([name]) => withData || !DATA_DETAILS.has(name),
  );
  return {
    id: String(event.id),
    type: event.type,
    details: Object.fromEntries(details),
    redrive_count: String(record.redriveCount),
    previous_event_id: String(event.previousId),
    event_timestamp: String(Math.trunc(event.timestamp)),
    execution_arn: record.arn,
  };
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof ServiceError) || error.code !== 'ResourceAlreadyExistsException') throw error;
}
