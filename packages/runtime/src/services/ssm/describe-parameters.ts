import type { ParameterStringFilter, ParametersFilter, SSM } from '@aws-sdk/client-ssm';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { unsupportedValue, validationError } from './failures.ts';
import { checkFilters, matchesFilters } from './filters.ts';
import { parameterArn } from './names.ts';
import { pageOf } from './paging.ts';
import { ParametersTable } from './parameters-table.ts';

const DEFAULT_RESULTS = 10;
const KEYS = ['Path', 'Name', 'Type', 'KeyId', 'Tier', 'DataType', 'tag'];

/** DescribeParameters: all about parameters but their values. */
export function describeParameterOperations(host: Host) {
  const parameters = new ParametersTable(host.database);

  return {
    DescribeParameters(input, context) {
      const { Filters, ParameterFilters, MaxResults = DEFAULT_RESULTS, NextToken } = input;
      if (Filters && ParameterFilters) {
        throw validationError('You can use either Filters or ParameterFilters in a single request.');
      }
      if (input.Shared) throw unsupportedValue('Shared');
      if (ParameterFilters) checkFilters(ParameterFilters, KEYS);
      const filters = ParameterFilters ?? (Filters ?? []).map(modern);
      const found = parameters
        .list(context)
        .filter((parameter) =>
          matchesFilters(parameter, parameters.tags(context, parameter.name) ?? {}, filters),
        );
      const page = pageOf(found, MaxResults, NextToken, ({ name }) => name, ['parameters', filters]);
      return {
        Parameters: page.items.map((parameter) => ({
          Name: parameter.name,
          ARN: parameterArn(context, parameter.name),
          Type: parameter.type,
          KeyId: parameter.keyId,
          LastModifiedDate: parameter.modified,
          LastModifiedUser: parameter.user,
          Description: parameter.description,
          AllowedPattern: parameter.allowedPattern,
          Version: parameter.version,
          Tier: parameter.tier,
          Policies: [],
          DataType: parameter.dataType,
        })),
        NextToken: page.NextToken,
      };
    },
  } satisfies Operations<SSM>;
}

/** The older filters look for the beginning of a name and for equal types and keys. */
function modern({ Key, Values }: ParametersFilter): ParameterStringFilter {
  return { Key, Values, Option: Key === 'Name' ? 'BeginsWith' : 'Equals' };
}
