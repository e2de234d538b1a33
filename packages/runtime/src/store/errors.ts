/** Why the store could not keep something: a fault of the machine, not of the caller. */
export type StorageFault = 'full' | 'readonly' | 'corrupt' | 'busy' | 'unavailable' | 'newer';

const ADVICE: Record<StorageFault, string> = {
  full: 'The disk is full. Nothing that was answered is lost; free some space and try again.',
  readonly: 'The folder is not writable. Check its owner and permissions, or choose another with --state.',
  corrupt:
    'The file is damaged. Stop Slipway and keep a copy of the whole folder; slipway doctor says what is damaged and what can be done.',
  busy: 'Another process uses this folder. Stop it (slipway down), or choose another folder with --state.',
  unavailable: 'The store cannot be read or written. Run slipway doctor.',
  newer: 'This folder was written by a newer Slipway. Update Slipway, or choose another folder with --state.',
};

// https://www.sqlite.org/rescode.html; the low byte is the primary code.
const FAULT_BY_SQLITE_CODE: Record<number, StorageFault> = {
  5: 'busy',
  6: 'busy',
  8: 'readonly',
  10: 'unavailable',
  11: 'corrupt',
  13: 'full',
  14: 'unavailable',
  26: 'corrupt',
};

const FAULT_BY_ERRNO: Record<string, StorageFault> = {
  ENOSPC: 'full',
  EDQUOT: 'full',
  EROFS: 'readonly',
  EACCES: 'readonly',
  EPERM: 'readonly',
};

/** The store failed; `fault` says how, the message says what to do. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly fault: StorageFault;

  constructor(fault: StorageFault, doing: string, options?: ErrorOptions) {
    super(`Could not ${doing}. ${ADVICE[fault]}`, options);
    this.fault = fault;
  }

  /** Recognises SQLite's and the file system's errors; any other error is given back as it is. */
  static from(error: unknown, doing: string): unknown {
    if (error instanceof StorageError) return error;
    const { errcode, code } = error as { errcode?: number; code?: string };
    const fault =
      (errcode !== undefined && FAULT_BY_SQLITE_CODE[errcode & 0xff]) ||
      (code !== undefined && FAULT_BY_ERRNO[code]);
    if (!fault) return error;
    return new StorageError(fault, doing, { cause: error });
  }
}

/** A file that a row refers to is not there, or not all of it: somebody other than Slipway was at it. */
export class LostFileError extends Error {
  override readonly name = 'LostFileError';

  constructor(path: string, loss: 'missing' | 'shorter') {
    const what = loss === 'missing' ? 'is gone' : 'is shorter than what was written to it';
    super(
      `The file ${path} ${what}; something other than Slipway changed the folder. Bring the file back from a copy, or write the object again.`,
    );
  }
}
