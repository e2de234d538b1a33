import { expect, test } from 'vitest';
import { commonPattern, generalise } from './generalise.ts';

const S3 = 'arn:aws:s3:::data';

test('many objects under one prefix become the prefix', () => {
  expect(generalise([`${S3}/in/a.csv`, `${S3}/in/b.csv`])).toEqual([`${S3}/in/a.csv`, `${S3}/in/b.csv`]);
  expect(generalise([`${S3}/in/a`, `${S3}/in/b`, `${S3}/in/c`, `${S3}/out/d`, S3])).toEqual([
    S3,
    `${S3}/in/*`,
    `${S3}/out/d`,
  ]);
});

test('made-up names and times are nothing to grant', () => {
  const logs = 'arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/f';
  expect(
    generalise([
      `${S3}/${'0af1'.repeat(16)}.zip`,
      `${S3}/run_20261125T104436/part0.csv`,
      `${S3}/run_20261125T110000/part0.csv`,
      `${logs}:log-stream:2026/11/25/[$LATEST]0af1`,
      logs,
    ]),
  ).toEqual([logs, `${logs}:log-stream:*`, `${S3}/*.zip`, `${S3}/run_*/part0.csv`]);
});

test('names in an account stay, unless there are very many', () => {
  const jobs = [1, 2, 3, 4, 5].map((n) => `arn:aws:glue:us-east-1:111122223333:job/j${n}`);
  expect(generalise(jobs)).toEqual(jobs);
  expect(generalise([...jobs, 'arn:aws:glue:us-east-1:111122223333:job/j6'])).toEqual([
    'arn:aws:glue:us-east-1:111122223333:job/*',
  ]);
  expect(commonPattern([`${S3}/in/a`, `${S3}/is/b`])).toBe(`${S3}/i*`);
});
