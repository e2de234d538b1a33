import { invalid } from './template/invalid.ts';

/** What waits for what: node → the nodes that have to be done first. */
export type Graph = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * @throws ValidationError naming the nodes of a circle
 */
export function checkAcyclic(graph: Graph): void {
  const state = new Map<string, 'open' | 'done'>();
  const path: string[] = [];
  const visit = (node: string): void => {
    if (state.get(node) === 'done') return;
    if (state.get(node) === 'open') {
      const circle = path.slice(path.indexOf(node));
      throw invalid(`Circular dependency between resources: [${circle.sort().join(', ')}]`);
    }
    state.set(node, 'open');
    path.push(node);
    for (const next of graph.get(node) ?? []) visit(next);
    path.pop();
    state.set(node, 'done');
  };
  for (const node of graph.keys()) visit(node);
}

/** The same nodes, each waiting for those that waited for it: the order of deletion. */
export function reversed(graph: Graph): Graph {
  const back = new Map<string, Set<string>>([...graph.keys()].map((node) => [node, new Set<string>()]));
  for (const [node, needs] of graph) {
    for (const need of needs) back.get(need)?.add(node);
  }
  return back;
}

export interface WalkOptions {
  /** At most so many at a time. */
  readonly width: number;
  /** Asked before a node is begun. */
  readonly mayBegin: (node: string) => boolean;
}

/**
 * Does the work of every node, each when those it waits for are done, independent ones at the same time.
 * Work that throws ends the walk: what is under way is waited for, nothing more is begun, and the first
 * error is thrown. After work that answers false, nothing that waits for that node is begun.
 */
export async function walkGraph(
  graph: Graph,
  work: (node: string) => Promise<boolean>,
  { width, mayBegin }: WalkOptions,
): Promise<void> {
  const waiting = new Set(graph.keys());
  const done = new Set<string>();
  const running = new Map<string, Promise<void>>();
  let failure: { error: unknown } | undefined;
  const begin = (node: string) => {
    waiting.delete(node);
    const run = work(node)
      .then((finished) => {
        if (finished) done.add(node);
      })
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => running.delete(node));
    running.set(node, run);
  };
  for (;;) {
    for (const node of waiting) {
      if (failure || running.size >= width) break;
      const needs = [...(graph.get(node) ?? [])];
      if (needs.every((need) => done.has(need) || !graph.has(need)) && mayBegin(node)) begin(node);
    }
    if (running.size === 0) break;
    await Promise.race(running.values());
  }
  if (failure) throw failure.error;
}
