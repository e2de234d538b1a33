import type { SSM } from '@aws-sdk/client-ssm';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import { orderChange } from './changes.ts';
import { parameterNotFound } from './failures.ts';
import { namesIn } from './names.ts';
import { ParametersTable } from './parameters-table.ts';

/** Parameters go with all their versions. */
export function deleteParameterOperations(host: Host) {
  const parameters = new ParametersTable(host.database);

  const remove = (scope: Scope, text: string): boolean => {
    const newest = namesIn(scope, text).flatMap((name) => parameters.newest(scope, name) ?? [])[0];
    if (!newest) return false;
    parameters.delete(scope, newest.name);
    orderChange(host, scope, 'Delete', newest);
    return true;
  };

  return {
    DeleteParameter: ({ Name }, context) =>
      context.transaction(() => {
        if (!remove(context, Name)) throw parameterNotFound(Name);
        return {};
      }),

    DeleteParameters: ({ Names }, context) =>
      context.transaction(() => {
        const DeletedParameters = Names.filter((name) => remove(context, name));
        return {
          DeletedParameters,
          InvalidParameters: Names.filter((name) => !DeletedParameters.includes(name)),
        };
      }),
  } satisfies Operations<SSM>;
}
