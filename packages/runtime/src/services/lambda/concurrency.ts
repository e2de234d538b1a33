import type { Lambda } from '@aws-sdk/client-lambda';
import type { CallContext } from '../../dispatch/context.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import { functionNotFound, invalidParameter } from './errors.ts';
import { type FunctionReference, functionArn, LATEST, referenceOf } from './names.ts';
import type { LambdaParts } from './parts.ts';

// The account quotas of a new account on AWS.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
export const ACCOUNT_CONCURRENCY = 1000;
const LEAST_UNRESERVED = 100;
const TOTAL_CODE_SIZE = 80_530_636_800;

/** Reserved concurrency, and the account's limits and usage. */
export function concurrencyOperations({ host, functions, layers }: LambdaParts) {
  return {
    async PutFunctionConcurrency(input, context) {
      const reference = unqualified(input.FunctionName, context);
      const { scope, name } = reference;
      const reserved = input.ReservedConcurrentExecutions;
      return await context.transaction(() => {
        const record = functions.functions.get(scope, name);
        if (!record) throw functionNotFound(functionArn(scope, name, LATEST));
        const unreserved =
          ACCOUNT_CONCURRENCY - reservedIn(scope) + (record.ReservedConcurrency ?? 0) - reserved;
        if (unreserved < LEAST_UNRESERVED) {
          throw invalidParameter(
            `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEAST_UNRESERVED}].`,
          );
        }
        functions.functions.update(scope, name, { ...record, ReservedConcurrency: reserved });
        touch(reference);
        return { ReservedConcurrentExecutions: reserved };
      });
    },

    GetFunctionConcurrency(input, context) {
      const record = functions.functionOf(unqualified(input.FunctionName, context));
      return { ReservedConcurrentExecutions: record.ReservedConcurrency };
    },

    async DeleteFunctionConcurrency(input, context) {
      const reference = unqualified(input.FunctionName, context);
      return await context.transaction(() => {
        const { ReservedConcurrency: _, ...record } = functions.functionOf(reference);
        functions.functions.update(reference.scope, reference.name, record);
        touch(reference);
        return {};
      });
    },

    GetAccountSettings(_input, context) {
      const codes = [
        ...functions.versions.list(context).map(({ document }) => document.Code.Size),
        ...layers.versions.list(context, { where: { deleted: 0 } }).map(({ document }) => document.Code.Size),
      ];
      return {
        AccountLimit: {
          TotalCodeSize: TOTAL_CODE_SIZE,
          CodeSizeUnzipped: 262_144_000,
          CodeSizeZipped: 52_428_800,
          ConcurrentExecutions: ACCOUNT_CONCURRENCY,
          UnreservedConcurrentExecutions: ACCOUNT_CONCURRENCY - reservedIn(context),
        },
        AccountUsage: {
          TotalCodeSize: codes.reduce((sum, size) => sum + size, 0),
          FunctionCount: functions.functions.count(context),
        },
      };
    },
  } satisfies Operations<Lambda>;

  function reservedIn(scope: Scope): number {
    return functions.functions
      .list(scope)
      .reduce((sum, { document }) => sum + (document.ReservedConcurrency ?? 0), 0);
  }

  function touch(reference: FunctionReference): void {
    functions.putVersion(reference.scope, { ...functions.resolve(reference), RevisionId: host.ids.uuid() });
  }
}

function unqualified(name: string, context: CallContext): FunctionReference {
  const reference = referenceOf(context, name);
  if (reference.qualifier !== undefined) {
    throw invalidParameter(
      'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
    );
  }
  return reference;
}
