import type { State, StateGraph } from '../definition/model.ts';
import type { Failure } from '../failures.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Variables } from '../scope.ts';
import type { FlowChange, FlowRecord, FlowStatus } from '../store/store.ts';

/**
 * One line of progress through a graph, in memory. Each flow stands at one state, and its record in
 * the store changes in the same transaction as the history: that is what a restart continues from.
 */
export interface Flow {
  /** Address: `` for the root, `/3:Fan[0]` for a branch, `/3:Fan[0]/0:M{5}` for an iteration below it. */
  readonly path: string;
  readonly parent: Flow | undefined;
  /** Number of the branch or iteration. */
  readonly position: number;
  readonly graph: StateGraph;
  /** JSON pointer to the graph in the definition. */
  readonly graphPointer: string;
  readonly children: Map<number, Flow>;
  status: FlowStatus;
  visit: Visit;
  progress: Progress;
  /** Variables assigned in this flow; those of the parents are looked up there. */
  variables: Variables;
  /** What the next event names as its previous one. */
  lastEventId: number;
  output: Json | undefined;
  /** Which of the larger texts must be written with the next commit. */
  readonly changed: { visit: boolean; variables: boolean };
}

/** What is fixed once a state was entered. */
export interface Visit {
  /** Counts the states that this flow has visited. */
  readonly step: number;
  readonly state: string;
  readonly input: Json;
  readonly enteredAt: number;
  readonly enteredId: number;
  /** The event before StateEntered. */
  readonly beforeId: number;
  /** The collection of a Map, evaluated once. */
  readonly items?: readonly MapItem[];
}

/** One thing that a Map iterates over; `key` when the collection is an object. */
export interface MapItem {
  readonly value: Json;
  readonly key?: string;
}

export interface Progress {
  /** Tries of this visit so far, never reset: part of tokens and of event keys. */
  readonly attempt: number;
  /** `$$.State.RetryCount`. */
  readonly retryCount: number;
  /** Per retrier, by its position. */
  readonly retries: readonly RetryUse[];
  readonly phase: Phase;
}

export interface RetryUse {
  readonly used: number;
  /** When the retrier was first used in this visit. */
  readonly since: number;
}

/** What happens next to a flow. `enter`, `attempt`, `woken`, `result`, `failure` and `children` with work to do can run at once. */
export type Phase =
  | { readonly kind: 'enter' }
  | { readonly kind: 'attempt' }
  | { readonly kind: 'sleep'; readonly due: number }
  | { readonly kind: 'woken' }
  | { readonly kind: 'backoff'; readonly due: number }
  | { readonly kind: 'task'; readonly token: string }
  | { readonly kind: 'result'; readonly result: Json }
  | { readonly kind: 'failure'; readonly failure: Failure }
  | ChildrenPhase
  | MapRunPhase;

/** Branches or iterations are under way. */
export interface ChildrenPhase {
  readonly kind: 'children';
  readonly total: number;
  /** Position of the next child to start. */
  readonly next: number;
  readonly limit: number;
  /** Last events of ended children whose place is free: the next iteration follows from one of them. */
  readonly freed: readonly number[];
  /** The event that announced the last success: MapIterationSucceeded, or the last event of a branch. */
  readonly lastSuccessId: number;
}

/** A Distributed Map is under way; its children are executions of their own. */
export interface MapRunPhase {
  readonly kind: 'map-run';
  readonly arn: string;
  /** Reading items, running children, or writing results; `redrive` until the failed children wait again. */
  readonly stage: 'read' | 'run' | 'write' | 'redrive';
  /** The MapRunStarted event. */
  readonly startedId: number;
  readonly limit: number;
  readonly toleratedCount: number | undefined;
  readonly toleratedPercentage: number | undefined;
}

export const firstProgress: Progress = { attempt: 0, retryCount: 0, retries: [], phase: { kind: 'enter' } };

export function visitPath(flow: Flow): string {
  return `${flow.path}/${flow.visit.step}:${flow.visit.state}`;
}

/** Where the children of the current attempt live; a retried Parallel or Map starts new ones. */
export function childPath(flow: Flow, position: number): string {
  const { attempt } = flow.progress;
  const attemptMark = attempt === 0 ? '' : `~${attempt}`;
  const place = currentState(flow).type === 'Map' ? `{${position}}` : `[${position}]`;
  return `${visitPath(flow)}${attemptMark}${place}`;
}

export function currentState(flow: Flow): State {
  const state = flow.graph.states.get(flow.visit.state);
  if (state === undefined) throw new Error(`state '${flow.visit.state}' is not in its graph`);
  return state;
}

export function setPhase(flow: Flow, phase: Phase): void {
  flow.progress = { ...flow.progress, phase };
}

/** The variables that a flow can read: its own and those of the flows around it. */
export function visibleVariables(flow: Flow): Variables {
  return flow.parent === undefined ? flow.variables : { ...visibleVariables(flow.parent), ...flow.variables };
}

/** What the store keeps of a flow; large texts only when they changed. */
export function toFlowChange(flow: Flow): FlowChange {
  return {
    path: flow.path,
    parentPath: flow.parent?.path,
    position: flow.position,
    status: flow.status,
    lastEventId: flow.lastEventId,
    progress: JSON.stringify(flow.progress),
    visit: flow.changed.visit ? JSON.stringify(flow.visit) : undefined,
    variables: flow.changed.variables ? JSON.stringify(flow.variables) : undefined,
    output: flow.output === undefined ? undefined : JSON.stringify(flow.output),
  };
}

export function fromFlowRecord(
  record: FlowRecord,
  place: Pick<Flow, 'parent' | 'graph' | 'graphPointer'>,
): Flow {
  return {
    ...place,
    path: record.path,
    position: record.position,
    children: new Map(),
    status: record.status,
    visit: JSON.parse(record.visit) as Visit,
    progress: JSON.parse(record.progress) as Progress,
    variables: JSON.parse(record.variables) as JsonObject,
    lastEventId: record.lastEventId,
    output: record.output === undefined ? undefined : (JSON.parse(record.output) as Json),
    changed: { visit: false, variables: false },
  };
}
