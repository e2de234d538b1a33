/** Values of a condition key, by its name in lower case; undefined when the request has none. */
export type VariableLookup = (key: string) => readonly string[] | undefined;

const VARIABLE = /\$\{([^}]*)\}/g;
const WITH_DEFAULT = /^\s*([^,\s]+)\s*,\s*'([^']*)'\s*$/;

/**
 * Compiles a text with policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'default'}`, and
 * `${*}`, `${?}`, `${$}` for the characters themselves.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 *
 * @returns what makes the pattern of a request, wildcards of the text marked as pattern.ts marks them;
 *   undefined when the request lacks a value, and then nothing matches
 */
export function compileVariables(text: string): (lookup: VariableLookup) => string | undefined {
  const parts: (string | ((lookup: VariableLookup) => string | undefined))[] = [];
  let end = 0;
  for (const match of text.matchAll(VARIABLE)) {
    parts.push(withWildcards(text.slice(end, match.index)), variable(match[1]!));
    end = match.index + match[0].length;
  }
  parts.push(withWildcards(text.slice(end)));
  return (lookup) => {
    let pattern = '';
    for (const part of parts) {
      const value = typeof part === 'string' ? part : part(lookup);
      if (value === undefined) return undefined;
      pattern += value;
    }
    return pattern;
  };
}

function withWildcards(text: string): string {
  return text.replaceAll('*', '\uE000').replaceAll('?', '\uE001');
}

function variable(name: string): string | ((lookup: VariableLookup) => string | undefined) {
  if (name === '*' || name === '?' || name === '$') return name;
  const [, key = name, fallback] = WITH_DEFAULT.exec(name) ?? [];
  const lowerKey = key.trim().toLowerCase();
  return (lookup) => {
    const values = lookup(lowerKey);
    return values?.length === 1 ? values[0] : fallback;
  };
}
