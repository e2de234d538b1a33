import type { State } from '../definition/model.ts';
import { runtimeFailure } from '../failures.ts';
import type { HistoryEventType } from '../history/event-types.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Scope } from '../scope.ts';
import { armFlow } from './alarms.ts';
import { endFlow } from './children.ts';
import { contextObject, type SelectedItem } from './context-object.ts';
import { type EmitOptions, emitFor } from './emit.ts';
import { currentState, type Flow, firstProgress, type Phase, setPhase, visibleVariables } from './flow.ts';
import { dataLimitFailure, exceeds } from './payload-limit.ts';
import type { Run } from './run.ts';

/** What a state leaves behind. */
export interface Outcome {
  readonly output: Json;
  /** New values of variables. */
  readonly assigned: JsonObject | undefined;
}

/** What a state can do during one transition of its flow. */
export class Turn {
  readonly run: Run;
  readonly flow: Flow;
  readonly state: State;

  constructor(run: Run, flow: Flow) {
    this.run = run;
    this.flow = flow;
    this.state = currentState(flow);
  }

  /** What expressions see, with `$` as the state's input; `item` while a Map makes the input of an iteration. */
  scope(item?: SelectedItem): Scope {
    const { run, flow } = this;
    let context: JsonObject | undefined;
    return {
      data: flow.visit.input,
      context: () => {
        context ??= contextObject(run, flow, item);
        return context;
      },
      variables: visibleVariables(flow),
      now: run.host.now,
      random: run.host.random,
      uuid: run.host.uuid,
    };
  }

  /** Writes an event about the state. */
  emit(type: HistoryEventType, details?: Json, options?: EmitOptions): number {
    return emitFor(this.run, this.flow, type, details, options);
  }

  /** Records that the state was entered, with its input. */
  enter(): void {
    const { flow, state, run } = this;
    const beforeId = flow.lastEventId;
    const input = JSON.stringify(flow.visit.input);
    const details = { name: state.name, input, inputDetails: { truncated: false } };
    // The first state of an execution does not name ExecutionStarted; recorded on AWS.
    const enteredId = this.emit(`${state.type}StateEntered`, details);
    flow.visit = { ...flow.visit, enteredId, beforeId, enteredAt: run.host.now() };
    flow.changed.visit = true;
  }

  /** Ends the visit: writes the exit event, assigns variables and goes on to `next` or ends the flow. */
  exit({ output, assigned }: Outcome, next: string | undefined): void {
    const { flow, state } = this;
    if (state.type === 'Fail') throw new Error('a Fail state has no exit');
    const text = this.withinLimit(output, state.name);
    if (assigned !== undefined) this.#checkAssignable(assigned);
    this.emit(`${state.type}StateExited`, {
      name: state.name,
      output: text,
      outputDetails: { truncated: false },
      ...(assigned === undefined ? {} : assignedDetails(assigned)),
    });
    if (assigned !== undefined) {
      flow.variables = { ...flow.variables, ...assigned };
      flow.changed.variables = true;
    }
    if (next === undefined) {
      endFlow(this.run, flow, output);
    } else {
      this.#moveTo(next, output);
    }
  }

  /** Stays in the state until an absolute time. */
  sleepUntil(due: number): void {
    const { run, flow } = this;
    this.pause({ kind: 'sleep', due });
    run.journal.afterCommit(() => armFlow(run, flow));
  }

  /** Stays in the state until the phase is over. */
  pause(phase: Phase): void {
    setPhase(this.flow, phase);
    this.run.journal.save(this.flow);
  }

  /**
   * The JSON text of a value that has to fit into the payload quota.
   * @throws StateFailure `States.DataLimitExceeded`
   */
  withinLimit(value: Json, subject: string): string {
    const text = JSON.stringify(value);
    if (exceeds(text, this.run.host.limits.payloadBytes)) throw dataLimitFailure(subject);
    return text;
  }

  /**
   * A branch or iteration reads the variables around it but cannot assign them ("Variable scope" in
   * the developer guide). Unverified: the name and the text of the failure.
   */
  #checkAssignable(assigned: JsonObject): void {
    const { parent } = this.flow;
    const outer = parent === undefined ? {} : visibleVariables(parent);
    const clash = Object.keys(assigned).find((name) => Object.hasOwn(outer, name));
    if (clash !== undefined) {
      throw runtimeFailure(
        `The variable '${clash}' belongs to an outer scope, where it can be read but not assigned.`,
      );
    }
    this.withinLimit(assigned, this.state.name);
  }

  #moveTo(next: string, input: Json): void {
    const { flow, run } = this;
    flow.visit = { step: flow.visit.step + 1, state: next, input, enteredAt: 0, enteredId: 0, beforeId: 0 };
    flow.changed.visit = true;
    flow.progress = firstProgress;
    run.journal.save(flow);
    run.enqueue(flow);
  }
}

function assignedDetails(assigned: JsonObject): JsonObject {
  const texts = Object.entries(assigned).map(([name, value]) => [name, JSON.stringify(value)]);
  return {
    assignedVariables: Object.fromEntries(texts) as JsonObject,
    assignedVariablesDetails: { truncated: false },
  };
}
