import type { JsonataExpression } from './expression.ts';

/**
 * Names that an expression reads from nowhere. In Step Functions an expression has no document of its
 * own: data comes from `$states` and from variables, so `foo`, `$` and `$$` at the top level mean
 * nothing, and AWS refuses the definition. Only the places where JSONata evaluates against that
 * missing document are looked at: the first step of a path, operands, arguments, constructors; not
 * the inside of predicates, later steps and function bodies, which have a context of their own.
 */
export function topLevelReferences(expression: JsonataExpression): string[] {
  const found: string[] = [];
  visit(expression.compiled.ast() as Node, found);
  return found;
}

/** Whether the expression reads `$states.<member>`. */
export function readsStates(expression: JsonataExpression, member: string): boolean {
  return contains(expression.compiled.ast() as Node, (node) => {
    const [first, second] = node.type === 'path' ? (node.steps ?? []) : [];
    return first?.type === 'variable' && first.value === 'states' && second?.value === member;
  });
}

/** The parts of JSONata's syntax tree that matter here; its published type names only some of them. */
interface Node {
  readonly type: string;
  readonly value?: unknown;
  readonly steps?: readonly Node[];
  readonly expressions?: readonly Node[];
  readonly arguments?: readonly Node[];
  readonly expression?: Node;
  readonly lhs?: Node | readonly (readonly Node[])[];
  readonly rhs?: Node;
  readonly condition?: Node;
  readonly then?: Node;
  readonly else?: Node;
}

function visit(node: Node, found: string[]): void {
  switch (node.type) {
    case 'path': {
      const first = node.steps?.[0];
      if (first !== undefined)
        visit(first.type === 'name' ? { type: 'reference', value: first.value } : first, found);
      return;
    }
    case 'reference':
      found.push(String(node.value));
      return;
    case 'variable':
      if (node.value === '' || node.value === '$') found.push(node.value === '' ? '$' : '$$');
      return;
    case 'lambda':
    case 'transform':
      return;
    default:
      for (const child of operands(node)) visit(child, found);
  }
}

function operands(node: Node): Node[] {
  const pairs = Array.isArray(node.lhs) ? (node.lhs as readonly (readonly Node[])[]).flat() : [];
  const single = Array.isArray(node.lhs) ? [] : [node.lhs as Node | undefined];
  return [
    ...single,
    ...pairs,
    node.rhs,
    node.expression,
    node.condition,
    node.then,
    node.else,
    ...(node.expressions ?? []),
    ...(node.arguments ?? []),
  ].filter((child) => child !== undefined);
}

function contains(node: Node, wanted: (node: Node) => boolean): boolean {
  if (wanted(node)) return true;
  return Object.values(node).some((member: unknown) => {
    const children = Array.isArray(member) ? member.flat() : [member];
    return children.some((child: unknown) => isNode(child) && contains(child, wanted));
  });
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}
