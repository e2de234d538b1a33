import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudFormation } from '@aws-sdk/client-cloudformation';
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import type { IAM } from '@aws-sdk/client-iam';
import { afterAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { iam } from '../iam/index.ts';
import { logs } from '../logs/index.ts';
import { cloudformation } from './index.ts';
import { template, variable } from './testing/lab.ts';

const services = [cloudformation, iam, logs];
const folder = mkdtempSync(join(tmpdir(), 'slipway-crash-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: '*' }],
};
const role = (more: object = {}) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: trust, ...more },
});
const logGroup = (RetentionInDays: number, more: object = {}) => ({
  Type: 'AWS::Logs::LogGroup',
  Properties: { RetentionInDays, ...more },
});
const policy = (owner: string) => ({
  Type: 'AWS::IAM::Policy',
  Properties: {
    PolicyName: 'access',
    Roles: [{ Ref: owner }],
    PolicyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'logs:*', Resource: { 'Fn::GetAtt': ['Log', 'Arn'] } }],
    },
  },
});

const first = template({ Log: logGroup(7), Worker: role(), Access: policy('Worker'), Old: role() });
// In place, replaced, new, removed.
const second = template({
  Log: logGroup(30),
  Worker: role({ RoleName: 'worker' }),
  Access: policy('Worker'),
  Extra: logGroup(1, { LogGroupName: { 'Fn::Sub': `/extra/${variable('AWS::StackName')}` } }),
});
// The last of them cannot be made, so that all is undone.
const third = template({
  Log: logGroup(90),
  Worker: role({ RoleName: 'other' }),
  Access: policy('Worker'),
  Broken: { ...role({ RoleName: 'admin' }), DependsOn: ['Access', 'Log'] },
});

const clientsOf = (runtime: TestRuntime) => ({
  cfn: runtime.client<CloudFormation>('cloudformation'),
  iam: runtime.client<IAM>('iam'),
  logs: runtime.client<CloudWatchLogs>('logs'),
});

/** What there is and what has happened, without times and random identifiers. */
async function observe(runtime: TestRuntime): Promise<object> {
  const clients = clientsOf(runtime);
  const { StackSummaries = [] } = await clients.cfn.listStacks({});
  const StackName = StackSummaries[0]?.StackId;
  const [resources, events, roles, groups] = await Promise.all([
    StackName === undefined ? undefined : clients.cfn.listStackResources({ StackName }),
    StackName === undefined ? undefined : clients.cfn.describeStackEvents({ StackName }),
    clients.iam.listRoles({}),
    clients.logs.describeLogGroups({}),
  ]);
  return {
    stack: StackSummaries.map(({ StackStatus }) => StackStatus),
    resources: resources?.StackResourceSummaries?.map((resource) => [
      resource.LogicalResourceId,
      resource.ResourceStatus,
      resource.PhysicalResourceId,
    ]),
    // Independent resources may take turns; each one's own story does not change.
    events: events?.StackEvents?.map((event) =>
      [event.LogicalResourceId, event.ResourceStatus, event.PhysicalResourceId?.replace(/[^/]*$/, '')].join(
        ' ',
      ),
    ).sort(),
    roles: await Promise.all(
      (roles.Roles ?? []).map(async ({ RoleName }) => [
        RoleName,
        (await clients.iam.listRolePolicies({ RoleName })).PolicyNames,
      ]),
    ),
    groups: groups.logGroups?.map(({ logGroupName, retentionInDays }) => [logGroupName, retentionInDays]),
  };
}

async function settled(runtime: TestRuntime): Promise<void> {
  const { cfn } = clientsOf(runtime);
  const statuses = async () =>
    (await cfn.listStacks({})).StackSummaries?.map(({ StackStatus = '' }) => StackStatus);
  await expect.poll(statuses).not.toContainEqual(expect.stringMatching(/_IN_PROGRESS$/));
}

test('a deployment killed at any commit goes on after the next start and does nothing twice', async () => {
  const live = join(folder, 'live');
  const snapshots: { readonly commit: number; readonly operation: number }[] = [];
  let operation = -1;
  const expected: object[] = [];
  const runtime = await startTestRuntime(
    { stateFolder: live },
    {
      services,
      commitHooks: {
        afterCommit(commit) {
          if (operation < 0) return;
          cpSync(live, join(folder, String(commit)), { recursive: true });
          snapshots.push({ commit, operation });
        },
      },
    },
  );
  const { cfn, iam: roles } = clientsOf(runtime);
  await roles.createRole({ RoleName: 'admin', AssumeRolePolicyDocument: JSON.stringify(trust) });
  const StackName = 'crash';
  const Capabilities = ['CAPABILITY_NAMED_IAM' as const];
  const operations = [
    () => cfn.createStack({ StackName, TemplateBody: first, Capabilities }),
    () => cfn.updateStack({ StackName, TemplateBody: second, Capabilities }),
    () => cfn.updateStack({ StackName, TemplateBody: third, Capabilities }),
    () => cfn.deleteStack({ StackName }),
  ];
  for (const [index, begin] of operations.entries()) {
    operation = index;
    await begin();
    await settled(runtime);
    operation = -1;
    expected.push(await observe(runtime));
  }
  await runtime.stop();
  expect(expected.map((seen) => (seen as { stack: string[] }).stack)).toEqual([
    ['CREATE_COMPLETE'],
    ['UPDATE_COMPLETE'],
    ['UPDATE_ROLLBACK_COMPLETE'],
    ['DELETE_COMPLETE'],
  ]);
  expect(snapshots.length).toBeGreaterThan(40);

  for (const snapshot of snapshots) {
    const stateFolder = join(folder, String(snapshot.commit));
    const again = await startTestRuntime({ stateFolder }, { services });
    await settled(again);
    expect(await observe(again), `killed after commit ${snapshot.commit}`).toEqual(
      expected[snapshot.operation],
    );
    await again.stop();
    rmSync(stateFolder, { recursive: true, force: true });
  }
});
