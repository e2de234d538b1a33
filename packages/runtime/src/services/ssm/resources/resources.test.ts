import { SSM } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployContext } from '../../../testing/deploy-context.ts';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { parameterResource } from './parameter.ts';

let runtime: TestRuntime;
let ssm: SSM;

beforeAll(async () => {
  runtime = await startTestRuntime();
  ssm = new SSM(runtime.clientConfig);
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('a parameter follows its properties', async () => {
  const properties = { Type: 'String', Value: 'one', Tags: { team: 'red' } };
  const created = await parameterResource.create(properties, deployContext(runtime, 'Setting'));
  expect(created).toEqual({
    physicalId: 'test-Setting-1',
    attributes: { Type: 'String', Value: 'one' },
  });
  expect(await parameterResource.create(properties, deployContext(runtime, 'Setting'))).toEqual(created);
  const changed = { Type: 'StringList', Value: 'two,three', Tags: { team: 'blue' } };
  const updated = await parameterResource.update(
    created.physicalId,
    changed,
    properties,
    deployContext(runtime, 'Setting', 'update'),
  );
  expect(updated).toEqual({
    physicalId: 'test-Setting-1',
    attributes: { Type: 'StringList', Value: 'two,three' },
  });
  expect((await ssm.getParameter({ Name: 'test-Setting-1' })).Parameter).toMatchObject({
    Type: 'StringList',
    Value: 'two,three',
    Version: 2,
  });
  expect(
    (await ssm.listTagsForResource({ ResourceType: 'Parameter', ResourceId: 'test-Setting-1' })).TagList,
  ).toEqual([{ Key: 'team', Value: 'blue' }]);
  for (const step of ['delete', 'delete again']) {
    await parameterResource.delete(created.physicalId, changed, deployContext(runtime, 'Setting', step));
  }
  await expect(ssm.getParameter({ Name: 'test-Setting-1' })).rejects.toMatchObject({
    name: 'ParameterNotFound',
  });
});

test('a secret is refused, and so is a name that is taken', async () => {
  await expect(
    parameterResource.create({ Type: 'SecureString', Value: 'x' }, deployContext(runtime, 'Secret')),
  ).rejects.toThrow('SecureString is not a valid type of AWS::SSM::Parameter');
  await ssm.putParameter({ Name: 'taken', Type: 'String', Value: 'x' });
  await expect(
    parameterResource.create({ Name: 'taken', Type: 'String', Value: 'y' }, deployContext(runtime, 'Taken')),
  ).rejects.toMatchObject({ code: 'ParameterAlreadyExists' });
});
