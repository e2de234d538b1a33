import type { RollbackConfiguration } from '@aws-sdk/client-cloudformation';
import type { Blueprint } from '../../deploy/blueprint.ts';
import { cloudFormationItself, type Deployer } from '../../deploy/deployer.ts';
import type { CallContext } from '../../dispatch/context.ts';
import { invalid, notSupported } from './failures.ts';

const STACK_NAME = /^[a-zA-Z][-a-zA-Z0-9]*$/;
const LONGEST_NAME = 128;

/** The model of the service does not say what a stack may be called; the service does. */
export function checkStackName(name: string): void {
  const problems: string[] = [];
  if (!STACK_NAME.test(name)) {
    problems.push(
      `Value '${name}' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: ` +
        '[a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*',
    );
  }
  if (name.length > LONGEST_NAME) {
    problems.push(
      `Value '${name}' at 'stackName' failed to satisfy constraint: Member must have length less than or equal to ${LONGEST_NAME}`,
    );
  }
  if (problems.length > 0) {
    throw invalid(
      `${problems.length} validation error${problems.length > 1 ? 's' : ''} detected: ${problems.join('; ')}`,
    );
  }
}

/** Says what of a request has no effect here, and refuses what is not carried out. */
export function checkRequest(
  input: {
    readonly NotificationARNs?: readonly string[] | undefined;
    readonly RollbackConfiguration?: RollbackConfiguration | undefined;
    readonly RoleARN?: string | undefined;
  },
  context: CallContext,
  { host }: Deployer,
): void {
  if (input.RoleARN !== undefined && host.authorizer.mode === 'enforce') {
    const itself = cloudFormationItself(undefined, context.account);
    if (host.authorizer.checkAssume(input.RoleARN, itself, context.region)) {
      throw invalid(`Role ${input.RoleARN} is invalid or cannot be assumed`);
    }
  }
  if (input.NotificationARNs && input.NotificationARNs.length > 0) {
    context.warn('NotificationARNs are kept, but this version of Slipway publishes no events of stacks.');
  }
  for (const { Arn = '', Type } of input.RollbackConfiguration?.RollbackTriggers ?? []) {
    if (Type !== 'AWS::CloudWatch::Alarm' && Type !== 'AWS::CloudWatch::CompositeAlarm') {
      throw invalid('Rollback Trigger Type not supported');
    }
    if (!/:alarm:./.test(Arn)) throw invalid("RelativeId of a Rollback Trigger's ARN is incorrect");
    throw notSupported('RollbackConfiguration with RollbackTriggers', 'deploy without them.');
  }
}

/** `ResourceTypes`: which types the caller lets the template have; `AWS::S3::*` is all of a service. */
export function checkResourceTypes(allowed: readonly string[] | undefined, { resources }: Blueprint): void {
  if (!allowed || allowed.length === 0) return;
  for (const { Type } of Object.values(resources)) {
    const isAllowed = allowed.some((pattern) =>
      pattern.endsWith('*') ? Type.startsWith(pattern.slice(0, -1)) : Type === pattern,
    );
    if (!isAllowed) {
      throw invalid(
        `Resource type ${Type} is not allowed by parameter ResourceTypes [${allowed.join(', ')}]`,
      );
    }
  }
}
