import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { slipway, testFolder } from './slipway.ts';

test('doctor finds this machine in order', async () => {
  const { code, out, err } = await slipway(testFolder(), ['doctor', '--port', '0']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^ok {5}Node: v\d+/m);
  expect(out).toMatch(/^ok {5}Port: /m);
});

test('doctor says what to do about what is wrong, with exit code 3', async () => {
  await using server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
  });
  const { code, out } = await slipway(testFolder(), ['doctor', '--json', '--port', String(port)], {
    AWS_ENDPOINT_URL: 'http://localhost:4566',
  });
  expect(code).toBe(3);
  const findings = JSON.parse(out) as { check: string; state: string; text: string }[];
  const broken = Object.fromEntries(
    findings.filter(({ state }) => state === 'broken').map(({ check, text }) => [check, text]),
  );
  expect(broken).toEqual({
    Port: expect.stringContaining('choose another with --port'),
    AWS_ENDPOINT_URL: expect.stringContaining('use 127.0.0.1'),
  });
});
