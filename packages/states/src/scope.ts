import type { Json, JsonObject } from './json.ts';

/** Workflow variables by name. */
export type Variables = Readonly<Record<string, Json>>;

/** Everything that is not data and that an expression may ask for. Injected, so that tests can fix it. */
export interface Sources {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** A number in [0, 1). */
  readonly random: () => number;
  /** A version 4 UUID. */
  readonly uuid: () => string;
}

/** What the expressions of one state can see. */
export interface Scope extends Sources {
  /** What `$` means in JSONPath at this point: the state's input, its effective input or its result. */
  readonly data: Json;
  /** The context object, `$$` in JSONPath and `$states.context` in JSONata. Built only when asked for. */
  readonly context: () => JsonObject;
  readonly variables: Variables;
}

/** The same scope with `$` standing for other data. */
export function withData(scope: Scope, data: Json): Scope {
  return { ...scope, data };
}
