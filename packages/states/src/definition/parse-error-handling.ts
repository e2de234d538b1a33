import type { Catcher, ErrorHandling, QueryLanguage, Retrier } from './model.ts';
import type { ObjectReader } from './object-reader.ts';
import { readAssign, readResultPath } from './parse-data-flow.ts';
import { readTemplate } from './parse-template.ts';

const retrierFields = new Set([
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
]);
const catcherFields = new Set(['ErrorEquals', 'Next', 'ResultPath', 'Output', 'Assign', 'Comment']);

/** The longest interval and delay that AWS takes, in seconds. */
const maxDelay = 31_622_400;
const maxAttempts = 99_999_999;

export function readErrorHandling(reader: ObjectReader, language: QueryLanguage): ErrorHandling {
  const retriers = reader.children('Retry');
  const catchers = reader.children('Catch');
  return {
    retry: retriers.map((retrier, i) => readRetrier(retrier, i === retriers.length - 1)),
    catch: catchers.map((catcher, i) => readCatcher(catcher, i, i === catchers.length - 1, language)),
  };
}

function readRetrier(reader: ObjectReader, isLast: boolean): Retrier {
  reader.allow(retrierFields);
  return {
    errorEquals: readErrorEquals(reader, isLast),
    intervalSeconds: reader.number('IntervalSeconds', { least: 1, most: maxDelay }) ?? 1,
    maxAttempts: reader.number('MaxAttempts', { most: maxAttempts }) ?? 3,
    backoffRate: reader.number('BackoffRate', { least: 1, fraction: true }) ?? 2,
    maxDelaySeconds: reader.number('MaxDelaySeconds', { least: 1, most: maxDelay }),
    fullJitter: reader.oneOf('JitterStrategy', ['NONE', 'FULL']) === 'FULL',
  };
}

function readCatcher(reader: ObjectReader, index: number, isLast: boolean, language: QueryLanguage): Catcher {
  reader.allow(catcherFields);
  reader.require('Next');
  const place = { reader, language, prefix: `Catch[${index}]/`, errorOutput: true };
  return {
    errorEquals: readErrorEquals(reader, isLast),
    next: reader.string('Next') ?? '',
    resultPath: readResultPath(reader),
    output: language === 'JSONata' ? readTemplate(place, 'Output') : undefined,
    assign: readAssign(place, reader),
  };
}

function readErrorEquals(reader: ObjectReader, isLast: boolean): string[] {
  reader.require('ErrorEquals');
  const names = reader.strings('ErrorEquals') ?? [];
  if (reader.has('ErrorEquals') && names.length === 0) reader.fail('Field cannot be empty', 'ErrorEquals');
  if (names.includes('States.ALL') && (names.length > 1 || !isLast)) {
    reader.fail('States.ALL must appear alone, and in the last Retrier or Catcher', 'ErrorEquals');
  }
  return names;
}
