import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ZipFile } from 'yazl';
import { startTestRuntime, type TestRuntime } from '../../../testing/test-runtime.ts';
import { wheelOf } from '../../../testing/wheel.ts';
import { JobTests } from '../testing.ts';

let runtime: TestRuntime;
let jobs: JobTests;
/** Environments that were made. */
const made: string[] = [];

beforeAll(async () => {
  runtime = await startTestRuntime();
  runtime.progress.listen((event) => {
    if (event.type === 'environment.ready') made.push(event.name);
  });
  jobs = new JobTests(runtime);
});
afterAll(() => runtime[Symbol.asyncDispose]());

async function archiveOf(name: string, source: string): Promise<Buffer> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(source), name);
  zip.end();
  return await buffer(zip.outputStream);
}

test('a script imports the modules and archives of --extra-py-files', async () => {
  const files = [
    await jobs.put('lib/single.py', 'NAME = "single"'),
    await jobs.put('one/packed.zip', await archiveOf('zipped/__init__.py', 'NAME = "zipped"')),
    await jobs.put('two/packed.zip', await archiveOf('other.py', 'NAME = "other"')),
  ];
  await jobs.create(
    'extra-files',
    'import single, zipped, other\nassert [single.NAME, zipped.NAME, other.NAME] == ["single", "zipped", "other"]\n',
    { DefaultArguments: { '--extra-py-files': files.join(', ') } },
  );
  const run = await jobs.run('extra-files');
  expect(run).toMatchObject({ JobRunState: 'SUCCEEDED' });
  expect(run).not.toHaveProperty('ErrorMessage');
});

test('wheels are installed into an environment that the next run finds', async () => {
  const wheel = (name: string) => wheelOf(name, '1.0', `NAME = "${name}"`);
  const added = await jobs.put('added-1.0-py3-none-any.whl', await wheel('added'));
  const extra = await jobs.put('extra-1.0-py3-none-any.whl', await wheel('extra'));
  const script = 'import added, extra, pandas\nassert [added.NAME, extra.NAME] == ["added", "extra"]\n';
  await jobs.create('wheels', script, {
    DefaultArguments: { '--additional-python-modules': added, '--extra-py-files': extra },
  });
  expect(await jobs.run('wheels')).toMatchObject({ JobRunState: 'SUCCEEDED' });
  // An earlier run of the tests may have made it.
  const before = made.length;
  expect(await jobs.run('wheels')).toMatchObject({ JobRunState: 'SUCCEEDED' });
  expect(made).toHaveLength(before);
});

test('a module that cannot be installed fails the run with what uv says', async () => {
  const broken = await jobs.put('broken-1.0-py3-none-any.whl', 'this is no archive');
  await jobs.create('broken', 'pass', { DefaultArguments: { '--additional-python-modules': broken } });
  expect(await jobs.run('broken')).toMatchObject({
    JobRunState: 'FAILED',
    ErrorMessage: expect.stringMatching(
      /^The Python environment could not be made: [\s\S]*broken-1\.0-py3-none-any\.whl/,
    ),
  });
  const missing = { '--extra-py-files': 's3://glue-scripts/missing.zip' };
  await jobs.create('missing', 'pass', { DefaultArguments: missing });
  expect((await jobs.run('missing')).ErrorMessage).toBe(
    '--extra-py-files s3://glue-scripts/missing.zip could not be read: NoSuchKey: The specified key does not exist.',
  );
});
