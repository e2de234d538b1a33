import { ServiceError } from '../../dispatch/errors.ts';
import { Collection, type Listed, type Page, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import type { Tags } from './tags.ts';

export const DEFAULT_BUS = 'default';

/** Where a bus is. */
export interface BusPlace extends Scope {
  readonly name: string;
}

export interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  readonly kmsKeyIdentifier?: string | undefined;
  readonly deadLetterArn?: string | undefined;
  /** Who may do what with it, as JSON text. */
  readonly policy?: string | undefined;
  readonly tags: Tags;
  /** Unknown for the default bus, which is simply there. */
  readonly created?: Date | undefined;
  readonly modified?: Date | undefined;
}

export const busesSchema = Collection.schema('events_bus');

const BUS_ARN = /^arn:aws[a-z-]*:events:([^:]+):(\d{12}):event-bus\/(.+)$/;

/** Event buses by name; the default one is there without a row. */
export class BusesTable {
  readonly #buses: Collection<Bus>;

  constructor(database: Database) {
    this.#buses = new Collection<Bus>(database, 'events_bus');
  }

  find(place: BusPlace): Bus | undefined {
    const found = this.#buses.get(place, place.name);
    return (
      found ?? (place.name === DEFAULT_BUS ? { name: DEFAULT_BUS, arn: busArn(place), tags: {} } : undefined)
    );
  }

  /** @throws ResourceNotFoundException */
  get(place: BusPlace): Bus {
    const bus = this.find(place);
    if (bus) return bus;
    throw new ServiceError('ResourceNotFoundException', `Event bus ${place.name} does not exist.`);
  }

  /** @returns false when there is one with this name already */
  insert(scope: Scope, bus: Bus): boolean {
    return bus.name !== DEFAULT_BUS && this.#buses.insert(scope, bus.name, bus);
  }

  put(scope: Scope, bus: Bus): void {
    this.#buses.put(scope, bus.name, bus);
  }

  delete({ account, region, name }: BusPlace): void {
    this.#buses.delete({ account, region }, name);
  }

  /** All buses by name, the default one among them. */
  list(scope: Scope, prefix = '', page: Pick<Page, 'after'> = {}): Listed<Bus>[] {
    const found = this.#buses.list(scope, { ...page, prefix });
    const after = page.after ?? '';
    const withDefault = found.some(({ id }) => id === DEFAULT_BUS);
    if (withDefault || !DEFAULT_BUS.startsWith(prefix) || after >= DEFAULT_BUS) return found;
    const document = this.get({ ...scope, name: DEFAULT_BUS });
    const all = [...found, { id: DEFAULT_BUS, document, position: DEFAULT_BUS }];
    return all.sort((a, b) => (a.id < b.id ? -1 : 1));
  }
}

/** The bus that a name or ARN means; without one, the caller's default bus. */
export function busPlace(nameOrArn: string | undefined, { account, region }: Scope): BusPlace {
  const match = nameOrArn === undefined ? undefined : BUS_ARN.exec(nameOrArn);
  if (match) return { account: match[2]!, region: match[1]!, name: match[3]! };
  return { account, region, name: nameOrArn ?? DEFAULT_BUS };
}

export function busArn({ account, region, name }: BusPlace): string {
  return `arn:aws:events:${region}:${account}:event-bus/${name}`;
}
