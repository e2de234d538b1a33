import type { z } from 'zod';
import { type ForecastConfig, forecastConfig, TOP_LEVEL_KEYS } from './schema.ts';

const LONGEST_NAME = 63;

/** A config that was checked, with remarks that do not stop the run. */
export interface CheckedConfig {
  readonly config: ForecastConfig;
  readonly notes: readonly string[];
}

/** The config cannot be used. The message names every key that is wrong, one per line. */
export class InvalidConfig extends Error {
  override readonly name = 'InvalidConfig';

  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super(`forecast-config.json has ${count}:\n${problems.map((problem) => `- ${problem}`).join('\n')}`);
  }
}

/**
 * Checks a parsed config for a run.
 *
 * @param uid - the run's id, which is appended to the names of predictor, forecast and import jobs
 * @throws InvalidConfig naming each key, what is wrong with it, and what it should be
 */
export function validateConfig(value: unknown, uid: string): CheckedConfig {
  const parsed = forecastConfig.safeParse(value, { reportInput: true });
  if (!parsed.success) throw new InvalidConfig(parsed.error.issues.map(describe));
  const config = parsed.data;
  const problems = tooLongNames(config, uid);
  if (problems.length > 0) throw new InvalidConfig(problems);
  const unknown = Object.keys(config).filter((key) => !TOP_LEVEL_KEYS.includes(key));
  return {
    config,
    notes: unknown.map((key) => `The key ${key} in forecast-config.json means nothing to this pipeline.`),
  };
}

/**
 * Reads the file's text.
 *
 * @throws InvalidConfig with line and column when it is not JSON
 */
export function parseConfig(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const before = text.slice(0, errorPosition(text)).split('\n');
    const reason = (error as Error).message.replace(/( in JSON at position|, (\.\.\.)?").*$/s, '');
    throw new InvalidConfig([
      `line ${before.length}, column ${before.at(-1)!.length + 1}: not JSON (${reason})`,
    ]);
  }
}

/**
 * The index of the first character that cannot stand where it does; the text's length when it ends too
 * early. The engine tells it for some faults only, so the shortest wrong beginning is searched.
 */
function errorPosition(text: string): number {
  let good = 0;
  let wrong = text.length + 1;
  while (wrong - good > 1) {
    const middle = Math.floor((good + wrong) / 2);
    if (isWrong(text.slice(0, middle))) wrong = middle;
    else good = middle;
  }
  return good;
}

/** Whether no continuation makes this JSON. */
function isWrong(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return false;
  } catch (error) {
    const { message } = error as Error;
    const position = /at position (\d+)/.exec(message)?.[1];
    return position === undefined
      ? message !== 'Unexpected end of JSON input'
      : Number(position) < beginning.length;
  }
}

/** The service takes names of 63 characters; predictor, forecast and import jobs get the run's id behind. */
function tooLongNames(config: ForecastConfig, uid: string): string[] {
  const names: Record<string, string | undefined> = {
    'Predictor.PredictorName': config.Predictor?.PredictorName,
    'AutoPredictor.PredictorName': config.AutoPredictor?.PredictorName,
    'Forecast.ForecastName': config.Forecast.ForecastName,
  };
  for (const [kind, dataset] of Object.entries(config.Dataset)) {
    names[`Dataset.${kind}.DatasetName`] = dataset.DatasetName;
  }
  const longest = LONGEST_NAME - uid.length - 1;
  return Object.entries(names)
    .filter(([, name]) => name !== undefined && name.length > longest)
    .map(
      ([key, name]) => `${key}: ${name} has ${name?.length} characters; ${longest} are left before _${uid}`,
    );
}

/** One problem in words: key, what is wrong, and the value where that helps. */
function describe(issue: z.core.$ZodIssue): string {
  const key = issue.path.map(String).join('.');
  const where = key === '' ? 'the file' : key;
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `${where}: is missing`
        : `${where}: must be ${typeName(issue.expected)}, is ${shown(issue.input)}`;
    case 'invalid_value':
      return issue.input === undefined
        ? `${where}: is missing`
        : `${where}: must be ${issue.values.map(String).join(', ')}, is ${shown(issue.input)}`;
    case 'unrecognized_keys':
      return `${where}: unknown key ${issue.keys.join(', ')}; the kinds are TTS, RTS and IM`;
    case 'too_big':
      return `${where}: must be ${issue.maximum} at most, is ${shown(issue.input)}`;
    case 'too_small':
      return `${where}: must be ${issue.minimum} at least, is ${shown(issue.input)}`;
    case 'custom':
      return issue.path.length === 1 ? `${where} ${issue.message}` : `${where}: ${issue.message}`;
    default:
      return `${where}: ${issue.message}, is ${shown(issue.input)}`;
  }
}

const TYPE_NAMES: Record<string, string> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false (without quotes)',
  object: 'an object { … }',
  array: 'a list [ … ]',
};

function typeName(expected: string): string {
  return TYPE_NAMES[expected] ?? expected;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
