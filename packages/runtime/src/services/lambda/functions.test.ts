import { createHash } from 'node:crypto';
import { waitUntilFunctionActiveV2, waitUntilFunctionUpdatedV2 } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { archiveOf, FunctionTests, ROLE } from './testing.ts';

let runtime: TestRuntime;
let functions: FunctionTests;

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function';
const ECHO = 'def handler(event, context):\n    return event\n';

beforeAll(async () => {
  runtime = await startTestRuntime();
  functions = new FunctionTests(runtime);
});
afterAll(() => runtime[Symbol.asyncDispose]());

test('a created function is Pending, then Active, with the defaults of AWS', async () => {
  const { lambda } = functions;
  const ZipFile = await archiveOf({ 'index.py': ECHO });
  const created = await lambda.createFunction({
    FunctionName: 'fresh',
    Runtime: 'python3.12',
    Handler: 'index.handler',
    Role: ROLE,
    Code: { ZipFile },
    Tags: { team: 'ml' },
  });
  expect(created).toMatchObject({
    FunctionName: 'fresh',
    FunctionArn: `${ARN}:fresh`,
    State: 'Pending',
    StateReasonCode: 'Creating',
    Version: '$LATEST',
    Timeout: 3,
    MemorySize: 128,
    Description: '',
    PackageType: 'Zip',
    Architectures: ['x86_64'],
    EphemeralStorage: { Size: 512 },
    TracingConfig: { Mode: 'PassThrough' },
    SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
    LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/fresh' },
    CodeSize: ZipFile.byteLength,
    CodeSha256: createHash('sha256').update(ZipFile).digest('base64'),
  });
  expect(created.LastModified).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
  expect(created).not.toHaveProperty('Environment');
  await waitUntilFunctionActiveV2({ client: lambda, maxWaitTime: 60 }, { FunctionName: 'fresh' });
  const { Configuration, Code, Tags } = await lambda.getFunction({ FunctionName: 'fresh' });
  expect(Configuration).toMatchObject({ State: 'Active', LastUpdateStatus: 'Successful' });
  expect(Configuration?.RevisionId).not.toBe(created.RevisionId);
  expect(Tags).toEqual({ team: 'ml' });
  expect(Code?.RepositoryType).toBe('S3');
  const download = await fetch(Code?.Location ?? '');
  expect(Buffer.from(await download.arrayBuffer())).toEqual(Buffer.from(ZipFile));
});

test('faults of a creation are answered in the words of AWS', async () => {
  const { lambda } = functions;
  const good = {
    FunctionName: 'faulty',
    Runtime: 'python3.12' as const,
    Handler: 'index.handler',
    Role: ROLE,
    Code: { ZipFile: await archiveOf({ 'index.py': ECHO }) },
  };
  const refusal = async (change: object) => {
    const error = await lambda.createFunction({ ...good, ...change }).catch((reason: unknown) => reason);
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  };
  expect(await refusal({ Role: 'r1' })).toMatch(
    /^ValidationException: 1 validation error detected: Value 'r1' at 'role' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:/,
  );
  expect(await refusal({ Runtime: 'cobol68' })).toMatch(
    /^InvalidParameterValueException: Value cobol68 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[.*python3.12.*\] or be a valid ARN$/,
  );
  expect(await refusal({ Runtime: 'java21' })).toMatch(
    /java21 is .* not supported by this version of Slipway/,
  );
  expect(await refusal({ PackageType: 'Image', Code: { ImageUri: 'x' } })).toMatch(
    /container images are .* not supported by this version of Slipway/,
  );
  expect(await refusal({ Code: {} })).toBe(
    'InvalidParameterValueException: Please provide a source for function code.',
  );
  expect(await refusal({ Code: { ZipFile: Buffer.from('no zip') } })).toBe(
    'InvalidParameterValueException: Could not unzip uploaded file. Please check your file, then try to upload again.',
  );
  expect(await refusal({ Code: { ZipFile: await archiveOf({}) } })).toBe(
    'InvalidParameterValueException: Uploaded file must be a non-empty zip',
  );
  expect(await refusal({ Handler: undefined })).toBe(
    'InvalidParameterValueException: Runtime and Handler are mandatory parameters for functions created with deployment packages.',
  );
  expect(await refusal({ Timeout: 901 })).toBe(
    "ValidationException: 1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900",
  );
  expect(await refusal({ Environment: { Variables: { AWS_REGION: 'x', OWN: 'y' } } })).toMatch(
    /reserved keys .* Reserved keys used in this request: AWS_REGION$/,
  );
  expect(await refusal({ Environment: { Variables: { LONG: 'x'.repeat(4096) } } })).toMatch(
    /exceeded the 4KB limit. String measured: \{"LONG":"xxx/,
  );
  expect(await refusal({ Layers: ['arn:aws:lambda:us-east-1:000000000000:layer:none:1'] })).toBe(
    'InvalidParameterValueException: Layer version arn:aws:lambda:us-east-1:000000000000:layer:none:1 does not exist.',
  );
  expect(await refusal({ DeadLetterConfig: { TargetArn: `${ARN}:other` } })).toMatch(
    /dead letter target .* has to be a standard SQS queue or SNS topic/,
  );
  await lambda.createFunction(good);
  expect(await refusal({})).toBe('ResourceConflictException: Function already exist: faulty');
});

test('a retired runtime is accepted with a warning and runs on what is here', async () => {
  const warnings: string[] = [];
  const unlisten = runtime.progress.listen((event) => {
    if (event.type === 'warning') warnings.push(event.message);
  });
  await functions.create('old', 'python3.7', { 'index.py': ECHO });
  unlisten();
  expect(warnings).toContainEqual(expect.stringContaining('python3.7, which AWS has retired'));
  expect((await functions.invoke('old', [1])).payload).toEqual([1]);
});

test('functions are named by name, partial ARN or ARN, in their own region', async () => {
  const { lambda } = functions;
  await functions.python('named', ECHO);
  for (const FunctionName of [
    'named',
    '000000000000:function:named',
    `${ARN}:named`,
    `${ARN}:named:$LATEST`,
  ]) {
    const { FunctionArn } = await lambda.getFunctionConfiguration({ FunctionName });
    expect(FunctionArn).toBe(FunctionName.endsWith('$LATEST') ? `${ARN}:named:$LATEST` : `${ARN}:named`);
  }
  await expect(
    lambda.getFunction({ FunctionName: `${ARN}:named:1`, Qualifier: '$LATEST' }),
  ).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'The derived qualifier from the function name does not match the specified qualifier.',
  });
  await expect(
    lambda.getFunction({ FunctionName: 'arn:aws:lambda:eu-west-1:000000000000:function:named' }),
  ).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: "Functions from 'eu-west-1' are not reachable in this region ('us-east-1')",
  });
});

test('what is not there is answered with its ARN', async () => {
  const { lambda } = functions;
  await expect(lambda.getFunction({ FunctionName: 'none' })).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `Function not found: ${ARN}:none`,
    Type: 'User',
    $metadata: { httpStatusCode: 404 },
  });
  await functions.python('there', ECHO);
  await expect(
    lambda.getFunctionConfiguration({ FunctionName: 'there', Qualifier: '7' }),
  ).rejects.toMatchObject({ message: `Function not found: ${ARN}:there:7` });
  await expect(lambda.invoke({ FunctionName: 'none' })).rejects.toMatchObject({
    message: `Function not found: ${ARN}:none`,
  });
});

test('updates take effect at the next invocation, and revisions guard them', async () => {
  const { lambda } = functions;
  await functions.python('changing', 'def handler(event, context):\n    return 1\n');
  expect((await functions.invoke('changing')).payload).toBe(1);
  const ZipFile = await archiveOf({
    'index.py': 'import os\ndef handler(event, context):\n    return os.environ.get("COLOUR", 2)\n',
  });
  const dry = await lambda.updateFunctionCode({ FunctionName: 'changing', ZipFile, DryRun: true });
  expect(dry.CodeSha256).toBe(createHash('sha256').update(ZipFile).digest('base64'));
  expect((await functions.invoke('changing')).payload).toBe(1);
  const updated = await lambda.updateFunctionCode({ FunctionName: 'changing', ZipFile });
  expect(updated).toMatchObject({ LastUpdateStatus: 'InProgress', State: 'Active' });
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 60 }, { FunctionName: 'changing' });
  expect((await functions.invoke('changing')).payload).toBe(2);
  await lambda.updateFunctionConfiguration({
    FunctionName: 'changing',
    Environment: { Variables: { COLOUR: 'green' } },
    Timeout: 7,
  });
  expect((await functions.invoke('changing')).payload).toBe('green');
  const { RevisionId, Timeout, MemorySize } = await lambda.getFunctionConfiguration({
    FunctionName: 'changing',
  });
  expect([Timeout, MemorySize]).toEqual([7, 128]);
  await expect(
    lambda.updateFunctionConfiguration({
      FunctionName: 'changing',
      RevisionId: updated.RevisionId,
      Timeout: 8,
    }),
  ).rejects.toMatchObject({
    name: 'PreconditionFailedException',
    message:
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
    $metadata: { httpStatusCode: 412 },
  });
  await lambda.updateFunctionConfiguration({ FunctionName: 'changing', RevisionId, Timeout: 8 });
});

test('published versions are frozen, listed in order, and not published twice', async () => {
  const { lambda } = functions;
  await functions.python('versioned', 'def handler(event, context):\n    return 1\n');
  const first = await lambda.publishVersion({ FunctionName: 'versioned', Description: 'the first' });
  expect(first).toMatchObject({ Version: '1', FunctionArn: `${ARN}:versioned:1`, Description: 'the first' });
  expect(await lambda.publishVersion({ FunctionName: 'versioned' })).toMatchObject({ Version: '1' });
  await expect(
    lambda.publishVersion({ FunctionName: 'versioned', CodeSha256: 'other' }),
  ).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: `CodeSHA256 (other) is different from current CodeSHA256 in $LATEST (${first.CodeSha256}). Please try again with the CodeSHA256 in $LATEST.`,
  });
  const second = await lambda.updateFunctionCode({
    FunctionName: 'versioned',
    ZipFile: await archiveOf({ 'index.py': 'def handler(event, context):\n    return 2\n' }),
    Publish: true,
  });
  expect(second).toMatchObject({ Version: '2', State: 'Pending', FunctionArn: `${ARN}:versioned:2` });
  expect(await functions.invoke('versioned', {}, { Qualifier: '1' })).toMatchObject({
    payload: 1,
    version: '1',
  });
  expect(await functions.invoke('versioned:2')).toMatchObject({ payload: 2, version: '2' });
  const { Versions = [] } = await lambda.listVersionsByFunction({ FunctionName: 'versioned' });
  expect(Versions.map(({ FunctionArn }) => FunctionArn)).toEqual(
    ['$LATEST', '1', '2'].map((version) => `${ARN}:versioned:${version}`),
  );
  expect(Versions[0]).not.toHaveProperty('State');
  await lambda.deleteFunction({ FunctionName: 'versioned', Qualifier: '1' });
  await lambda.deleteFunction({ FunctionName: 'versioned', Qualifier: '1' });
  await expect(functions.invoke('versioned:1')).rejects.toMatchObject({
    message: `Function not found: ${ARN}:versioned:1`,
  });
  await expect(
    lambda.deleteFunction({ FunctionName: 'versioned', Qualifier: '$LATEST' }),
  ).rejects.toMatchObject({ message: '$LATEST version cannot be deleted without deleting the function.' });
});

test('a function published at its creation has version 1', async () => {
  const { lambda } = functions;
  const created = await lambda.createFunction({
    FunctionName: 'born-published',
    Runtime: 'python3.12',
    Handler: 'index.handler',
    Role: ROLE,
    Publish: true,
    Code: { ZipFile: await archiveOf({ 'index.py': ECHO }) },
  });
  expect(created).toMatchObject({ Version: '1', FunctionArn: `${ARN}:born-published` });
  expect(await functions.invoke('born-published:1', 'x')).toMatchObject({ payload: 'x', version: '1' });
});

test('lists come in pages, with versions where asked for', async () => {
  const { Lambda } = await import('@aws-sdk/client-lambda');
  const lambda = new Lambda({ ...runtime.clientConfig, region: 'eu-west-3' });
  const ZipFile = await archiveOf({ 'index.py': ECHO });
  for (const FunctionName of ['b', 'a', 'a-b']) {
    await lambda.createFunction({
      FunctionName,
      Runtime: 'python3.12',
      Handler: 'index.handler',
      Role: ROLE,
      Publish: FunctionName === 'a',
      Code: { ZipFile },
    });
  }
  const first = await lambda.listFunctions({ MaxItems: 2 });
  const second = await lambda.listFunctions({ MaxItems: 2, Marker: first.NextMarker });
  const names = [first, second].map(({ Functions = [] }) =>
    Functions.map(({ FunctionName }) => FunctionName),
  );
  expect(names).toEqual([['a-b', 'a'], ['b']]);
  expect(second.NextMarker).toBeUndefined();
  const { Functions = [] } = await lambda.listFunctions({ FunctionVersion: 'ALL' });
  expect(Functions).toHaveLength(4);
  await expect(lambda.listFunctions({ Marker: 'nonsense' })).rejects.toThrow(
    'Invalid pagination token: nonsense',
  );
});

test('a deleted function is gone with all that belongs to it, and its name is free', async () => {
  const { lambda } = functions;
  await functions.python('doomed', ECHO);
  await lambda.publishVersion({ FunctionName: 'doomed' });
  await lambda.createAlias({ FunctionName: 'doomed', Name: 'live', FunctionVersion: '1' });
  await lambda.addPermission({
    FunctionName: 'doomed',
    StatementId: 's3',
    Action: 'lambda:InvokeFunction',
    Principal: 's3.amazonaws.com',
  });
  const { Code } = await lambda.getFunction({ FunctionName: 'doomed' });
  const { $metadata } = await lambda.deleteFunction({ FunctionName: 'doomed' });
  expect($metadata.httpStatusCode).toBe(204);
  await expect(lambda.deleteFunction({ FunctionName: 'doomed' })).rejects.toMatchObject({
    message: `Function not found: ${ARN}:doomed`,
  });
  // Others have the same code.
  expect((await fetch(Code?.Location ?? '')).status).toBe(200);
  await functions.python('doomed', ECHO);
  expect((await lambda.listAliases({ FunctionName: 'doomed' })).Aliases).toEqual([]);
  await expect(lambda.getPolicy({ FunctionName: 'doomed' })).rejects.toThrow(
    'The resource you requested does not exist.',
  );
});

test('code that nobody has any more is not kept', async () => {
  const { lambda } = functions;
  await functions.python('unique', `# ${'only here'}\n${ECHO}`);
  const { Code } = await lambda.getFunction({ FunctionName: 'unique' });
  await lambda.deleteFunction({ FunctionName: 'unique' });
  expect((await fetch(Code?.Location ?? '')).status).not.toBe(200);
});

test('archives with links or names that lead outside are refused', async () => {
  const { ZipFile } = await import('yazl');
  const { buffer } = await import('node:stream/consumers');
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from('/etc/passwd'), 'secrets', { mode: 0o120777 });
  zip.addBuffer(Buffer.from(ECHO), 'index.py');
  zip.end();
  await expect(
    functions.lambda.createFunction({
      FunctionName: 'linked',
      Runtime: 'python3.12',
      Handler: 'index.handler',
      Role: ROLE,
      Code: { ZipFile: await buffer(zip.outputStream) },
    }),
  ).rejects.toThrow('Could not unzip uploaded file.');
});
