import {
  AssemblyError,
  type DeployedStack,
  type DeploymentEvent,
  DeploymentFailure,
  deployAssembly,
} from '@slipway/runtime/outside';
import type { Connection } from './connect.ts';
import { EXIT, UserError } from './exit-codes.ts';
import { duration } from './terminal/table.ts';
import type { Terminal } from './terminal/terminal.ts';

/**
 * Deploys an assembly, showing each resource as it comes.
 *
 * @throws UserError with the reasons that the stack's events give
 */
export async function deploy(
  connection: Connection,
  folder: string,
  terminal: Terminal,
  stacks?: readonly string[],
): Promise<DeployedStack[]> {
  try {
    return await deployAssembly(folder, {
      ...connection.deployment,
      ...(stacks && stacks.length > 0 && { stacks }),
      listener: showDeployment(terminal),
    });
  } catch (error) {
    throw asUserError(error);
  }
}

/** Faults of the user's app and of the deployment, as such. */
export function asUserError(error: unknown): unknown {
  if (error instanceof AssemblyError) return new UserError(EXIT.usage, error.message);
  if (error instanceof DeploymentFailure) return new UserError(EXIT.runFailed, error.message);
  return error;
}

function showDeployment(terminal: Terminal): (event: DeploymentEvent) => void {
  return (event) => {
    if (event.type === 'stack.event' && terminal.live) {
      const { LogicalResourceId = '', ResourceStatus = '', ResourceType = '' } = event.event;
      terminal.redraw([terminal.style('gray', `  ${ResourceStatus} ${ResourceType} ${LogicalResourceId}`)]);
    }
    if (event.type === 'stack.deployed') {
      const { stackName, changed, seconds } = event.stack;
      terminal.say(
        changed ? `Deployed ${stackName} (${duration(seconds * 1000)})` : `${stackName} is deployed already`,
      );
    }
  };
}
