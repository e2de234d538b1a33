import type { AliasConfiguration, Lambda } from '@aws-sdk/client-lambda';
import type { Operations } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import { conflict, invalidParameter, notFound, wrongRevision } from './errors.ts';
import type { AliasRecord, FunctionStore } from './function-store.ts';
import { functionArn, LATEST, referenceOf } from './names.ts';
import { pageOf } from './paging.ts';
import type { LambdaParts } from './parts.ts';

/** Aliases: names for a version, or for two of them by weight. */
export function aliasOperations({ host, functions, policies, invokeConfigs }: LambdaParts) {
  return {
    async CreateAlias(input, context) {
      const { scope, name } = referenceOf(context, input.FunctionName);
      return await context.transaction(() => {
        const alias: AliasRecord = {
          Name: input.Name,
          FunctionVersion: input.FunctionVersion,
          Description: input.Description ?? '',
          Weights: input.RoutingConfig?.AdditionalVersionWeights ?? {},
          RevisionId: host.ids.uuid(),
        };
        checkRouting(functions, scope, name, alias);
        if (!functions.aliases.insert(scope, aliasId(name, alias.Name), alias)) {
          throw conflict(`Alias already exists: ${functionArn(scope, name, alias.Name)}`);
        }
        return aliasConfiguration(scope, name, alias);
      });
    },

    async UpdateAlias(input, context) {
      const { scope, name } = referenceOf(context, input.FunctionName);
      return await context.transaction(() => {
        const before = aliasOf(functions, scope, name, input.Name);
        if (input.RevisionId !== undefined && input.RevisionId !== before.RevisionId) {
          throw wrongRevision('GetFunction/GetAlias');
        }
        const alias: AliasRecord = {
          ...before,
          FunctionVersion: input.FunctionVersion ?? before.FunctionVersion,
          Description: input.Description ?? before.Description,
          Weights: input.RoutingConfig
            ? (input.RoutingConfig.AdditionalVersionWeights ?? {})
            : before.Weights,
          RevisionId: host.ids.uuid(),
        };
        checkRouting(functions, scope, name, alias);
        functions.aliases.update(scope, aliasId(name, alias.Name), alias);
        return aliasConfiguration(scope, name, alias);
      });
    },

    GetAlias(input, context) {
      const { scope, name } = referenceOf(context, input.FunctionName);
      return aliasConfiguration(scope, name, aliasOf(functions, scope, name, input.Name));
    },

    ListAliases(input, context) {
      const reference = referenceOf(context, input.FunctionName);
      const { scope, name } = reference;
      functions.functionOf(reference);
      const listed = functions.aliases
        .list(scope, { prefix: `${name}:` })
        .map(({ document }) => document)
        .filter(({ FunctionVersion }) => [undefined, FunctionVersion].includes(input.FunctionVersion));
      const { page, NextMarker } = pageOf(listed, input, ['aliases', name, input.FunctionVersion]);
      return { Aliases: page.map((alias) => aliasConfiguration(scope, name, alias)), NextMarker };
    },

    /** Deleting an alias that is not there succeeds, as on AWS. */
    async DeleteAlias(input, context) {
      const { scope, name } = referenceOf(context, input.FunctionName);
      return await context.transaction(() => {
        functions.aliases.delete(scope, aliasId(name, input.Name));
        policies.delete(scope, aliasId(name, input.Name));
        invokeConfigs.delete(scope, name, input.Name);
        return {};
      });
    },
  } satisfies Operations<Lambda>;
}

function aliasId(name: string, alias: string): string {
  return `${name}:${alias}`;
}

function aliasOf(functions: FunctionStore, scope: Scope, name: string, alias: string): AliasRecord {
  const record = functions.alias(scope, name, alias);
  if (!record) throw notFound(`Cannot find alias arn: ${functionArn(scope, name, alias)}`);
  return record;
}

function aliasConfiguration(scope: Scope, name: string, alias: AliasRecord): AliasConfiguration {
  const { Name, FunctionVersion, Description, Weights, RevisionId } = alias;
  return {
    AliasArn: functionArn(scope, name, Name),
    Name,
    FunctionVersion,
    Description,
    RevisionId,
    RoutingConfig: Object.keys(Weights).length > 0 ? { AdditionalVersionWeights: Weights } : undefined,
  };
}

function checkRouting(
  functions: FunctionStore,
  scope: Scope,
  name: string,
  { FunctionVersion, Weights }: AliasRecord,
): void {
  const further = Object.keys(Weights);
  if (further.length > 1) {
    throw invalidParameter('Number of items in AdditionalVersionWeights cannot be greater than 1');
  }
  if (further.includes(FunctionVersion)) {
    throw invalidParameter(
      `Invalid function version ${FunctionVersion}. Function version ${FunctionVersion} is already included in routing configuration.`,
    );
  }
  if (further.length > 0 && FunctionVersion === LATEST) {
    throw invalidParameter('$LATEST is not supported for an alias pointing to more than 1 version');
  }
  for (const qualifier of [FunctionVersion, ...further]) functions.resolve({ scope, name, qualifier });
}
