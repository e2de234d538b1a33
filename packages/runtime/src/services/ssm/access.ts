import type { NeedsOf, ServiceAccess } from '../../access/needs.ts';
import { parameterArn } from './names.ts';

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html */
export const ssmAccess: ServiceAccess = {
  prefix: 'ssm',
  operations: Object.fromEntries(
    [
      ...['GetParameter', 'GetParameters', 'GetParametersByPath', 'GetParameterHistory', 'PutParameter'],
      ...['DeleteParameter', 'DeleteParameters', 'LabelParameterVersion', 'UnlabelParameterVersion'],
      ...['AddTagsToResource', 'RemoveTagsFromResource', 'ListTagsForResource'],
    ].map((operation) => [operation, onParameters(operation)]),
  ),
};

interface Input {
  readonly Name?: string;
  readonly Names?: readonly string[];
  readonly Path?: string;
  readonly ResourceId?: string;
}

function onParameters(operation: string): NeedsOf {
  return ({ Name, Names, Path, ResourceId }: Input, place) =>
    (Names ?? [Name ?? Path ?? ResourceId ?? '']).map((name) => {
      // A version or label behind the name is not part of the parameter's ARN.
      const plain = name.startsWith('arn:') ? name : parameterArn(place, name.replace(/:[^:/]+$/, ''));
      return { action: `ssm:${operation}`, resource: plain };
    });
}
