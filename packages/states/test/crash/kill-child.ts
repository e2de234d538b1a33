/**
 * The process that kill.test.ts kills: opens the database, starts or recovers one execution and says
 * what it does, one line each. Its jobs are rows of the same database, keyed by token.
 */
import { createEngine, type Json, sqliteStore, type TaskHandler } from '../../src/index.ts';
import { openDatabase } from '../support/sqlite-database.ts';
import { rounds } from './kill-machine.ts';

const database = openDatabase(process.argv[2] ?? '');
database.run(
  'CREATE TABLE IF NOT EXISTS job (token TEXT PRIMARY KEY, parameters TEXT NOT NULL, submissions INTEGER NOT NULL)',
);
const say = (line: string): boolean => process.stdout.write(`${line}\n`);

const jobs: TaskHandler = {
  async run({ token, parameters, resumed, submitted }) {
    if (resumed === undefined) {
      await database.transaction(() =>
        database.run(
          'INSERT INTO job VALUES (?, ?, 1) ON CONFLICT (token) DO UPDATE SET submissions = submissions + 1',
          token,
          JSON.stringify(parameters),
        ),
      );
      say('submitted');
      await submitted({ token });
    }
    return { output: { trained: parameters } as Json };
  },
};

const engine = createEngine({
  store: sqliteStore(database),
  tasks: () => jobs,
  onEvents: (_, events) => {
    for (const { type } of events) say(type);
  },
  onFault: (error) => {
    say(`fault ${String(error)}`);
  },
});
const { executionArn } = rounds;
if (engine.describe(executionArn) === undefined) await engine.start(rounds);
else engine.recover();
const { output, status } = await engine.ended(executionArn);
say(`ended ${status} ${output}`);
database.close();
