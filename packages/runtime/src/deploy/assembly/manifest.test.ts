import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { chooseStacks } from './choose-stacks.ts';
import { deployAssembly } from './deploy-assembly.ts';
import { readAssembly } from './manifest.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-assembly-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, content: object): void {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), JSON.stringify(content));
}

const stack = (properties: object = {}, dependencies: string[] = [], more: object = {}) => ({
  type: 'aws:cloudformation:stack',
  environment: 'aws://unknown-account/eu-west-1',
  properties: { templateFile: 't.json', ...properties },
  dependencies,
  ...more,
});

test('stacks with what their deployment needs, those of nested assemblies included', () => {
  write('manifest.json', {
    version: '999.0.0',
    artifacts: {
      Tree: { type: 'cdk:tree' },
      Assets: { type: 'cdk:asset-manifest', properties: { file: 'a.assets.json' } },
      One: stack(
        {
          stackName: 'one',
          terminationProtection: true,
          parameters: { P: 'x' },
          stackTemplateAssetObjectUrl: 's3://b/k',
        },
        ['Assets'],
        { additionalMetadataFile: 'one.metadata.json' },
      ),
      Stage: { type: 'cdk:cloud-assembly', properties: { directoryName: 'stage' } },
    },
  });
  write('one.metadata.json', {
    '/One': [{ type: 'aws:cdk:stack-tags', data: [{ Key: 'team', Value: 'ml' }] }],
  });
  write('a.assets.json', {
    files: {
      abc: {
        displayName: 'Code',
        source: { path: 'asset.abc', packaging: 'zip' },
        destinations: { here: { bucketName: 'bucket', objectKey: 'abc.zip', region: 'eu-west-1' } },
      },
    },
  });
  write('stage/manifest.json', {
    artifacts: {
      Two: stack({ tags: { a: 'b' } }, [], {
        displayName: 'Stage/Two',
        environment: 'aws://123456789012/us-east-1',
      }),
    },
  });
  expect(readAssembly(folder)).toEqual([
    {
      id: 'One',
      displayName: 'One',
      stackName: 'one',
      environment: { account: undefined, region: 'eu-west-1' },
      templatePath: join(folder, 't.json'),
      templateUrl: 's3://b/k',
      executionRoleArn: undefined,
      parameters: { P: 'x' },
      tags: { team: 'ml' },
      terminationProtection: true,
      assets: [
        {
          name: 'Code',
          path: join(folder, 'asset.abc'),
          packaging: 'zip',
          destinations: [{ bucketName: 'bucket', objectKey: 'abc.zip', region: 'eu-west-1' }],
        },
      ],
      unpublishable: [],
      dependencies: [],
    },
    expect.objectContaining({
      displayName: 'Stage/Two',
      stackName: 'Two',
      environment: { account: '123456789012', region: 'us-east-1' },
      tags: { a: 'b' },
      templatePath: join(folder, 'stage', 't.json'),
    }),
  ]);
});

test('stacks come after those they depend on, and only the wanted ones', () => {
  write('manifest.json', {
    artifacts: {
      App: stack({}, ['Data', 'Net']),
      Data: stack({}, ['Net']),
      Net: stack(),
      Other: stack({ stackName: 'another' }),
    },
  });
  const stacks = readAssembly(folder);
  const ids = (names?: string[]) => chooseStacks(stacks, names).map(({ id }) => id);
  expect(ids()).toEqual(['Net', 'Data', 'App', 'Other']);
  expect(ids(['App'])).toEqual(['Net', 'Data', 'App']);
  expect(ids(['another'])).toEqual(['Other']);
  expect(() => ids(['Nothing'])).toThrow('The assembly has no stack Nothing; it has App, Data, Net, Other.');
});

test('what cannot be deployed here is told before anything is touched', async () => {
  expect(() => readAssembly(folder)).toThrow('is no cloud assembly: manifest.json cannot be read');
  const deployed = (assets: object) => {
    write('manifest.json', {
      artifacts: { A: { type: 'cdk:asset-manifest', properties: { file: 'a.json' } }, S: stack({}, ['A']) },
    });
    write('a.json', assets);
    const clients = () => {
      throw new Error('touched');
    };
    return deployAssembly(folder, { account: '000000000000', region: 'us-east-1', clients });
  };
  await expect(deployed({ dockerImages: { img: {} } })).rejects.toThrow(
    'a container image among its assets (img)',
  );
  const made = { f: { source: { executable: ['make', 'it'] }, destinations: {} } };
  await expect(deployed({ files: made })).rejects.toThrow(
    'The asset f is made by a command (make it), which is not supported.',
  );
});
