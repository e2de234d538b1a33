import type {
  AccessControlPolicy,
  ObjectLockLegalHoldStatus,
  ObjectLockMode,
  ServerSideEncryption,
  Tag,
} from '@aws-sdk/client-s3';
import { decode, encode } from '../../store/codec.ts';
import type { Database, SqlValue } from '../../store/database.ts';
import type { Checksum } from './checksums/digest.ts';

/** Headers that are kept with an object and given back with it, under their names in S3's model. */
export interface ContentHeaders {
  readonly ContentType?: string | undefined;
  readonly CacheControl?: string | undefined;
  readonly ContentDisposition?: string | undefined;
  readonly ContentEncoding?: string | undefined;
  readonly ContentLanguage?: string | undefined;
  readonly Expires?: string | undefined;
  readonly WebsiteRedirectLocation?: string | undefined;
}

/** How the object is encrypted on AWS; here a matter of the answers' headers. */
export interface Encryption {
  readonly ServerSideEncryption?: ServerSideEncryption | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
  readonly SSECustomerAlgorithm?: string | undefined;
  readonly SSECustomerKeyMD5?: string | undefined;
}

export interface ObjectLock {
  readonly mode?: ObjectLockMode;
  readonly until?: Date;
  readonly legalHold?: ObjectLockLegalHoldStatus;
}

/** A part of an object that was uploaded in parts. */
export interface ObjectPart {
  readonly number: number;
  readonly size: number;
  readonly checksum?: string;
}

/** What is known of an object's version besides its columns. */
export interface ObjectDocument {
  readonly headers: ContentHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly encryption: Encryption;
  readonly tags?: readonly Tag[] | undefined;
  readonly parts?: readonly ObjectPart[] | undefined;
  readonly lock?: ObjectLock | undefined;
  readonly acl?: AccessControlPolicy | undefined;
  /** Until when an archived object can be read. */
  readonly restoredUntil?: Date | undefined;
}

/** A version of an object, or a delete marker. */
export interface ObjectVersion {
  readonly key: string;
  /** Its place in the order of writes. */
  readonly sequence: number;
  readonly versionId: string;
  /** Whether it is the key's newest. */
  readonly latest: boolean;
  /** A delete marker has no content. */
  readonly marker: boolean;
  /** Milliseconds since the epoch. */
  readonly modified: number;
  readonly size: number;
  /** Without quotes. */
  readonly etag: string;
  readonly blob: string | undefined;
  readonly storageClass: string;
  readonly checksum: Checksum | undefined;
  readonly document: ObjectDocument;
}

/** From where a listing reads on: at or behind a key, or behind one version or upload of it. */
export interface ListPosition {
  readonly key: string;
  readonly inclusive: boolean;
  /** Of the key itself, only what lies behind this place in the list, then the keys behind it. */
  readonly behind?: number | undefined;
}

export interface ListRange {
  readonly from: ListPosition;
  /** Keys from here on are not listed. */
  readonly end: string | undefined;
  readonly limit: number;
}

interface Row {
  key: string;
  seq: number;
  version: string;
  latest: number;
  marker: number;
  modified: number;
  size: number;
  etag: string;
  blob: string | null;
  storage_class: string;
  checksum: string | null;
  doc: string;
}

const NO_DOCUMENT: ObjectDocument = { headers: {}, metadata: {}, encryption: {} };

/** The objects of all buckets with their versions. Writing methods are for transactions. */
export class ObjectStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  latest(bucket: number, key: string): ObjectVersion | undefined {
    const row = this.#database.get<Row>(
      'SELECT * FROM s3_object WHERE bucket = ? AND key = ? AND latest = 1',
      bucket,
      key,
    );
    return row && versionOf(row);
  }

  version(bucket: number, key: string, versionId: string): ObjectVersion | undefined {
    const row = this.#database.get<Row>(
      'SELECT * FROM s3_object WHERE bucket = ? AND key = ? AND version = ?',
      bucket,
      key,
      versionId,
    );
    return row && versionOf(row);
  }

  /** Adds a version, which becomes the key's newest. */
  insert(bucket: number, added: Omit<ObjectVersion, 'latest'>): void {
    this.#database.run(
      'UPDATE s3_object SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1',
      bucket,
      added.key,
    );
    this.#database.run(
      `INSERT INTO s3_object (bucket, key, seq, version, latest, marker, modified, size, etag, blob,
       storage_class, checksum, doc) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?)`,
      bucket,
      added.key,
      added.sequence,
      added.versionId,
      added.marker ? 1 : 0,
      added.modified,
      added.size,
      added.etag,
      added.blob ?? null,
      added.storageClass,
      added.checksum ? JSON.stringify(added.checksum) : null,
      added.marker ? '' : encode(added.document),
    );
  }

  /** Takes a version away that {@link insert} is about to replace. */
  erase(bucket: number, { key, sequence }: ObjectVersion): void {
    this.#database.run(
      'DELETE FROM s3_object WHERE bucket = ? AND key = ? AND seq = ?',
      bucket,
      key,
      sequence,
    );
  }

  /** Takes a version away; the next older one becomes the newest where it was. */
  delete(bucket: number, version: ObjectVersion): void {
    const { key, latest } = version;
    this.erase(bucket, version);
    if (!latest) return;
    this.#database.run(
      `UPDATE s3_object SET latest = 1 WHERE bucket = ?1 AND key = ?2 AND seq =
       (SELECT max(seq) FROM s3_object WHERE bucket = ?1 AND key = ?2)`,
      bucket,
      key,
    );
  }

  /** Replaces what is known of a version besides its content. */
  describe(bucket: number, { key, sequence }: ObjectVersion, document: ObjectDocument): void {
    this.#database.run(
      'UPDATE s3_object SET doc = ? WHERE bucket = ? AND key = ? AND seq = ?',
      encode(document),
      bucket,
      key,
      sequence,
    );
  }

  /** Newest versions that are no delete markers, in the order of their keys. */
  listLatest(bucket: number, range: ListRange): ObjectVersion[] {
    return this.#list(bucket, range, 'AND latest = 1 AND marker = 0 ORDER BY key');
  }

  /** All versions in the order of their keys, the newest of a key first. */
  listVersions(bucket: number, range: ListRange): ObjectVersion[] {
    const { from, limit } = range;
    const ofKey =
      from.behind === undefined
        ? []
        : this.#database.all<Row>(
            'SELECT * FROM s3_object WHERE bucket = ? AND key = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
            bucket,
            from.key,
            from.behind,
            limit,
          );
    const rest = limit - ofKey.length;
    const behind = rest > 0 ? this.#list(bucket, { ...range, limit: rest }, 'ORDER BY key, seq DESC') : [];
    return [...ofKey.map(versionOf), ...behind];
  }

  /** The blobs of all versions of all buckets, so many at a time. */
  *blobs(batch: number): Generator<string[]> {
    let last = { bucket: -1, key: '', seq: 0 };
    for (;;) {
      const rows = this.#database.all<{ bucket: number; key: string; seq: number; blob: string | null }>(
        `SELECT bucket, key, seq, blob FROM s3_object WHERE (bucket, key, seq) > (?, ?, ?)
         ORDER BY bucket, key, seq LIMIT ?`,
        last.bucket,
        last.key,
        last.seq,
        batch,
      );
      yield rows.flatMap(({ blob }) => blob ?? []);
      if (rows.length < batch) return;
      last = rows.at(-1)!;
    }
  }

  isEmpty(bucket: number): boolean {
    return this.#database.get('SELECT 1 FROM s3_object WHERE bucket = ? LIMIT 1', bucket) === undefined;
  }

  #list(bucket: number, { from, end, limit }: ListRange, filter: string): ObjectVersion[] {
    const conditions = ['bucket = ?', `key ${from.inclusive ? '>=' : '>'} ?`];
    const values: SqlValue[] = [bucket, from.key];
    if (end !== undefined) {
      conditions.push('key < ?');
      values.push(end);
    }
    const sql = `SELECT * FROM s3_object WHERE ${conditions.join(' AND ')} ${filter} LIMIT ?`;
    return this.#database.all<Row>(sql, ...values, limit).map(versionOf);
  }
}

function versionOf(row: Row): ObjectVersion {
  let document: ObjectDocument | undefined;
  return {
    key: row.key,
    sequence: row.seq,
    versionId: row.version,
    latest: row.latest === 1,
    marker: row.marker === 1,
    modified: row.modified,
    size: row.size,
    etag: row.etag,
    blob: row.blob ?? undefined,
    storageClass: row.storage_class,
    checksum: row.checksum === null ? undefined : (JSON.parse(row.checksum) as Checksum),
    // Lists do without it.
    get document() {
      document ??= row.doc === '' ? NO_DOCUMENT : decode<ObjectDocument>(row.doc);
      return document;
    },
  };
}
