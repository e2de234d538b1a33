/** One thing that AWS's ValidateStateMachineDefinition reports. */
export interface Diagnostic {
  readonly severity: 'ERROR' | 'WARNING';
  readonly code: DiagnosticCode;
  readonly message: string;
  /** `/States/Train/Retry[0]`; absent when the machine as a whole is meant. */
  readonly location: string | undefined;
}

export type DiagnosticCode =
  | 'INVALID_JSON_DESCRIPTION'
  | 'SCHEMA_VALIDATION_FAILED'
  | 'MISSING_TRANSITION_TARGET'
  | 'MISSING_END_STATE'
  | 'DUPLICATE_STATE_NAME'
  | 'INVALID_JSONATA_EXPRESSION'
  | 'UNSUPPORTED_JSONATA_EXPRESSION';

/** Collects diagnostics while a definition is read, in the order in which they are found. */
export class Diagnostics {
  readonly found: Diagnostic[] = [];

  error(code: DiagnosticCode, message: string, location: string | undefined): void {
    this.found.push({ severity: 'ERROR', code, message, location });
  }

  schema(message: string, location: string): void {
    this.error('SCHEMA_VALIDATION_FAILED', message, location);
  }

  get failed(): boolean {
    return this.found.some(({ severity }) => severity === 'ERROR');
  }
}

/** A definition that AWS would refuse. The message is the one that CreateStateMachine answers with. */
export class DefinitionError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
    const texts = errors.map(({ code, message, location }) => `${code}: ${message} at ${location ?? 'null'}`);
    super(`Invalid State Machine Definition: '${texts.join(', ')}'`);
    this.name = 'InvalidDefinition';
    this.diagnostics = diagnostics;
  }
}
