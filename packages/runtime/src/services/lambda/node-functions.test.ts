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

test('the context tells what AWS tells, and the environment is that of Node', async () => {
  await functions.node(
    'told',
    `exports.handler = async (event, context) => ({
      context,
      remaining: context.getRemainingTimeInMillis(),
      env: { execution: process.env.AWS_EXECUTION_ENV, zone: new Date(0).getTimezoneOffset(), own: process.env.OWN },
    });`,
    { Environment: { Variables: { OWN: 'mine' } } },
  );
  expect((await functions.invoke('told')).payload).toEqual({
    context: {
      callbackWaitsForEmptyEventLoop: true,
      functionVersion: '$LATEST',
      functionName: 'told',
      memoryLimitInMB: '128',
      logGroupName: '/aws/lambda/told',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/) as string,
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:told',
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    },
    remaining: expect.any(Number) as number,
    env: { execution: 'AWS_Lambda_nodejs22.x', zone: 0, own: 'mine' },
  });
});

test('promises, callbacks and the old context functions all answer', async () => {
  await functions.node(
    'styles',
    `let late = 0;
    exports.handler = (event, context, callback) => {
      switch (event) {
        case 'promise': return Promise.resolve('p');
        case 'callback': return callback(null, 'c');
        case 'waits': setTimeout(() => { late += 1; }, 50); return callback(null, { get late() { return late; } });
        case 'at once': context.callbackWaitsForEmptyEventLoop = false; setTimeout(() => {}, 20000); return callback(null, 'now');
        case 'done': return context.done(null, 'd');
        case 'succeed': return context.succeed('s');
        case 'fail': return context.fail(new RangeError('f'));
        case 'nothing': return;
      }
    };`,
  );
  const payload = async (event: string) => (await functions.invoke('styles', event)).payload;
  expect(await payload('promise')).toBe('p');
  expect(await payload('callback')).toBe('c');
  expect(await payload('waits')).toEqual({ late: 1 });
  expect(await payload('done')).toBe('d');
  expect(await payload('succeed')).toBe('s');
  expect(await payload('fail')).toMatchObject({ errorType: 'RangeError', errorMessage: 'f' });
  expect(await payload('nothing')).toBeNull();
  expect(await payload('at once')).toBe('now');
});

test('errors are answered as AWS answers them, and logged', async () => {
  await functions.node(
    'failing',
    `class Quiet extends Error {}
    class Named extends Error { constructor(m) { super(m); this.name = 'Named'; this.code = 42; } }
    exports.handler = async (event) => {
      if (event === 'quiet') throw new Quiet('q');
      if (event === 'named') throw new Named('n');
      if (event === 'text') throw 'just text';
      if (event === 'circle') { const a = {}; a.a = a; return a; }
      if (event === 'never') return new Promise(() => {});
      return undefined;
    };`,
  );
  const quiet = await functions.invoke('failing', 'quiet');
  expect(quiet).toMatchObject({ error: 'Unhandled', payload: { errorType: 'Error', errorMessage: 'q' } });
  expect((quiet.payload as { trace: string[] }).trace.slice(0, 2)).toEqual([
    'Error: q',
    expect.stringMatching(/^ {4}at exports\.handler \(.*\/var\/task\/index\.js:4:\d+\)$/) as string,
  ]);
  const named = await functions.invoke('failing', 'named');
  expect(named.payload).toMatchObject({ errorType: 'Named', errorMessage: 'n' });
  expect(named.log).toMatch(
    /\tERROR\tInvoke Error \t\{"errorType":"Named","errorMessage":"n","code":42,"stack":\["Named: n"/,
  );
  expect((await functions.invoke('failing', 'text')).payload).toEqual({
    errorType: 'string',
    errorMessage: 'just text',
    trace: [],
  });
  expect((await functions.invoke('failing', 'circle')).payload).toMatchObject({
    errorType: 'Error',
    errorMessage: 'Unable to stringify response body',
  });
  expect((await functions.invoke('failing', 'never')).payload).toMatchObject({
    errorType: 'Runtime.NodeJsExit',
  });
  expect((await functions.invoke('failing', 'none')).payload).toBeNull();
});

test('errors outside of the handler end the process and are reported', async () => {
  await functions.node(
    'uncaught',
    `exports.handler = (event) => new Promise((resolve) => {
      if (event === 'throw') setTimeout(() => { throw new TypeError('later'); }, 1);
      if (event === 'reject') Promise.reject(new TypeError('unheard'));
      if (event === 'exit') process.exit(7);
      if (event === 'pid') resolve(process.pid);
      setTimeout(resolve, 2000);
    });`,
  );
  const pid = (await functions.invoke('uncaught', 'pid')).payload;
  expect((await functions.invoke('uncaught', 'throw')).payload).toMatchObject({
    errorType: 'TypeError',
    errorMessage: 'later',
  });
  expect((await functions.invoke('uncaught', 'reject')).payload).toMatchObject({
    errorType: 'Runtime.UnhandledPromiseRejection',
    errorMessage: 'TypeError: unheard',
    reason: { errorType: 'TypeError', errorMessage: 'unheard' },
  });
  expect((await functions.invoke('uncaught', 'exit')).payload).toMatchObject({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringMatching(/exit status 7$/) as string,
  });
  expect((await functions.invoke('uncaught', 'pid')).payload).not.toBe(pid);
});

test('what cannot be loaded is answered under the name of the fault', async () => {
  const cases = {
    'index.missing': [
      'exports.x = 1;',
      'Runtime.HandlerNotFound',
      'index.missing is undefined or not exported',
    ],
    'index.text': ["exports.text = 'x';", 'Runtime.HandlerNotFound', 'index.text is not a function'],
    'other.handler': ['', 'Runtime.ImportModuleError', "Error: Cannot find module 'other'"],
    'index.needs': [
      "require('left-pad-left');",
      'Runtime.ImportModuleError',
      /^Error: Cannot find module 'left-pad-left'\nRequire stack:\n- \/var\/task\/index\.js/,
    ],
    'index.broken': ['exports.broken = (;', 'Runtime.UserCodeSyntaxError', /^SyntaxError: Unexpected token/],
    'index.raises': ["throw new RangeError('at load');", 'RangeError', 'at load'],
    nodot: ['', 'Runtime.MalformedHandlerName', 'Bad handler'],
    '../x.handler': ['', 'Runtime.MalformedHandlerName', /^'\.\.\/x\.handler' is not a valid handler name\./],
  } as const;
  for (const [Handler, [source, errorType, message]] of Object.entries(cases)) {
    const name = `load-${Handler.replaceAll(/[^a-z]/g, '-')}`;
    await functions.node(name, source, { Handler });
    const { error, payload } = await functions.invoke(name);
    expect(error).toBe('Unhandled');
    expect(payload).toMatchObject({ errorType });
    expect((payload as { errorMessage: string }).errorMessage).toMatch(message);
  }
});

test('from Node.js 24 on handlers with a callback are refused, as on AWS', async () => {
  const files = { 'index.js': 'exports.handler = (event, context, callback) => callback(null, 1);' };
  await functions.create('modern', 'nodejs24.x', files);
  expect((await functions.invoke('modern')).payload).toMatchObject({
    errorType: 'Runtime.CallbackHandlerDeprecated',
    errorMessage: expect.stringContaining(
      'has removed support for callback-based function handlers',
    ) as string,
  });
});

test('ES modules, nested exports and folders are found', async () => {
  const handler = (text: string) => `export const handler = async () => '${text}';`;
  await functions.create('esm', 'nodejs22.x', { 'index.mjs': handler('mjs') });
  await functions.create('typed', 'nodejs22.x', {
    'package.json': '{"type":"module"}',
    'index.js': `${handler('module')}\nexport const url = import.meta.url;`,
  });
  await functions.create('awaited', 'nodejs22.x', {
    'index.mjs': `const ready = await Promise.resolve('top'); export const handler = async () => ready;`,
  });
  await functions.create(
    'nested',
    'nodejs22.x',
    { 'src/app.cjs': "exports.api = { get: async () => 'got' };" },
    { Handler: 'src/app.api.get' },
  );
  const payloads = await Promise.all(
    ['esm', 'typed', 'awaited', 'nested'].map(async (name) => (await functions.invoke(name)).payload),
  );
  expect(payloads).toEqual(['mjs', 'module', 'top', 'got']);
});

test('the AWS SDK is there, by require and by import, and nothing else of the runtime is', async () => {
  const source = `
    const identity = async (STS) => (await new STS().getCallerIdentity({})).Arn;
    const { STS } = KIND;
    let other; try { other = OTHER; } catch (error) { other = error.code; }
    HANDLER = async () => ({ arn: await identity(STS), other: typeof other === 'string' ? other : 'found' });`;
  await functions.node(
    'required',
    source
      .replace('KIND', "require('@aws-sdk/client-sts')")
      .replace('OTHER', "require('vitest')")
      .replace('HANDLER', 'exports.handler'),
  );
  await functions.create('imported', 'nodejs22.x', {
    'index.mjs': source
      .replace('KIND', "await import('@aws-sdk/client-sts')")
      .replace('OTHER', "await import('vitest')")
      .replace('HANDLER', 'export const handler'),
  });
  const role = 'arn:aws:sts::000000000000:assumed-role/worker';
  expect((await functions.invoke('required')).payload).toEqual({
    arn: `${role}/required`,
    other: 'MODULE_NOT_FOUND',
  });
  expect((await functions.invoke('imported')).payload).toEqual({
    arn: `${role}/imported`,
    other: 'ERR_MODULE_NOT_FOUND',
  });
});

test('a function brings its own copy of the SDK where it wants to', async () => {
  await functions.create('own-sdk', 'nodejs22.x', {
    'index.mjs': "import { mine } from '@aws-sdk/client-sts'; export const handler = async () => mine;",
    'node_modules/@aws-sdk/client-sts/package.json':
      '{"name":"@aws-sdk/client-sts","type":"module","main":"index.js"}',
    'node_modules/@aws-sdk/client-sts/index.js': "export const mine = 'own copy';",
  });
  expect((await functions.invoke('own-sdk')).payload).toBe('own copy');
});

test('the console writes lines in the text format, several lines staying one message', async () => {
  await functions.node(
    'console',
    `console.log('loading');
    exports.handler = async () => {
      console.log('a %s', 'b', { c: 1 });
      console.warn('two\\nlines');
      console.error(new Error('shown'));
      process.stdout.write('raw\\n');
    };`,
  );
  const { log } = await functions.invoke('console');
  expect(log).toMatch(
    /^START .*\n\d{4}-\S+Z\t[0-9a-f-]{36}\tINFO\ta b \{ c: 1 \}\n\S+Z\t\S+\tWARN\ttwo\nlines\n\S+Z\t\S+\tERROR\tError: shown\n {4}at .*\nraw\nEND .*\nREPORT /s,
  );
});

test('the JSON log format keeps objects and honours the level', async () => {
  await functions.node(
    'json-console',
    `exports.handler = async () => { console.info({ a: 1 }); console.debug('quiet'); console.error('bad', new TypeError('t')); };`,
    { LoggingConfig: { LogFormat: 'JSON' } },
  );
  const { log } = await functions.invoke('json-console');
  const lines = log
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.map(({ type, level }) => type ?? level)).toEqual([
    'platform.start',
    'INFO',
    'ERROR',
    'platform.report',
  ]);
  expect(lines[1]).toMatchObject({ message: { a: 1 }, requestId: expect.any(String) as string });
  expect(lines[2]).toMatchObject({ errorType: 'TypeError', errorMessage: 't' });
});

test("HTTPS to the bare address of the runtime reaches it, as CDK's own custom resources need", async () => {
  await functions.node(
    'https',
    `const https = require('https');
    exports.handler = () => new Promise((resolve, reject) => {
      const { hostname } = new URL(process.env.AWS_ENDPOINT_URL);
      https.request({ hostname, path: '/_slipway/health', method: 'GET' }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode));
      }).on('error', reject).end();
    });`,
  );
  expect((await functions.invoke('https')).payload).toBe(200);
});
