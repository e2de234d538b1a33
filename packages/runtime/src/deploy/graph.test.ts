import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkAcyclic, type Graph, reversed, walkGraph } from './graph.ts';

/** Node n may need any node before it, so there is no circle. */
const graphs = fc
  .array(fc.array(fc.nat(30), { maxLength: 4 }), { maxLength: 25 })
  .map(
    (needs): Graph =>
      new Map(
        needs.map((list, node) => [String(node), new Set(list.filter((need) => need < node).map(String))]),
      ),
  );

const everything = { width: 4, mayBegin: () => true };

test('every node comes after those it needs, forwards and backwards', async () => {
  await fc.assert(
    fc.asyncProperty(graphs, async (graph) => {
      checkAcyclic(graph);
      for (const order of [graph, reversed(graph)]) {
        const done: string[] = [];
        await walkGraph(
          order,
          async (node) => {
            for (const need of order.get(node) ?? []) expect(done).toContain(need);
            await Promise.resolve();
            done.push(node);
            return true;
          },
          everything,
        );
        expect(done.sort()).toEqual([...graph.keys()].sort());
      }
    }),
  );
});

test('what depends on a node that was not done is not begun, and an error ends the walk', async () => {
  const graph: Graph = new Map([
    ['a', new Set<string>()],
    ['b', new Set(['a'])],
    ['c', new Set<string>()],
    ['d', new Set(['c'])],
  ]);
  const begun: string[] = [];
  const work = async (node: string) => {
    begun.push(node);
    return node !== 'a';
  };
  await walkGraph(graph, work, everything);
  expect(begun.sort()).toEqual(['a', 'c', 'd']);
  begun.length = 0;
  const failing = async (node: string) => {
    begun.push(node);
    if (node === 'a') throw new Error('a is broken');
    return true;
  };
  await expect(walkGraph(graph, failing, everything)).rejects.toThrow('a is broken');
  expect(begun).not.toContain('b');
});

test('a circle is told by its members', () => {
  const graph: Graph = new Map([
    ['x', new Set(['a'])],
    ['a', new Set(['b'])],
    ['b', new Set(['a'])],
  ]);
  expect(() => checkAcyclic(graph)).toThrow('Circular dependency between resources: [a, b]');
});
