import { Collection, type Listed, type Scope } from '../../store/collection.ts';
import type { Database } from '../../store/database.ts';
import { alreadyExists, invalidInput, notFound } from './errors.ts';
import { type ImportJob, KIND_NAMES, type Kind, type Kinds, type Resource } from './resource.ts';

const TABLE = 'forecast_resource';

export const resourcesSchema = Collection.schema(TABLE, [
  'kind TEXT NOT NULL',
  'name TEXT NOT NULL',
  'parent TEXT',
]);

/**
 * Every resource of the service by its ARN. One table for all kinds, because stopping, tagging,
 * deleting trees and listing are the same for all. Writing methods are for use inside a transaction.
 */
export class Resources {
  readonly #rows: Collection<Resource>;

  constructor(database: Database) {
    this.#rows = new Collection<Resource>(database, TABLE, {
      kind: ({ kind }) => kind,
      name: ({ name }) => name,
      parent: (resource) => ('parent' in resource ? resource.parent : null),
    });
  }

  find(scope: Scope, arn: string): Resource | undefined {
    return this.#rows.get(scope, arn);
  }

  /** @throws ResourceNotFoundException; InvalidInputException when it is of another kind */
  get<K extends Kind>(scope: Scope, kind: K, arn: string): Kinds[K] {
    const found = this.find(scope, arn);
    if (!found) throw notFound(arn);
    if (found.kind !== kind) {
      throw invalidInput(`The ARN ${arn} is of a ${KIND_NAMES[found.kind]}, not of a ${KIND_NAMES[kind]}`);
    }
    return found as Kinds[K];
  }

  /**
   * Says that there is one already before anything else is found wrong with a repeated request.
   *
   * @throws ResourceAlreadyExistsException
   */
  requireFree(scope: Scope, kind: Kind, arn: string): void {
    if (this.find(scope, arn)) throw alreadyExists(KIND_NAMES[kind], arn);
  }

  /** The same for predictors, whose names are unique although the ARNs of some have a suffix. */
  requireFreePredictor(scope: Scope, name: string): void {
    const [found] = this.#rows.list(scope, { where: { kind: 'predictor', name }, limit: 1 });
    if (found) throw alreadyExists(KIND_NAMES.predictor, found.id);
  }

  /** @throws ResourceAlreadyExistsException */
  insert(scope: Scope, resource: Resource): void {
    if (this.#rows.insert(scope, resource.arn, resource)) return;
    throw alreadyExists(KIND_NAMES[resource.kind], resource.arn);
  }

  update(scope: Scope, resource: Resource): void {
    this.#rows.update(scope, resource.arn, resource);
  }

  remove(scope: Scope, arn: string): void {
    this.#rows.delete(scope, arn);
  }

  /** What was made from a resource, oldest first. */
  children(scope: Scope, parent: string): Resource[] {
    return this.#rows.list(scope, { where: { parent }, order: 'oldest' }).map(({ document }) => document);
  }

  /** A dataset's imports, oldest first. */
  imports(scope: Scope, dataset: string): ImportJob[] {
    return this.children(scope, dataset).filter((child) => child.kind === 'dataset-import-job');
  }

  /** Resources of a kind, newest first, those after a position only. */
  page<K extends Kind>(scope: Scope, kind: K, after: string | undefined, limit: number): Listed<Kinds[K]>[] {
    return this.#rows.list(scope, { where: { kind }, order: 'newest', after, limit }) as Listed<Kinds[K]>[];
  }

  /** All resources of a kind. */
  all<K extends Kind>(scope: Scope, kind: K): Kinds[K][] {
    return this.#rows.list(scope, { where: { kind } }).map(({ document }) => document as Kinds[K]);
  }
}
