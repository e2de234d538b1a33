import type { Json } from '../../src/index.ts';
import { type TaskAttempt, TaskError, type TaskHandler } from '../../src/index.ts';
import { isObject } from '../../src/json.ts';
import type { VirtualClock } from '../support/virtual-clock.ts';
import type { RecordedCase } from './recorded-cases.ts';

/**
 * The Lambda functions of the recordings, named there by their behaviour, and Step Functions' two
 * ways to call one.
 */
export function lambdaHandler(recorded: RecordedCase, clock: VirtualClock): TaskHandler {
  return {
    async run(task) {
      const { resource, parameters } = task;
      const request = isObject(parameters) ? parameters : {};
      if (resource.kind === 'lambda') {
        return { output: await invoke(recorded, resource.arn, parameters, task, clock, spacedJson) };
      }
      const name = String(request['FunctionName']);
      if (name.includes('no_such_')) throw notFound(name);
      const payload = await invoke(recorded, name, request['Payload'] ?? {}, task, clock, JSON.stringify);
      return { output: invocationResult(payload) };
    },
  };
}

async function invoke(
  recorded: RecordedCase,
  name: string,
  event: Json,
  task: TaskAttempt,
  clock: VirtualClock,
  toText: (value: Json) => string,
): Promise<Json> {
  const called = recorded.lambdas.find(({ func_name }) => name.endsWith(func_name)) ?? recorded.lambdas[0];
  const payload =
    typeof event === 'string' && task.resource.kind === 'service' ? (JSON.parse(event) as Json) : event;
  switch (called?.behaviour) {
    case 'id_function':
      return payload;
    case 'echo_function':
      return { Return: 'HelloWorld' };
    case 'return_bytes_str':
      return 'HelloWorld!';
    case 'large_output_string':
      return 'a'.repeat(257 * 1024);
    case 'wait_60_seconds':
      await new Promise<void>((resolve) => clock.at(clock.now() + 60_000, resolve));
      return payload;
    case 'raise_exception':
      throw raised(
        'Exception',
        'Some exception was raised.',
        2,
        'raise Exception("Some exception was raised.")',
        toText,
      );
    case 'raise_custom_exception':
      throw raised('CustomException', '', 9, 'raise CustomException()', toText);
    default:
      throw new Error(`no simulation of the behaviour '${called?.behaviour}'`);
  }
}

function raised(
  errorType: string,
  errorMessage: string,
  line: number,
  statement: string,
  toText: (value: Json) => string,
): TaskError {
  const frame = `  File "/var/task/handler.py", line ${line}, in handler\n    ${statement}\n`;
  const payload = {
    errorMessage,
    errorType,
    requestId: 'a7c1a1f4-0000-4000-8000-000000000000',
    stackTrace: [frame],
  };
  return new TaskError(errorType, toText(payload));
}

function notFound(name: string): TaskError {
  return new TaskError(
    'Lambda.ResourceNotFoundException',
    `Function not found: arn:aws:lambda:us-east-1:111111111111:function:${name}:$LATEST (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: 0; Proxy: null)`,
  );
}

function invocationResult(payload: Json): Json {
  const length = String(spacedJson(payload).length);
  const headers = {
    Connection: 'keep-alive',
    'Content-Length': length,
    'Content-Type': 'application/json',
    Date: 'Sat, 21 Nov 2026 00:00:00 GMT',
    'X-Amz-Executed-Version': '$LATEST',
    'x-amzn-Remapped-Content-Length': '0',
    'x-amzn-RequestId': '0',
    'X-Amzn-Trace-Id': 'Root=1-0',
  };
  return {
    ExecutedVersion: '$LATEST',
    Payload: payload,
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: '0' },
    StatusCode: 200,
  };
}

/** JSON as Python's json.dumps writes it, which the recorded content lengths count. */
function spacedJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(spacedJson).join(', ')}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, member]) => `${JSON.stringify(key)}: ${spacedJson(member)}`)
    .join(', ')}}`;
}
