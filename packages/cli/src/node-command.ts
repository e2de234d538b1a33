/**
 * The command that runs a program of Slipway's own. In a clone programs are TypeScript, and find the
 * other packages as TypeScript too.
 */
export function nodeCommand(program: string): string[] {
  return [process.execPath, ...(program.endsWith('.ts') ? ['-C', 'source'] : []), program];
}
