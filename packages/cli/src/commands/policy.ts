import type { AccessReport, StatementSurplus } from '@slipway/runtime/outside';
import { type Connection, connectAnywhere } from '../connect.ts';
import { EXIT, UserError } from '../exit-codes.ts';
import { type GlobalOptions, settingsFrom } from '../settings.ts';
import { showProgress } from '../terminal/progress-host.ts';
import { createTerminal, type Terminal } from '../terminal/terminal.ts';
import { baseCommand, jsonOption } from './options.ts';

/** `slipway policy <role>`: the least-privilege policy that was actually used, and what is granted beyond it. */
export function policyCommand() {
  return baseCommand('policy', 'Show which permissions a role has used, and which it was granted beyond that')
    .argument('<role>', 'name or ARN of a role (or ARN of a user)')
    .addOption(jsonOption())
    .action(async (role: string, options: GlobalOptions) => {
      const settings = settingsFrom(options);
      const terminal = createTerminal();
      const connection = await connectAnywhere({ ...settings, port: 0 }, showProgress(terminal));
      try {
        const report = await find(connection, role, settings.defaultAccount);
        if (settings.json) terminal.print(JSON.stringify(report, null, 2));
        else show(terminal, report);
      } finally {
        await connection.close();
      }
    });
}

async function find(connection: Connection, role: string, account: string): Promise<AccessReport> {
  const arn = role.startsWith('arn:') ? role : `arn:aws:iam::${account}:role/${role.replace(/^\//, '')}`;
  const report = await connection.accessReport(arn);
  if (report) return report;
  throw new UserError(
    EXIT.usage,
    `There is no role ${role}, and nobody has used one of this name. The roles of a stack are among its resources: aws cloudformation describe-stack-resources --stack-name <stack>`,
  );
}

function show(terminal: Terminal, { arn, exists, used, missing, beyond, unknown }: AccessReport): void {
  const head = (text: string) => terminal.print(terminal.style('bold', text));
  if (used.Statement.length === 0) {
    head(`${arn} has used no permission so far.`);
  } else {
    head(`What ${arn} has used:`);
    terminal.print(JSON.stringify(used, null, 2));
  }
  if (!exists) terminal.print('The role does not exist here.');
  if (missing.length > 0) {
    head('\nUsed, but not granted; AWS would deny it:');
    for (const { Action, Resource } of missing)
      terminal.print(`  ${Action.join(', ')} on ${Resource.join(', ')}`);
  }
  if (beyond.length > 0) {
    head('\nGranted beyond that:');
    for (const surplus of beyond) terminal.print(describe(surplus));
  } else if (exists) {
    head('\nNothing is granted beyond that.');
  }
  for (const policy of unknown) {
    terminal.print(`\nWhat ${policy} grants is not known to this version of Slipway.`);
  }
}

function describe({
  statement,
  unused,
  actions,
  widerActions,
  resources,
  widerResources,
}: StatementSurplus): string {
  if (unused) return `  ${statement}: nothing of it was used (${actions.join(', ')})`;
  return [
    `  ${statement}`,
    ...actions.map((action) => `    never used: ${action}`),
    ...Object.entries(widerActions).map(([pattern, only]) => `    of ${pattern} only: ${only.join(', ')}`),
    ...resources.map((resource) => `    never used: ${resource}`),
    ...Object.entries(widerResources).map(([pattern, only]) => `    of ${pattern} only: ${only.join(', ')}`),
  ].join('\n');
}
