/** The archive's own description, its last entry; everything else in it is a file of the state folder. */
export const MANIFEST_FILE = 'snapshot.json';

/** Raised when an older Slipway would misread the archive. */
export const SNAPSHOT_FORMAT = 1;

/** `snapshot.json`. */
export interface SnapshotManifest {
  readonly format: number;
  /** Version of the Slipway that wrote it. */
  readonly slipway: string;
  /** ISO 8601. */
  readonly created: string;
  /** Jobs that ran then, `<kind>/<id>`: they begin anew after a restore. */
  readonly unfinishedJobs: readonly string[];
  readonly files: readonly SnapshotFile[];
}

/** A file of the state folder. */
export interface SnapshotFile {
  /** Below the state folder, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Why a snapshot was not made or restored; nothing was changed. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
  /** `refused`: for safety; `unusable`: the archive cannot be used here. */
  readonly reason: 'refused' | 'unusable';

  constructor(reason: 'refused' | 'unusable', message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
