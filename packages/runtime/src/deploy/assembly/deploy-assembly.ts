import { AssemblyError, orFailure } from './assembly-error.ts';
import { chooseStacks } from './choose-stacks.ts';
import type { DeployedStack, DeployOptions } from './deploy-options.ts';
import { type AssemblyStack, type FileAsset, readAssembly } from './manifest.ts';
import { publishAssets } from './publish-assets.ts';
import { StackDoor } from './stack-door.ts';

/**
 * Deploys the stacks of a cloud assembly, those that others depend on first: publishes the assets and
 * creates and executes the same change set that `cdk deploy` does.
 *
 * @param folder - the assembly, such as `cdk.out`
 * @throws AssemblyError for a fault of the assembly or the options, DeploymentFailure when a stack fails
 */
export async function deployAssembly(folder: string, options: DeployOptions): Promise<DeployedStack[]> {
  const deployed: DeployedStack[] = [];
  const stacks = chooseStacks(readAssembly(folder), options.stacks);
  const missing = stacks.flatMap(({ unpublishable }) => unpublishable);
  if (missing.length > 0) throw new AssemblyError(missing.join('\n'));
  for (const stack of stacks) {
    const result = await orFailure(stack.stackName, deployStack(stack, options));
    options.listener?.({ type: 'stack.deployed', stack: result });
    deployed.push(result);
  }
  return deployed;
}

/** Deletes the stacks of a cloud assembly, in the opposite order. @throws DeploymentFailure */
export async function destroyAssembly(folder: string, options: DeployOptions): Promise<string[]> {
  const destroyed: string[] = [];
  for (const stack of chooseStacks(readAssembly(folder), options.stacks).reverse()) {
    const door = new StackDoor(stack, options);
    if (await orFailure(stack.stackName, door.destroy())) destroyed.push(stack.stackName);
  }
  return destroyed;
}

async function deployStack(stack: AssemblyStack, options: DeployOptions): Promise<DeployedStack> {
  const started = performance.now();
  const { stackName } = stack;
  const door = new StackDoor(stack, options);
  const { environment } = door;
  options.listener?.({ type: 'stack.started', stackName, environment });
  await publishAssets({
    assets: stack.assets,
    environment,
    s3: (region) => options.clients({ ...environment, region }).s3,
    published: ({ name }: FileAsset) =>
      options.listener?.({ type: 'asset.published', stackName, asset: name }),
  });
  const { deployed, changed } = await door.deploy();
  return {
    stackName,
    stackId: deployed.StackId ?? '',
    environment,
    outputs: Object.fromEntries(
      (deployed.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
    ),
    changed,
    seconds: (performance.now() - started) / 1000,
  };
}
