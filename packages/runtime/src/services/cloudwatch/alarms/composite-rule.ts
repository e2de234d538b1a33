import type { StateValue } from '@aws-sdk/client-cloudwatch';

/** The rule of a composite alarm, over the states of other alarms. */
export interface CompositeRule {
  /** Names of the alarms that it looks at. */
  readonly alarms: readonly string[];
  holds(stateOf: (alarm: string) => StateValue | undefined): boolean;
}

const TOKEN =
  /\s*(?:(ALARM|OK|INSUFFICIENT_DATA|AND|OR|NOT|TRUE|FALSE)\b|([()])|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s()"']+))/y;

/**
 * Reads `(ALARM("a") OR ALARM(b)) AND NOT OK(c)`.
 *
 * @returns undefined when the rule is not valid
 */
export function parseCompositeRule(text: string): CompositeRule | undefined {
  const tokens: { word?: string; name?: string }[] = [];
  const end = text.trimEnd().length;
  for (let at = 0; at < end; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const match = TOKEN.exec(text);
    if (!match) return undefined;
    const [, keyword, sign, quoted, single, bare] = match;
    const word = keyword ?? sign;
    tokens.push(word === undefined ? { name: quoted ?? single ?? bare! } : { word });
  }
  let at = 0;
  let valid = true;
  const take = (word: string) => tokens[at]?.word === word && ++at > 0;
  const fail = (): CompositeRule => {
    valid = false;
    return { alarms: [], holds: () => false };
  };
  const any = (): CompositeRule => {
    const parts = [all()];
    while (take('OR')) parts.push(all());
    return join(parts, (stateOf) => parts.some((part) => part.holds(stateOf)));
  };
  const all = (): CompositeRule => {
    const parts = [one()];
    while (take('AND')) parts.push(one());
    return join(parts, (stateOf) => parts.every((part) => part.holds(stateOf)));
  };
  const one = (): CompositeRule => {
    if (!valid) return fail();
    if (take('NOT')) {
      const inner = one();
      return { alarms: inner.alarms, holds: (stateOf) => !inner.holds(stateOf) };
    }
    if (take('TRUE')) return { alarms: [], holds: () => true };
    if (take('FALSE')) return { alarms: [], holds: () => false };
    if (take('(')) {
      const inner = any();
      return take(')') ? inner : fail();
    }
    const state = (['ALARM', 'OK', 'INSUFFICIENT_DATA'] as const).find(take);
    if (!state || !take('(')) return fail();
    const alarm = tokens[at++]?.name;
    if (alarm === undefined || !take(')')) return fail();
    // An alarm may be named by its ARN.
    const name = /^arn:[^:]+:cloudwatch:[^:]*:\d{12}:alarm:(.+)$/.exec(alarm)?.[1] ?? alarm;
    return { alarms: [name], holds: (stateOf) => stateOf(name) === state };
  };
  const rule = any();
  return valid && at === tokens.length ? rule : undefined;
}

function join(parts: readonly CompositeRule[], holds: CompositeRule['holds']): CompositeRule {
  return { alarms: [...new Set(parts.flatMap(({ alarms }) => alarms))], holds };
}
