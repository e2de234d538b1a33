import type { CheckContext, Remark } from '../../dispatch/resource-provider.ts';
import { drawBlueprint } from '../blueprint.ts';
import type { FindProvider } from '../providers.ts';
import { findUnsupported } from '../support.ts';
import { checkDynamicReferences } from '../template/dynamic-references.ts';
import { Evaluation } from '../template/evaluation.ts';
import { resolveParameters } from '../template/parameters.ts';
import { parseTemplate } from '../template/parse-template.ts';
import type { StackPlace } from '../template/pseudo-parameters.ts';
import type { ResourceDefinition } from '../template/template.ts';
import { UNKNOWN, UNKNOWN_TEXT } from '../template/unknown.ts';
import { templateLines } from './template-lines.ts';

/** Something about a resource or, without one, about the template as a whole. */
export interface Finding {
  /** `refused` keeps the stack from being deployed. */
  readonly kind: Remark['kind'] | 'inert';
  /** Where in the template, such as `/Resources/Fn/Properties/Foo`. */
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

export interface CheckedResource {
  readonly logicalId: string;
  readonly type: string;
  /** `accepted`: deployed, but something of it has no effect or cannot be used. */
  readonly verdict: 'served' | 'accepted' | 'refused';
  readonly line: number;
  readonly findings: readonly Finding[];
}

export interface CheckedTemplate {
  readonly resources: readonly CheckedResource[];
  readonly findings: readonly Finding[];
}

export interface TemplateParts {
  readonly text: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly place: StackPlace;
  readonly findProvider: FindProvider;
  readonly asset: CheckContext['asset'];
}

/** What would become of a template, found without deploying it. */
export async function checkTemplate(parts: TemplateParts): Promise<CheckedTemplate> {
  const lineOf = templateLines(parts.text);
  try {
    return { resources: await checkResources(parts, lineOf), findings: [] };
  } catch (error) {
    const message = (error as Error).message;
    return { resources: [], findings: [{ kind: 'refused', path: '', line: 1, message }] };
  }
}

async function checkResources(
  { text, parameters: given, place, findProvider, asset }: TemplateParts,
  lineOf: (path: string) => number,
): Promise<CheckedResource[]> {
  const { template } = parseTemplate(text, { parameters: given });
  const parameters = await resolveParameters(template, {
    given: Object.entries(given).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
    previous: [],
    // Nobody knows before the deployment what a parameter store will hold.
    readStored: (names) => Promise.resolve(new Map(names.map((name) => [name, UNKNOWN_TEXT]))),
  });
  const blueprint = drawBlueprint(text, parameters, place);
  const unsupported = findUnsupported(blueprint, findProvider);
  const evaluate = evaluator({ ...blueprint, place });
  return Object.entries(blueprint.resources).map(([logicalId, definition]) => {
    const base = `/Resources/${logicalId}`;
    const finding = (kind: Finding['kind'], path: string, message: string): Finding => ({
      kind,
      path,
      line: lineOf(path),
      message,
    });
    const findings = unsupported
      .filter((found) => found.logicalId === logicalId)
      .map(({ path, reason }) =>
        finding('refused', path, `this ${reason} is not supported by this version of Slipway`),
      );
    const provider = findProvider(definition.Type, blueprint.template);
    if (provider?.withoutEffect) {
      findings.push(finding('inert', `${base}/Type`, 'the type is accepted without effect'));
    }
    for (const name of Object.keys(definition.Properties ?? {})) {
      if (provider?.inert?.includes(name)) {
        findings.push(finding('inert', `${base}/Properties/${name}`, 'the property has no effect'));
      }
    }
    const values = evaluate(definition);
    if (typeof values === 'string') findings.push(finding('refused', `${base}/Properties`, values));
    else if (provider?.check) {
      const remarks = provider.check(values, { known, partlyKnown, asset });
      findings.push(
        ...remarks.map(({ kind, property, message }) =>
          finding(kind, `${base}/Properties/${property}`, message),
        ),
      );
    }
    const verdict = findings.some(({ kind }) => kind === 'refused')
      ? 'refused'
      : findings.length > 0
        ? 'accepted'
        : 'served';
    return { logicalId, type: definition.Type, verdict, line: lineOf(base), findings };
  });
}

function partlyKnown(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function known(value: unknown): string | undefined {
  return typeof value === 'string' && !value.includes(UNKNOWN_TEXT) ? value : undefined;
}

/**
 * Properties as far as they are known. A text that has the name of another resource in it is kept with a
 * mark in its place, so that the rest of a state machine's definition, say, can be looked at.
 */
function evaluator({
  template,
  values,
  place,
}: Pick<ReturnType<typeof drawBlueprint>, 'template' | 'values' | 'place'>) {
  const surroundedBy = (unknown: unknown) =>
    new Evaluation({
      template,
      parameters: values,
      place,
      surroundings: { reference: () => unknown, attribute: () => unknown, exported: () => unknown },
    });
  const exact = surroundedBy(UNKNOWN);
  const marked = surroundedBy(UNKNOWN_TEXT);
  return ({ Properties = {} }: ResourceDefinition): Readonly<Record<string, unknown>> | string => {
    let properties: Readonly<Record<string, unknown>>;
    try {
      checkDynamicReferences(Properties);
      properties = exact.properties(Properties);
    } catch (error) {
      return (error as Error).message;
    }
    try {
      return marked.properties(Properties);
    } catch {
      // A function that a mark is no argument for, such as the choice of an item.
      return properties;
    }
  };
}
