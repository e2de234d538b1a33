/**
 * How a state can fail. A `Failure` is data (it is stored in the journal); a `StateFailure` is the
 * exception that carries one through the interpreter.
 */
export interface Failure {
  /** The error name that Retry and Catch compare. A Fail state may leave it out. */
  readonly error?: string;
  /** Free text for people, or a JSON document as text when a job or function failed. */
  readonly cause?: string;
  /** A missed heartbeat is reported as States.Timeout but may be caught as States.HeartbeatTimeout. */
  readonly heartbeat?: true;
}

/** Thrown by the interpreter when a state cannot go on. */
export class StateFailure extends Error {
  readonly failure: Failure;
  /** True when the cause text is complete, false when the state's name and event id go in front. */
  readonly verbatim: boolean;

  constructor(failure: Failure, options: { verbatim?: boolean } = {}) {
    super(`${failure.error ?? 'no error name'}: ${failure.cause ?? ''}`);
    this.name = 'StateFailure';
    this.failure = failure;
    this.verbatim = options.verbatim ?? false;
  }
}

/** A JSONata failure: the history shows an EvaluationFailed event before anything else happens. */
export class EvaluationFailure extends StateFailure {
  /** The field relative to the state, for example `Output/total` or `Choices[1]/Condition`. */
  readonly location: string | undefined;

  constructor(cause: string, location: string | undefined) {
    super({ error: 'States.QueryEvaluationError', cause });
    this.name = 'EvaluationFailure';
    this.location = location;
  }
}

/**
 * `States.Runtime`: the definition and the data do not fit together. It is never retried or caught;
 * AWS says so in "Handling errors in Step Functions workflows", and the recorded executions agree.
 */
export function runtimeFailure(cause: string): StateFailure {
  return new StateFailure({ error: 'States.Runtime', cause });
}

/** Thrown by a task handler to fail its task with an error name that Retry and Catch can match. */
export class TaskError extends Error {
  readonly error: string;
  readonly causeText: string | undefined;

  constructor(error: string, cause?: string) {
    super(cause === undefined ? error : `${error}: ${cause}`);
    this.name = 'TaskError';
    this.error = error;
    this.causeText = cause;
  }
}

/** Whether a name in `ErrorEquals` covers a failure. */
export function errorMatches(name: string, failure: Failure): boolean {
  const error = failure.error ?? '';
  if (error === 'States.Runtime') return false;
  if (name === error) return true;
  if (name === 'States.ALL') return true;
  if (name === 'States.TaskFailed') return error !== 'States.Timeout';
  return name === 'States.HeartbeatTimeout' && failure.heartbeat === true;
}

/** The object that a catcher receives: both members are always present. */
export function errorOutput(failure: Failure): { Error: string; Cause: string } {
  return { Error: failure.error ?? '', Cause: failure.cause ?? '' };
}
