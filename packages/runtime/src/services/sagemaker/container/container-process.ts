import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { JobCommand } from '../../../compute/jobs.ts';
import { awsEnvironment, processEnvironment } from '../../../compute/process-environment.ts';
import type { Host } from '../../../dispatch/host.ts';
import type { Scope } from '../../../store/collection.ts';
import type { AlgorithmImage } from '../images/algorithm-images.ts';
import { roleCredentials } from '../roles.ts';
import type { MlFolder } from './ml-folder.ts';
import { withOwnMl } from './mount-namespace.ts';

/** A container that is about to run as a process. */
export interface ContainerRequest {
  readonly scope: Scope;
  readonly image: AlgorithmImage;
  readonly ml: MlFolder;
  /** Folder of the job, for what is temporary. */
  readonly folder: string;
  /** `train`, `serve`, or what replaces the image's own command: words whose `/opt/ml` is the process's own. */
  readonly command: 'train' | 'serve' | readonly string[];
  readonly role: string;
  /** The resource on whose account the role is assumed. */
  readonly arn: string;
  /** Milliseconds for which the credentials last. */
  readonly lasting: number;
  /** Whether it is a program of the user's, which may look for `/opt/ml` itself. */
  readonly isProgram?: boolean;
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * An image's command as a process of this machine: its Python environment first on the path, `/opt/ml` by
 * SAGEMAKER_BASE_DIR, credentials of the role, and the request's own variables, which win.
 *
 * @throws EnvironmentError when the image's environment cannot be made
 */
export async function containerProcess(host: Host, request: ContainerRequest): Promise<JobCommand> {
  const { scope, image, ml, folder, role, arn, lasting } = request;
  const { python, variables } = await host.environments.ensure(image.folder, 'run', requirementsOf(ml));
  const credentials = await roleCredentials(host, scope, { role, arn, lasting });
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary, { recursive: true });
  return {
    command: commandOf(request, python),
    workingFolder: ml.root,
    environment: processEnvironment({
      ...variables,
      ...awsEnvironment({ endpoint: host.endpoint(), region: scope.region, credentials }),
      PATH: `${dirname(python)}:${process.env['PATH'] ?? ''}`,
      PYTHONUNBUFFERED: '1',
      TMPDIR: temporary,
      SAGEMAKER_BASE_DIR: ml.root,
      SAGEMAKER_REGION: scope.region,
      SLIPWAY_IMAGE: `${image.repository}:${image.tag}`,
      ...request.environment,
    }),
  };
}

function commandOf({ command, image, ml, isProgram }: ContainerRequest, python: string): string[] {
  if (typeof command === 'string') {
    const own = [python, '-m', image.module, command];
    return isProgram ? withOwnMl(own, ml.root) : own;
  }
  return withOwnMl(
    command.map((word) => word.replace(/(^|[=:])\/opt\/ml(?=\/|$)/g, `$1${ml.root}`)),
    ml.root,
  );
}

/** What `requirements.txt` beside a program asks for besides the image's own packages. */
function requirementsOf(ml: MlFolder): string[] {
  const text = ml.read('code/requirements.txt') ?? ml.read('model/code/requirements.txt') ?? '';
  return text
    .split('\n')
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
}
