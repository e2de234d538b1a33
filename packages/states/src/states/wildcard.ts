/**
 * StringMatches: `*` stands for any text, `\*` and `\\` for themselves. Each literal part is searched
 * for once, where a regular expression with many stars could try for ever.
 */
export function matchesWildcard(text: string, pattern: string): boolean {
  const [first = '', ...others] = literalParts(pattern);
  const last = others.pop();
  if (last === undefined) return text === first;
  const end = text.length - last.length;
  let at = first.length;
  if (at > end || !text.startsWith(first) || !text.endsWith(last)) return false;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

/** The texts between the stars. */
function literalParts(pattern: string): string[] {
  const parts = [''];
  for (const token of pattern.match(/\\[*\\]|[\s\S]/g) ?? []) {
    if (token === '*') parts.push('');
    else parts[parts.length - 1] += token.length === 2 ? token.slice(1) : token;
  }
  return parts;
}
