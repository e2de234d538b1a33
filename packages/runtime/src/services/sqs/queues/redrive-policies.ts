import { invalidParameter } from '../errors.ts';
import { isQueueArn, type Queue, type QueuesTable } from './queues-table.ts';

const MOST_RECEIVES = 1000;
const MOST_SOURCES = 10;

/** Who may use a queue for dead letters. */
interface RedriveAllowPolicy {
  readonly redrivePermission?: 'allowAll' | 'denyAll' | 'byQueue';
  readonly sourceQueueArns?: readonly string[];
}

/** Checks the form of a `RedrivePolicy`. @throws InvalidParameterValue */
export function checkRedrivePolicy(text: string, fifo: boolean): void {
  const policy = parsed('RedrivePolicy', text);
  const { deadLetterTargetArn, maxReceiveCount, ...more } = policy;
  for (const name of ['deadLetterTargetArn', 'maxReceiveCount']) {
    if (policy[name] === undefined) {
      throw refused('RedrivePolicy', text, `Redrive policy does not contain mandatory attribute: ${name}.`);
    }
  }
  const [unknown] = Object.keys(more);
  if (unknown) throw refused('RedrivePolicy', text, `Unknown attribute ${unknown}.`);
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > MOST_RECEIVES) {
    throw refused(
      'RedrivePolicy',
      text,
      `Invalid value for maxReceiveCount: ${String(maxReceiveCount)}, valid values are from 1 to ${MOST_RECEIVES} both inclusive.`,
    );
  }
  const arn = String(deadLetterTargetArn);
  if (!isQueueArn(arn)) throw refused('RedrivePolicy', text, 'Invalid value for deadLetterTargetArn.');
  if (arn.endsWith('.fifo') !== fifo) {
    throw refused('RedrivePolicy', text, 'Dead-letter target must be of same type of queue as the source.');
  }
}

/**
 * Checks that the queue for the dead letters of another is there and lets it.
 *
 * @throws InvalidParameterValue
 */
export function checkDeadLetterQueue(text: string, sourceArn: string, queues: QueuesTable): void {
  const { deadLetterTargetArn } = JSON.parse(text) as { deadLetterTargetArn: string };
  const target = queues.findByArn(deadLetterTargetArn);
  if (!target) throw refused('RedrivePolicy', text, 'Dead letter target does not exist.');
  if (!allows(target, sourceArn)) {
    throw refused(
      'RedrivePolicy',
      text,
      'Insufficient permissions to use the provided queue as dead-letter queue.',
    );
  }
}

function allows({ attributes }: Queue, sourceArn: string): boolean {
  const text = attributes['RedriveAllowPolicy'];
  if (text === undefined) return true;
  const { redrivePermission = 'allowAll', sourceQueueArns = [] } = JSON.parse(text) as RedriveAllowPolicy;
  if (redrivePermission === 'byQueue') return sourceQueueArns.includes(sourceArn);
  return redrivePermission === 'allowAll';
}

/** @throws InvalidParameterValue */
export function checkRedriveAllowPolicy(text: string): void {
  const { redrivePermission, sourceQueueArns } = parsed('RedriveAllowPolicy', text) as RedriveAllowPolicy;
  if (redrivePermission === undefined || !['allowAll', 'denyAll', 'byQueue'].includes(redrivePermission)) {
    throw refused(
      'RedriveAllowPolicy',
      text,
      'Amazon SQS can use only the following values for redrivePermission: allowAll, denyAll, byQueue.',
    );
  }
  if ((redrivePermission === 'byQueue') !== (sourceQueueArns !== undefined)) {
    throw refused(
      'RedriveAllowPolicy',
      text,
      'sourceQueueArns has to be given with redrivePermission byQueue, and only with it.',
    );
  }
  if (sourceQueueArns && (sourceQueueArns.length > MOST_SOURCES || !sourceQueueArns.every(isQueueArn))) {
    throw refused('RedriveAllowPolicy', text, `sourceQueueArns are up to ${MOST_SOURCES} ARNs of queues.`);
  }
}

function parsed(name: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Record<string, unknown>;
    }
  } catch {
    // Said below.
  }
  throw refused(name, text, `${name} is not a valid JSON map.`);
}

function refused(name: string, text: string, reason: string) {
  return invalidParameter(`Value ${text} for parameter ${name} is invalid. Reason: ${reason}`);
}
