import type { SFN } from '@aws-sdk/client-sfn';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Operations } from '../../dispatch/service.ts';
import { readMachineArn } from './arns.ts';
import { invalidArn, resourceNotFound, validation } from './errors.ts';
import { type MachineAlias, versionId } from './machine-store.ts';
import { page } from './paging.ts';
import type { StatesParts } from './parts.ts';

const ALIAS_NAME = /^(?=.*[a-zA-Z_\-.])[a-zA-Z0-9_\-.]{1,80}$/;

export function versionArn(machineArn: string, number: number): string {
  return `${machineArn}:${number}`;
}

/**
 * Inside a transaction: publishes the machine's present revision; one that is published already gives
 * the version it has.
 *
 * @returns the version's ARN
 */
export function publish(
  { machines }: StatesParts,
  context: CallContext,
  name: string,
  description: string | undefined,
): string {
  const machine = machines.get(context, name, context.arn('states', `stateMachine:${name}`));
  const newest = machines.versions.list(context, { where: { machine: name }, order: 'newest', limit: 1 })[0]
    ?.document;
  if (newest && newest.revisionId === machine.revisionId) return versionArn(machine.arn, newest.number);
  const number = machine.nextVersion;
  const {
    definition,
    roleArn,
    loggingConfiguration,
    tracingConfiguration,
    encryptionConfiguration,
    revisionId,
  } = machine;
  machines.versions.insert(context, versionId(name, number), {
    machine: name,
    number,
    description,
    creationDate: context.now,
    definition,
    roleArn,
    loggingConfiguration,
    tracingConfiguration,
    encryptionConfiguration,
    revisionId,
  });
  machines.machines.update(context, name, { ...machine, nextVersion: number + 1 });
  return versionArn(machine.arn, number);
}

/** Versions freeze a revision; aliases send executions to one or two versions. */
export function versionOperations(parts: StatesParts) {
  const { machines } = parts;

  function aliasOf(context: CallContext, arn: string): { key: string; alias: MachineAlias } {
    const { name, qualifier } = readMachineArn(arn);
    const key = `${name}:${qualifier}`;
    const alias = machines.aliases.get(context, key);
    if (!alias) throw resourceNotFound(arn);
    return { key, alias };
  }

  /** @throws ValidationException, ResourceNotFound */
  function checkRoutes(context: CallContext, routes: MachineAlias['routes']): string {
    const references = routes.map(({ stateMachineVersionArn = '' }) =>
      readMachineArn(stateMachineVersionArn),
    );
    const machine = references[0]?.name ?? '';
    if (references.some(({ name }) => name !== machine)) {
      throw validation('Routing configuration must contain versions of one state machine');
    }
    if (routes.reduce((sum, { weight = 0 }) => sum + weight, 0) !== 100) {
      throw validation('Sum of routing configuration weights must equal 100');
    }
    if (new Set(routes.map(({ stateMachineVersionArn }) => stateMachineVersionArn)).size < routes.length) {
      throw validation('Routing configuration must contain distinct state machine version ARNs');
    }
    for (const [index, { qualifier }] of references.entries()) {
      if (!machines.versions.get(context, versionId(machine, Number(qualifier)))) {
        throw resourceNotFound(routes[index]?.stateMachineVersionArn ?? '');
      }
    }
    return machine;
  }

  return {
    PublishStateMachineVersion(input, context) {
      const { name } = readMachineArn(input.stateMachineArn);
      const machine = machines.get(context, name, input.stateMachineArn);
      if (input.revisionId !== undefined && input.revisionId !== (machine.revisionId ?? 'INITIAL')) {
        throw new ServiceError(
          'ConflictException',
          `Failed to publish the State Machine version for revision ${input.revisionId}. The current State Machine revision is ${machine.revisionId ?? 'INITIAL'}.`,
        );
      }
      return context.transaction(() => ({
        stateMachineVersionArn: publish(parts, context, name, input.description),
        creationDate: context.now,
      }));
    },

    ListStateMachineVersions(input, context) {
      const { name, machineArn } = readMachineArn(input.stateMachineArn);
      machines.get(context, name, input.stateMachineArn);
      return page(
        input,
        'stateMachineVersions',
        (limit, after) =>
          machines.versions.list(context, { where: { machine: name }, order: 'newest', limit, after }),
        {
          item: ({ number, creationDate }) => ({
            stateMachineVersionArn: versionArn(machineArn, number),
            creationDate,
          }),
          question: input.stateMachineArn,
        },
      );
    },

    DeleteStateMachineVersion(input, context) {
      const { name, qualifier } = readMachineArn(input.stateMachineVersionArn);
      if (qualifier === undefined) throw invalidArn(input.stateMachineVersionArn);
      const inUse = machines.aliases
        .list(context, { where: { machine: name } })
        .filter(({ document }) =>
          document.routes.some((route) => route.stateMachineVersionArn === input.stateMachineVersionArn),
        );
      if (inUse.length > 0) {
        throw new ServiceError(
          'ConflictException',
          `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${inUse.map(({ document }) => document.name).join(', ')}]`,
        );
      }
      return context.transaction(() => {
        machines.versions.delete(context, versionId(name, Number(qualifier)));
        return {};
      });
    },

    CreateStateMachineAlias(input, context) {
      if (!ALIAS_NAME.test(input.name))
        throw new ServiceError('InvalidName', `Invalid Name: '${input.name}'`);
      const machine = checkRoutes(context, input.routingConfiguration);
      const arn = context.arn('states', `stateMachine:${machine}:${input.name}`);
      return context.transaction(() => {
        const alias: MachineAlias = {
          name: input.name,
          machine,
          description: input.description,
          routes: input.routingConfiguration,
          creationDate: context.now,
          updateDate: context.now,
        };
        if (!machines.aliases.insert(context, `${machine}:${input.name}`, alias)) {
          throw new ServiceError(
            'ConflictException',
            'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
          );
        }
        return { stateMachineAliasArn: arn, creationDate: context.now };
      });
    },

    UpdateStateMachineAlias(input, context) {
      const { key, alias } = aliasOf(context, input.stateMachineAliasArn);
      if (input.routingConfiguration) checkRoutes(context, input.routingConfiguration);
      return context.transaction(() => {
        machines.aliases.update(context, key, {
          ...alias,
          description: input.description ?? alias.description,
          routes: input.routingConfiguration ?? alias.routes,
          updateDate: context.now,
        });
        return { updateDate: context.now };
      });
    },

    DescribeStateMachineAlias(input, context) {
      const { alias } = aliasOf(context, input.stateMachineAliasArn);
      return {
        stateMachineAliasArn: input.stateMachineAliasArn,
        name: alias.name,
        description: alias.description,
        routingConfiguration: [...alias.routes],
        creationDate: alias.creationDate,
        updateDate: alias.updateDate,
      };
    },

    ListStateMachineAliases(input, context) {
      const { name, machineArn } = readMachineArn(input.stateMachineArn);
      machines.get(context, name, input.stateMachineArn);
      return page(
        input,
        'stateMachineAliases',
        (limit, after) =>
          machines.aliases.list(context, { where: { machine: name }, order: 'newest', limit, after }),
        {
          item: ({ name: alias, creationDate }) => ({
            stateMachineAliasArn: `${machineArn}:${alias}`,
            creationDate,
          }),
          question: input.stateMachineArn,
        },
      );
    },

    DeleteStateMachineAlias(input, context) {
      const { key } = aliasOf(context, input.stateMachineAliasArn);
      return context.transaction(() => {
        machines.aliases.delete(context, key);
        return {};
      });
    },
  } satisfies Operations<SFN>;
}
