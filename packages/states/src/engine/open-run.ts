import type { StateMachine, TaskResource } from '../definition/model.ts';
import type { Json } from '../json.ts';
import type { ExecutionRecord, FlowRecord, TaskRecord } from '../store/store.ts';
import { armFlow, armTimeout } from './alarms.ts';
import { findHandler } from './find-handler.ts';
import { currentState, type Flow, firstProgress, fromFlowRecord } from './flow.ts';
import { childGraph, childGraphPointer, graphAt } from './graph-pointer.ts';
import type { Host } from './host.ts';
import { LiveTask } from './live-task.ts';
import { Run } from './run.ts';
import type { TaskHandler, TaskRequest } from './task-handler.ts';
import { launchTask } from './task-launch.ts';

/** A new execution at the start of its graph, with its first event in the journal. */
export function beginRun(host: Host, record: ExecutionRecord, machine: StateMachine): Run {
  const graph = graphAt(machine, record.entry);
  const input = JSON.parse(record.input) as Json;
  const root: Flow = {
    path: '',
    parent: undefined,
    position: 0,
    graph,
    graphPointer: record.entry,
    children: new Map(),
    status: 'RUNNING',
    visit: { step: 0, state: graph.startAt, input, enteredAt: 0, enteredId: 0, beforeId: 0 },
    progress: firstProgress,
    variables: {},
    lastEventId: 0,
    output: undefined,
    changed: { visit: true, variables: true },
  };
  const run = new Run(host, record, machine, root, 0);
  run.emit({
    type: 'ExecutionStarted',
    details: { input: record.input, inputDetails: { truncated: false }, roleArn: record.roleArn },
    place: { path: '', attempt: 0, previousId: 0 },
  });
  run.journal.save(root);
  return run;
}

/** An execution as the store has it: the journal's cut of one legal run. Nothing moves yet. */
export function loadRun(host: Host, record: ExecutionRecord, machine: StateMachine): Run {
  const { store } = host;
  const [rootRecord, ...others] = store.flows(record.arn).sort((a, b) => a.path.length - b.path.length);
  if (rootRecord === undefined) throw new Error(`execution ${record.arn} has no flows in the store`);
  const graph = graphAt(machine, record.entry);
  const root = fromFlowRecord(rootRecord, { parent: undefined, graph, graphPointer: record.entry });
  const run = new Run(host, record, machine, root, store.lastEventId(record.arn));
  for (const other of others) attachChild(run, other);
  for (const task of store.tasks(record.arn, 'OPEN')) attachTask(run, task);
  return run;
}

function attachChild(run: Run, record: FlowRecord): void {
  const parent = run.flows.get(record.parentPath ?? '');
  if (parent === undefined) throw new Error(`flow ${record.path} has no parent in the store`);
  const state = currentState(parent);
  const child = fromFlowRecord(record, {
    parent,
    graph: childGraph(state, record.position),
    graphPointer: childGraphPointer(parent.graphPointer, state, record.position),
  });
  parent.children.set(child.position, child);
  run.flows.set(child.path, child);
}

function attachTask(run: Run, record: TaskRecord): void {
  const flow = run.flows.get(record.flowPath);
  if (flow === undefined) throw new Error(`the flow of task ${record.token} is not in the store`);
  const request = JSON.parse(record.request) as TaskRequest;
  const handler = handlerOrRefusal(run.host, request.resource);
  run.tasks.set(record.token, new LiveTask(flow, record, request, handler));
}

/** The embedder may have lost the handler of a task that its predecessor had begun: the task then fails. */
function handlerOrRefusal(host: Host, resource: TaskResource): TaskHandler {
  try {
    return findHandler(host, resource);
  } catch (error) {
    return { run: () => Promise.reject(error) };
  }
}

/** Lets an execution move, new or loaded: alarms are set by their absolute times, open tasks are called again. */
export function resumeRun(run: Run): void {
  armTimeout(run);
  for (const flow of run.flows.values()) {
    if (flow.status !== 'RUNNING') continue;
    const { phase } = flow.progress;
    if (phase.kind === 'sleep' || phase.kind === 'backoff') armFlow(run, flow);
    else if (phase.kind !== 'task') run.enqueue(flow);
  }
  for (const task of run.tasks.values()) launchTask(run, task);
}
