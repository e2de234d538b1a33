import type { Target } from '@aws-sdk/client-eventbridge';
import { ServiceError } from '../../../dispatch/errors.ts';
import { type BusEvent, eventTime } from '../event.ts';
import { type EventPath, parseEventPath } from './event-path.ts';

/** What a delivery knows beside the event. */
export interface RuleFacts {
  readonly ruleArn: string;
  readonly ruleName: string;
  /** When the event came in, in milliseconds since the epoch. */
  readonly ingested: number;
}

const PLACEHOLDER = /^<([A-Za-z0-9_.-]+)>/;

/** Variables that EventBridge defines itself. */
const RESERVED: Record<string, (event: BusEvent, facts: RuleFacts) => unknown> = {
  'aws.events.rule-arn': (_, { ruleArn }) => ruleArn,
  'aws.events.rule-name': (_, { ruleName }) => ruleName,
  'aws.events.event.ingestion-time': (_, { ingested }) => eventTime(ingested),
  'aws.events.event.json': (event) => event,
  'aws.events.event': (event) => {
    const envelope = Object.entries(event).filter(([name]) => name !== 'detail' && name !== 'detail-type');
    return { ...Object.fromEntries(envelope), detailType: event['detail-type'] };
  },
};

/**
 * Checks how a target's input is made.
 *
 * @throws ValidationException
 */
export function checkInput(target: Target): void {
  const { Id, Input, InputPath, InputTransformer } = target;
  if ([Input, InputPath, InputTransformer].filter((way) => way !== undefined).length > 1) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  }
  if (Input !== undefined && !isJson(Input)) throw invalid(`JSON syntax error in input for target ${Id}`);
  if (InputPath !== undefined && InputPath !== '' && !parseEventPath(InputPath)) {
    throw invalid(`Invalid InputPath for target ${Id}.`);
  }
  if (!InputTransformer) return;
  const { InputPathsMap = {}, InputTemplate = '' } = InputTransformer;
  for (const [name, path] of Object.entries(InputPathsMap)) {
    if (name.startsWith('aws.')) throw invalid(`Invalid InputPathsMap key ${name} for target ${Id}.`);
    if (!parseEventPath(path)) throw invalid(`Invalid JSON path ${path} in InputPathsMap for target ${Id}.`);
  }
  for (const name of placeholders(InputTemplate)) {
    if (!(name in InputPathsMap) && !(name in RESERVED)) {
      throw invalid(`InputTemplate for target ${Id} contains invalid placeholder ${name}.`);
    }
  }
}

/** What a target gets of an event: all of it, a part, a constant, or what the template makes of it. */
export function targetInput(target: Target, event: BusEvent, facts: RuleFacts): string {
  const { Input, InputPath, InputTransformer } = target;
  if (Input !== undefined) return Input;
  if (InputPath) return JSON.stringify(parseEventPath(InputPath)?.(event) ?? null);
  if (!InputTransformer) return JSON.stringify(event);
  const { InputPathsMap = {}, InputTemplate = '' } = InputTransformer;
  const paths = new Map<string, EventPath>();
  for (const [name, path] of Object.entries(InputPathsMap))
    paths.set(name, parseEventPath(path) ?? (() => undefined));
  return fill(InputTemplate, (name) =>
    (paths.get(name) ?? ((whole) => RESERVED[name]?.(whole as BusEvent, facts)))(event),
  );
}

/**
 * Fills a template. Outside a JSON string a value is written as JSON, so that a text gets its quotes;
 * inside one, texts are written as they are and lists and objects without quotes, as the service does.
 * What the event does not have becomes the empty text.
 */
function fill(template: string, lookup: (name: string) => unknown): string {
  let filled = '';
  for (const { text, name, inString } of pieces(template)) {
    if (name === undefined) filled += text;
    else filled += inString ? insideString(lookup(name)) : JSON.stringify(lookup(name) ?? '');
  }
  return filled;
}

function insideString(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return JSON.stringify(value).slice(1, -1);
  if (typeof value !== 'object') return String(value);
  return JSON.stringify(value).replaceAll('"', '');
}

function placeholders(template: string): string[] {
  return [...pieces(template)].flatMap(({ name }) => name ?? []);
}

interface Piece {
  readonly text: string;
  /** The placeholder's name, where this is one. */
  readonly name?: string;
  readonly inString: boolean;
}

function* pieces(template: string): Generator<Piece> {
  let inString = false;
  let text = '';
  for (let at = 0; at < template.length; at++) {
    const char = template.charAt(at);
    const name = char === '<' ? PLACEHOLDER.exec(template.slice(at))?.[1] : undefined;
    if (name !== undefined) {
      yield { text, inString };
      yield { text: '', name, inString };
      text = '';
      at += name.length + 1;
    } else if (char === '\\' && inString) {
      text += char + template.charAt(at + 1);
      at += 1;
    } else {
      if (char === '"') inString = !inString;
      text += char;
    }
  }
  yield { text, inString };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function invalid(message: string): ServiceError {
  return new ServiceError('ValidationException', message);
}
