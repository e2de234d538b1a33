import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import { EXIT, UserError } from '../exit-codes.ts';

/** @throws UserError where it is no file that can be read */
export function checkReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch {
    throw new UserError(EXIT.usage, `${file} does not exist or cannot be read.`);
  }
  if (!statSync(file).isFile()) throw new UserError(EXIT.usage, `${file} is not a file.`);
}

/** Before the run, so that its results have a place. @throws UserError */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new UserError(
      EXIT.usage,
      `The results cannot be written to ${folder} (${(error as Error).message}). Choose another folder with --out.`,
    );
  }
}
