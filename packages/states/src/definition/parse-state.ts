import { parseTimestamp } from '../timestamp.ts';
import type { Diagnostics } from './diagnostics.ts';
import type { FailState, QueryLanguage, State, StateType, TaskState, WaitState } from './model.ts';
import type { ObjectReader } from './object-reader.ts';
import { readChoice } from './parse-choice.ts';
import { readDataFlow, readResultFlow } from './parse-data-flow.ts';
import { readErrorHandling } from './parse-error-handling.ts';
import { type GraphParser, readMap } from './parse-map.ts';
import { readResource } from './parse-resource.ts';
import { readField, readTemplate } from './parse-template.ts';
import { checkFields, stateTypes } from './state-fields.ts';

/** AWS waits and lets tasks run for at most this many seconds (about three years). */
const maxSeconds = 99_999_999;

export interface StateContext {
  readonly machineLanguage: QueryLanguage;
  readonly diagnostics: Diagnostics;
  readonly parseGraph: GraphParser;
}

/** Reads one state; undefined when it has no known type. */
export function readState(name: string, reader: ObjectReader, context: StateContext): State | undefined {
  reader.require('Type');
  const type = reader.oneOf('Type', stateTypes);
  if (type === undefined) return undefined;
  const base = { name, queryLanguage: readLanguage(reader, context.machineLanguage) };
  checkFields(reader, type, base.queryLanguage);
  return readByType(type, reader, base, context);
}

interface Base {
  readonly name: string;
  readonly queryLanguage: QueryLanguage;
}

function readByType(type: StateType, reader: ObjectReader, base: Base, context: StateContext): State {
  const language = base.queryLanguage;
  switch (type) {
    case 'Pass':
      return {
        ...base,
        type,
        ...readResultFlow(reader, language),
        result: language === 'JSONPath' ? reader.raw('Result') : undefined,
        next: readNext(reader),
      };
    case 'Succeed':
      return { ...base, type, ...readDataFlow(reader, language) };
    case 'Fail':
      return readFail(reader, base);
    case 'Wait':
      return readWait(reader, base);
    case 'Choice':
      return readChoice(reader, base);
    case 'Task':
      return readTask(reader, base);
    case 'Parallel': {
      reader.require('Branches');
      const branches = reader.children('Branches');
      return {
        ...base,
        type,
        ...readResultFlow(reader, language),
        ...readErrorHandling(reader, language),
        branches: branches.map((branch) => context.parseGraph(branch, branchFields)),
        next: readNext(reader),
      };
    }
    case 'Map':
      return readMap(reader, base, readNext(reader), context.parseGraph);
    default:
      return type satisfies never;
  }
}

const branchFields = ['StartAt', 'States', 'Comment'];

/** A state may choose JSONata in a JSONPath machine, but not the other way round. */
function readLanguage(reader: ObjectReader, machine: QueryLanguage): QueryLanguage {
  const own = reader.oneOf('QueryLanguage', ['JSONPath', 'JSONata']);
  if (own === 'JSONPath' && machine === 'JSONata') {
    reader.fail("'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine");
  }
  return own ?? machine;
}

function readNext(reader: ObjectReader): string | undefined {
  const end = reader.boolean('End') ?? false;
  const next = reader.string('Next');
  if (end && next !== undefined) reader.fail('You must set only one of these fields: [Next, End]');
  if (!end && next === undefined) reader.fail('You must set one of these fields: [Next, End]');
  return end ? undefined : next;
}

function readTask(reader: ObjectReader, base: Base): TaskState {
  const place = { reader, language: base.queryLanguage };
  const timeout = readField(place, 'TimeoutSeconds', () =>
    reader.number('TimeoutSeconds', { least: 1, most: maxSeconds }),
  );
  const heartbeat = readField(place, 'HeartbeatSeconds', () =>
    reader.number('HeartbeatSeconds', { least: 1, most: maxSeconds }),
  );
  if (
    timeout?.kind === 'literal' &&
    heartbeat?.kind === 'literal' &&
    Number(heartbeat.value) >= Number(timeout.value)
  ) {
    reader.fail('HeartbeatSeconds must be smaller than TimeoutSeconds', 'HeartbeatSeconds');
  }
  return {
    ...base,
    type: 'Task',
    ...readResultFlow(reader, base.queryLanguage),
    ...readErrorHandling(reader, base.queryLanguage),
    resource: readResource(reader),
    timeout,
    heartbeat,
    credentials: readTemplate(place, 'Credentials'),
    next: readNext(reader),
  };
}

function readFail(reader: ObjectReader, base: Base): FailState {
  const place = { reader, language: base.queryLanguage };
  return {
    ...base,
    type: 'Fail',
    error: readField(place, 'Error', () => reader.string('Error')),
    cause: readField(place, 'Cause', () => reader.string('Cause')),
  };
}

function readWait(reader: ObjectReader, base: Base): WaitState {
  const place = { reader, language: base.queryLanguage };
  const fields = ['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'];
  const given = fields.filter((field) => reader.has(field));
  if (given.length !== 1)
    reader.fail(`You must set one, and only one, of these fields: [${fields.join(', ')}]`);
  const seconds = readField(place, 'Seconds', () => reader.number('Seconds', { most: maxSeconds }));
  const timestamp = readField(place, 'Timestamp', () => readTimestamp(reader));
  const nothing = { kind: 'literal', value: 0, field: 'Seconds' } as const;
  return {
    ...base,
    type: 'Wait',
    ...readDataFlow(reader, base.queryLanguage),
    until:
      timestamp === undefined
        ? { kind: 'seconds', field: seconds ?? nothing }
        : { kind: 'timestamp', field: timestamp },
    next: readNext(reader),
  };
}

function readTimestamp(reader: ObjectReader): string | undefined {
  const text = reader.string('Timestamp');
  if (text === undefined || parseTimestamp(text) !== undefined) return text;
  reader.fail('Value is not a valid RFC 3339 timestamp with an offset', 'Timestamp');
  return undefined;
}
