import { validateConfig } from '../config/validate.ts';
import type { RunInput } from './upload-trigger.ts';

/** What later states take from the config. */
interface ValidatedRun {
  readonly notes: readonly string[];
  /** The kinds of data that the config declares, as file names without ending. */
  readonly kinds: readonly string[];
}

/**
 * The first state: refuses a config that cannot work before anything is created.
 *
 * @throws InvalidConfig, whose message names each wrong key; it becomes the execution's cause
 */
export async function handler({ uid, config, configProblem }: RunInput): Promise<ValidatedRun> {
  if (configProblem !== undefined) throw named('InvalidConfig', configProblem);
  const checked = validateConfig(config, uid);
  return { notes: checked.notes, kinds: Object.keys(checked.config.Dataset) };
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
