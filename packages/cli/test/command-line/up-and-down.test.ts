import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type Going, groupLives, slipway, start, temporaryFolder, testFolder } from './slipway.ts';

const folder = temporaryFolder();
let up: Going;
let endpoint: string;
let pid: number;

beforeAll(async () => {
  up = start(folder, ['up', '--port', '0', '--json']);
  await up.says('out', '\n');
  ({ endpoint, pid } = JSON.parse(up.out()) as { endpoint: string; pid: number });
});
afterAll(async () => {
  up.child.kill('SIGTERM');
  await up.ended;
  rmSync(folder, { recursive: true, force: true });
});

test('up --json prints where it serves, and nothing else on standard output', async () => {
  expect(JSON.parse(up.out())).toEqual({ endpoint, pid, state: expect.stringMatching(/\.slipway$/) });
  await up.says('err', `Slipway serves AWS at ${endpoint}`);
  expect(((await (await fetch(`${endpoint}/_slipway/health`)).json()) as { pid: number }).pid).toBe(pid);
});

test('status --json tells of the runtime', async () => {
  const { code, out, err } = await slipway(folder, ['status', '--json']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(JSON.parse(out)).toMatchObject({ running: true, endpoint, pid, stacks: [], executions: [] });
});

test('what env prints is usable by sh and names the running endpoint', async () => {
  const { code, out, err } = await slipway(folder, ['env', '--account', '123456789012']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const shown = execFileSync(
    '/bin/sh',
    ['-c', `${out}\necho "$AWS_ENDPOINT_URL $AWS_REGION $AWS_ACCESS_KEY_ID [\${AWS_PROFILE-unset}]"`],
    { encoding: 'utf8', env: { ...process.env, AWS_PROFILE: 'work' } },
  );
  expect(shown.trim()).toBe(`${endpoint} us-east-1 123456789012 [unset]`);
  const json = await slipway(folder, ['env', '--json']);
  expect(JSON.parse(json.out)).toMatchObject({ AWS_ENDPOINT_URL: endpoint });
});

test('logs lists the groups, and a group that is not there is named with exit code 2', async () => {
  const groups = await slipway(folder, ['logs', '--json']);
  expect({ code: groups.code, groups: JSON.parse(groups.out) as unknown }).toEqual({ code: 0, groups: [] });
  const none = await slipway(folder, ['logs', 'Upload-Trigger']);
  expect(none).toMatchObject({
    code: 2,
    out: '',
    err: expect.stringContaining('No log group fits Upload-Trigger'),
  });
});

test('the request log is JSON, one call a line, and can be cut off by its reader', async () => {
  const { code, out } = await slipway(folder, ['logs', '--requests', '--json']);
  expect(code).toBe(0);
  const calls = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { operation: string });
  expect(calls.map(({ operation }) => operation)).toContain('DescribeStacks');
  const reader = start(folder, ['logs', '--requests']);
  reader.child.stdout!.destroy();
  expect(await reader.ended).toMatchObject({ code: 0, err: '' });
});

test('a second runtime on one state folder is refused with the first one named', async () => {
  for (const args of [
    ['up', '--port', '0'],
    ['up', '--port', '0', '--detach'],
  ]) {
    const second = await slipway(folder, args);
    expect(second).toMatchObject({ code: 3, out: '' });
    expect(second.err).toContain(endpoint);
    expect(second.err).toContain('choose another folder with --state');
  }
});

test('a port in use is named, in the foreground and in the background', async () => {
  const other = testFolder();
  const port = new URL(endpoint).port;
  for (const args of [
    ['up', '--port', port],
    ['up', '--port', port, '--detach'],
  ]) {
    const { code, out, err } = await slipway(other, args);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain(
      `Port ${port} is in use by another program. Stop it, or choose another port with --port`,
    );
  }
});

test('down stops the runtime; nothing runs after that, and the commands say so', async () => {
  const down = await slipway(folder, ['down', '--json']);
  expect({ code: down.code, out: JSON.parse(down.out) as unknown }).toEqual({
    code: 0,
    out: { stopped: true, pid },
  });
  expect((await up.ended).code).toBe(0);
  expect(groupLives(up)).toBe(false);
  const status = await slipway(folder, ['status', '--json']);
  expect({ code: status.code, out: JSON.parse(status.out) as unknown }).toMatchObject({
    code: 1,
    out: { running: false },
  });
  expect(await slipway(folder, ['logs'])).toMatchObject({
    code: 3,
    out: '',
    err: expect.stringContaining('npx slipway up'),
  });
  expect(await slipway(folder, ['down'])).toMatchObject({
    code: 0,
    err: expect.stringContaining('No runtime uses'),
  });
});

test('up --detach goes on in the background until down', async () => {
  const background = testFolder();
  const { code, out } = await slipway(background, ['up', '--port', '0', '--detach', '--json']);
  expect(code).toBe(0);
  const started = JSON.parse(out) as { endpoint: string; pid: number };
  expect((await fetch(`${started.endpoint}/_slipway/health`)).ok).toBe(true);
  const down = await slipway(background, ['down', '--json']);
  expect(JSON.parse(down.out)).toEqual({ stopped: true, pid: started.pid });
});

test('Ctrl-C ends up with exit code 130, whether the terminal or another program sends it', async () => {
  for (const send of [
    ({ child }: Going) => process.kill(-child.pid!, 'SIGINT'),
    ({ child }: Going) => child.kill('SIGINT'),
  ]) {
    const going = start(testFolder(), ['up', '--port', '0']);
    await going.says('err', 'Stop with Ctrl-C');
    send(going);
    const { code, err } = await going.ended;
    expect({ code, err }).toEqual({ code: 130, err: expect.stringContaining('everything is kept') });
    expect(groupLives(going)).toBe(false);
  }
});

test('a runtime does not stay behind when its launcher is killed', async () => {
  const going = start(testFolder(), ['up', '--port', '0']);
  await going.says('err', 'Stop with Ctrl-C');
  going.child.kill('SIGKILL');
  await vi.waitUntil(() => !groupLives(going), { timeout: 30_000 });
  expect(groupLives(going)).toBe(false);
});
