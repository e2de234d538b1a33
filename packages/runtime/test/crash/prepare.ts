import { archiveOf } from '../../src/services/lambda/testing.ts';
import type { Clients } from '../sdk-clients.ts';
import { nestedMachine, wholeMachine } from './machines.ts';
import { APPROVE, TRAIN, WORK } from './user-code.ts';

/** Where the machine's work shows. */
export interface Prepared {
  readonly bucket: string;
  readonly queueUrl: string;
  readonly stateMachineArn: string;
  readonly nestedArn: string;
  readonly jobName: string;
  /** The log group that holds every event of the services at work. */
  readonly eventGroup: string;
}

const ROLE = 'arn:aws:iam::000000000000:role/crash';
const BUCKET = 'crash';
const JOB = 'train';
const EVENT_GROUP = '/aws/events/crash';

/** Makes the machines and what they need, through the APIs. */
export async function prepare(clients: Clients): Promise<Prepared> {
  const { s3, sqs, glue, sfn } = clients;
  await s3.createBucket({ Bucket: BUCKET });
  for (const key of ['items/a', 'items/b', 'items/c'])
    await s3.putObject({ Bucket: BUCKET, Key: key, Body: key });
  await s3.putObject({ Bucket: BUCKET, Key: 'train.py', Body: TRAIN });
  const ScriptLocation = `s3://${BUCKET}/train.py`;
  const Command = { Name: 'pythonshell', PythonVersion: '3.9', ScriptLocation };
  await glue.createJob({ Name: JOB, Role: ROLE, Command });
  const functionArn = await createFunction(clients, 'work', WORK);
  // A message whose function was killed comes back after this time.
  const { QueueUrl: queueUrl = '' } = await sqs.createQueue({
    QueueName: 'approvals',
    Attributes: { VisibilityTimeout: '10' },
  });
  await createFunction(clients, 'approve', APPROVE);
  await clients.lambda.createEventSourceMapping({
    EventSourceArn: 'arn:aws:sqs:us-east-1:000000000000:approvals',
    FunctionName: 'approve',
  });
  const nestedArn = await createMachine(sfn, 'nested', nestedMachine(functionArn));
  const parts = { bucket: BUCKET, queueUrl, functionArn, jobName: JOB, nestedArn };
  const stateMachineArn = await createMachine(sfn, 'whole', wholeMachine(parts));
  await writeDownEvents(clients);
  return { bucket: BUCKET, queueUrl, stateMachineArn, nestedArn, jobName: JOB, eventGroup: EVENT_GROUP };
}

async function createFunction({ lambda }: Clients, FunctionName: string, source: string): Promise<string> {
  const { FunctionArn = '' } = await lambda.createFunction({
    FunctionName,
    Runtime: 'nodejs22.x',
    Handler: 'index.handler',
    Role: ROLE,
    Code: { ZipFile: await archiveOf({ 'index.js': source }) },
  });
  return FunctionArn;
}

async function createMachine(sfn: Clients['sfn'], name: string, definition: object): Promise<string> {
  const { stateMachineArn = '' } = await sfn.createStateMachine({
    name,
    definition: JSON.stringify(definition),
    roleArn: ROLE,
  });
  return stateMachineArn;
}

/** Has events written down, so that one that was lost, or delivered twice, shows. */
async function writeDownEvents({ logs, events }: Clients): Promise<void> {
  await logs.createLogGroup({ logGroupName: EVENT_GROUP });
  const { logGroups = [] } = await logs.describeLogGroups({ logGroupNamePrefix: EVENT_GROUP });
  const EventPattern = JSON.stringify({ source: ['aws.states', 'aws.glue'] });
  await events.putRule({ Name: 'crash', EventPattern });
  await events.putTargets({ Rule: 'crash', Targets: [{ Id: 'log', Arn: logGroups[0]?.logGroupArn }] });
}
