import { type JsonObject, type ObjectStore, TaskError } from '../../src/index.ts';
import { single } from './engine-fixture.ts';

export const pass: JsonObject = { Type: 'Pass', End: true };
export const graph = (states: JsonObject): JsonObject => ({
  StartAt: Object.keys(states)[0] ?? '',
  States: states,
});

/** A machine of one Distributed Map. */
export function distributed(fields: JsonObject, states: JsonObject = { P: pass }): JsonObject {
  const processor = { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...graph(states) };
  return single({ Type: 'Map', ItemProcessor: processor, ...fields });
}

/** Objects in memory. */
export function bucket(
  files: Record<string, string | Uint8Array> = {},
): ObjectStore & { files: Map<string, string> } {
  const contents = new Map(Object.entries(files));
  const written = new Map<string, string>();
  return {
    files: written,
    async get({ key }) {
      const content = contents.get(key);
      if (content === undefined)
        throw new TaskError('S3.NoSuchKeyException', 'The specified key does not exist.');
      return typeof content === 'string' ? new TextEncoder().encode(content) : content;
    },
    async list({ prefix }) {
      return [...contents.keys()]
        .filter((key) => key.startsWith(prefix))
        .map((key) => ({
          key,
          etag: '"e"',
          size: 3,
          lastModified: 1_700_000_000_500,
          storageClass: 'STANDARD',
        }));
    },
    async put({ key, body }) {
      written.set(key, new TextDecoder().decode(body));
    },
  };
}
