/** Access to S3 objects for ItemReader and ResultWriter, provided by the embedder. */
export interface ObjectStore {
  get(request: ObjectRequest): Promise<Uint8Array>;
  /** All objects below a prefix, in key order. */
  list(request: ObjectListRequest): Promise<readonly ObjectSummary[]>;
  put(request: ObjectRequest & { body: Uint8Array; contentType: string }): Promise<void>;
}

export interface ObjectRequest {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string;
  /** The role of the state machine, under which the access happens. */
  readonly roleArn: string;
}

export interface ObjectListRequest {
  readonly bucket: string;
  readonly prefix: string;
  readonly roleArn: string;
}

export interface ObjectSummary {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly lastModified: number;
  readonly storageClass: string;
}
