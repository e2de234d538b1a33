import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Lab, startLab, thing } from '../../services/cloudformation/testing/lab.ts';
import { deployAssembly, destroyAssembly } from './deploy-assembly.ts';
import type { DeploymentEvent } from './deploy-options.ts';
import { inProcess } from './in-process.ts';
import { overTheWire } from './over-the-wire.ts';

let lab: Lab;
let folder: string;

beforeAll(async () => {
  lab = await startLab();
});
afterAll(() => lab[Symbol.asyncDispose]());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slipway-assembly-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Makes an assembly with one stack of one template. */
function assemble(stackName: string, template: object): void {
  const stack = {
    type: 'aws:cloudformation:stack',
    environment: 'aws://unknown-account/unknown-region',
    properties: { templateFile: 'template.json', stackName },
  };
  const manifest = { version: '38.0.1', artifacts: { [stackName]: stack } };
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  writeFileSync(join(folder, 'template.json'), JSON.stringify(template));
}

test('events are told while the stack is still being made, each of them once', async () => {
  const { promise: held, resolve: letGo } = Promise.withResolvers<void>();
  lab.things.held.set('create B', held);
  assemble('live', { Resources: { A: thing(), B: thing({}, { DependsOn: 'A' }) } });
  const told: string[] = [];
  const listener = (event: DeploymentEvent) => {
    if (event.type !== 'stack.event') return;
    const { LogicalResourceId, ResourceStatus } = event.event;
    told.push(`${LogicalResourceId} ${ResourceStatus}`);
    // Without this event the deployment would never end.
    if (LogicalResourceId === 'A' && ResourceStatus === 'CREATE_COMPLETE') letGo();
  };
  await deployAssembly(folder, { ...inProcess(lab.runtime), listener });
  expect(told.at(-1)).toBe('live CREATE_COMPLETE');
  expect(told.filter((event) => event === 'A CREATE_COMPLETE')).toHaveLength(1);
  expect(await deployAssembly(folder, inProcess(lab.runtime))).toMatchObject([{ changed: false }]);
  expect(await destroyAssembly(folder, inProcess(lab.runtime))).toEqual(['live']);
  expect(await destroyAssembly(folder, inProcess(lab.runtime))).toEqual([]);
});

test('a failure gives the reasons of this deployment, not those of earlier ones', async () => {
  const options = inProcess(lab.runtime);
  assemble('fails', { Resources: { A: thing() } });
  await deployAssembly(folder, options);
  assemble('fails', { Resources: { A: thing(), B: thing() } });
  lab.things.failing.set('create B', 'first');
  await expect(deployAssembly(folder, options)).rejects.toThrow('first');
  lab.things.failing.set('create B', 'second');
  const failure: unknown = await deployAssembly(folder, options).catch((error: unknown) => error);
  expect(failure).toMatchObject({ stackName: 'fails', status: 'UPDATE_ROLLBACK_COMPLETE' });
  expect((failure as Error).message).toContain('B (Test::Thing): ');
  expect((failure as Error).message).toContain('second');
  expect((failure as Error).message).not.toContain('first');
});

test('what CloudFormation refuses is told as a failure of the stack, through both doors', async () => {
  assemble('refused', { Resources: { A: { Type: 'AWS::Neptune::DBCluster' } } });
  const message = /^The stack refused is left as it was:\n.*AWS::Neptune::DBCluster/;
  const { config, endpoint } = lab.runtime;
  const defaults = { account: config.defaultAccount, region: config.defaultRegion };
  await expect(deployAssembly(folder, inProcess(lab.runtime))).rejects.toThrow(message);
  await expect(deployAssembly(folder, overTheWire(endpoint, defaults))).rejects.toThrow(message);
});

test('a stack whose creation failed is made anew', async () => {
  const options = inProcess(lab.runtime);
  assemble('anew', { Resources: { A: thing() } });
  lab.things.failing.set('create A', 'not yet');
  await expect(deployAssembly(folder, options)).rejects.toThrow(
    /^The stack anew .* ROLLBACK_COMPLETE:\n.*not yet/,
  );
  lab.things.failing.clear();
  expect(await deployAssembly(folder, options)).toMatchObject([{ stackName: 'anew', changed: true }]);
});
