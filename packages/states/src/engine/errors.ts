/** Errors of the engine's own interface; the names are those of the AWS API. */
abstract class EngineError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** Thrown by `start` when the name is taken by another input, or by an execution that has ended. */
export class ExecutionAlreadyExistsError extends EngineError {
  constructor(executionArn: string) {
    super('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
  }
}

/** Thrown for an ARN under which nothing was started. */
export class ExecutionDoesNotExistError extends EngineError {
  constructor(executionArn: string) {
    super('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
  }
}

/** Thrown by `redrive` when the execution runs, has succeeded, or is not of a kind that can be redriven. */
export class ExecutionNotRedrivableError extends EngineError {
  constructor(executionArn: string, reason: string) {
    super('ExecutionNotRedrivable', `Execution '${executionArn}' cannot be redriven: ${reason}`);
  }
}

/** Thrown for a token that no task ever had. */
export class InvalidTokenError extends EngineError {
  constructor() {
    super('InvalidToken', "Invalid Token: 'Invalid token'");
  }
}

/** Thrown for a token whose task has a result, timed out or was given up. */
export class TaskTimedOutError extends EngineError {
  constructor() {
    super('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'");
  }
}

/** Rejects requests that were under way when the engine was closed or its store failed: what became of them is open. */
export class RunHaltedError extends Error {
  override readonly name = 'RunHaltedError';
}
