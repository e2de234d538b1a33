import { setTimeout } from 'node:timers/promises';
import type { HistoryEvent, SFN } from '@aws-sdk/client-sfn';
import type { Milestone } from '@slipway/pipelines/milestones';
import type { ClientOf } from '@slipway/runtime/outside';
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
  readonly milestone: Milestone;
  readonly entered: number;
  left: number | undefined;
  told: boolean;
}

/** How far the job is that works at present, where one tells. */
export interface Working {
  line?: string;
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
  working: Working = {},
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
      endSteps(steps, stopDate.getTime(), terminal, status === 'SUCCEEDED' ? undefined : (error ?? status));
      return { status, output, error, cause, started: startDate ?? stopDate, ended: stopDate };
    }
    if (terminal.live) terminal.redraw([...lines(steps, terminal, look), ...workingLine(working, terminal)]);
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
  if (!milestone || steps.at(-1)?.milestone === milestone) return;
  const last = steps.at(-1);
  if (last) last.left ??= time;
  // What tidies up comes after a failure too: the step before it is told once the end is known.
  if (milestone.failsWith === undefined) tell(steps, terminal);
  steps.push({ milestone, entered: time, left: undefined, told: false });
}

function endSteps(steps: Step[], time: number, terminal: Terminal, error: string | undefined): void {
  const last = steps.at(-1);
  if (last) last.left ??= time;
  const failed =
    error === undefined
      ? undefined
      : (steps.find(({ milestone }) => milestone.failsWith === error) ??
        steps.findLast(({ milestone }) => milestone.failsWith === undefined));
  tell(steps, terminal, failed);
  if (terminal.live) {
    terminal.redraw(lines(steps, terminal, 0, failed));
    terminal.settle();
  }
}

/** Where nobody watches, a line for each step that was left and not told yet. */
function tell(steps: readonly Step[], terminal: Terminal, failed?: Step): void {
  if (terminal.live) return;
  for (const step of steps) {
    if (step.told || step.left === undefined) continue;
    step.told = true;
    const word = step === failed ? 'failed' : 'done  ';
    terminal.say(`  ${word} ${step.milestone.label} (${duration(step.left - step.entered)})`);
  }
}

function workingLine({ line }: Working, terminal: Terminal): string[] {
  return line === undefined ? [] : [terminal.style('gray', `      ${line}`)];
}

function lines(steps: readonly Step[], terminal: Terminal, look: number, failed?: Step): string[] {
  return steps.map((step) => {
    const { milestone, entered, left } = step;
    const mark =
      left === undefined
        ? terminal.style('blue', FRAMES[look % FRAMES.length]!)
        : step === failed
          ? terminal.style('red', '✗')
          : terminal.style('green', '✓');
    return `  ${mark} ${milestone.label.padEnd(24)} ${duration((left ?? Date.now()) - entered)}`;
  });
}
