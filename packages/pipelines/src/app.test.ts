import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const APP = fileURLToPath(new URL('./app.ts', import.meta.url));

/** Runs the app as the CDK does. @returns its stacks, by their ids */
function synthesized(context: Readonly<Record<string, string>>): Record<string, object> {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-app-'));
  const { status, stderr } = spawnSync(process.execPath, ['-C', 'source', APP], {
    env: {
      ...process.env,
      CDK_OUTDIR: folder,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_VALIDATION: 'true',
    },
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { artifacts } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as {
    artifacts: Record<string, { type: string }>;
  };
  rmSync(folder, { recursive: true });
  return Object.fromEntries(
    Object.entries(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack'),
  );
}

test.each([
  ['A1 the app has the published stack', {}, 'ForecastMlopsPipelineStack'],
  ['Ax10 and with a prefix one of its own', { prefix: 'sales-' }, 'sales-ForecastMlopsPipelineStack'],
])('%s, bound to no account or region; CDK’s own validation has nothing against it', (_, context, id) => {
  const stacks = synthesized(context);
  expect(Object.keys(stacks)).toEqual([id]);
  expect(stacks[id]).toMatchObject({ environment: 'aws://unknown-account/unknown-region' });
});
