import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import {
  type Engine,
  type ExecutionRecord,
  type Json,
  type JsonObject,
  type TaskAttempt,
  TaskError,
  type TaskHandler,
  type TaskOutcome,
} from '../../src/index.ts';
import { isObject } from '../../src/json.ts';
import type { RecordedCase } from './recorded-cases.ts';

/** What the simulated services need: the engine whose executions call them. */
export interface ServiceWorld {
  readonly recorded: RecordedCase;
  readonly engine: () => Engine;
  /** Keeps the clock moving until a nested execution has ended. */
  readonly awaitEnd: (executionArn: string) => Promise<ExecutionRecord>;
  /** Does something a second later on the test's clock. */
  readonly later: (work: () => void) => void;
}

/** SQS: messages with a task token have a consumer that answers as the tests of the recordings did. */
export function queueHandler({ recorded, engine, later }: ServiceWorld): TaskHandler {
  return {
    async run(task) {
      const { QueueUrl: url, MessageBody: body = null } = asObject(task.parameters);
      if (String(url).startsWith('http://no-such')) {
        const cause = 'Unable to execute HTTP request: no-such-queue-fa484d45: Name or service not known';
        throw new TaskError('SQS.SdkClientException', cause);
      }
      if (isPattern(task, 'wait-for-task-token')) later(() => void consume(recorded, engine(), task, body));
      return { output: withMetadata({ MD5OfMessageBody: md5(String(body)), MessageId: '0' }, 106) };
    },
  };
}

async function consume(recorded: RecordedCase, engine: Engine, task: TaskAttempt, body: Json): Promise<void> {
  if (/heartbeat_(path_)?timeout|heartbeat_no_timeout|no_token_parameter/.test(recorded.id)) return;
  const message = asObject(body);
  if (recorded.id.includes('multiple_heartbeat')) {
    for (let beat = 0; beat < 3; beat += 1) await engine.heartbeatTask(task.token);
    await engine.succeedTask(task.token, message);
  } else {
    await engine.succeedTask(task.token, message['Message'] ?? null);
  }
}

const childDefinition = JSON.stringify({
  StartAt: 'State_1',
  States: { State_1: { Type: 'Pass', Result: { Arg1: 'argument1' }, End: true } },
});
/** The child of a recording whose function outlasts its task. */
const slowChildDefinition = JSON.stringify({
  StartAt: 'Start',
  States: {
    Start: { Type: 'Wait', Seconds: 5, Next: 'Timeout' },
    Timeout: { Type: 'Fail', Error: 'States.Timeout' },
  },
});

/** StartExecution in its three patterns, on the engine itself. */
export function executionHandler(world: ServiceWorld): TaskHandler {
  return {
    async run(task) {
      const { Name: name, StateMachineArn: machineArn, Input: input = null } = asObject(task.parameters);
      const arn = `${String(machineArn).replace(':stateMachine:', ':execution:')}:${String(name)}`;
      const definition = world.recorded.id.includes('delegate_timeout')
        ? slowChildDefinition
        : childDefinition;
      await world.engine().start({
        executionArn: arn,
        name: String(name),
        stateMachine: { arn: String(machineArn), name: 'child', roleArn: task.roleArn, definition },
        input: input ?? {},
      });
      const started = withMetadata(
        { ExecutionArn: arn, StartDate: 'start-date' },
        contentLength(world.recorded),
      );
      if (isPattern(task, 'request-response')) return { output: started };
      await task.submitted(started);
      if (world.recorded.id.includes('sync_with_task_token')) return answerByToken(world, task);
      return { output: describe(await world.awaitEnd(arn), isPattern(task, 'sync:2'), world.recorded) };
    },
  };
}

/** The recorded child sends its parent's token back, which ends the parent's task before the child's end does. */
async function answerByToken({ engine }: ServiceWorld, task: TaskAttempt): Promise<TaskOutcome> {
  await engine().succeedTask(task.token, 'SQS_SEND_MESSAGE_AND_WAIT');
  return 'pending';
}

function describe(child: ExecutionRecord, parse: boolean, recorded: RecordedCase): Json {
  const text = (value: string): Json => (parse ? (JSON.parse(value) as Json) : value);
  const description: JsonObject = {
    ExecutionArn: child.arn,
    Input: text(child.input),
    InputDetails: { Included: true },
    Name: child.name,
    StartDate: 'start-date',
    StateMachineArn: child.stateMachineArn,
    Status: child.status,
    StopDate: 'stop-date',
  };
  if (child.output === undefined) {
    throw new TaskError(
      'States.TaskFailed',
      JSON.stringify({ ...description, Error: child.failure?.error ?? '' }),
    );
  }
  // The members about redrive came to the service later than some of the recordings.
  const redrive: JsonObject = recorded.id.startsWith('local_mocking')
    ? {
        RedriveCount: 0,
        RedriveStatus: 'NOT_REDRIVABLE',
        RedriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
      }
    : {};
  return { ...description, ...redrive, Output: text(child.output), OutputDetails: { Included: true } };
}

/** Content lengths of recorded answers depend on generated names. */
function contentLength({ expected }: RecordedCase): number {
  return Number(/"Content-Length": ?\["(\d+)"\]/.exec(JSON.stringify(expected))?.[1] ?? 0);
}

/** Workers of an activity, which takes the task and answers, or does not. */
export function activityHandler({ recorded, engine }: ServiceWorld): TaskHandler {
  return {
    async run(task) {
      queueMicrotask(() => void work(recorded, engine(), task));
      return 'pending';
    },
  };
}

async function work(recorded: RecordedCase, engine: Engine, task: TaskAttempt): Promise<void> {
  await task.started(recorded.id.includes('no_worker_name') ? undefined : 'BASE_ID_ACTIVITY_CONSUMER');
  if (recorded.id.includes('start_timeout')) return;
  if (recorded.id.includes('task_failure')) {
    await engine.failTask(task.token, {
      error: 'Programmatic Error',
      cause: JSON.stringify(task.parameters),
    });
  } else {
    if (recorded.id.includes('heartbeat')) await engine.heartbeatTask(task.token);
    await engine.succeedTask(task.token, task.parameters);
  }
}

/** The calls of `aws-sdk:s3` and `aws-sdk:sfn` in the recordings. */
export function sdkHandler({ recorded }: ServiceWorld): TaskHandler {
  return {
    async run({ resource, parameters }) {
      const action = resource.kind === 'service' ? `${resource.service}:${resource.action}` : '';
      switch (action) {
        case 'aws-sdk:s3:getObject':
          return { output: getObject(objectContent(recorded.id)) };
        case 'aws-sdk:s3:putObject':
          return { output: putObject(asObject(parameters)['Body'] ?? null) };
        case 'aws-sdk:s3:listObjects':
          throw new TaskError(
            'S3.NoSuchBucketException',
            'The specified bucket does not exist (Service: S3, Status Code: 404, Request ID: 0, Extended Request ID: 0)',
          );
        case 'aws-sdk:sfn:sendTaskSuccess':
        case 'aws-sdk:sfn:sendTaskFailure':
          throw new TaskError(
            'Sfn.InvalidTokenException',
            "Invalid Token: 'Invalid token' (Service: Sfn, Status Code: 400, Request ID: 0) (SDK Attempt Count: 1)",
          );
        default:
          throw new Error(`no simulation of ${action}`);
      }
    },
  };
}

/** The test parameter in the case's id names what was stored. */
function objectContent(id: string): string {
  const kind = /\[(.*)\]/.exec(id)?.[1] ?? '';
  return { str: 'text data', binary: 'binary data', bytearray: 'byte array data' }[kind] ?? '';
}

function getObject(body: string): Json {
  return {
    AcceptRanges: 'bytes',
    ContentLength: body.length,
    ContentType: 'binary/octet-stream',
    ETag: `"${md5(body)}"`,
    LastModified: 'date',
    Metadata: {},
    ServerSideEncryption: 'AES256',
    Body: body,
  };
}

/** Recorded checksums show that a Body is stored as its JSON text, strings with their quotes. */
function putObject(body: Json): Json {
  const text = JSON.stringify(body);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(text));
  return {
    ChecksumCRC32: checksum.toString('base64'),
    ChecksumType: 'FULL_OBJECT',
    ETag: `"${md5(text)}"`,
    ServerSideEncryption: 'AES256',
  };
}

function withMetadata(result: JsonObject, length: number): Json {
  const headers = {
    'x-amzn-RequestId': '0',
    connection: 'keep-alive',
    'Content-Length': String(length),
    'Content-Type': 'application/x-amz-json-1.0',
    Date: 'Sat, 21 Nov 2026 00:00:00 GMT',
  };
  return {
    ...result,
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: '0' },
  };
}

function isPattern({ resource }: TaskAttempt, pattern: string): boolean {
  return resource.kind === 'service' && resource.pattern === pattern;
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}

function asObject(value: Json): JsonObject {
  return isObject(value) ? value : {};
}
