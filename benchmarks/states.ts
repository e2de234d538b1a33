import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine, type JsonObject, memoryStore, type Store, sqliteStore } from '@slipway/states';
import { openDatabase } from '../packages/states/test/support/sqlite-database.ts';

/**
 * States per second of the state machine engine: a loop of a Pass and a Choice state, in both query
 * languages, on the memory store and on SQLite with synchronous=FULL.
 *
 * Run with `node -C source benchmarks/states.ts [turns]`.
 */
const turns = Number(process.argv[2] ?? 10_000);

const jsonPathLoop: JsonObject = {
  StartAt: 'Count',
  States: {
    Count: { Type: 'Pass', Parameters: { 'n.$': 'States.MathAdd($.n, 1)' }, Next: 'Enough' },
    Enough: {
      Type: 'Choice',
      Choices: [{ Variable: '$.n', NumericGreaterThanEquals: turns, Next: 'Done' }],
      Default: 'Count',
    },
    Done: { Type: 'Succeed' },
  },
};

const jsonataLoop: JsonObject = {
  QueryLanguage: 'JSONata',
  StartAt: 'Count',
  States: {
    Count: { Type: 'Pass', Output: { n: '{% $states.input.n + 1 %}' }, Next: 'Enough' },
    Enough: {
      Type: 'Choice',
      Choices: [{ Condition: `{% $states.input.n >= ${turns} %}`, Next: 'Done' }],
      Default: 'Count',
    },
    Done: { Type: 'Succeed' },
  },
};

async function measure(definition: JsonObject, store: Store): Promise<number> {
  const engine = createEngine({ store, tasks: () => undefined });
  const executionArn = 'arn:aws:states:us-east-1:000000000000:execution:loop:run';
  const begin = performance.now();
  await engine.start({
    executionArn,
    name: 'run',
    stateMachine: {
      arn: 'arn:aws:states:us-east-1:000000000000:stateMachine:loop',
      name: 'loop',
      roleArn: 'arn:aws:iam::000000000000:role/loop',
      definition: JSON.stringify(definition),
    },
    input: { n: 0 },
  });
  const { status } = await engine.ended(executionArn);
  const seconds = (performance.now() - begin) / 1000;
  engine.close();
  if (status !== 'SUCCEEDED') throw new Error(`the loop ended ${status}`);
  return (2 * turns + 1) / seconds;
}

async function onSqlite(definition: JsonObject): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'states-benchmark-'));
  const database = openDatabase(join(folder, 'states.db'));
  try {
    return await measure(definition, sqliteStore(database));
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
}

for (const [language, definition] of [
  ['JSONPath', jsonPathLoop],
  ['JSONata', jsonataLoop],
] as const) {
  const memory = await measure(definition, memoryStore());
  const sqlite = await onSqlite(definition);
  const show = (rate: number): string => Math.round(rate).toLocaleString('en').padStart(9);
  console.log(
    `${language.padEnd(9)} ${(2 * turns + 1).toLocaleString('en')} states   memory ${show(memory)}/s   SQLite, FULL, grouped ${show(sqlite)}/s`,
  );
}
