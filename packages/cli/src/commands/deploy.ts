import { requireRunning } from '../connect.ts';
import { deploy } from '../deployment.ts';
import { type GlobalOptions, settingsFrom } from '../settings.ts';
import { collectContext, resolveTarget } from '../targets.ts';
import { createTerminal } from '../terminal/terminal.ts';
import { baseCommand, jsonOption } from './options.ts';

interface DeployCommandOptions extends GlobalOptions {
  readonly context?: Record<string, string>;
  readonly stack?: string[];
}

/** `slipway deploy`: a pipeline, a CDK app or a cloud assembly into the running runtime. */
export function deployCommand() {
  return baseCommand('deploy', 'Deploy a pipeline, a CDK app or a cloud assembly to the runtime')
    .argument('[target]', 'pipeline name, folder with cdk.json, or cdk.out', '.')
    .option('-c, --context <key=value>', 'CDK context, such as prefix=sales-', collectContext)
    .option('--stack <name...>', 'only these stacks and what they depend on')
    .addOption(jsonOption())
    .action(async (target: string, options: DeployCommandOptions) => {
      const settings = settingsFrom(options);
      const terminal = createTerminal();
      const connection = await requireRunning(settings);
      const { assembly, stacks } = await resolveTarget(target, settings, options.context ?? {});
      const deployed = await deploy(connection, assembly, terminal, options.stack ?? stacks);
      if (settings.json) {
        terminal.print(JSON.stringify(deployed, null, 2));
        return;
      }
      for (const { outputs } of deployed) {
        for (const [name, value] of Object.entries(outputs)) terminal.print(`${name} = ${value}`);
      }
    });
}
