import { clientEnvironment, DEFAULT_ACCOUNT } from '@slipway/runtime/outside';
import { Option } from 'commander';
import { commandHint } from '../command-hint.ts';
import { findRunning } from '../connect.ts';
import { EXIT, UserError } from '../exit-codes.ts';
import { type GlobalOptions, settingsFrom } from '../settings.ts';
import { createTerminal } from '../terminal/terminal.ts';
import { baseCommand, jsonOption, portOption } from './options.ts';

interface EnvOptions extends GlobalOptions {
  readonly shell: Shell;
  readonly account: string;
}

type Shell = 'sh' | 'fish' | 'powershell';

const SET: Record<Shell, (name: string, value: string) => string> = {
  sh: (name, value) => `export ${name}=${value}`,
  fish: (name, value) => `set -gx ${name} ${value}`,
  powershell: (name, value) => `$Env:${name} = '${value}'`,
};

const UNSET: Record<Shell, (name: string) => string> = {
  sh: (name) => `unset ${name}`,
  fish: (name) => `set -e ${name}`,
  powershell: (name) => `Remove-Item Env:${name} -ErrorAction SilentlyContinue`,
};

// These would win over, or mix with, what is set.
const CLEARED = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_SECURITY_TOKEN'];

/** `eval "$(slipway env)"`: points ordinary AWS tools at this machine. */
export function envCommand() {
  return baseCommand('env', 'Print what points ordinary AWS tools at the runtime: eval "$(slipway env)"')
    .addOption(portOption())
    .addOption(new Option('--shell <name>', 'syntax').choices(['sh', 'fish', 'powershell']).default('sh'))
    .addOption(new Option('--account <12 digits>', 'account to act in').default(DEFAULT_ACCOUNT))
    .addOption(jsonOption())
    .action(async (options: EnvOptions) => {
      const settings = settingsFrom(options);
      const running = await findRunning(settings);
      const terminal = createTerminal();
      if (!/^\d{12}$/.test(options.account)) {
        throw new UserError(EXIT.usage, `The account must be 12 digits, not ${options.account}.`);
      }
      if (!running) terminal.say(`No runtime runs yet. Start one with: ${commandHint(settings, 'up')}`);
      const endpoint = running?.endpoint ?? `http://127.0.0.1:${settings.port}`;
      const { defaultRegion: region } = settings;
      const variables = clientEnvironment({ endpoint, region, account: options.account });
      if (settings.json) terminal.print(JSON.stringify(variables));
      else {
        const lines = [
          ...CLEARED.map((name) => UNSET[options.shell](name)),
          ...Object.entries(variables).map(([name, value]) => SET[options.shell](name, value)),
        ];
        terminal.print(lines.join('\n'));
      }
    });
}
