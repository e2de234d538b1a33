import type { Choice, ChoiceState } from '../definition/model.ts';
import type { Turn } from '../engine/turn.ts';
import { runtimeFailure } from '../failures.ts';
import { evaluateTyped } from '../jsonata/evaluate.ts';
import { type Scope, withData } from '../scope.ts';
import { holds } from './choice-rule.ts';
import { effectiveInput, passThrough } from './data-flow.ts';

export async function runChoice(state: ChoiceState, turn: Turn): Promise<void> {
  const scope = turn.scope();
  const chosen = await firstMatch(state, scope);
  if (chosen !== undefined) {
    // A rule's own Output replaces the state's; the state's Assign belongs to Default alone.
    const own = { output: chosen.output ?? state.output, assign: chosen.assign };
    turn.exit(await passThrough(state, scope, own), chosen.next);
  } else if (state.default !== undefined) {
    turn.exit(await passThrough(state, scope), state.default);
  } else {
    throw noChoiceMatched();
  }
}

async function firstMatch(state: ChoiceState, scope: Scope): Promise<Choice | undefined> {
  const ruleScope = withData(scope, effectiveInput(state, scope));
  for (const choice of state.choices) {
    if (await matches(choice, ruleScope)) return choice;
  }
  return undefined;
}

async function matches({ test }: Choice, scope: Scope): Promise<boolean> {
  if (test.kind === 'rule') return holds(test.rule, scope);
  const { condition } = test;
  if (condition.kind === 'jsonata') return (await evaluateTyped(condition, 'boolean', scope)) === true;
  return condition.kind === 'literal' && condition.value === true;
}

/**
 * The States Language calls this States.NoChoiceMatched. Unverified: user reports show the service
 * failing with States.Runtime and this text.
 */
function noChoiceMatched(): Error {
  return runtimeFailure('Failed to transition out of the state. The state does not point to a next state.');
}
