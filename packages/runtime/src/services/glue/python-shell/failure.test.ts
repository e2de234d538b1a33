import { expect, test } from 'vitest';
import { uncaughtException } from './failure.ts';

const TRACEBACK = `Traceback (most recent call last):
  File "/tmp/script.py", line 3, in <module>
    work()
`;

test.each([
  ['a plain exception', `${TRACEBACK}ValueError: bad number\n`, 'ValueError: bad number'],
  [
    'an exception of a module',
    `${TRACEBACK}botocore.exceptions.ClientError: An error occurred (404)\n`,
    'ClientError: An error occurred (404)',
  ],
  ['a text of several lines', `${TRACEBACK}KeyError: one\n  two\nthree\n`, 'KeyError: one\n  two\nthree'],
  ['no text', `${TRACEBACK}KeyboardInterrupt\n`, 'KeyboardInterrupt'],
  [
    'the last of a chain',
    `${TRACEBACK}KeyError: 'a'\n\nDuring handling of the above exception, another exception occurred:\n\n${TRACEBACK}RuntimeError: b: c\n`,
    'RuntimeError: b: c',
  ],
  [
    'an error of syntax',
    '  File "/tmp/script.py", line 1\n    foo(\n       ^\nSyntaxError: \'(\' was never closed\n',
    "SyntaxError: '(' was never closed",
  ],
  ['lines before it', `warning: x\n${TRACEBACK}OSError: disk\n`, 'OSError: disk'],
])('finds %s', (_, stderr, message) => {
  expect(uncaughtException(stderr)).toBe(message);
});

test.each([
  ['nothing', ''],
  ['what sys.exit printed', 'no data: stopping\n'],
])('finds none in %s', (_, stderr) => {
  expect(uncaughtException(stderr)).toBeUndefined();
});
