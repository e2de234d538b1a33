import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestRuntime, type TestRuntime } from '../../testing/test-runtime.ts';
import { BUCKET, rows, SageMakerTests } from './testing.ts';

const LONG = { timeout: 180_000 };
const SCIKIT = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.4-2-cpu-py3';

const TRAIN = `
import argparse, os
import joblib, pandas
from sklearn.linear_model import LogisticRegression
parser = argparse.ArgumentParser()
parser.add_argument('--regularisation', type=float)
parser.add_argument('--model-dir', default=os.environ['SM_MODEL_DIR'])
parser.add_argument('--train', default=os.environ['SM_CHANNEL_TRAIN'])
arguments = parser.parse_args()
if arguments.regularisation < 0:
    raise ValueError('regularisation must not be negative')
files = [os.path.join(arguments.train, name) for name in sorted(os.listdir(arguments.train))]
data = pandas.concat(pandas.read_csv(name, header=None) for name in files)
model = LogisticRegression(C=arguments.regularisation).fit(data.iloc[:, 1:].to_numpy(), data.iloc[:, 0])
print('accuracy=%.4f;' % model.score(data.iloc[:, 1:].to_numpy(), data.iloc[:, 0]))
joblib.dump(model, os.path.join(arguments.model_dir, 'model.joblib'))
os.makedirs(os.path.join(arguments.model_dir, 'code'))
with open(os.path.join(arguments.model_dir, 'code', 'inference.py'), 'w') as file:
    file.write("import joblib, os\\ndef model_fn(model_dir):\\n    return joblib.load(os.path.join(model_dir, 'model.joblib'))\\n")
`;

let runtime: TestRuntime;
let tests: SageMakerTests;

beforeAll(async () => {
  runtime = await startTestRuntime();
  await runtime.environments.ensure('scikit-learn');
  tests = new SageMakerTests(runtime);
  await tests.upload({
    'data/train/a.csv': rows(200).join('\n'),
    'code/sourcedir.tar.gz': archive({ 'train.py': TRAIN }),
  });
}, 300_000);
afterAll(() => runtime[Symbol.asyncDispose]());

function archive(files: Readonly<Record<string, string>>): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-code-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const path = join(folder, 'sourcedir.tar.gz');
    execFileSync('tar', ['-czf', path, '-C', folder, ...Object.keys(files)]);
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As the SageMaker Python SDK asks for it: every value is JSON. */
function request(regularisation: number) {
  return {
    AlgorithmSpecification: {
      TrainingImage: SCIKIT,
      TrainingInputMode: 'File' as const,
      MetricDefinitions: [{ Name: 'accuracy', Regex: 'accuracy=(.*?);' }],
    },
    HyperParameters: {
      sagemaker_program: '"train.py"',
      sagemaker_submit_directory: `"s3://${BUCKET}/code/sourcedir.tar.gz"`,
      sagemaker_region: '"us-east-1"',
      regularisation: String(regularisation),
    },
  };
}

test(
  "a program of the user's trains with scikit-learn, and its own functions serve the model",
  LONG,
  async () => {
    const job = await tests.train('own-program', request(10));
    expect(job.FailureReason).toBeUndefined();
    expect(job).toMatchObject({
      TrainingJobStatus: 'Completed',
      FinalMetricDataList: [{ MetricName: 'accuracy', Value: expect.any(Number) }],
    });
    expect(job.FinalMetricDataList?.[0]?.Value).toBeGreaterThan(0.9);
    await tests.deployable('own-program', job.ModelArtifacts?.S3ModelArtifacts, SCIKIT);
    await tests.sagemaker.createEndpoint({ EndpointName: 'own-program', EndpointConfigName: 'own-program' });
    expect(await tests.settled('own-program')).toMatchObject({ EndpointStatus: 'InService' });
    expect(await tests.invoke('own-program', '0.9,0.9,0,0\n0.1,0.1,0,0')).toBe('[1, 0]');
    expect(await tests.invoke('own-program', '0.9,0.9,0,0', 'text/csv')).toBe('1\n');
    await tests.sagemaker.deleteEndpoint({ EndpointName: 'own-program' });
  },
);

test('what a failing program printed is the failure reason, with its command', LONG, async () => {
  const { FailureReason } = await tests.train('failing-program', request(-1));
  expect(FailureReason).toMatch(
    /^AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "Traceback/,
  );
  expect(FailureReason).toContain('ValueError: regularisation must not be negative');
  expect(FailureReason).toMatch(/train\.py --regularisation -1", exit code: 1$/);
});
