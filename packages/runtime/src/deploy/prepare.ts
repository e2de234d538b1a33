import type { SSM } from '@aws-sdk/client-ssm';
import type { Caller } from '../access/caller.ts';
import type { Host } from '../dispatch/host.ts';
import { type Blueprint, drawBlueprint } from './blueprint.ts';
import { stackPlace } from './engine/stack-place.ts';
import { makePlan, type Plan } from './plan/plan.ts';
import type { FindProvider } from './providers.ts';
import type { Stack, StackTag, StackTarget } from './state/stack.ts';
import type { Stacks } from './state/stacks.ts';
import { Templates } from './state/templates.ts';
import { checkSupported } from './support.ts';
import { checkCapabilities } from './template/capabilities.ts';
import { type GivenParameter, resolveParameters } from './template/parameters.ts';
import { parseTemplate } from './template/parse-template.ts';
import { checkRules } from './template/rules.ts';

/** What somebody wants a stack to be. */
export interface TargetRequest {
  readonly text: string;
  readonly parameters: readonly GivenParameter[];
  readonly tags: readonly StackTag[];
  readonly capabilities: readonly string[];
  readonly notificationArns: readonly string[];
  /** What the stack is now, for parameters that keep their values. */
  readonly previous: StackTarget | undefined;
}

export interface PrepareParts {
  readonly host: Host;
  readonly stacks: Stacks;
  readonly findProvider: FindProvider;
}

export interface PreparedTarget {
  readonly target: StackTarget;
  readonly blueprint: Blueprint;
  /** What deploying it would do. */
  readonly plan: Plan;
}

/**
 * Makes sure that a template can be deployed, before anything is touched: its form, its parameters and
 * rules, what the caller has to acknowledge, that somebody provides every resource and property, and that
 * every value can be evaluated as far as it is known.
 *
 * @throws ValidationError, InsufficientCapabilitiesException
 */
export async function prepareTarget(
  { host, stacks, findProvider }: PrepareParts,
  caller: Caller,
  stack: Stack,
  request: TargetRequest,
): Promise<PreparedTarget> {
  const { text, tags, capabilities, notificationArns, previous } = request;
  const given = Object.fromEntries(
    request.parameters.map(({ ParameterKey = '', ParameterValue = '' }) => [ParameterKey, ParameterValue]),
  );
  const { template } = parseTemplate(text, { parameters: given });
  const parameters = await resolveParameters(template, {
    given: request.parameters,
    previous: previous?.parameters ?? [],
    readStored: (names) => readStored(host, caller, stack.region, names),
  });
  checkCapabilities(template, capabilities);
  const place = stackPlace(stack, { notificationArns });
  const blueprint = drawBlueprint(text, parameters, place);
  checkRules(template, blueprint.values, place);
  checkSupported(blueprint, findProvider);
  const target: StackTarget = {
    template: Templates.key(text),
    description: template.description,
    parameters,
    tags,
    capabilities,
    notificationArns,
  };
  const rows = stacks.resources(stack);
  const plan = makePlan({ stack, rows, blueprint, tags, findProvider, exports: stacks.exports });
  return { target, blueprint, plan };
}

const NAMES_PER_CALL = 10;

/** Systems Manager parameters that parameters of the template name; secure ones cannot be used so. */
async function readStored(
  host: Host,
  caller: Caller,
  region: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ssm = host.client<SSM>('ssm', { caller, region });
  const values = new Map<string, string>();
  for (let from = 0; from < names.length; from += NAMES_PER_CALL) {
    const { Parameters = [] } = await ssm.getParameters({ Names: names.slice(from, from + NAMES_PER_CALL) });
    for (const { Name = '', Selector = '', Type, Value } of Parameters) {
      if (Value !== undefined && Type !== 'SecureString') values.set(`${Name}${Selector}`, Value);
    }
  }
  return values;
}
