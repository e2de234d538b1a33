import type { CheckedResource, CheckedStack, Finding } from '@slipway/runtime/outside';
import { asUserError } from '../deployment.ts';
import { EXIT } from '../exit-codes.ts';
import { type GlobalOptions, settingsFrom } from '../settings.ts';
import { collectContext, resolveTarget } from '../targets.ts';
import { createTerminal, type Terminal } from '../terminal/terminal.ts';
import { baseCommand, jsonOption, type SetExitCode } from './options.ts';

interface CheckOptions extends GlobalOptions {
  readonly context?: Record<string, string>;
  readonly stack?: string[];
}

/** `slipway check`: what a template would get here; needs no runtime and deploys nothing. */
export function checkCommand(setExitCode: SetExitCode) {
  return baseCommand('check', 'Say what of a pipeline, CDK app or cloud assembly can be deployed here')
    .argument('[target]', 'pipeline name, folder with cdk.json, or cdk.out', '.')
    .option('-c, --context <key=value>', 'CDK context, such as prefix=sales-', collectContext)
    .option('--stack <name...>', 'only these stacks and what they depend on')
    .addOption(jsonOption())
    .addHelpText('after', '\nExits with 1 when something would be refused. Needs no running runtime.')
    .action(async (target: string, options: CheckOptions) => {
      const settings = settingsFrom(options);
      const terminal = createTerminal();
      const { assembly, stacks } = await resolveTarget(target, settings, options.context ?? {});
      const { check } = await import('@slipway/runtime');
      const checked = await check(assembly, settings, options.stack ?? stacks).catch((error: unknown) => {
        throw asUserError(error);
      });
      if (checked.some(({ deployable }) => !deployable)) setExitCode(EXIT.runFailed);
      if (settings.json) terminal.print(JSON.stringify(checked, null, 2));
      else for (const stack of checked) printStack(stack, terminal);
    });
}

function printStack(stack: CheckedStack, terminal: Terminal): void {
  const { stackName, template, deployable, assets, findings, resources } = stack;
  terminal.print(`${stackName}: ${deployable ? 'can be deployed' : 'would be refused'} (${template})`);
  for (const message of assets) terminal.print(`  refused   ${message}`);
  for (const finding of findings) terminal.print(`  refused   ${finding.message}`);
  for (const resource of resources) printResource(resource, terminal);
  const count = (wanted: CheckedResource['verdict']) =>
    resources.filter(({ verdict }) => verdict === wanted).length;
  terminal.print(
    `  ${count('served')} served, ${count('accepted')} accepted with remarks, ${count('refused')} refused`,
  );
}

function printResource({ logicalId, type, verdict, findings }: CheckedResource, terminal: Terminal): void {
  terminal.print(`  ${verdict.padEnd(8)}  ${logicalId} (${type})`);
  for (const { kind, line, path, message } of findings as readonly Finding[]) {
    terminal.print(`            line ${line}, ${path}: ${kind}: ${message}`);
  }
}
