import { AssemblyError } from './assembly-error.ts';
import type { AssemblyStack } from './manifest.ts';

/**
 * The wanted stacks and those they depend on, in the order of deployment.
 *
 * @param names - ids, names or display names; all stacks where there are none
 * @throws AssemblyError naming what there is
 */
export function chooseStacks(
  stacks: readonly AssemblyStack[],
  names: readonly string[] | undefined,
): AssemblyStack[] {
  const byId = new Map(stacks.map((stack) => [stack.id, stack]));
  const chosen = new Set<AssemblyStack>();
  const choose = (stack: AssemblyStack): void => {
    if (chosen.has(stack)) return;
    for (const id of stack.dependencies) {
      const needed = byId.get(id);
      if (needed) choose(needed);
    }
    chosen.add(stack);
  };
  for (const name of names ?? stacks.map(({ id }) => id)) {
    const found = stacks.find(({ id, stackName, displayName }) =>
      [id, stackName, displayName].includes(name),
    );
    if (!found) {
      throw new AssemblyError(
        `The assembly has no stack ${name}; it has ${stacks.map(({ displayName }) => displayName).join(', ')}.`,
      );
    }
    choose(found);
  }
  return [...chosen];
}
