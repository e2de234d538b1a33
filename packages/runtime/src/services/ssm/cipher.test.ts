import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SSM } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestRuntime } from '../../testing/test-runtime.ts';

const VALUE = 'the-secret-of-the-test';
const question = { Name: '/secret', WithDecryption: true };

let stateFolder: string;

beforeEach(() => {
  stateFolder = mkdtempSync(join(tmpdir(), 'slipway-ssm-'));
});
afterEach(() => rmSync(stateFolder, { recursive: true, force: true }));

/** Does something with a runtime over the state folder, and stops it. */
async function withRuntime<T>(use: (ssm: SSM) => Promise<T>): Promise<T> {
  await using runtime = await startTestRuntime({ stateFolder });
  return await use(new SSM(runtime.clientConfig));
}

function putSecret(ssm: SSM, Value = VALUE) {
  return ssm.putParameter({ Name: '/secret', Value, Type: 'SecureString', Overwrite: true });
}

test('secrets lie encrypted in the state folder and are read again after a restart', async () => {
  await withRuntime(async (ssm) => {
    await putSecret(ssm);
    const closed = (await ssm.getParameter({ Name: '/secret' })).Parameter!;
    expect(closed).toMatchObject({ Type: 'SecureString' });
    expect(closed.Value).not.toContain(VALUE);
    const { Parameters } = await ssm.describeParameters({});
    expect(Parameters).toMatchObject([{ Name: '/secret', KeyId: 'alias/aws/ssm' }]);
  });
  expect(statSync(join(stateFolder, 'ssm', 'key')).mode & 0o777).toBe(0o600);
  const files = readdirSync(stateFolder, { recursive: true, withFileTypes: true });
  for (const file of files.filter((entry) => entry.isFile())) {
    expect(readFileSync(join(file.parentPath, file.name)).includes(VALUE)).toBe(false);
  }
  await withRuntime(async (ssm) => {
    expect((await ssm.getParameter(question)).Parameter?.Value).toBe(VALUE);
    expect((await ssm.getParameterHistory(question)).Parameters).toMatchObject([{ Value: VALUE }]);
  });
});

test('without its key a secret is lost, and that is said', async () => {
  await withRuntime(putSecret);
  rmSync(join(stateFolder, 'ssm', 'key'));
  const lost = {
    name: 'InvalidKeyId',
    message: expect.stringContaining('The value was encrypted with another key than that in'),
  };
  await withRuntime(async (ssm) => {
    await expect(ssm.getParameter(question)).rejects.toMatchObject(lost);
    await putSecret(ssm, 'anew');
    expect((await ssm.getParameter(question)).Parameter?.Value).toBe('anew');
    await expect(ssm.getParameter({ ...question, Name: '/secret:1' })).rejects.toMatchObject(lost);
  });
});
