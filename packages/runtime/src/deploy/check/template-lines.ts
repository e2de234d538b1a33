import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

/** Finds the line of a path such as `/Resources/Fn/Properties/Foo`; of what is around it where it is not written. */
export function templateLines(text: string): (path: string) => number {
  const lines = new LineCounter();
  const { contents } = parseDocument(text, { lineCounter: lines, logLevel: 'error' });
  return (path) => {
    let offset = contents?.range?.[0] ?? 0;
    let node: unknown = contents;
    for (const name of path.split('/').slice(1)) {
      const next = step(node, name);
      if (!next) break;
      offset = next.offset;
      node = next.value;
    }
    return lines.linePos(offset).line;
  };
}

function step(node: unknown, name: string): { offset: number; value: unknown } | undefined {
  if (isSeq(node)) {
    const value = node.items[Number(name)] as Node | undefined;
    return value?.range ? { offset: value.range[0], value } : undefined;
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === name);
  const range = (pair?.key as Node | undefined)?.range;
  return pair && range ? { offset: range[0], value: pair.value } : undefined;
}
