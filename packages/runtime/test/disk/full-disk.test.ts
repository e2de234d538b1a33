import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { DEFAULT_REGION } from '../../src/config.ts';
import { archiveOf } from '../../src/services/lambda/testing.ts';
import { RuntimeLife } from '../../src/testing/mortal/runtime-life.ts';
import { Clients } from '../sdk-clients.ts';
import { canMount, SmallDisk } from './small-disk.ts';

const ROLE = 'arn:aws:iam::000000000000:role/disk';
const PATIENCE = { timeout: 50_000, interval: 50 };
const KILOBYTE = 1024;
const FULL = /The disk is full\. Nothing that was answered is lost/;

/**
 * A runtime whose disk fills up says so to whoever asks for something, keeps what it has answered, and
 * goes on with everything once there is space again, without a restart.
 */
describe.skipIf(!canMount())('on a full disk (needs to be root, to mount a small one)', () => {
  let disk: SmallDisk;
  let life: RuntimeLife;
  let clients: Clients;

  beforeEach(async () => {
    disk = SmallDisk.mount(32)!;
    life = (await RuntimeLife.begin(join(disk.folder, 'state')))!;
    clients = new Clients(life.endpoint);
    await clients.s3.createBucket({ Bucket: 'kept' });
  });
  afterEach(async () => {
    await life.kill();
    disk[Symbol.dispose]();
  });

  /** What a runtime tells of faults of its own is how this process knows that the store failed. */
  const untilStoreFails = async () =>
    await vi.waitUntil(() => life.faults.some((fault) => FULL.test(fault)), PATIENCE);

  async function ended(executionArn = '') {
    return await vi.waitUntil(async () => {
      const execution = await clients.sfn.describeExecution({ executionArn });
      return execution.status === 'RUNNING' ? undefined : execution;
    }, PATIENCE);
  }

  test('an object is refused with the reason, what was there stays, and nothing is left of it', async () => {
    const { s3 } = clients;
    await s3.putObject({ Bucket: 'kept', Key: 'old', Body: 'old' });
    disk.fill();
    for (const size of [10, 2000 * KILOBYTE]) {
      const Body = Buffer.alloc(size);
      await expect(s3.putObject({ Bucket: 'kept', Key: 'old', Body })).rejects.toMatchObject({
        name: 'ServiceUnavailable',
        message: expect.stringMatching(FULL),
        $metadata: { httpStatusCode: 503 },
      });
    }
    const read = async () =>
      await (await s3.getObject({ Bucket: 'kept', Key: 'old' })).Body!.transformToString();
    expect(await read()).toBe('old');
    disk.free();
    expect(readdirSync(join(disk.folder, 'state', 'objects', '.incoming'))).toEqual([]);
    await s3.putObject({ Bucket: 'kept', Key: 'old', Body: 'new' });
    expect(await read()).toBe('new');
    expect(readdirSync(join(disk.folder, 'state', 'objects', 'kept'))).toHaveLength(1);
  });

  test('a running execution goes on when there is space', async () => {
    const { sfn, lambda } = clients;
    // On another disk, because user code has its own place to write to.
    const marks = join(disk.folder, '..', `${process.pid}.marks`);
    writeFileSync(marks, '');
    onTestFinished(() => rmSync(marks));
    const source = `exports.handler = async ({ name }) => {
      require('node:fs').appendFileSync(${JSON.stringify(marks)}, name + '\\n');
      return 'x'.repeat(100000);
    };`;
    const { FunctionArn } = await lambda.createFunction({
      FunctionName: 'work',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: ROLE,
      Code: { ZipFile: await archiveOf({ 'index.js': source }) },
    });
    const call = (name: string, more: object) => ({
      Type: 'Task',
      Resource: FunctionArn,
      Parameters: { name },
      ...more,
    });
    const definition = JSON.stringify({
      StartAt: 'Before',
      States: {
        Before: call('before', { Next: 'Wait' }),
        Wait: { Type: 'Wait', Seconds: 1, Next: 'Meanwhile' },
        Meanwhile: call('meanwhile', { Next: 'After' }),
        After: call('after', { End: true }),
      },
    });
    const { stateMachineArn } = await sfn.createStateMachine({ name: 'full', definition, roleArn: ROLE });
    const { executionArn } = await sfn.startExecution({ stateMachineArn });
    await vi.waitUntil(() => readFileSync(marks, 'utf8').includes('before'), PATIENCE);
    disk.fill();
    await untilStoreFails();
    await expect(
      sfn.startExecution({ stateMachineArn, input: JSON.stringify('x'.repeat(200_000)) }),
    ).rejects.toThrow(FULL);
    disk.free();
    expect(await ended(executionArn)).toMatchObject({ status: 'SUCCEEDED' });
    const { events = [] } = await sfn.getExecutionHistory({ executionArn });
    expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
    expect(events.filter(({ type }) => type === 'LambdaFunctionSucceeded')).toHaveLength(3);
  });

  test('a message whose function has a full disk is not lost', async () => {
    const { lambda, sqs } = clients;
    await lambda.createFunction({
      FunctionName: 'reader',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: ROLE,
      Code: { ZipFile: await archiveOf({ 'index.js': 'exports.handler = async () => {};' }) },
    });
    const { QueueUrl } = await sqs.createQueue({ QueueName: 'work', Attributes: { VisibilityTimeout: '3' } });
    await lambda.createEventSourceMapping({
      EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:work',
      FunctionName: 'reader',
    });
    disk.fill();
    await expect(
      vi.waitUntil(async () => {
        await sqs.sendMessage({ QueueUrl, MessageBody: 'x'.repeat(200_000) });
        return false;
      }, PATIENCE),
    ).rejects.toThrow(FULL);
    disk.free();
    await sqs.sendMessage({ QueueUrl, MessageBody: 'y' });
    await vi.waitUntil(async () => {
      const { Attributes = {} } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ['All'] });
      const left = [
        Attributes['ApproximateNumberOfMessages'],
        Attributes['ApproximateNumberOfMessagesNotVisible'],
      ];
      return left.every((count) => count === '0');
    }, PATIENCE);
  });

  test('a deployment under way goes on when there is space', async () => {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const cfn = new CloudFormation({
      endpoint: life.endpoint,
      region: DEFAULT_REGION,
      credentials,
      maxAttempts: 1,
    });
    const parameter = {
      Type: 'AWS::SSM::Parameter',
      Properties: { Type: 'String', Value: { Ref: 'Text' } },
      DependsOn: 'Full',
    };
    const Parameters = { Text: { Type: 'String', Default: 'x'.repeat(4000) } };
    const Resources = {
      Handle: { Type: 'AWS::CloudFormation::WaitConditionHandle' },
      Full: {
        Type: 'AWS::CloudFormation::WaitCondition',
        Properties: { Handle: { Ref: 'Handle' }, Timeout: '600' },
        DependsOn: 'Handle',
      },
      ...Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`Parameter${index}`, parameter])),
    };
    await clients.s3.putObject({
      Bucket: 'kept',
      Key: 'large.json',
      Body: JSON.stringify({ Parameters, Resources }),
    });
    const TemplateURL = `${life.endpoint}/kept/large.json`;
    const { StackId } = await cfn.createStack({ StackName: 'full', TemplateURL });
    const handle = await vi.waitUntil(async () => {
      const { StackResources = [] } = await cfn.describeStackResources({ StackName: StackId });
      const isWaiting = StackResources.some(({ LogicalResourceId: id }) => id === 'Full');
      return (
        isWaiting && StackResources.find(({ LogicalResourceId: id }) => id === 'Handle')?.PhysicalResourceId
      );
    }, PATIENCE);
    disk.fill(200 * KILOBYTE);
    const signal = { Status: 'SUCCESS', UniqueId: 'full', Reason: 'now it gets narrow', Data: '' };
    expect(await fetch(handle, { method: 'PUT', body: JSON.stringify(signal) })).toMatchObject({
      status: 200,
    });
    await untilStoreFails();
    disk.free();
    const status = async () => (await cfn.describeStacks({ StackName: StackId })).Stacks?.[0]?.StackStatus;
    await vi.waitUntil(async () => (await status()) !== 'CREATE_IN_PROGRESS', PATIENCE);
    expect(await status()).toBe('CREATE_COMPLETE');
  });

  test('a job that fills the disk fails and says why, and makes room again', async () => {
    const { glue, s3 } = clients;
    const script = `import tempfile
with tempfile.NamedTemporaryFile(delete=False) as file:
    while True:
        file.write(bytes(1 << 16))
`;
    await s3.putObject({ Bucket: 'kept', Key: 'greedy.py', Body: script });
    await glue.createJob({
      Name: 'greedy',
      Role: ROLE,
      Command: { Name: 'pythonshell', PythonVersion: '3.9', ScriptLocation: 's3://kept/greedy.py' },
    });
    const { JobRunId: RunId } = await glue.startJobRun({ JobName: 'greedy' });
    const run = await vi.waitUntil(async () => {
      const { JobRun } = await glue.getJobRun({ JobName: 'greedy', RunId });
      return /FAILED|SUCCEEDED/.test(JobRun?.JobRunState ?? '') ? JobRun : undefined;
    }, PATIENCE);
    expect(run).toMatchObject({
      JobRunState: 'FAILED',
      ErrorMessage: expect.stringMatching(/No space left on device|the disk is full/),
    });
    await s3.putObject({ Bucket: 'kept', Key: 'large', Body: Buffer.alloc(2000 * KILOBYTE) });
  });
});
