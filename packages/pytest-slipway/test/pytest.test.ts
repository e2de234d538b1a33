import { spawnSync } from 'node:child_process';
import { delimiter, dirname, join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { clientsPython } from '../../runtime/src/testing/python-clients.ts';
import { testConfig } from '../../runtime/src/testing/test-runtime.ts';

const PACKAGE = resolve(import.meta.dirname, '..');

/** Runs pytest with the plugin in a folder, as its user would, with the Node that this runs in. */
async function pytest(folder: string) {
  const python = await clientsPython(testConfig(''));
  return spawnSync(python, ['-m', 'pytest', '-p', 'pytest_slipway.plugin', '-p', 'no:cacheprovider', '-q'], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter),
      PYTHONPATH: join(PACKAGE, 'src'),
      PYTHONDONTWRITEBYTECODE: '1',
    },
  });
}

test('the fixtures keep their promises', async () => {
  const { status, stdout, stderr } = await pytest(join(PACKAGE, 'tests'));
  expect({ status, stdout, stderr }).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('5 passed'),
  });
}, 240_000);

test('the example’s test passes', async () => {
  const { status, stdout, stderr } = await pytest(resolve(PACKAGE, '../../examples/testing'));
  expect({ status, stdout, stderr }).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('1 passed'),
  });
}, 240_000);
