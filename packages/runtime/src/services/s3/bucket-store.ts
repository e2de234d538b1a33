import type {
  AccelerateConfiguration,
  AccessControlPolicy,
  CORSConfiguration,
  BucketLifecycleConfiguration as LifecycleConfiguration,
  LoggingEnabled,
  NotificationConfiguration,
  ObjectLockConfiguration,
  OwnershipControls,
  Payer,
  PublicAccessBlockConfiguration,
  ReplicationConfiguration,
  ServerSideEncryptionConfiguration,
  Tag,
  TransitionDefaultMinimumObjectSize,
  WebsiteConfiguration,
} from '@aws-sdk/client-s3';
import { decode, encode } from '../../store/codec.ts';
import type { Database, SqlValue } from '../../store/database.ts';
import { fault } from './errors.ts';
import { successor } from './key-order.ts';
import { isBucketName } from './names.ts';

/** Everything that is set on a bucket, in S3's own shapes. */
export interface BucketSettings {
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly mfaDelete?: 'Enabled' | 'Disabled';
  readonly objectLock?: ObjectLockConfiguration;
  readonly tags?: readonly Tag[];
  readonly policy?: string;
  readonly acl?: AccessControlPolicy;
  readonly cors?: CORSConfiguration;
  /** Absent: what every new bucket has; `none` after it was deleted. */
  readonly encryption?: ServerSideEncryptionConfiguration | 'none';
  readonly publicAccessBlock?: PublicAccessBlockConfiguration;
  readonly ownership?: OwnershipControls;
  readonly lifecycle?: LifecycleConfiguration;
  readonly lifecycleMinimumSize?: TransitionDefaultMinimumObjectSize;
  readonly website?: WebsiteConfiguration;
  readonly logging?: LoggingEnabled;
  readonly replication?: ReplicationConfiguration;
  readonly accelerate?: AccelerateConfiguration;
  readonly payer?: Payer;
  readonly notifications?: NotificationConfiguration;
  /** Configurations that have an id: kind → id → configuration. */
  readonly configurations?: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

export interface Bucket {
  /** Never used again for another bucket, even of the same name. */
  readonly id: number;
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly created: Date;
  readonly settings: BucketSettings;
}

export interface BucketQuery {
  readonly account: string;
  readonly prefix?: string | undefined;
  readonly region?: string | undefined;
  readonly after?: string | undefined;
  readonly limit: number;
}

interface Row {
  id: number;
  name: string;
  account: string;
  region: string;
  created: number;
  revision: number;
  settings: string;
}

/** The buckets of all accounts, whose names are one namespace. Writing methods are for transactions. */
export class BucketStore {
  readonly #database: Database;
  /** Settings are read at every request and change seldom; a row's revision tells whether these hold. */
  readonly #read = new Map<string, { bucket: Bucket; revision: number; commits: number }>();

  constructor(database: Database) {
    this.#database = database;
  }

  find(name: string): Bucket | undefined {
    const known = this.#read.get(name);
    const { commits, inTransaction } = this.#database;
    if (known) {
      if (known.commits === commits && !inTransaction) return known.bucket;
      const now = this.#database.get<Row>('SELECT id, revision FROM s3_bucket WHERE name = ?', name);
      if (now && now.id === known.bucket.id && now.revision === known.revision) {
        if (!inTransaction) known.commits = commits;
        return known.bucket;
      }
    }
    const row = this.#database.get<Row>('SELECT * FROM s3_bucket WHERE name = ?', name);
    if (!row) {
      this.#read.delete(name);
      return undefined;
    }
    const bucket = bucketOf(row);
    this.#read.set(name, { bucket, revision: row.revision, commits: inTransaction ? -1 : commits });
    return bucket;
  }

  /**
   * @param expectedOwner - the account that the caller says it belongs to
   * @throws NoSuchBucket, InvalidBucketName, AccessDenied
   */
  require(name: string, expectedOwner?: string): Bucket {
    const bucket = this.find(name);
    if (!bucket) throw fault(isBucketName(name) ? 'NoSuchBucket' : 'InvalidBucketName', { BucketName: name });
    if (expectedOwner !== undefined && expectedOwner !== bucket.account) throw fault('AccessDenied');
    return bucket;
  }

  list({ account, prefix = '', region, after, limit }: BucketQuery): Bucket[] {
    const conditions = ['account = ?', 'name >= ?'];
    const values: SqlValue[] = [account, prefix];
    const end = successor(prefix);
    const add = (condition: string, value: string | undefined) => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    add('name < ?', end);
    add('region = ?', region);
    add('name > ?', after);
    const sql = `SELECT * FROM s3_bucket WHERE ${conditions.join(' AND ')} ORDER BY name LIMIT ?`;
    return this.#database.all<Row>(sql, ...values, limit).map(bucketOf);
  }

  insert(bucket: Omit<Bucket, 'id'>): void {
    const { name, account, region, created, settings } = bucket;
    this.#database.run(
      'INSERT INTO s3_bucket (name, account, region, created, revision, settings) VALUES (?, ?, ?, ?, 1, ?)',
      name,
      account,
      region,
      created.getTime(),
      encode(settings),
    );
  }

  /** Changes settings; a value of undefined takes one away. */
  change({ id, settings }: Bucket, changed: BucketSettings): void {
    const text = encode({ ...settings, ...changed });
    this.#database.run('UPDATE s3_bucket SET settings = ?, revision = revision + 1 WHERE id = ?', text, id);
  }

  delete({ id }: Bucket): void {
    this.#database.run('DELETE FROM s3_bucket WHERE id = ?', id);
  }
}

function bucketOf({ id, name, account, region, created, settings }: Row): Bucket {
  return { id, name, account, region, created: new Date(created), settings: decode(settings) };
}
