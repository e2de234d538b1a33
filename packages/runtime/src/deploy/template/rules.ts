import { Evaluation, NO_SURROUNDINGS, type ParameterValues } from './evaluation.ts';
import { invalid } from './invalid.ts';
import type { StackPlace } from './pseudo-parameters.ts';
import { RULE_FUNCTIONS } from './rule-functions.ts';
import type { Template } from './template.ts';

/**
 * Checks the rules of a template: assertions about its parameters, such as the CDK's about the version
 * of the bootstrap resources.
 *
 * @throws ValidationError with the description of the first assertion that does not hold
 */
export function checkRules(template: Template, parameters: ParameterValues, place: StackPlace): void {
  const evaluation = new Evaluation({
    template,
    parameters,
    place,
    surroundings: NO_SURROUNDINGS,
    functions: RULE_FUNCTIONS,
  });
  for (const [name, { RuleCondition, Assertions }] of Object.entries(template.rules)) {
    if (RuleCondition !== undefined && !evaluation.holds(RuleCondition)) continue;
    for (const { Assert, AssertDescription = 'the assertion does not hold' } of Assertions) {
      if (!evaluation.holds(Assert)) {
        // unverified: AWS's own sentence for a failed rule is not publicly recorded.
        throw invalid(`Template validation error: Rule ${name}: ${AssertDescription}`);
      }
    }
  }
}
