import type { Target } from '@aws-sdk/client-eventbridge';
import { ServiceError } from '../../dispatch/errors.ts';
import { Collection, type Listed, type Page, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import { type BusPlace, DEFAULT_BUS } from './buses-table.ts';
import type { Tags } from './tags.ts';

export interface Rule {
  readonly name: string;
  readonly bus: string;
  readonly arn: string;
  readonly pattern?: string | undefined;
  readonly schedule?: string | undefined;
  readonly state: 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
  readonly description?: string | undefined;
  readonly roleArn?: string | undefined;
  /** The account that made it. */
  readonly createdBy: string;
  readonly tags: Tags;
  readonly targets: readonly Target[];
  /** The order that will fire it next, and since when its schedule holds. */
  readonly tick?: { readonly order: string; readonly anchor: number } | undefined;
}

export const rulesSchema = Collection.schema('events_rule');

/** Rules by bus and name; their targets are part of them. */
export class RulesTable {
  readonly #rules: Collection<Rule>;

  constructor(database: Database) {
    this.#rules = new Collection<Rule>(database, 'events_rule');
  }

  find(bus: BusPlace, name: string): Rule | undefined {
    return this.#rules.get(bus, key(bus.name, name));
  }

  /** @throws ResourceNotFoundException */
  get(bus: BusPlace, name: string): Rule {
    const rule = this.find(bus, name);
    if (rule) return rule;
    const message = `Rule ${name} does not exist on EventBus ${bus.name}.`;
    throw new ServiceError('ResourceNotFoundException', message);
  }

  put(scope: Scope, rule: Rule): void {
    this.#rules.put(scope, key(rule.bus, rule.name), rule);
  }

  delete(scope: Scope, rule: Rule): void {
    this.#rules.delete(scope, key(rule.bus, rule.name));
  }

  /** A bus's rules by name. */
  of(bus: BusPlace, page: Pick<Page, 'limit' | 'after'> & { prefix?: string } = {}): Listed<Rule>[] {
    return this.#rules.list(bus, { ...page, prefix: key(bus.name, page.prefix ?? '') });
  }
}

export function ruleArn({ account, region, name: bus }: BusPlace, rule: string): string {
  const path = bus === DEFAULT_BUS ? rule : `${bus}/${rule}`;
  return `arn:aws:events:${region}:${account}:rule/${path}`;
}

export function isEnabled({ state }: Rule): boolean {
  return state !== 'DISABLED';
}

function key(bus: string, rule: string): string {
  return `${bus}/${rule}`;
}
