import type { HistoryEvent } from '@aws-sdk/client-sfn';
import { flowsOf, wholeHistory } from '../../src/testing/mortal/history-flows.ts';
import type { Clients } from '../sdk-clients.ts';

type Plain = (text: string) => string;

/** How the executions of a machine or a map run ended and what they did, in an order of their own. */
export async function executionsOf(
  clients: Clients,
  of: { stateMachineArn: string } | { mapRunArn: string },
  plain: Plain,
): Promise<object[]> {
  const { executions = [] } = await clients.sfn.listExecutions(of);
  const described = await Promise.all(
    executions.map(({ executionArn = '' }) => executionOf(clients, executionArn, plain)),
  );
  return described.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** The same of the children of every map run that the executions of a machine started. */
export async function childrenOf(clients: Clients, stateMachineArn: string, plain: Plain): Promise<object[]> {
  const { executions = [] } = await clients.sfn.listExecutions({ stateMachineArn });
  const histories = await Promise.all(
    executions.map(({ executionArn = '' }) => wholeHistory(clients.sfn, executionArn)),
  );
  const runs = histories.flat().flatMap((event) => event.mapRunStartedEventDetails?.mapRunArn ?? []);
  return await Promise.all(runs.map((mapRunArn) => executionsOf(clients, { mapRunArn }, plain)));
}

async function executionOf(clients: Clients, executionArn: string, plain: Plain): Promise<object> {
  const {
    status,
    input = '',
    output = '',
    error,
    cause,
  } = await clients.sfn.describeExecution({ executionArn });
  const flows = [...flowsOf(await wholeHistory(clients.sfn, executionArn))];
  return {
    input: plain(input),
    status,
    output: plain(output),
    failure: error === undefined ? undefined : { error, cause },
    history: Object.fromEntries(
      flows.map(([flow, events]) => [flow, events.map((event) => inShort(event, plain))]),
    ),
  };
}

function inShort(event: HistoryEvent, plain: Plain): string {
  const { timestamp: _, id: __, previousEventId: ___, type, ...details } = event;
  return `${type} ${plain(JSON.stringify(details))}`;
}
