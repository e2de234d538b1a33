import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ServiceError } from '../../dispatch/errors.ts';

const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts SecureStrings: AES-256-GCM with a key in a file of the state folder that only its owner can
 * read. It keeps secrets out of the database and its copies; who can read the whole folder can read them.
 */
export class Cipher {
  readonly #folder: string;
  #key: Buffer | undefined;

  /** @param folder - where the key lies, made when it is first needed */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param context - authenticated with the text, so that it cannot be moved to another parameter */
  encrypt(text: string, context: string): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#load() ?? this.#create(), iv).setAAD(
      Buffer.from(context),
    );
    const encrypted = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), encrypted]).toString('base64');
  }

  /** @throws InvalidKeyId when the text was not encrypted with this key for this context */
  decrypt(encrypted: string, context: string): string {
    const key = this.#load();
    if (!key) throw this.#wrongKey();
    const bytes = Buffer.from(encrypted, 'base64');
    const iv = bytes.subarray(0, IV_BYTES);
    const tag = bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context)).setAuthTag(tag);
    const text = decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8');
    try {
      return text + decipher.final('utf8');
    } catch {
      throw this.#wrongKey();
    }
  }

  #load(): Buffer | undefined {
    this.#key ??= readKey(join(this.#folder, 'key'));
    return this.#key;
  }

  #create(): Buffer {
    this.#key = createKey(this.#folder);
    return this.#key;
  }

  #wrongKey(): ServiceError {
    return new ServiceError(
      'InvalidKeyId',
      `The value was encrypted with another key than that in ${join(this.#folder, 'key')}; restore the file from a copy of the state folder, or put the parameter again`,
    );
  }
}

function readKey(path: string): Buffer | undefined {
  let key: Buffer;
  try {
    key = readFileSync(path);
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return undefined;
    throw error;
  }
  if (key.length === KEY_BYTES) return key;
  throw new Error(
    `The key of the SecureStrings in ${path} is damaged; restore it from a snapshot of the folder`,
  );
}

/** On disk before anything is encrypted with it. */
function createKey(folder: string): Buffer {
  const key = randomBytes(KEY_BYTES);
  const incoming = join(folder, 'key.incoming');
  const file = openSync(incoming, 'w', 0o600);
  try {
    writeSync(file, key);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(incoming, join(folder, 'key'));
  const directory = openSync(folder, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
  return key;
}
