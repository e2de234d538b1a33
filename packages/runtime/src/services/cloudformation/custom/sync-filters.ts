/** Which files of a deployment are meant, by the filters of `aws s3 sync`. */
export type FileFilter = (path: string) => boolean;

/**
 * Shell patterns as the AWS CLI matches them: `*` is anything, slashes included, `?` one character, `[ab]`
 * one of those. Exclusions come first and inclusions after them; the last that matches decides.
 */
export function syncFilter(exclude: readonly string[], include: readonly string[]): FileFilter {
  const rules = [
    ...exclude.map((pattern) => ({ expression: shellPattern(pattern), keep: false })),
    ...include.map((pattern) => ({ expression: shellPattern(pattern), keep: true })),
  ];
  return (path) => rules.findLast(({ expression }) => expression.test(path))?.keep ?? true;
}

function shellPattern(pattern: string): RegExp {
  const source = pattern.replace(/\[!?[^\]]+\]|[*?]|[.+^${}()|[\]\\]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    if (part.length > 2 && part.startsWith('[')) return part.replace('[!', '[^').replaceAll('\\', '\\\\');
    return `\\${part}`;
  });
  return new RegExp(`^(?:${source})$`, 's');
}
