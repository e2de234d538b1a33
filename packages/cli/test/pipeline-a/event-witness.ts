import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { vi } from 'vitest';
import type { TestRuntime } from '../../../runtime/src/testing/test-runtime.ts';

/** An event as a rule's target gets it. */
export interface SeenEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
}

const GROUP = '/aws/events/forecast-pipelines';

/** A rule of somebody else that writes the pipelines' events into a log group. */
export class EventWitness {
  readonly #logs: CloudWatchLogs;

  private constructor(logs: CloudWatchLogs) {
    this.#logs = logs;
  }

  static async create({ clientConfig }: TestRuntime): Promise<EventWitness> {
    const logs = new CloudWatchLogs(clientConfig);
    const events = new EventBridge(clientConfig);
    await logs.createLogGroup({ logGroupName: GROUP });
    await events.putRule({ Name: 'witness', EventPattern: '{"source":["forecast-mlops-pipeline"]}' });
    await events.putTargets({
      Rule: 'witness',
      Targets: [{ Id: 'log', Arn: `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}` }],
    });
    return new EventWitness(logs);
  }

  /** The first event of this kind, about this run where one is named. */
  async next(detailType: string, uid?: string): Promise<SeenEvent> {
    return (await vi.waitUntil(
      async () => {
        const { events = [] } = await this.#logs.filterLogEvents({ logGroupName: GROUP });
        return events
          .map(({ message = '{}' }) => JSON.parse(message) as SeenEvent)
          .find(
            (event) =>
              event['detail-type'] === detailType && (uid ?? event.detail['uid']) === event.detail['uid'],
          );
      },
      { timeout: 30_000, interval: 20 },
    )) as SeenEvent;
  }
}
