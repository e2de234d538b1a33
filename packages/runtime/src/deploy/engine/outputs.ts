import type { StackOutput } from '../state/stack.ts';
import { textOf } from '../template/functions.ts';
import { invalid } from '../template/invalid.ts';
import { liveSurroundings } from './live-surroundings.ts';
import type { Run } from './run.ts';
import { createEvaluation } from './wanted.ts';

/**
 * The outputs of a stack whose resources are all there.
 *
 * @throws ValidationError when an export's name is taken, or one that other stacks use would change
 */
export function evaluateOutputs(run: Run): StackOutput[] {
  const { blueprint } = run;
  const evaluation = createEvaluation(blueprint, liveSurroundings(run));
  const outputs: StackOutput[] = [];
  for (const [key, { Value, Description, Export, Condition }] of Object.entries(blueprint.template.outputs)) {
    if (!blueprint.holds(Condition)) continue;
    const value = evaluation.value(Value);
    outputs.push({
      key,
      value: Array.isArray(value) ? value.join(',') : textOf(value, 'Output'),
      ...(Description !== undefined && { description: String(Description) }),
      ...(Export && { exportName: textOf(evaluation.value(Export.Name), 'Export') }),
    });
  }
  checkExports(run, outputs);
  return outputs;
}

function checkExports(run: Run, outputs: readonly StackOutput[]): void {
  const { exports } = run.stacks;
  const names = new Map<string, string>();
  for (const { exportName, value } of outputs) {
    if (exportName === undefined) continue;
    const taken = exports.get(run.stack, exportName);
    if (taken && taken.stackId !== run.stack.id) {
      throw invalid(`Export with name ${exportName} is already exported by stack ${taken.stackName}`);
    }
    if (names.has(exportName))
      throw invalid(`Export with name ${exportName} is already exported by this stack`);
    names.set(exportName, value);
  }
  for (const { name, value } of exports.ofStack(run.stack, run.stack.id)) {
    const users = exports.importers(run.stack, name);
    if (users.length === 0 || names.get(name) === value) continue;
    const what = names.has(name) ? 'updated' : 'deleted';
    throw invalid(`Export ${name} cannot be ${what} as it is in use by ${users.join(' and ')}`);
  }
}
