import { describe, expect, test } from 'vitest';
import { execute, single } from '../../test/support/engine-fixture.ts';
import { VirtualClock } from '../../test/support/virtual-clock.ts';
import type { Json, JsonObject } from '../index.ts';

const start = Date.UTC(2026, 0, 1);

/** Seconds that passed on the test's clock, or the error. */
async function wait(fields: JsonObject, input: Json = {}, timeScale = 1): Promise<number | string> {
  const clock = new VirtualClock(start);
  const { status, error, cause } = await execute(single({ Type: 'Wait', ...fields }), input, {
    clock,
    timeScale,
  });
  return status === 'SUCCEEDED' ? (clock.now() - start) / 1000 : `${error}: ${cause}`;
}

describe('Wait', () => {
  test.each<[string, JsonObject, Json, number]>([
    ['Seconds', { Seconds: 90 }, {}, 90],
    ['no time', { Seconds: 0 }, {}, 0],
    ['SecondsPath', { SecondsPath: '$.s' }, { s: 5 }, 5],
    ['SecondsPath of a part', { InputPath: '$.x', SecondsPath: '$.s' }, { x: { s: 6 } }, 6],
    ['Timestamp', { Timestamp: '2026-01-01T00:01:00Z' }, {}, 60],
    ['TimestampPath', { TimestampPath: '$.t' }, { t: '2026-01-01T01:00:30+01:00' }, 30],
    ['a time that has passed', { Timestamp: '2025-01-01T00:00:00Z' }, {}, 0],
    ['JSONata Seconds', { QueryLanguage: 'JSONata', Seconds: '{% $states.input.s * 2 %}' }, { s: 5 }, 10],
    [
      'JSONata Timestamp',
      { QueryLanguage: 'JSONata', Timestamp: '{% $states.input.t %}' },
      { t: '2026-01-01T00:00:07Z' },
      7,
    ],
    ['longer than setTimeout can', { Seconds: 5_000_000 }, {}, 5_000_000],
  ])('%s', async (_, fields, input, seconds) => {
    expect(await wait(fields, input)).toBe(seconds);
  });

  test.each<[number, number, number]>([
    [600, 60, 10],
    [3, 60, 0.1],
    [0, 60, 0],
    [5, 1, 5],
  ])('%d seconds pass at scale %d in %d', async (seconds, timeScale, passed) => {
    expect(await wait({ Seconds: seconds }, {}, timeScale)).toBe(passed);
  });

  test.each<[string, JsonObject, Json, string]>([
    [
      'a negative number',
      { SecondsPath: '$.s' },
      { s: -1 },
      "States.Runtime: An error occurred while executing the state 'S' (entered at the event id #2). The SecondsPath parameter references a negative value: $.s == -1",
    ],
    [
      'a fraction',
      { SecondsPath: '$.s' },
      { s: 1.5 },
      'The SecondsPath parameter cannot be parsed as a long value: $.s == 1.5',
    ],
    ['a text', { SecondsPath: '$.s' }, { s: 'x' }, 'cannot be parsed as a long value: $.s == x'],
    ['nothing', { SecondsPath: '$.s' }, {}, "Invalid path '$.s' : No results for path: $['s']"],
    [
      'no time',
      { TimestampPath: '$.t' },
      { t: 'soon' },
      'does not reference a valid ISO-8601 extended offset date-time format string: $.t == soon',
    ],
    ['too long', { TimestampPath: '$.t' }, { t: '2999-01-01T00:00:00Z' }, 'Wait state delay is too long.'],
    [
      'a JSONata text',
      { QueryLanguage: 'JSONata', Seconds: "{% 'x' %}" },
      {},
      "States.QueryEvaluationError: An error occurred while executing the state 'S' (entered at the event id #2). The JSONata expression ''x'' specified for the field 'Seconds' returned an unexpected result type. Expected 'number', but was 'string' for value: \"x\"",
    ],
    [
      'a JSONata text that is no time',
      { QueryLanguage: 'JSONata', Timestamp: "{% 'x' %}" },
      {},
      'States.QueryEvaluationError',
    ],
  ])('%s is refused', async (_, fields, input, expected) => {
    expect(await wait(fields, input)).toContain(expected);
  });
});

describe('Fail', () => {
  test.each<[string, JsonObject, JsonObject]>([
    ['nothing', {}, {}],
    ['Error and Cause', { Error: 'E', Cause: 'because' }, { error: 'E', cause: 'because' }],
    ['Cause alone', { Cause: 'because' }, { cause: 'because' }],
    ['paths', { ErrorPath: '$.e', CausePath: "States.Format('{}!', $.c)" }, { error: 'E', cause: 'C!' }],
    ['the context', { ErrorPath: '$$.State.Name' }, { error: 'S' }],
    [
      'JSONata',
      { QueryLanguage: 'JSONata', Error: '{% $states.input.e %}', Cause: 'plain' },
      { error: 'E', cause: 'plain' },
    ],
  ])('with %s', async (_, fields, expected) => {
    const ending = await execute(
      { StartAt: 'S', States: { S: { Type: 'Fail', ...fields } } },
      { e: 'E', c: 'C' },
    );
    const { status, events, ...failure } = ending;
    expect(status).toBe('FAILED');
    expect(failure).toEqual(expected);
    expect(events.at(-1)).toMatchObject({ type: 'ExecutionFailed', executionFailedEventDetails: expected });
  });

  test('with a path to something else fails otherwise', async () => {
    const ending = await execute(
      { StartAt: 'S', States: { S: { Type: 'Fail', ErrorPath: '$.e' } } },
      { e: 1 },
    );
    expect(ending).toMatchObject({
      error: 'States.Runtime',
      cause: expect.stringContaining('not a string: 1'),
    });
  });
});

test('Succeed ends the execution with its output', async () => {
  const { output } = await execute(
    { StartAt: 'S', States: { S: { Type: 'Succeed', OutputPath: '$.x' } } },
    { x: 5 },
  );
  expect(output).toBe(5);
});
