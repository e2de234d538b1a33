import { isDeepStrictEqual } from 'node:util';
import type { ResourceChangeDetail } from '@aws-sdk/client-cloudformation';
import type { Blueprint } from '../blueprint.ts';
import { type Reference, walkReferences } from '../template/references.ts';
import { own } from '../template/template.ts';

export interface ChangedProperty {
  readonly blueprint: Blueprint;
  readonly previous: Blueprint | undefined;
  readonly logicalId: string;
  readonly property: string;
  /** Whether its new value is known only after the deployment. */
  readonly unknown: boolean;
}

type Cause = Omit<ResourceChangeDetail, 'Target'>;

/**
 * Why a property differs: because the template says something else, because a parameter has another
 * value, or because a resource that it names will be another one.
 *
 * Source: AWS CloudFormation API Reference, ResourceChangeDetail; the pairing of a parameter's cause with
 * a dynamic one is what AWS answers.
 */
export function causesOf({ blueprint, previous, logicalId, property, unknown }: ChangedProperty): Cause[] {
  const after = rawProperty(blueprint, logicalId, property);
  const before = previous && rawProperty(previous, logicalId, property);
  const references: Reference[] = [];
  walkReferences(after, {
    condition: blueprint.holds,
    reference: (reference) => references.push(reference),
  });
  const parameters = references.filter(({ name }) => parameterChanged(blueprint, previous, name));
  const causes: Cause[] = parameters.map(({ name }) => ({
    Evaluation: 'Static',
    ChangeSource: 'ParameterReference',
    CausingEntity: name,
  }));
  if (parameters.length > 0) causes.push({ Evaluation: 'Dynamic', ChangeSource: 'DirectModification' });
  if (unknown) causes.push(...references.filter(isResource(blueprint)).map(resourceCause));
  const modified = !isDeepStrictEqual(before, after);
  if (causes.length === 0 || (modified && parameters.length === 0)) {
    causes.push({ Evaluation: unknown ? 'Dynamic' : 'Static', ChangeSource: 'DirectModification' });
  }
  return causes;
}

function rawProperty({ resources }: Blueprint, logicalId: string, property: string): unknown {
  const definition = own(resources, logicalId);
  return definition?.Properties && own(definition.Properties, property);
}

function parameterChanged(blueprint: Blueprint, previous: Blueprint | undefined, name: string): boolean {
  const value = own(blueprint.values, name);
  return value !== undefined && !isDeepStrictEqual(value, previous && own(previous.values, name));
}

function isResource({ resources }: Blueprint) {
  return ({ name }: Reference) => own(resources, name) !== undefined;
}

function resourceCause({ name, attribute }: Reference): Cause {
  return attribute === undefined
    ? { Evaluation: 'Dynamic', ChangeSource: 'ResourceReference', CausingEntity: name }
    : { Evaluation: 'Dynamic', ChangeSource: 'ResourceAttribute', CausingEntity: `${name}.${attribute}` };
}
