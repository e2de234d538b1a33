import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { Deployer } from '../../deploy/deployer.ts';
import type { Operations } from '../../dispatch/service.ts';
import { invalid } from './failures.ts';
import { pageOf, pageOfList } from './paging.ts';

const PAGE = 100;

/** Values that stacks offer to each other. */
export function exportOperations({ stacks }: Deployer) {
  const { exports } = stacks;
  return {
    ListExports(input, context) {
      const { items, NextToken } = pageOf('exports', input.NextToken, PAGE, (limit, after) =>
        exports.list(context, { limit, after }).map((item) => ({ item, position: item.name })),
      );
      return {
        Exports: items.map(({ name, value, stackId }) => ({
          ExportingStackId: stackId,
          Name: name,
          Value: value,
        })),
        NextToken,
      };
    },

    ListImports(input, context) {
      const { ExportName } = input;
      if (!exports.get(context, ExportName)) throw invalid(`Export '${ExportName}' does not exist.`);
      const importers = exports.importers(context, ExportName);
      if (importers.length === 0) throw invalid(`Export '${ExportName}' is not imported by any stack.`);
      const { items, NextToken } = pageOfList(['imports', ExportName], input.NextToken, PAGE, importers);
      return { Imports: [...items], NextToken };
    },
  } satisfies Operations<CloudFormation>;
}
