/** What the command's exit code says. */
export const EXIT = {
  ok: 0,
  /** The run failed: a job or an execution ended FAILED. */
  runFailed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Something about the machine: `slipway doctor` tells. */
  environment: 3,
  /** Refused for safety. */
  refused: 4,
  /** A fault of Slipway. */
  fault: 5,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Something the user has to know and can do something about; shown without a stack. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
