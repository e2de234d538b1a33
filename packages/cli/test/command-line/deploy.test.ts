import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Going, slipway, start, temporaryFolder } from './slipway.ts';

const folder = temporaryFolder();
let up: Going;

// A CDK app of somebody else: only the contract of a cloud assembly, no library of ours.
const APP = `
const { mkdirSync, writeFileSync } = require('node:fs');
const { CDK_OUTDIR: out, CDK_CONTEXT_JSON, CDK_DEFAULT_REGION: region } = process.env;
const { greeting, vpc } = JSON.parse(CDK_CONTEXT_JSON);
mkdirSync(out, { recursive: true });
writeFileSync(out + '/Greeter.template.json', JSON.stringify({
  Resources: { Word: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Name: '/word', Value: greeting } } },
  Outputs: { Said: { Value: [greeting, vpc, region].join(' ') } },
}));
writeFileSync(out + '/manifest.json', JSON.stringify({
  version: '36.0.0',
  artifacts: {
    Greeter: {
      type: 'aws:cloudformation:stack',
      environment: 'aws://unknown-account/unknown-region',
      properties: { templateFile: 'Greeter.template.json' },
    },
  },
}));
`;

beforeAll(async () => {
  mkdirSync(join(folder, 'greeter'));
  writeFileSync(join(folder, 'greeter', 'app.cjs'), APP);
  writeFileSync(
    join(folder, 'greeter', 'cdk.json'),
    JSON.stringify({ app: 'node app.cjs', context: { greeting: 'hello' } }),
  );
  writeFileSync(join(folder, 'greeter', 'cdk.context.json'), JSON.stringify({ vpc: 'vpc-1' }));
  up = start(folder, ['up', '--port', '0']);
  await up.says('err', 'Stop with Ctrl-C');
});
afterAll(async () => {
  up.child.kill('SIGTERM');
  await up.ended;
  rmSync(folder, { recursive: true, force: true });
});

test('a pipeline is deployed by its name, again without a change, and destroyed', async () => {
  const first = await slipway(folder, ['deploy', 'forecast', '--json']);
  expect(first.code).toBe(0);
  expect(JSON.parse(first.out)).toMatchObject([
    { stackName: 'ForecastMlopsPipelineStack', changed: true, outputs: { BucketName: expect.any(String) } },
  ]);
  const again = await slipway(folder, ['deploy', 'forecast']);
  expect(again).toMatchObject({ code: 0, err: expect.stringContaining('is deployed already') });
  expect(again.out).toMatch(/^BucketName = forecast-mlops-pipeline-resource-bucket-\d{12}$/m);
  const destroyed = await slipway(folder, ['destroy', 'forecast', '--force', '--json']);
  expect(destroyed.code).toBe(0);
  expect(JSON.parse(destroyed.out)).toEqual({ destroyed: ['ForecastMlopsPipelineStack'] });
});

test('a CDK app of somebody else is synthesized with its context and deployed', async () => {
  const first = await slipway(folder, ['deploy', 'greeter']);
  expect(first).toMatchObject({ code: 0, out: 'Said = hello vpc-1 us-east-1\n' });
  const changed = await slipway(folder, ['deploy', 'greeter', '-c', 'greeting=servus', '--json']);
  expect(JSON.parse(changed.out)).toMatchObject([
    { changed: true, outputs: { Said: 'servus vpc-1 us-east-1' } },
  ]);
  const assembly = await slipway(folder, ['deploy', join('greeter', 'cdk.out')]);
  expect(assembly).toMatchObject({ code: 0, err: expect.stringContaining('Greeter is deployed already') });
});

test('destroy refuses where nobody can be asked, and does nothing', async () => {
  const refused = await slipway(folder, ['destroy', 'greeter']);
  expect(refused).toMatchObject({ code: 4, out: '', err: expect.stringContaining('say so with --force') });
  const status = await slipway(folder, ['status', '--json']);
  expect(JSON.parse(status.out)).toMatchObject({
    stacks: expect.arrayContaining([{ name: 'Greeter', status: 'UPDATE_COMPLETE' }]),
  });
  const destroyed = await slipway(folder, ['destroy', 'greeter', '--force']);
  expect(destroyed).toMatchObject({ code: 0, out: 'Destroyed Greeter\n' });
  expect(await slipway(folder, ['destroy', 'greeter', '--force'])).toMatchObject({
    out: 'Nothing was deployed.\n',
  });
});

test.each([
  ['a target that is nothing', ['deploy', 'forcast'], 'neither a pipeline (forecast), nor a cloud assembly'],
  ['a target that comes close', ['destroy', 'forcast', '--force'], 'Did you mean forecast?'],
  ['a stack that is not there', ['deploy', 'greeter', '--stack', 'Greter'], 'Greter'],
  ['a context without a value', ['deploy', 'greeter', '-c', 'greeting'], 'Context is given as key=value'],
  ['a cdk.json that is not JSON', ['deploy', 'torn'], join('torn', 'cdk.json')],
  ['an app that fails', ['deploy', 'failing'], 'no such construct'],
])('%s is explained with exit code 2', async (_, args, message) => {
  for (const [name, text] of [
    ['torn', '{'],
    ['failing', JSON.stringify({ app: 'echo no such construct >&2; exit 3' })],
  ] as const) {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'cdk.json'), text);
  }
  const { code, out, err } = await slipway(folder, args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});

test('a stack that cannot be made fails with exit code 1 and the reason of its event', async () => {
  const app = join(folder, 'broken');
  mkdirSync(app);
  writeFileSync(join(app, 'app.cjs'), APP.replace("'String'", "'Strung'"));
  writeFileSync(join(app, 'cdk.json'), JSON.stringify({ app: 'node app.cjs', context: { greeting: 'x' } }));
  const { code, out } = await slipway(folder, ['deploy', 'broken', '--json']);
  expect(code).toBe(1);
  expect(JSON.parse(out)).toEqual({ error: expect.stringMatching(/Greeter[\s\S]*Strung/), exitCode: 1 });
});
