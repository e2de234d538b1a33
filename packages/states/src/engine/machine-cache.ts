import { createHash } from 'node:crypto';
import type { StateMachine } from '../definition/model.ts';
import { parseDefinition } from '../definition/parse.ts';

/** Parsed definitions of recent executions, by the hash of their text. */
export class MachineCache {
  readonly #machines = new Map<string, StateMachine>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** @throws DefinitionError */
  parse(hash: string, text: string): StateMachine {
    const machine = this.#machines.get(hash) ?? parseDefinition(text);
    this.#machines.delete(hash);
    this.#machines.set(hash, machine);
    const oldest = this.#machines.keys().next().value;
    if (this.#machines.size > this.#most && oldest !== undefined) this.#machines.delete(oldest);
    return machine;
  }
}

export function definitionHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
