import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { slipway, start, testFolder } from './slipway.ts';

test('reset is refused while a runtime uses the folder and where nobody agrees, and removes the state then', async () => {
  const folder = testFolder();
  const state = join(folder, '.slipway');
  const up = start(folder, ['up', '--port', '0']);
  await up.says('err', 'Stop with Ctrl-C');
  const busy = await slipway(folder, ['reset', '--force']);
  expect(busy).toMatchObject({ code: 4, out: '', err: expect.stringContaining('A runtime uses') });
  up.child.kill('SIGTERM');
  await up.ended;

  const unasked = await slipway(folder, ['reset']);
  expect(unasked).toMatchObject({ code: 4, out: '', err: expect.stringContaining('say so with --force') });
  expect(existsSync(join(state, 'slipway.db'))).toBe(true);

  const removed = await slipway(folder, ['reset', '--force', '--json']);
  expect(removed.code).toBe(0);
  expect(JSON.parse(removed.out)).toEqual({ removed: true, folder: state });
  expect(existsSync(state)).toBe(false);
  expect(await slipway(folder, ['reset', '--force'])).toMatchObject({
    code: 0,
    out: `There is no ${state}.\n`,
  });
});

test('reset leaves a folder alone that is no state folder', async () => {
  const folder = testFolder();
  mkdirSync(join(folder, 'photos'));
  const refused = await slipway(folder, ['reset', '--force', '--state', 'photos']);
  expect(refused).toMatchObject({ code: 4, err: expect.stringContaining('is no state folder') });
  expect(existsSync(join(folder, 'photos'))).toBe(true);
});
