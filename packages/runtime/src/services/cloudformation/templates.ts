import type {
  CloudFormation,
  ParameterDeclaration,
  ResourceIdentifierSummary,
  TemplateParameter,
} from '@aws-sdk/client-cloudformation';
import type { Deployer } from '../../deploy/deployer.ts';
import type { StackTarget } from '../../deploy/state/stack.ts';
import { requiredCapabilities } from '../../deploy/template/capabilities.ts';
import { checkReferences } from '../../deploy/template/check-references.ts';
import { type ParsedTemplate, parseTemplate } from '../../deploy/template/parse-template.ts';
import type { ParameterDefinition, Template } from '../../deploy/template/template.ts';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import { requireChangeSet } from './change-set-lookup.ts';
import { invalid, noStackWithId } from './failures.ts';
import { requireStack } from './lookup.ts';
import { templateText } from './template-source.ts';

/** Templates, looked at. */
export function templateOperations(deployer: Deployer) {
  const { stacks } = deployer;
  return {
    async ValidateTemplate(input, context) {
      const text = await templateText(input, context);
      if (text === undefined) throw invalid('Either Template URL or Template Body must be specified.');
      const { template } = parseTemplate(text);
      checkReferences(template);
      const { capabilities, reason } = requiredCapabilities(template);
      return {
        Parameters: Object.entries(template.parameters).map(([key, definition]) =>
          declaration(key, definition),
        ),
        Description: template.description,
        Capabilities: capabilities.length > 0 ? capabilities : undefined,
        CapabilitiesReason: reason,
        DeclaredTransforms: template.transforms.length > 0 ? [...template.transforms] : undefined,
      };
    },

    GetTemplate(input, context) {
      const target = targetOf(input, context);
      // A stack that is only reviewed has none yet.
      if (!target) return { StagesAvailable: ['Original', 'Processed'] };
      const text = stacks.templates.get(target.template);
      const parsed = input.TemplateStage === 'Processed' ? parseTemplate(text, valuesOf(target)) : undefined;
      return {
        TemplateBody:
          parsed && parsed.processed !== parsed.original ? JSON.stringify(parsed.processed) : text,
        StagesAvailable: ['Original', 'Processed'],
      };
    },

    async GetTemplateSummary(input, context) {
      const text = await templateText(input, context);
      if (text === undefined && input.StackName === undefined) {
        throw invalid('Either Template URL or Template Body or StackName must be specified.');
      }
      const parsed = text === undefined ? parsedOfStack(input.StackName!, context) : parseTemplate(text);
      const { template } = parsed;
      checkReferences(template);
      const { capabilities, reason } = requiredCapabilities(template);
      const types = Object.values(template.resources).map(({ Type }) => Type);
      return {
        Parameters: Object.entries(template.parameters).map(([key, definition]) =>
          fullDeclaration(key, definition),
        ),
        Description: template.description,
        Capabilities: capabilities.length > 0 ? capabilities : undefined,
        CapabilitiesReason: reason,
        ResourceTypes: [...new Set(types)],
        Version: template.version,
        Metadata: template.metadata === undefined ? undefined : JSON.stringify(template.metadata),
        DeclaredTransforms: template.transforms.length > 0 ? [...template.transforms] : undefined,
        ResourceIdentifierSummaries: identifierSummaries(template),
      };
    },
  } satisfies Operations<CloudFormation>;

  function targetOf(
    { StackName, ChangeSetName }: { StackName?: string | undefined; ChangeSetName?: string | undefined },
    context: CallContext,
  ): StackTarget | undefined {
    if (ChangeSetName !== undefined) {
      if (StackName === undefined && !ChangeSetName.startsWith('arn:')) {
        throw invalid('StackName is a required parameter.');
      }
      return requireChangeSet(deployer, context, ChangeSetName, StackName).changeSet.target;
    }
    if (StackName === undefined) throw invalid('StackName is a required parameter.');
    return requireStack(stacks, context, StackName, noStackWithId).target;
  }

  function parsedOfStack(name: string, context: CallContext): ParsedTemplate {
    const { status, target } = requireStack(stacks, context, name, noStackWithId);
    if (status === 'REVIEW_IN_PROGRESS' || !target) {
      throw invalid('GetTemplateSummary cannot be called on REVIEW_IN_PROGRESS stacks.');
    }
    return parseTemplate(stacks.templates.get(target.template), valuesOf(target));
  }
}

function valuesOf({ parameters }: StackTarget): { parameters: Record<string, string> } {
  return {
    parameters: Object.fromEntries(parameters.map(({ key, value, resolved = value }) => [key, resolved])),
  };
}

function isHidden({ NoEcho }: ParameterDefinition): boolean {
  return String(NoEcho) === 'true';
}

function defaultOf({ Default }: ParameterDefinition): string | undefined {
  if (Default === undefined) return undefined;
  return Array.isArray(Default) ? Default.join(',') : String(Default);
}

function declaration(ParameterKey: string, definition: ParameterDefinition): TemplateParameter {
  return {
    ParameterKey,
    DefaultValue: defaultOf(definition),
    NoEcho: isHidden(definition),
    Description: definition.Description,
  };
}

function fullDeclaration(key: string, definition: ParameterDefinition): ParameterDeclaration {
  return {
    ...declaration(key, definition),
    ParameterType: definition.Type,
    ParameterConstraints: { AllowedValues: definition.AllowedValues?.map(String) },
  };
}

function identifierSummaries({ resources }: Template): ResourceIdentifierSummary[] {
  const byType = new Map<string, string[]>();
  for (const [logicalId, { Type }] of Object.entries(resources)) {
    byType.set(Type, [...(byType.get(Type) ?? []), logicalId]);
  }
  return [...byType].map(([ResourceType, LogicalResourceIds]) => ({ ResourceType, LogicalResourceIds }));
}
