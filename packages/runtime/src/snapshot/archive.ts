import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { ZipFile } from 'yazl';
import { VERSION } from '../version.ts';
import { MANIFEST_FILE, SNAPSHOT_FORMAT, type SnapshotFile, type SnapshotManifest } from './format.ts';
import type { Stage } from './stage.ts';

/** Most of a state is text or compressed already; the fastest level gains nearly all there is. */
const COMPRESSION_LEVEL = 1;

/**
 * The archive of a stage, as it is read: a zip of the state folder's files and, at its end, the manifest
 * with their checksums. The stage is removed when the stream ends, however it ends.
 *
 * @param done - called when the stage is gone
 */
export function archiveOf(stage: Stage, created: Date, done: () => void): Readable {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  zip.on('error', (error: Error) => output.destroy(error));
  const reading = new AbortController();
  output.on('close', () => {
    // A reader who leaves early leaves a file open.
    reading.abort();
    void stage.remove().finally(done);
  });
  void addEntries(zip, stage, created, reading.signal).catch((error: Error) => output.destroy(error));
  return output;
}

async function addEntries(zip: ZipFile, stage: Stage, created: Date, signal: AbortSignal): Promise<void> {
  const files: SnapshotFile[] = [];
  for await (const path of filesOf(stage.folder)) {
    const { size, mode, mtime } = await stat(join(stage.folder, path));
    const options = { size, mode, mtime, compressionLevel: COMPRESSION_LEVEL };
    zip.addReadStreamLazy(path, options, (done) => {
      const source = createReadStream(join(stage.folder, path), { signal });
      const meter = checksum((sha256) => files.push({ path, size, sha256 }));
      source.on('error', (error) => meter.destroy(error));
      meter.on('error', (error) => zip.emit('error', error));
      done(null, source.pipe(meter));
    });
  }
  zip.addReadStreamLazy(MANIFEST_FILE, { mtime: created, mode: 0o100600 }, (done) => {
    const manifest: SnapshotManifest = {
      format: SNAPSHOT_FORMAT,
      slipway: VERSION,
      created: created.toISOString(),
      unfinishedJobs: stage.unfinishedJobs,
      files,
    };
    done(null, Readable.from([Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`)]));
  });
  zip.end();
}

/** Passes bytes on and tells their SHA-256 at the end. */
export function checksum(tell: (sha256: string) => void): Transform {
  const hash = createHash('sha256');
  return new Transform({
    transform(piece: Buffer, _encoding, done) {
      hash.update(piece);
      done(null, piece);
    },
    flush(done) {
      tell(hash.digest('hex'));
      done();
    },
  });
}

async function* filesOf(root: string, below = ''): AsyncGenerator<string> {
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* filesOf(root, path);
    else yield path;
  }
}
