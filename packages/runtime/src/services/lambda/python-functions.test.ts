import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { FunctionTests } from './testing.ts';

let runtime: TestRuntime;
let functions: FunctionTests;

beforeAll(async () => {
  runtime = await startTestRuntime();
  functions = new FunctionTests(runtime);
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('the context and the environment tell what AWS tells', async () => {
  await functions.python(
    'told',
    `import os, time, tempfile
def handler(event, context):
    names = ['aws_request_id', 'function_name', 'function_version', 'invoked_function_arn',
             'memory_limit_in_mb', 'log_group_name', 'log_stream_name', 'client_context', 'tenant_id']
    return {
        'context': {name: getattr(context, name) for name in names},
        'identity': context.identity.cognito_identity_id,
        'remaining': context.get_remaining_time_in_millis(),
        'environment': dict(os.environ),
        'offset': time.strftime('%z'),
        'task_root': os.listdir(os.environ['LAMBDA_TASK_ROOT']),
        'cwd': os.getcwd() == os.environ['LAMBDA_TASK_ROOT'],
        'temporary': tempfile.gettempdir() == os.environ['TMPDIR'],
    }
`,
    { Environment: { Variables: { OWN: 'mine' } }, MemorySize: 256 },
  );
  const { payload } = await functions.invoke('told:$LATEST');
  expect(payload).toMatchObject({
    context: {
      aws_request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      function_name: 'told',
      function_version: '$LATEST',
      invoked_function_arn: 'arn:aws:lambda:us-east-1:000000000000:function:told:$LATEST',
      memory_limit_in_mb: '256',
      log_group_name: '/aws/lambda/told',
      log_stream_name: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      client_context: null,
      tenant_id: null,
    },
    identity: null,
    environment: {
      OWN: 'mine',
      _HANDLER: 'index.handler',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_python3.12',
      AWS_LAMBDA_FUNCTION_NAME: 'told',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_ENDPOINT_URL: runtime.endpoint,
      TZ: ':UTC',
      _X_AMZN_TRACE_ID: expect.stringMatching(
        /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/,
      ),
    },
    offset: '+0000',
    task_root: expect.arrayContaining(['index.py']),
    cwd: true,
    temporary: true,
  });
  expect((payload as { remaining: number }).remaining).toBeLessThanOrEqual(30_000);
  // Nothing here pretends to be the Runtime API.
  expect((payload as { environment: object }).environment).not.toHaveProperty('AWS_LAMBDA_RUNTIME_API');
});

test('functions call AWS as a session of their role, named after them', async () => {
  await functions.python(
    'caller',
    `import boto3
def handler(event, context):
    return boto3.client('sts').get_caller_identity()['Arn']
`,
  );
  expect((await functions.invoke('caller')).payload).toBe(
    'arn:aws:sts::000000000000:assumed-role/worker/caller',
  );
});

test('an exception is answered as AWS answers it, and logged', async () => {
  await functions.python(
    'raising',
    `class Pending(Exception):
    pass

def inner(event):
    raise Pending('not yet')

def handler(event, context):
    if event == 'bare':
        raise KeyError
    return inner(event)
`,
  );
  const { error, payload, log } = await functions.invoke('raising');
  expect(error).toBe('Unhandled');
  expect(payload).toEqual({
    errorMessage: 'not yet',
    errorType: 'Pending',
    requestId: expect.any(String) as string,
    stackTrace: [
      '  File "/var/task/index.py", line 10, in handler\n    return inner(event)\n',
      '  File "/var/task/index.py", line 5, in inner\n    raise Pending(\'not yet\')\n',
    ].map((line) => expect.stringContaining(line.trimEnd()) as string),
  });
  expect(log).toContain(
    '[ERROR] Pending: not yet\nTraceback (most recent call last):\n  File "/var/task/index.py"',
  );
  expect((await functions.invoke('raising', 'bare')).payload).toMatchObject({
    errorType: 'KeyError',
    errorMessage: '',
  });
});

test('what cannot be loaded is answered under the name of the fault', async () => {
  const cases = {
    'index.handler': [
      'import nothing_like_that\n',
      'Runtime.ImportModuleError',
      "Unable to import module 'index': No module named 'nothing_like_that'",
    ],
    'other.handler': [
      '',
      'Runtime.ImportModuleError',
      "Unable to import module 'other': No module named 'other'",
    ],
    'index.missing': ['x = 1\n', 'Runtime.HandlerNotFound', "Handler 'missing' missing on module 'index'"],
    nodot: [
      '',
      'Runtime.MalformedHandlerName',
      "Bad handler 'nodot': not enough values to unpack (expected 2, got 1)",
    ],
    'index.broken': ['def broken(:\n', 'Runtime.UserCodeSyntaxError', /^Syntax error in module 'index': /],
    'index.raises': ['raise ValueError("at import")\n', 'ValueError', 'at import'],
  } as const;
  for (const [Handler, [source, errorType, message]] of Object.entries(cases)) {
    const name = `load-${Handler.replace('.', '-')}`;
    await functions.python(name, source, { Handler });
    const { error, payload, log } = await functions.invoke(name);
    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType });
    expect((payload as { errorMessage: string }).errorMessage).toMatch(message);
    expect(log).toContain(`[ERROR] ${errorType}: `);
  }
});

test('results become JSON as the runtime makes it', async () => {
  await functions.python(
    'results',
    `import decimal, datetime
def handler(event, context):
    return {
        'decimal': {'n': decimal.Decimal('1.5'), 'i': decimal.Decimal('7')},
        'nan': float('nan'),
        'bytes': b'{"raw": true}',
        'none': None,
        'time': datetime.datetime.now(),
        'text': 'Grüße',
    }[event]
`,
  );
  const raw = async (event: string) => {
    const { Payload } = await functions.lambda.invoke({
      FunctionName: 'results',
      Payload: JSON.stringify(event),
    });
    return Buffer.from(Payload ?? []).toString('utf8');
  };
  expect(await raw('decimal')).toBe('{"n": 1.5, "i": 7}');
  expect(await raw('nan')).toBe('NaN');
  expect(await raw('bytes')).toBe('{"raw": true}');
  expect(await raw('none')).toBe('null');
  expect(await raw('text')).toBe('"Grüße"');
  expect(JSON.parse(await raw('time'))).toMatchObject({
    errorType: 'Runtime.MarshalError',
    errorMessage: 'Unable to marshal response: Object of type datetime is not JSON serializable',
  });
  await functions.create('escaped', 'python3.11', { 'index.py': "def handler(e, c):\n    return 'Grüße'\n" });
  const { Payload } = await functions.lambda.invoke({ FunctionName: 'escaped' });
  expect(Buffer.from(Payload ?? []).toString('latin1')).toBe('"Gr\\u00fc\\u00dfe"');
});

test('a process that ends by itself is reported, and the next invocation gets a new one', async () => {
  await functions.python(
    'leaving',
    `import os, sys
def handler(event, context):
    if event == 'crash': os.kill(os.getpid(), 11)
    if event is not None: sys.exit(event)
    return os.getpid()
`,
  );
  const before = (await functions.invoke('leaving', null)).payload;
  const { error, payload, log } = await functions.invoke('leaving', 3);
  expect(error).toBe('Unhandled');
  expect(payload).toEqual({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringMatching(
      /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/,
    ) as string,
  });
  expect(log).toMatch(
    /Error: Runtime exited with error: exit status 3\nRuntime.ExitError\nEND .*\nREPORT .*Status: error\tError Type: Runtime.ExitError/s,
  );
  expect((await functions.invoke('leaving', 0)).payload).toMatchObject({
    errorMessage: expect.stringMatching(/Runtime exited without providing a reason$/) as string,
  });
  expect((await functions.invoke('leaving', 'crash')).payload).toMatchObject({
    errorMessage: expect.stringMatching(/Runtime exited with error: signal: segmentation fault$/) as string,
  });
  const after = (await functions.invoke('leaving', null)).payload;
  expect(after).not.toBe(before);
});

test('prints, log records and output of children are logged in order', async () => {
  await functions.python(
    'logging',
    `import logging, os, subprocess, sys
logger = logging.getLogger()
logger.setLevel(logging.INFO)
print('loaded')
def handler(event, context):
    print('first\\nsecond')
    logger.info('two\\nlines')
    logger.debug('too quiet')
    print('to stderr', file=sys.stderr)
    subprocess.run(['echo', 'from a child'])
    os.write(1, b'raw without end')
`,
  );
  const { log } = await functions.invoke('logging');
  const lines = log.split('\n');
  expect(lines[0]).toMatch(/^START RequestId: /);
  expect(lines.slice(1, 3)).toEqual(['first', 'second']);
  expect(lines[3]).toMatch(/^\[INFO\]\t\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\t[0-9a-f-]{36}\ttwo$/);
  expect(lines.slice(4, 8)).toEqual(['lines', 'to stderr', 'from a child', 'raw without end']);
  expect(lines[8]).toMatch(/^END RequestId: /);
  expect(lines[9]).toMatch(
    /^REPORT RequestId: \S+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms\t$/,
  );
});

test("the JSON log format has JSON lines, Lambda's own included", async () => {
  await functions.python(
    'json-logging',
    `import logging
def handler(event, context):
    logging.warning('careful', extra={'step': 3})
    logging.info('kept back')
`,
    { LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'WARN' } },
  );
  const { log } = await functions.invoke('json-logging');
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toEqual([
    {
      time: expect.any(String) as string,
      type: 'platform.start',
      record: { requestId: expect.any(String) as string, version: '$LATEST' },
    },
    expect.objectContaining({ level: 'WARNING', message: 'careful', step: 3, logger: 'root' }) as object,
    expect.objectContaining({ type: 'platform.report' }) as object,
  ]);
});

test('the client context arrives as an object', async () => {
  await functions.python(
    'client',
    'def handler(e, c):\n    return [c.client_context.custom, c.client_context.client.app_title]\n',
  );
  const ClientContext = Buffer.from(
    JSON.stringify({ custom: { a: 'b' }, client: { app_title: 'app' } }),
  ).toString('base64');
  expect((await functions.invoke('client', {}, { ClientContext })).payload).toEqual([{ a: 'b' }, 'app']);
});

test('handlers may lie in folders, written with slashes or dots', async () => {
  const files = { 'package/module.py': 'def main(e, c):\n    return __name__\n', 'package/__init__.py': '' };
  for (const Handler of ['package/module.main', 'package.module.main']) {
    const name = `nested-${Handler.includes('/') ? 'slash' : 'dot'}`;
    await functions.create(name, 'python3.13', files, { Handler });
    expect((await functions.invoke(name)).payload).toBe('package.module');
  }
});

test('a process is kept warm, and its module state with it', async () => {
  await functions.python('warm', 'n = 0\ndef handler(e, c):\n    global n\n    n += 1\n    return n\n');
  for (const n of [1, 2, 3]) expect((await functions.invoke('warm')).payload).toBe(n);
});
