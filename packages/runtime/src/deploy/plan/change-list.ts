import type {
  Change,
  PolicyAction,
  ResourceAttribute,
  ResourceChange,
  ResourceChangeDetail,
} from '@aws-sdk/client-cloudformation';
import type { Blueprint } from '../blueprint.ts';
import type { FindProvider } from '../providers.ts';
import { hasUnknown, showUnknown } from '../template/unknown.ts';
import { causesOf } from './causes.ts';
import type { Plan, PlannedStep } from './plan.ts';

export interface ChangeListParts {
  readonly plan: Plan;
  readonly blueprint: Blueprint;
  /** What is deployed now; absent for a stack that is to be created. */
  readonly previous: Blueprint | undefined;
  readonly findProvider: FindProvider;
}

type Modification = Extract<PlannedStep, { action: 'Modify' }>;

/** The changes of a change set as DescribeChangeSet answers them, with property values. */
export function changeList(parts: ChangeListParts): Change[] {
  return parts.plan.steps.map((step) => ({ Type: 'Resource', ResourceChange: resourceChange(parts, step) }));
}

/** The same without values, for callers that did not ask for them. */
export function withoutValues({ Type, ResourceChange: change }: Change): Change {
  if (!change) return { Type };
  const { BeforeContext: _before, AfterContext: _after, Details = [], ...rest } = change;
  return {
    Type,
    ResourceChange: {
      ...rest,
      Details: Details.map(({ Target, ...detail }) => ({
        ...detail,
        ...(Target && {
          Target: {
            Attribute: Target.Attribute,
            ...(Target.Name !== undefined && { Name: Target.Name }),
            ...(Target.RequiresRecreation && { RequiresRecreation: Target.RequiresRecreation }),
          },
        }),
      })),
    },
  };
}

function resourceChange(parts: ChangeListParts, step: PlannedStep): ResourceChange {
  const { logicalId: LogicalResourceId, action: Action } = step;
  switch (step.action) {
    case 'Add':
      return {
        Action,
        LogicalResourceId,
        ResourceType: step.wanted.type,
        Scope: [],
        Details: [],
        AfterContext: contextOf(step.wanted.properties),
      };
    case 'Remove':
      return {
        Action,
        LogicalResourceId,
        PhysicalResourceId: step.row.current?.physicalId,
        ResourceType: step.row.type,
        PolicyAction: step.row.onRemoval === 'delete' ? 'Delete' : 'Retain',
        Scope: [],
        Details: [],
        BeforeContext: contextOf(step.row.current?.properties ?? {}),
      };
    default:
      return modification(parts, step);
  }
}

function modification(parts: ChangeListParts, step: Modification): ResourceChange {
  const { wanted, row, change, logicalId } = step;
  const Details = [...propertyDetails(parts, step), ...attributeDetails(step)];
  const replaced: PolicyAction = wanted.keepReplaced ? 'ReplaceAndRetain' : 'ReplaceAndDelete';
  return {
    Action: 'Modify',
    LogicalResourceId: logicalId,
    PhysicalResourceId: row.current?.physicalId,
    ResourceType: wanted.type,
    Replacement:
      change.replacement === 'always' ? 'True' : change.replacement === 'perhaps' ? 'Conditional' : 'False',
    ...(change.replacement !== 'never' && { PolicyAction: replaced }),
    Scope: [...new Set(Details.map(({ Target }) => Target?.Attribute as ResourceAttribute))],
    Details,
    BeforeContext: contextOf(row.current?.properties ?? {}),
    AfterContext: contextOf(wanted.properties),
  };
}

function propertyDetails({ blueprint, previous, findProvider }: ChangeListParts, step: Modification) {
  const { wanted, row, change, logicalId } = step;
  const provider = findProvider(wanted.type);
  return change.properties.flatMap((name): ResourceChangeDetail[] => {
    const before = row.current?.properties[name];
    const after = wanted.properties[name];
    const Target = {
      ...(name === 'Tags'
        ? { Attribute: 'Tags' as const }
        : { Attribute: 'Properties' as const, Name: name }),
      RequiresRecreation: provider?.replaceOn?.includes(name) ? ('Always' as const) : ('Never' as const),
      Path: `/Properties/${name}`,
      AttributeChangeType:
        before === undefined
          ? ('Add' as const)
          : after === undefined
            ? ('Remove' as const)
            : ('Modify' as const),
      ...(before !== undefined && { BeforeValue: textOf(before) }),
      ...(after !== undefined && { AfterValue: textOf(after) }),
    };
    const causes = causesOf({ blueprint, previous, logicalId, property: name, unknown: hasUnknown(after) });
    return causes.map((cause) => ({ Target, ...cause }));
  });
}

function attributeDetails({ change, row, wanted }: Modification): ResourceChangeDetail[] {
  const details: ResourceChangeDetail[] = [];
  const direct = (Attribute: ResourceAttribute): ResourceChangeDetail => ({
    Target: { Attribute, RequiresRecreation: 'Never' },
    Evaluation: 'Static',
    ChangeSource: 'DirectModification',
  });
  if (change.metadata) details.push(direct('Metadata'));
  if (row.onRemoval !== wanted.onRemoval) details.push(direct('DeletionPolicy'));
  return details;
}

function contextOf(properties: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ Properties: showUnknown(properties) });
}

function textOf(value: unknown): string {
  const shown = showUnknown(value);
  return typeof shown === 'string' ? shown : JSON.stringify(shown);
}
