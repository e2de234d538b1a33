import type { DistributedMap, MapState } from '../definition/model.ts';
import type { MapItem } from '../engine/flow.ts';
import { childGraphPointer } from '../engine/graph-pointer.ts';
import type { Turn } from '../engine/turn.ts';
import type { Json } from '../json.ts';
import { withData } from '../scope.ts';
import { effectiveInput, fill } from '../states/data-flow.ts';
import { iterationInput } from '../states/map-items.ts';
import { numberOf } from '../states/number-field.ts';
import { parseMapRunArn } from './arns.ts';
import { toBatches } from './batches.ts';

/** Adds the children of a map run to the store, waiting: one for each item, or for each batch of items. */
export async function queueChildren(
  state: MapState,
  distributed: DistributedMap,
  turn: Turn,
  mapRunArn: string,
  items: readonly MapItem[],
): Promise<void> {
  const { run, flow } = turn;
  const { record, journal, host } = run;
  const names = parseMapRunArn(record, mapRunArn);
  const inputs = await childInputs(state, distributed, turn, items);
  inputs.forEach((input, index) => {
    const name = host.uuid();
    journal.insertChild({
      arn: names.childArn(name),
      name,
      type: distributed.executionType,
      stateMachineArn: names.machineArn,
      stateMachineName: names.machineName,
      roleArn: record.roleArn,
      definitionHash: record.definitionHash,
      entry: childGraphPointer(flow.graphPointer, state, 0),
      status: 'PENDING',
      input: JSON.stringify(input),
      output: undefined,
      failure: undefined,
      startDate: host.now(),
      stopDate: undefined,
      due: undefined,
      redriveCount: 0,
      redriveDate: undefined,
      mapRun: { arn: mapRunArn, parentArn: record.arn, flowPath: flow.path, index },
    });
  });
}

async function childInputs(
  state: MapState,
  { batcher }: DistributedMap,
  turn: Turn,
  items: readonly MapItem[],
): Promise<Json[]> {
  const inputs: Json[] = [];
  for (const [index, item] of items.entries()) inputs.push(await iterationInput(state, turn, item, index));
  if (batcher === undefined) return inputs;
  const scope = turn.scope();
  const input = effectiveInput(state, scope);
  const batchInput =
    batcher.batchInput === undefined ? undefined : await fill(state, batcher.batchInput, scope, input);
  return toBatches(inputs, batchInput, {
    maxItems: await numberOf(batcher.maxItems, withData(scope, input)),
    maxBytes: (await numberOf(batcher.maxBytes, withData(scope, input))) ?? turn.run.host.limits.payloadBytes,
  });
}
