import type { Evaluation } from '../template/evaluation.ts';
import { isObject } from '../template/template.ts';
import { liveSurroundings } from './live-surroundings.ts';
import type { Run } from './run.ts';
import { createEvaluation } from './wanted.ts';

/** Names of the exports that the stack's template imports, as far as they can be told now. */
export function importedNames(run: Run): Set<string> {
  const { blueprint } = run;
  const evaluation = createEvaluation(blueprint, liveSurroundings(run));
  const values = [
    ...Object.values(blueprint.resources).map(({ Properties }) => Properties),
    ...Object.values(blueprint.template.outputs)
      .filter(({ Condition }) => blueprint.holds(Condition))
      .map(({ Value }) => Value),
  ];
  const names = new Set<string>();
  for (const argument of argumentsIn(values, blueprint.holds)) {
    const name = evaluated(evaluation, argument);
    if (typeof name === 'string') names.add(name);
  }
  return names;
}

/** From here on, the exports that the template uses cannot be taken away. */
export async function protectImports(run: Run): Promise<void> {
  const names = importedNames(run);
  if (names.size > 0) await run.write(() => run.stacks.exports.addImports(run.stack, run.stack, names));
}

/** Arguments of `Fn::ImportValue` in the branches that the conditions choose. */
function argumentsIn(value: unknown, holds: (condition: string) => boolean): unknown[] {
  if (Array.isArray(value)) return value.flatMap((item) => argumentsIn(item, holds));
  if (!isObject(value)) return [];
  if (value['Fn::ImportValue'] !== undefined) return [value['Fn::ImportValue']];
  const branches = value['Fn::If'];
  if (Array.isArray(branches) && typeof branches[0] === 'string') {
    return argumentsIn(branches[holds(branches[0]) ? 1 : 2], holds);
  }
  return Object.values(value).flatMap((member) => argumentsIn(member, holds));
}

function evaluated(evaluation: Evaluation, argument: unknown): unknown {
  try {
    return evaluation.value(argument);
  } catch {
    // Made of a resource that is not there yet: told again when the deployment has succeeded.
    return undefined;
  }
}
