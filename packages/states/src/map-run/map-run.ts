import type { DistributedMap, ItemReader, MapState } from '../definition/model.ts';
import type { MapItem, MapRunPhase } from '../engine/flow.ts';
import { failureOf } from '../engine/task-lifecycle.ts';
import type { Turn } from '../engine/turn.ts';
import { runtimeFailure, StateFailure } from '../failures.ts';
import type { Json } from '../json.ts';
import { withData } from '../scope.ts';
import { effectiveInput, fill, resultOutcome } from '../states/data-flow.ts';
import { collectionOf, effectiveLimit, toItems } from '../states/map-items.ts';
import { numberOf } from '../states/number-field.ts';
import { abandonMapRun } from './abandon.ts';
import { mapRunNames } from './arns.ts';
import { queueChildren } from './child-executions.ts';
import { readerFailure, readItems, textParameter } from './item-reader.ts';
import { LiveMapRun } from './live-map-run.ts';
import { formatResults, writeResults, writerFailure } from './result-writer.ts';

/**
 * Starts a Distributed Map: its items become child executions, which wait in the store until there is
 * a free place. Reading and writing objects are effects between two transitions.
 */
export async function startMapRun(
  state: MapState,
  distributed: DistributedMap,
  turn: Turn,
  maxConcurrency: number,
): Promise<void> {
  const { run, flow } = turn;
  const scope = turn.scope();
  const inputScope = withData(scope, effectiveInput(state, scope));
  const items =
    distributed.reader === undefined ? toItems(state, await collectionOf(state, scope)) : undefined;
  // Recorded: a dataset that is still to be read counts zero.
  turn.emit('MapStateStarted', { length: items?.length ?? 0 });
  const toleratedCount = await numberOf(distributed.toleratedFailureCount, inputScope);
  const toleratedPercentage = await numberOf(distributed.toleratedFailurePercentage, inputScope, 'float');
  checkTolerance(toleratedCount, toleratedPercentage);
  const id = run.host.uuid();
  const { mapRunArn } = mapRunNames(run.record, distributed.label ?? id.slice(0, 8), id);
  const startedId = turn.emit('MapRunStarted', { mapRunArn });
  const phase: MapRunPhase = {
    kind: 'map-run',
    arn: mapRunArn,
    stage: items === undefined ? 'read' : 'run',
    startedId,
    limit: effectiveLimit(maxConcurrency, run.host.limits.distributedConcurrency),
    toleratedCount,
    toleratedPercentage,
  };
  turn.pause(phase);
  if (items === undefined) run.enqueue(flow);
  else await makeChildren(state, distributed, turn, phase, items);
}

function checkTolerance(count: number | undefined, percentage: number | undefined): void {
  if (count !== undefined && count < 0)
    throw runtimeFailure('ToleratedFailureCount must be zero or positive.');
  if (percentage !== undefined && (percentage < 0 || percentage > 100)) {
    throw runtimeFailure('ToleratedFailurePercentage must be between 0 and 100.');
  }
}

/** Takes a map run as far as it gets; called whenever something about it has changed, and after a restart. */
export async function continueMapRun(
  state: MapState,
  distributed: DistributedMap,
  turn: Turn,
): Promise<void> {
  const { flow } = turn;
  const { phase } = flow.progress;
  if (phase.kind !== 'map-run') return;
  try {
    await continueStage(state, distributed, turn, phase);
  } catch (error) {
    if (error instanceof StateFailure) failMapRun(turn, phase, error);
    throw error;
  }
}

async function continueStage(
  state: MapState,
  distributed: DistributedMap,
  turn: Turn,
  phase: MapRunPhase,
): Promise<void> {
  switch (phase.stage) {
    case 'read':
      return continueReading(state, distributed, turn, phase);
    case 'redrive':
      return requeueChildren(turn, phase);
    case 'run':
      return continueChildren(state, distributed, turn, phase);
    case 'write':
      return continueWriting(state, distributed, turn, phase);
    default:
      return phase.stage satisfies never;
  }
}

/** The map run in memory; made from the store when this is a new process. */
function liveMapRun({ run, flow }: Turn, phase: MapRunPhase): LiveMapRun {
  const known = run.mapRuns.get(flow.path);
  if (known !== undefined) return known;
  const live = new LiveMapRun();
  if (phase.stage !== 'read') live.load(run.host.store, phase.arn);
  run.mapRuns.set(flow.path, live);
  return live;
}

async function continueReading(
  state: MapState,
  distributed: DistributedMap,
  turn: Turn,
  phase: MapRunPhase,
): Promise<void> {
  const live = liveMapRun(turn, phase);
  if (live.read === undefined) {
    if (distributed.reader !== undefined) await startReading(state, distributed.reader, turn, live);
    return;
  }
  if ('failure' in live.read) throw new StateFailure(live.read.failure, { verbatim: true });
  const { items } = live.read;
  const next = { ...phase, stage: 'run' } as const;
  turn.pause(next);
  await makeChildren(state, distributed, turn, next, items);
}

async function startReading(
  state: MapState,
  reader: ItemReader,
  turn: Turn,
  live: LiveMapRun,
): Promise<void> {
  if (live.busy) return;
  const { run, flow } = turn;
  const scope = turn.scope();
  const input = effectiveInput(state, scope);
  const parameters = await fill(state, reader.arguments, scope, input);
  const maxItems = await numberOf(reader.maxItems, withData(scope, input));
  if (maxItems !== undefined && maxItems < 0) {
    throw readerFailure(`MaxItems must not be negative, but was ${maxItems}`);
  }
  live.busy = true;
  const settle = (read: NonNullable<LiveMapRun['read']>): void => {
    live.busy = false;
    live.read = read;
    run.enqueue(flow);
  };
  run.journal.afterCommit(() => {
    readItems(run.host.objects, reader, { parameters, maxItems, roleArn: run.record.roleArn }).then(
      (items) => run.notify(() => settle({ items })),
      (error: unknown) => run.notify(() => settle({ failure: failureOf(error) })),
    );
  });
}

/** Queues the child executions in the same transaction that ends the reading. */
async function makeChildren(
  state: MapState,
  distributed: DistributedMap,
  turn: Turn,
  phase: MapRunPhase,
  items: readonly MapItem[],
): Promise<void> {
  await queueChildren(state, distributed, turn, phase.arn, items);
  loadAfterCommit(turn, phase);
}

/** The queue changes in this transaction: only after it can children be started from there. */
function loadAfterCommit({ run, flow }: Turn, phase: MapRunPhase): void {
  const live = new LiveMapRun();
  live.busy = true;
  run.mapRuns.set(flow.path, live);
  run.journal.afterCommit(() => {
    live.busy = false;
    live.load(run.host.store, phase.arn);
    run.enqueue(flow);
  });
}

async function continueChildren(
  state: MapState,
  distributed: DistributedMap,
  turn: Turn,
  phase: MapRunPhase,
): Promise<void> {
  const { run } = turn;
  const live = liveMapRun(turn, phase);
  if (live.busy) return;
  if (exceedsTolerance(phase, live)) {
    throw new StateFailure(
      {
        error: 'States.ExceedToleratedFailureThreshold',
        cause: 'The specified tolerated failure threshold was exceeded',
      },
      { verbatim: true },
    );
  }
  while (live.running.size < phase.limit) {
    const arn = live.takeNext();
    if (arn === undefined) break;
    run.journal.afterCommit(() => run.host.startPending(arn));
  }
  if (!live.isDone) return;
  if (distributed.writer?.destination === undefined) {
    const children = run.host.store.mapRunChildren(phase.arn, {});
    await succeed(state, turn, phase, formatResults(children, distributed.writer?.transformation));
  } else {
    turn.pause({ ...phase, stage: 'write' });
    await continueWriting(state, distributed, turn, { ...phase, stage: 'write' });
  }
}

function exceedsTolerance(phase: MapRunPhase, live: LiveMapRun): boolean {
  const { toleratedCount, toleratedPercentage } = phase;
  if (live.failed === 0) return false;
  if (toleratedCount === undefined && toleratedPercentage === undefined) return true;
  const overCount = toleratedCount !== undefined && live.failed > toleratedCount;
  const percentage = (live.failed / live.total) * 100;
  return overCount || (toleratedPercentage !== undefined && percentage > toleratedPercentage);
}

async function continueWriting(
  state: MapState,
  { writer }: DistributedMap,
  turn: Turn,
  phase: MapRunPhase,
): Promise<void> {
  const { run, flow } = turn;
  const live = liveMapRun(turn, phase);
  if (live.written !== undefined) {
    if ('failure' in live.written) throw new StateFailure(live.written.failure, { verbatim: true });
    return succeed(state, turn, phase, live.written.result);
  }
  if (live.busy || writer?.destination === undefined) return;
  const scope = turn.scope();
  const destination = await fill(state, writer.destination, scope, effectiveInput(state, scope));
  const bucket = writerText(destination, 'Bucket');
  const prefix = writerText(destination, 'Prefix', '');
  const children = run.host.store.mapRunChildren(phase.arn, {});
  live.busy = true;
  const settle = (written: NonNullable<LiveMapRun['written']>): void => {
    live.busy = false;
    live.written = written;
    run.enqueue(flow);
  };
  run.journal.afterCommit(() => {
    writeResults(run.host.objects, writer, { bucket, prefix }, phase.arn, children, run.record.roleArn).then(
      (result) => run.notify(() => settle({ result })),
      (error: unknown) => run.notify(() => settle({ failure: failureOf(error) })),
    );
  });
}

function writerText(destination: Json, name: string, fallback?: string): string {
  try {
    return textParameter(destination, name);
  } catch (error) {
    if (fallback !== undefined) return fallback;
    throw error instanceof StateFailure ? writerFailure(error.failure.cause ?? '') : error;
  }
}

async function succeed(state: MapState, turn: Turn, phase: MapRunPhase, result: Json): Promise<void> {
  const { run, flow } = turn;
  run.mapRuns.delete(flow.path);
  const succeededId = turn.emit('MapRunSucceeded', undefined, { previousId: phase.startedId });
  turn.emit('MapStateSucceeded', undefined, { previousId: succeededId, aside: true });
  // Recorded since the end of 2024: the exit names MapRunStarted, no longer MapRunSucceeded.
  flow.lastEventId = phase.startedId;
  turn.exit(await resultOutcome(state, turn.scope(), result), state.next);
}

/** Writes why the map run failed; the failure itself goes its usual way afterwards. */
function failMapRun(turn: Turn, phase: MapRunPhase, error: StateFailure): void {
  const { error: name = '', cause = '' } = error.failure;
  turn.emit('MapRunFailed', { error: name, cause }, { previousId: phase.startedId });
  abandonMapRun(turn.run, turn.flow.path, phase);
}

/** After a redrive: the children that did not succeed wait again, and keep what they had reached. */
function requeueChildren(turn: Turn, phase: MapRunPhase): void {
  const { run } = turn;
  // Children that are only now being stopped come first: the end of each calls again.
  if (liveMapRun(turn, phase).running.size > 0) return;
  const again = run.host.store
    .mapRunChildren(phase.arn, {})
    .filter(({ status }) => status === 'FAILED' || status === 'ABORTED' || status === 'TIMED_OUT');
  for (const { arn } of again) run.journal.changeChild(arn, { status: 'PENDING' });
  turn.emit('MapRunRedriven', { mapRunArn: phase.arn, redriveCount: run.record.redriveCount });
  turn.pause({ ...phase, stage: 'run' });
  loadAfterCommit(turn, phase);
}
