import { createInterface } from 'node:readline/promises';
import { EXIT, UserError } from '../exit-codes.ts';

/**
 * Asks before something that cannot be undone.
 *
 * @param refused - what is said when the user does not agree
 * @throws UserError when the user does not agree, or nobody is there to ask
 */
export async function confirm(question: string, refused: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UserError(EXIT.refused, `${question} Nobody is here to ask; say so with --force.`);
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await asking.question(`${question} [y/N] `);
  asking.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new UserError(EXIT.refused, refused);
}
