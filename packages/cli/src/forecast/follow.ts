import { setTimeout } from 'node:timers/promises';
import type { HistoryEvent, SFN } from '@aws-sdk/client-sfn';
import type { Milestone } from '@slipway/pipelines';
import type { ClientOf } from '@slipway/runtime';
import type { Connection } from '../connect.ts';
import { duration } from '../terminal/table.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** How an execution ended. */
export interface ExecutionEnd {
  readonly status: string;
  readonly output: string | undefined;
  readonly error: string | undefined;
  readonly cause: string | undefined;
  readonly started: Date;
  readonly ended: Date;
}

/** A step that was entered. */
interface Step {
  readonly label: string;
  readonly entered: number;
  left: number | undefined;
}

const LOOK_MS = 200;
const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** Shows an execution's steps with their times until it ends, or until `signal` aborts. */
export async function follow(
  connection: Connection,
  executionArn: string,
  milestones: readonly Milestone[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<ExecutionEnd> {
  const states = connection.client<SFN>('states');
  const steps: Step[] = [];
  let seen = 0;
  for (let look = 0; ; look++) {
    signal.throwIfAborted();
    const events = await eventsAfter(states, executionArn, seen);
    seen = events.at(-1)?.id ?? seen;
    for (const event of events) takeEvent(event, milestones, steps, terminal);
    const { status, output, error, cause, startDate, stopDate } = await states.describeExecution({
      executionArn,
    });
    if (status !== 'RUNNING' && status !== undefined && stopDate) {
      for (const event of await eventsAfter(states, executionArn, seen))
        takeEvent(event, milestones, steps, terminal);
      endSteps(steps, stopDate.getTime(), terminal, status === 'SUCCEEDED');
      return { status, output, error, cause, started: startDate ?? stopDate, ended: stopDate };
    }
    if (terminal.live) terminal.redraw(lines(steps, terminal, look));
    await setTimeout(LOOK_MS, undefined, { signal }).catch(() => {});
  }
}

async function eventsAfter(
  states: ClientOf<SFN>,
  executionArn: string,
  after: number,
): Promise<HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  let nextToken: string | undefined;
  do {
    // Newest first, so that a long history is not read again and again from its beginning.
    const page = await states.getExecutionHistory({
      executionArn,
      reverseOrder: true,
      includeExecutionData: false,
      maxResults: 200,
      ...(nextToken && { nextToken }),
    });
    const fresh = (page.events ?? []).filter(({ id = 0 }) => id > after);
    events.push(...fresh);
    nextToken = fresh.length === (page.events ?? []).length ? page.nextToken : undefined;
  } while (nextToken);
  return events.reverse();
}

function takeEvent(
  event: HistoryEvent,
  milestones: readonly Milestone[],
  steps: Step[],
  terminal: Terminal,
): void {
  const name = event.stateEnteredEventDetails?.name;
  const milestone = milestones.find(({ state }) => state === name);
  const time = event.timestamp?.getTime() ?? 0;
  // A step that waits in a loop enters its first state more than once.
  if (!milestone || steps.at(-1)?.label === milestone.label) return;
  const last = steps.at(-1);
  if (last) end(last, time, terminal, true);
  steps.push({ label: milestone.label, entered: time, left: undefined });
}

function endSteps(steps: Step[], time: number, terminal: Terminal, good: boolean): void {
  const last = steps.at(-1);
  if (last) end(last, time, terminal, good);
  if (terminal.live) {
    terminal.redraw(lines(steps, terminal, 0, good));
    terminal.settle();
  }
}

function end(step: Step, time: number, terminal: Terminal, good: boolean): void {
  if (step.left !== undefined) return;
  step.left = time;
  if (!terminal.live)
    terminal.say(`  ${good ? 'done  ' : 'failed'} ${step.label} (${duration(time - step.entered)})`);
}

function lines(steps: readonly Step[], terminal: Terminal, look: number, good = true): string[] {
  return steps.map(({ label, entered, left }, index) => {
    const failed = !good && index === steps.length - 1;
    const mark =
      left === undefined
        ? terminal.style('blue', FRAMES[look % FRAMES.length]!)
        : failed
          ? terminal.style('red', '✗')
          : terminal.style('green', '✓');
    return `  ${mark} ${label.padEnd(24)} ${duration((left ?? Date.now()) - entered)}`;
  });
}
