import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { ForecastPipelineProps } from '../forecast-pipeline.ts';
import { ForecastMlopsPipelineStack } from '../forecast-stack.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly [attribute: string]: unknown;
}

/** The template of a pipeline's stack. */
export function templateOf(props: ForecastPipelineProps = {}, id = 'ForecastMlopsPipelineStack'): Template {
  return Template.fromStack(new ForecastMlopsPipelineStack(new App(), id, props));
}

/** A template's resources of one type, or all. */
export function resourcesOf(template: Template, type?: string): Resource[] {
  const all = Object.values(template.toJSON()['Resources'] as Record<string, Resource>);
  return all.filter(({ Type }) => type === undefined || Type === type);
}

/** The properties that name a resource in its account. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::S3::Bucket': 'BucketName',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Glue::Job': 'Name',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Events::Rule': 'Name',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::StepFunctions::StateMachine': 'StateMachineName',
};

/** Names that the template itself gives, as text; what CloudFormation names is left out. */
export function physicalNames(template: Template): string[] {
  return resourcesOf(template).flatMap(({ Type, Properties }) => {
    const name = Properties[NAMES[Type] ?? ''];
    return name === undefined ? [] : [textOf(name)];
  });
}

/** A value that CloudFormation makes text of. */
interface Intrinsic {
  readonly Ref?: string;
  readonly 'Fn::GetAtt'?: readonly string[];
  readonly 'Fn::Sub'?: string;
  readonly 'Fn::Join'?: readonly [string, readonly unknown[]];
}

/** A value with its references in angle brackets, such as `bucket-<AWS::AccountId>`. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const { Ref, ...functions } = value as Intrinsic;
  if (Ref !== undefined) return `<${Ref}>`;
  if (functions['Fn::GetAtt']) return `<${functions['Fn::GetAtt'].join('.')}>`;
  if (functions['Fn::Sub'] !== undefined) return functions['Fn::Sub'];
  const [separator = '', parts = []] = functions['Fn::Join'] ?? [];
  return parts.map(textOf).join(separator);
}

export interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** Every statement that allows something to a role of the template. */
export function statementsOf(template: Template): Statement[] {
  return resourcesOf(template, 'AWS::IAM::Policy').flatMap(
    ({ Properties }) => (Properties['PolicyDocument'] as { Statement: Statement[] }).Statement,
  );
}
