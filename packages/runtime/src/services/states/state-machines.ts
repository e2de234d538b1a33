import { isDeepStrictEqual } from 'node:util';
import type { LoggingConfiguration, SFN } from '@aws-sdk/client-sfn';
import { DefinitionError, parseDefinition, validateDefinition } from '@slipway/states';
import type { CallContext } from '../../dispatch/context.ts';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Operations } from '../../dispatch/service.ts';
import { checkName, machineArn, readMachineArn } from './arns.ts';
import { invalidArn } from './errors.ts';
import { checkMachineRole } from './machine-role.ts';
import type { Machine, Revision } from './machine-store.ts';
import { page } from './paging.ts';
import type { StatesParts } from './parts.ts';
import { putTags } from './tags.ts';
import { publish } from './versions.ts';

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/;

/** CreateStateMachine and what follows from it. */
export function stateMachineOperations(parts: StatesParts) {
  const { host, engine, store, machines } = parts;
  return {
    CreateStateMachine(input, context) {
      checkName(input.name);
      checkRole(input.roleArn);
      checkDefinition(input.definition);
      checkLogging(input.loggingConfiguration);
      if (input.versionDescription !== undefined && !input.publish) {
        throw new ServiceError(
          'ValidationException',
          'Version description can only be set when publish is true',
        );
      }
      checkMachineRole(host, input, context);
      const arn = machineArn(context, input.name);
      return context.transaction(() => {
        const existing = machines.machines.get(context, input.name);
        const machine: Machine = existing ?? {
          name: input.name,
          arn,
          type: input.type ?? 'STANDARD',
          creationDate: context.now,
          status: 'ACTIVE',
          nextVersion: 1,
          definition: input.definition,
          roleArn: input.roleArn,
          loggingConfiguration: { level: 'OFF', includeExecutionData: false, ...input.loggingConfiguration },
          tracingConfiguration: { enabled: input.tracingConfiguration?.enabled ?? false },
          encryptionConfiguration: { type: 'AWS_OWNED_KEY', ...input.encryptionConfiguration },
          revisionId: undefined,
        };
        if (existing) refuseOther(existing, input);
        else {
          machines.machines.insert(context, input.name, machine);
          putTags(host.database, context, arn, input.tags ?? []);
        }
        const version = input.publish
          ? publish(parts, context, input.name, input.versionDescription)
          : undefined;
        return { stateMachineArn: arn, creationDate: machine.creationDate, stateMachineVersionArn: version };
      });
    },

    UpdateStateMachine(input, context) {
      const { name } = readMachineArn(input.stateMachineArn);
      const machine = machines.get(context, name, input.stateMachineArn);
      const { definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration } =
        input;
      if (
        !definition &&
        !roleArn &&
        !loggingConfiguration &&
        !tracingConfiguration &&
        !encryptionConfiguration &&
        !input.publish
      ) {
        throw new ServiceError(
          'MissingRequiredParameter',
          'Either the definition, the role ARN, the LoggingConfiguration, the EncryptionConfiguration or the TracingConfiguration must be specified',
        );
      }
      if (roleArn !== undefined) checkRole(roleArn);
      if (definition !== undefined) checkDefinition(definition);
      checkLogging(loggingConfiguration);
      const revision: Revision = {
        definition: definition ?? machine.definition,
        roleArn: roleArn ?? machine.roleArn,
        loggingConfiguration: loggingConfiguration ?? machine.loggingConfiguration,
        tracingConfiguration: tracingConfiguration ?? machine.tracingConfiguration,
        encryptionConfiguration: encryptionConfiguration ?? machine.encryptionConfiguration,
        revisionId: host.ids.uuid(),
      };
      if (roleArn ?? loggingConfiguration) checkMachineRole(host, { ...revision, name }, context);
      return context.transaction(() => {
        const changed = !isDeepStrictEqual(
          { ...revision, revisionId: machine.revisionId },
          revisionOf(machine),
        );
        if (changed) machines.machines.update(context, name, { ...machine, ...revision });
        return {
          updateDate: context.now,
          revisionId: changed ? revision.revisionId : (machine.revisionId ?? revision.revisionId),
          stateMachineVersionArn: input.publish
            ? publish(parts, context, name, input.versionDescription)
            : undefined,
        };
      });
    },

    DescribeStateMachine(input, context) {
      const reference = readMachineArn(input.stateMachineArn);
      const { machine, revision, versionArn: chosen } = machines.choose(context, reference);
      const version =
        chosen === undefined ? undefined : machines.versions.get(context, versionKey(chosen, machine.name));
      return {
        ...describeRevision(machine, revision),
        stateMachineArn: input.stateMachineArn,
        creationDate: version?.creationDate ?? machine.creationDate,
        description: version?.description,
      };
    },

    DescribeStateMachineForExecution(input, context) {
      const execution = store.execution(input.executionArn);
      if (!execution)
        throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${input.executionArn}'`);
      const { name } = readMachineArn(execution.stateMachineArn);
      const machine = machines.get(context, name, execution.stateMachineArn);
      return {
        ...describeRevision(machine, machine),
        // The execution keeps the definition that it began with, whatever happened to the machine since.
        definition: store.definition(execution.definitionHash) ?? machine.definition,
        roleArn: execution.roleArn,
        stateMachineArn: execution.stateMachineArn,
        updateDate: machine.creationDate,
        mapRunArn: execution.mapRun?.arn,
      };
    },

    ListStateMachines(input, context) {
      return page(
        input,
        'stateMachines',
        (limit, after) => machines.machines.list(context, { limit, after, order: 'newest' }),
        {
          item: ({ arn, name, type, creationDate }) => ({ stateMachineArn: arn, name, type, creationDate }),
        },
      );
    },

    async DeleteStateMachine(input, context) {
      const { name, qualifier } = readMachineArn(input.stateMachineArn);
      if (qualifier !== undefined) throw invalidArn(input.stateMachineArn);
      const machine = machines.machines.get(context, name);
      if (!machine) return {};
      // "State machine's executions are terminated on the next state transition", says its API page.
      for (const arn of store.executionsByStatus('RUNNING')) {
        if (store.execution(arn)?.stateMachineArn === machine.arn) await engine.stop(arn);
      }
      return context.transaction(() => {
        machines.machines.delete(context, name);
        for (const { id } of machines.versions.list(context, { where: { machine: name } }))
          machines.versions.delete(context, id);
        for (const { id } of machines.aliases.list(context, { where: { machine: name } }))
          machines.aliases.delete(context, id);
        return {};
      });
    },

    ValidateStateMachineDefinition(input) {
      const found = validateDefinition(input.definition).filter(
        ({ severity }) => input.severity === 'WARNING' || severity === 'ERROR',
      );
      const most = input.maxResults || 100;
      return {
        result: found.some(({ severity }) => severity === 'ERROR') ? ('FAIL' as const) : ('OK' as const),
        diagnostics: found
          .slice(0, most)
          .map(({ severity, code, message, location }) => ({ severity, code, message, location })),
        truncated: found.length > most,
      };
    },
  } satisfies Operations<SFN>;

  function versionKey(arn: string, name: string): string {
    return `${name}:${arn.slice(arn.lastIndexOf(':') + 1).padStart(10, '0')}`;
  }
}

function revisionOf(machine: Machine): Revision {
  const {
    definition,
    roleArn,
    loggingConfiguration,
    tracingConfiguration,
    encryptionConfiguration,
    revisionId,
  } = machine;
  return {
    definition,
    roleArn,
    loggingConfiguration,
    tracingConfiguration,
    encryptionConfiguration,
    revisionId,
  };
}

function describeRevision({ name, type, status }: Machine, revision: Revision) {
  return {
    name,
    type,
    status,
    definition: revision.definition,
    roleArn: revision.roleArn,
    loggingConfiguration: revision.loggingConfiguration,
    tracingConfiguration: revision.tracingConfiguration,
    encryptionConfiguration: revision.encryptionConfiguration,
    revisionId: revision.revisionId,
  };
}

/** Creating again is the same as not creating when definition, type, logging and tracing are the same. */
function refuseOther(
  existing: Machine,
  input: {
    definition: string;
    type?: string;
    loggingConfiguration?: LoggingConfiguration;
    tracingConfiguration?: { enabled?: boolean };
  },
): void {
  const same =
    existing.definition === input.definition &&
    existing.type === (input.type ?? 'STANDARD') &&
    existing.tracingConfiguration.enabled === (input.tracingConfiguration?.enabled ?? false) &&
    (input.loggingConfiguration === undefined ||
      isDeepStrictEqual(
        { ...existing.loggingConfiguration },
        { level: 'OFF', includeExecutionData: false, ...input.loggingConfiguration },
      ));
  if (!same) {
    throw new ServiceError('StateMachineAlreadyExists', `State Machine Already Exists: '${existing.arn}'`);
  }
}

function checkDefinition(definition: string): void {
  try {
    parseDefinition(definition);
  } catch (error) {
    if (error instanceof DefinitionError) throw new ServiceError('InvalidDefinition', error.message);
    throw error;
  }
}

function checkRole(roleArn: string): void {
  if (!ROLE_ARN.test(roleArn)) throw new ServiceError('InvalidArn', `Invalid Role Arn: '${roleArn}'`);
}

function checkLogging(logging: LoggingConfiguration | undefined): void {
  if (!logging || logging.level === 'OFF' || logging.level === undefined) return;
  const [destination, ...others] = logging.destinations ?? [];
  if (!destination || others.length > 0) {
    throw new ServiceError(
      'InvalidLoggingConfiguration',
      'Invalid Logging Configuration: Must specify exactly one Log Destination.',
    );
  }
  if (!destination.cloudWatchLogsLogGroup?.logGroupArn?.endsWith(':*')) {
    throw new ServiceError(
      'InvalidLoggingConfiguration',
      'Invalid Logging Configuration: Log Destination must be the ARN of a log group, ending in :*',
    );
  }
}

/** For operations on a machine by ARN: it exists, and the ARN has no qualifier. */
export function plainMachine(parts: StatesParts, context: CallContext, arn: string): Machine {
  const { name, qualifier } = readMachineArn(arn);
  if (qualifier !== undefined) throw invalidArn(arn);
  return parts.machines.get(context, name, arn);
}
