import { Command, Option } from 'commander';
import type { ExitCode } from '../exit-codes.ts';

/** Tells the command line how a command ended, where that is not plain success. */
export type SetExitCode = (code: ExitCode) => void;

/** A command with the options that all have. */
export function baseCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(
      new Option('--state <folder>', 'folder of everything that lasts')
        .env('SLIPWAY_STATE')
        .default('.slipway'),
    )
    .addOption(new Option('--region <region>', 'AWS region').env('SLIPWAY_REGION').default('us-east-1'));
}

export function portOption(): Option {
  return new Option('--port <number>', 'port of the AWS APIs; 0 chooses a free one')
    .env('SLIPWAY_PORT')
    .default('4566');
}

export function jsonOption(): Option {
  return new Option('--json', 'print JSON on standard output');
}
