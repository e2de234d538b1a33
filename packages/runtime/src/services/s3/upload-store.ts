import { decode, encode } from '../../store/codec.ts';
import type { Database, SqlValue } from '../../store/database.ts';
import type { Algorithm, CoverageType } from './checksums/digest.ts';
import type { ContentHeaders, Encryption, ListPosition, ObjectDocument, ObjectLock } from './object-store.ts';
import type { Checksums } from './receive.ts';

/** What the object made of an upload will be like. */
export interface UploadDocument {
  readonly headers: ContentHeaders;
  readonly metadata: Readonly<Record<string, string>>;
  readonly encryption: Encryption;
  readonly storageClass: string;
  readonly tags?: ObjectDocument['tags'];
  readonly lock?: ObjectLock | undefined;
  readonly acl?: ObjectDocument['acl'];
  /** Asked for by the client; where absent, S3 makes a checksum of its own. */
  readonly checksum?: { readonly algorithm: Algorithm; readonly type: CoverageType } | undefined;
}

export interface Upload {
  readonly id: string;
  readonly sequence: number;
  readonly key: string;
  readonly initiated: number;
  /** Whether the key's object was deleted since, which conditional completion has to know. */
  readonly disturbed: boolean;
  readonly document: UploadDocument;
}

export interface Part {
  readonly number: number;
  readonly modified: number;
  readonly size: number;
  readonly etag: string;
  /** In base64: that of the upload's algorithm or CRC64NVME, and what the client brought along. */
  readonly checksums: Checksums;
  readonly blob: string;
}

interface UploadRow {
  id: string;
  seq: number;
  key: string;
  initiated: number;
  disturbed: number;
  doc: string;
}

interface PartRow {
  number: number;
  modified: number;
  size: number;
  etag: string;
  checksums: string;
  blob: string;
}

const REMEMBERED_MS = 24 * 3600 * 1000;

/** Uploads in parts that are under way. Writing methods are for transactions. */
export class UploadStore {
  readonly #database: Database;
  /** Uploads whose parts are being put together right now; nothing may take their parts away. */
  readonly completing = new Set<string>();

  constructor(database: Database) {
    this.#database = database;
  }

  find(bucket: number, key: string, id: string): Upload | undefined {
    const row = this.#database.get<UploadRow>(
      'SELECT * FROM s3_upload WHERE id = ? AND bucket = ? AND key = ?',
      id,
      bucket,
      key,
    );
    return row && uploadOf(row);
  }

  insert(bucket: number, { id, sequence, key, initiated, document }: Omit<Upload, 'disturbed'>): void {
    this.#database.run(
      'INSERT INTO s3_upload (seq, id, bucket, key, initiated, doc) VALUES (?, ?, ?, ?, ?, ?)',
      sequence,
      id,
      bucket,
      key,
      initiated,
      encode(document),
    );
  }

  /** Ends an upload. @returns its parts, whose blobs are nobody's any more */
  delete(id: string): Part[] {
    const parts = this.parts(id);
    this.#database.run('DELETE FROM s3_part WHERE upload = ?', id);
    this.#database.run('DELETE FROM s3_upload WHERE id = ?', id);
    return parts;
  }

  /** Keeps what completing an upload answered, for clients that ask again. */
  complete(bucket: number, upload: Upload, versionId: string, now: number, response: object): void {
    this.#database.run('DELETE FROM s3_completed WHERE finished < ?', now - REMEMBERED_MS);
    this.#database.run(
      'INSERT INTO s3_completed VALUES (?, ?, ?, ?, ?, ?)',
      upload.id,
      bucket,
      upload.key,
      versionId,
      now,
      encode(response),
    );
  }

  /** What completing an upload answered, and the version that it made. */
  completed<T>(bucket: number, key: string, id: string): { versionId: string; response: T } | undefined {
    const row = this.#database.get<{ version: string; response: string }>(
      'SELECT version, response FROM s3_completed WHERE upload = ? AND bucket = ? AND key = ?',
      id,
      bucket,
      key,
    );
    return row && { versionId: row.version, response: decode<T>(row.response) };
  }

  /** Notes that the key's object was deleted. */
  disturb(bucket: number, key: string): void {
    this.#database.run('UPDATE s3_upload SET disturbed = 1 WHERE bucket = ? AND key = ?', bucket, key);
  }

  /** By key, those of a key in the order of their beginning. */
  list(bucket: number, range: { from: ListPosition; end: string | undefined; limit: number }): Upload[] {
    const { from, end, limit } = range;
    const conditions = ['bucket = ?'];
    const values: SqlValue[] = [bucket];
    if (from.behind === undefined) {
      conditions.push(`key ${from.inclusive ? '>=' : '>'} ?`);
      values.push(from.key);
    } else {
      conditions.push('(key, seq) > (?, ?)');
      values.push(from.key, from.behind);
    }
    if (end !== undefined) {
      conditions.push('key < ?');
      values.push(end);
    }
    const sql = `SELECT * FROM s3_upload WHERE ${conditions.join(' AND ')} ORDER BY key, seq LIMIT ?`;
    return this.#database.all<UploadRow>(sql, ...values, limit).map(uploadOf);
  }

  /** The blobs of all parts. */
  blobs(): string[] {
    return this.#database.all<{ blob: string }>('SELECT blob FROM s3_part').map(({ blob }) => blob);
  }

  part(upload: string, number: number): Part | undefined {
    const row = this.#database.get<PartRow>(
      'SELECT * FROM s3_part WHERE upload = ? AND number = ?',
      upload,
      number,
    );
    return row && partOf(row);
  }

  parts(upload: string, after = 0, limit = -1): Part[] {
    return this.#database
      .all<PartRow>(
        'SELECT * FROM s3_part WHERE upload = ? AND number > ? ORDER BY number LIMIT ?',
        upload,
        after,
        limit,
      )
      .map(partOf);
  }

  putPart(upload: string, part: Part): void {
    this.#database.run(
      'INSERT OR REPLACE INTO s3_part (upload, number, modified, size, etag, checksums, blob) VALUES (?, ?, ?, ?, ?, ?, ?)',
      upload,
      part.number,
      part.modified,
      part.size,
      part.etag,
      JSON.stringify(part.checksums),
      part.blob,
    );
  }
}

function uploadOf({ id, seq, key, initiated, disturbed, doc }: UploadRow): Upload {
  return { id, sequence: seq, key, initiated, disturbed: disturbed === 1, document: decode(doc) };
}

function partOf({ checksums, ...part }: PartRow): Part {
  return { ...part, checksums: JSON.parse(checksums) as Checksums };
}
