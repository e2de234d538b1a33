import { expect, test } from 'vitest';
import { slipway, testFolder } from './slipway.ts';

const COMMANDS = [
  'run',
  'up',
  'down',
  'status',
  'deploy',
  'destroy',
  'logs',
  'snapshot',
  'restore',
  'env',
  'doctor',
];

test('the command names its commands and exit codes', async () => {
  const { code, out, err } = await slipway(testFolder(), ['--help']);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  for (const command of COMMANDS) expect(out).toMatch(new RegExp(`^ {2}${command} `, 'm'));
  for (const exitCode of [0, 1, 2, 3, 4, 5, 130]) expect(out).toMatch(new RegExp(`^ {2}${exitCode} `, 'm'));
});

test('every command explains its options and the exit codes', async () => {
  const folder = testFolder();
  const ends = await Promise.all(COMMANDS.map((command) => slipway(folder, [command, '--help'])));
  for (const [index, { code, out, err }] of ends.entries()) {
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`Usage: slipway ${COMMANDS[index]}`);
    expect(out).toContain('--json');
    expect(out).toContain('Exit codes:');
  }
});

test('without a command the help is shown, as an error', async () => {
  const { code, out, err } = await slipway(testFolder(), []);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain('Usage: slipway');
});

test.each([
  ['a command', ['statsu'], 'Did you mean status?'],
  ['an option', ['status', '--jsno'], 'Did you mean --json?'],
  [
    'a pipeline',
    ['run', 'forcast', 'data.zip', '--config', 'config.json'],
    'There is no pipeline forcast. Did you mean forecast?',
  ],
  ['a name that every object has', ['run', 'constructor', 'x', '--config', 'y'], 'no pipeline constructor.'],
  ['a missing option', ['run', 'forecast', 'data.zip'], "required option '--config <file>' not specified"],
  ['a surplus argument', ['down', 'now'], 'too many arguments'],
  ['options that exclude each other', ['logs', '--requests', '--follow'], 'cannot be used with'],
  ['a port', ['up', '--port', '70000'], 'The port must be a number from 0 to 65535'],
  [
    'a time scale',
    ['up', '--time-scale', 'fast'],
    'The time scale must be a number from 1 to 100000, not fast',
  ],
  ['a region', ['env', '--region', '$(date)'], "The region must be one of AWS's, such as us-east-1"],
  ['an account', ['env', '--account', '12'], 'The account must be 12 digits, not 12'],
])('wrong usage of %s is explained with exit code 2', async (_, args, message) => {
  const { code, out, err } = await slipway(testFolder(), args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});

test('with --json wrong usage is told as JSON too', async () => {
  const { code, out } = await slipway(testFolder(), ['status', '--json', '--colour']);
  expect(code).toBe(2);
  expect(JSON.parse(out)).toEqual({
    error: expect.stringContaining("unknown option '--colour'"),
    exitCode: 2,
  });
});
