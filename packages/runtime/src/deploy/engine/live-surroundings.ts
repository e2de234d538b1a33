import type { Embodiment } from '../state/stack.ts';
import type { Surroundings } from '../template/evaluation.ts';
import { invalid, wrongFunction } from '../template/invalid.ts';
import { isObject, own } from '../template/template.ts';
import type { Run } from './run.ts';

/** Resources as they are now, and exports of other stacks. */
export function liveSurroundings(run: Run): Surroundings {
  const embodiment = (logicalId: string): Embodiment => {
    const current = run.resource(logicalId)?.current;
    if (!current) throw invalid(`Unresolved resource dependencies [${logicalId}]`);
    return current;
  };
  return {
    reference: (logicalId) => embodiment(logicalId).physicalId,
    attribute: (logicalId, name) => attributeOf(logicalId, embodiment(logicalId), name),
    exported(name) {
      const found = run.stacks.exports.get(run.stack, name);
      if (!found) throw invalid(`No export named ${name} found.`);
      return found.value;
    },
  };
}

/** `Fn::GetAtt`: an attribute by its name, or inside a structured one (`Outputs.Url`). */
export function attributeOf(logicalId: string, { type, attributes }: Embodiment, name: string): unknown {
  const direct = own(attributes, name);
  if (direct !== undefined) return direct;
  let value: unknown = attributes;
  for (const part of name.split('.')) value = isObject(value) ? own(value, part) : undefined;
  if (value !== undefined) return value;
  throw wrongFunction(
    `resource ${logicalId} does not support attribute type ${name} in Fn::GetAtt (${type} has here: ` +
      `${Object.keys(attributes).join(', ') || 'none'})`,
  );
}
