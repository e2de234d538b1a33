import { destroyAssembly } from '@slipway/runtime/outside';
import { requireRunning } from '../connect.ts';
import { asUserError } from '../deployment.ts';
import { type GlobalOptions, settingsFrom } from '../settings.ts';
import { collectContext, resolveTarget } from '../targets.ts';
import { confirm } from '../terminal/confirm.ts';
import { createTerminal } from '../terminal/terminal.ts';
import { baseCommand, jsonOption } from './options.ts';

interface DestroyOptions extends GlobalOptions {
  readonly context?: Record<string, string>;
  readonly stack?: string[];
  readonly force?: boolean;
}

/** `slipway destroy`: removes what `deploy` made; what a template retains stays. */
export function destroyCommand() {
  return baseCommand('destroy', 'Remove a deployed pipeline, CDK app or cloud assembly from the runtime')
    .argument('[target]', 'pipeline name, folder with cdk.json, or cdk.out', '.')
    .option('-c, --context <key=value>', 'CDK context, such as prefix=sales-', collectContext)
    .option('--stack <name...>', 'only these stacks')
    .option('-f, --force', 'do not ask')
    .addOption(jsonOption())
    .action(async (target: string, options: DestroyOptions) => {
      const settings = settingsFrom(options);
      const terminal = createTerminal();
      const connection = await requireRunning(settings);
      const { assembly, stacks } = await resolveTarget(target, settings, options.context ?? {});
      const chosen = options.stack ?? stacks;
      if (!options.force) await confirm(`Destroy ${target} with everything in it?`, 'Nothing was destroyed.');
      try {
        const destroyed = await destroyAssembly(assembly, {
          ...connection.deployment,
          ...(chosen.length > 0 && { stacks: chosen }),
        });
        if (settings.json) terminal.print(JSON.stringify({ destroyed }));
        else
          terminal.print(
            destroyed.length > 0 ? `Destroyed ${destroyed.join(', ')}` : 'Nothing was deployed.',
          );
      } catch (error) {
        throw asUserError(error);
      }
    });
}
