import type {
  EncryptionConfiguration,
  LoggingConfiguration,
  RoutingConfigurationListItem,
  StateMachineType,
  TracingConfiguration,
} from '@aws-sdk/client-sfn';
import { Collection, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import type { MachineReference } from './arns.ts';
import { machineDoesNotExist } from './errors.ts';

/** What can be changed about a state machine, and what a version freezes. */
export interface Revision {
  readonly definition: string;
  readonly roleArn: string;
  readonly loggingConfiguration: LoggingConfiguration;
  readonly tracingConfiguration: TracingConfiguration;
  readonly encryptionConfiguration: EncryptionConfiguration;
  readonly revisionId: string | undefined;
}

export interface Machine extends Revision {
  readonly name: string;
  readonly arn: string;
  readonly type: StateMachineType;
  readonly creationDate: Date;
  readonly status: 'ACTIVE' | 'DELETING';
  /** The number that the next version gets. */
  readonly nextVersion: number;
}

export interface MachineVersion extends Revision {
  readonly number: number;
  readonly description: string | undefined;
  readonly creationDate: Date;
}

export interface MachineAlias {
  readonly name: string;
  readonly machine: string;
  readonly description: string | undefined;
  readonly routes: readonly RoutingConfigurationListItem[];
  readonly creationDate: Date;
  readonly updateDate: Date;
}

/** A machine together with the revision that a reference chose. */
export interface ChosenMachine {
  readonly machine: Machine;
  readonly revision: Revision;
  readonly versionArn: string | undefined;
  readonly aliasArn: string | undefined;
}

export const machineSchema = [
  Collection.schema('states_machine'),
  Collection.schema('states_version', ['machine TEXT']),
  Collection.schema('states_alias', ['machine TEXT']),
];

/** State machines with their versions and aliases. */
export class MachineStore {
  readonly machines: Collection<Machine>;
  readonly versions: Collection<MachineVersion & { machine: string }>;
  readonly aliases: Collection<MachineAlias>;
  readonly #random: () => number;

  constructor(database: Database, random: () => number) {
    this.machines = new Collection(database, 'states_machine');
    this.versions = new Collection(database, 'states_version', { machine: ({ machine }) => machine });
    this.aliases = new Collection(database, 'states_alias', { machine: ({ machine }) => machine });
    this.#random = random;
  }

  /** @throws StateMachineDoesNotExist */
  get(scope: Scope, name: string, arn: string): Machine {
    const machine = this.machines.get(scope, name);
    if (!machine) throw machineDoesNotExist(arn);
    return machine;
  }

  /**
   * The revision that a reference names; an alias chooses among its versions by weight.
   *
   * @throws StateMachineDoesNotExist
   */
  choose(scope: Scope, reference: MachineReference): ChosenMachine {
    const { name, qualifier, machineArn } = reference;
    const arn = qualifier === undefined ? machineArn : `${machineArn}:${qualifier}`;
    const machine = this.get(scope, name, arn);
    if (qualifier === undefined)
      return { machine, revision: machine, versionArn: undefined, aliasArn: undefined };
    const alias = this.aliases.get(scope, `${name}:${qualifier}`);
    const versionArn = alias ? this.#route(alias) : arn;
    const number = versionArn.slice(versionArn.lastIndexOf(':') + 1);
    const revision = this.versions.get(scope, versionId(name, Number(number)));
    if (!revision) throw machineDoesNotExist(arn);
    return { machine, revision, versionArn, aliasArn: alias && arn };
  }

  #route({ routes }: MachineAlias): string {
    let left = this.#random() * 100;
    for (const { stateMachineVersionArn = '', weight = 0 } of routes) {
      left -= weight;
      if (left < 0) return stateMachineVersionArn;
    }
    return routes.at(-1)?.stateMachineVersionArn ?? '';
  }
}

/** Version ids sort by number. */
export function versionId(machine: string, number: number): string {
  return `${machine}:${String(number).padStart(10, '0')}`;
}
