import { readFileSync } from 'node:fs';
import { chooseStacks } from '../assembly/choose-stacks.ts';
import { type AssemblyStack, type FileAsset, readAssembly } from '../assembly/manifest.ts';
import { type Environment, fillPlaceholders } from '../assembly/placeholders.ts';
import type { FindProvider } from '../providers.ts';
import { type CheckedTemplate, checkTemplate } from './check-template.ts';

/** What would become of a stack of a cloud assembly. */
export interface CheckedStack extends CheckedTemplate {
  readonly stackName: string;
  /** The file that the line numbers belong to. */
  readonly template: string;
  readonly deployable: boolean;
  /** Why assets cannot be published. */
  readonly assets: readonly string[];
}

export interface CheckOptions extends Environment {
  readonly findProvider: FindProvider;
  /** All where none is named. */
  readonly stacks?: readonly string[];
}

/**
 * Checks the stacks of a cloud assembly without deploying anything.
 *
 * @throws AssemblyError when it is none, or has no stack of a name
 */
export async function checkAssembly(folder: string, options: CheckOptions): Promise<CheckedStack[]> {
  const checked: CheckedStack[] = [];
  for (const stack of chooseStacks(readAssembly(folder), options.stacks)) {
    checked.push(await checkStack(stack, options));
  }
  return checked;
}

async function checkStack(stack: AssemblyStack, options: CheckOptions): Promise<CheckedStack> {
  const { stackName, templatePath, unpublishable, parameters } = stack;
  const { account = options.account, region = options.region } = stack.environment;
  const result = await checkTemplate({
    text: readFileSync(templatePath, 'utf8'),
    parameters,
    place: {
      account,
      region,
      stackId: `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/checked`,
      stackName,
      notificationArns: [],
    },
    findProvider: options.findProvider,
    asset: assetReader(stack.assets, { account, region }),
  });
  const refused = [...result.findings, ...result.resources.flatMap(({ findings }) => findings)].some(
    ({ kind }) => kind === 'refused',
  );
  return {
    stackName,
    template: templatePath,
    deployable: !refused && unpublishable.length === 0,
    assets: unpublishable,
    ...result,
  };
}

function assetReader(assets: readonly FileAsset[], environment: Environment) {
  return (bucket: string, key: string): string | undefined => {
    const asset = assets.find(({ packaging, destinations }) =>
      destinations.some(
        ({ bucketName, objectKey }) =>
          packaging === 'file' &&
          fillPlaceholders(bucketName, environment) === bucket &&
          fillPlaceholders(objectKey, environment) === key,
      ),
    );
    return asset && readFileSync(asset.path, 'utf8');
  };
}
