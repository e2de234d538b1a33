import { compilePolicy, type NamedPolicy, type Statement } from './compile.ts';

const MOST_ACTIONS = 1000;
const NONE: readonly Statement[] = [];

interface ByEffect {
  readonly allow: readonly Statement[];
  readonly deny: readonly Statement[];
}

/** Policies that are asked together, such as all of a role, with an index by action that grows with use. */
export class PolicySet {
  readonly statements: readonly Statement[];
  readonly #byAction = new Map<string, ByEffect>();

  constructor(policies: readonly NamedPolicy[]) {
    this.statements = policies.flatMap(compilePolicy);
  }

  /** Statements about an action, given as in a request: `s3:GetObject`. */
  about(action: string): ByEffect {
    const known = this.#byAction.get(action);
    if (known) return known;
    const lower = action.toLowerCase();
    const found = this.statements.filter((statement) => statement.coversAction(lower));
    const of = (effect: Statement['effect']) => {
      const some = found.filter((statement) => statement.effect === effect);
      return some.length > 0 ? some : NONE;
    };
    const entry = { allow: of('Allow'), deny: of('Deny') };
    if (this.#byAction.size >= MOST_ACTIONS) this.#byAction.clear();
    this.#byAction.set(action, entry);
    return entry;
  }
}
