import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { unpackArchive } from '../../../compute/archives.ts';
import type { JobCommand, JobPlace } from '../../../compute/jobs.ts';
import type { Scope } from '../../../store/collection.ts';
import { containerProcess } from '../container/container-process.ts';
import { MlFolder } from '../container/ml-folder.ts';
import { parseS3Uri, S3Files } from '../container/s3-files.ts';
import { bringCode } from '../container/user-code.ts';
import { JobFault } from '../errors.ts';
import type { ServedModel } from '../models/model.ts';
import type { SageMakerParts } from '../parts.ts';
import { roleCaller } from '../roles.ts';

/** Ten years: a serving process gets its credentials once and lasts as long as its endpoint does. */
const CREDENTIALS_MS = 10 * 365 * 86_400_000;

/** A serving container as a process, and the port on which it will answer. */
export interface ServingProcess {
  readonly command: JobCommand;
  readonly port: number;
}

/**
 * Brings a model's data into the container's folder and says how to serve it.
 *
 * @param arn - the resource on whose account it is served
 * @throws JobFault when the image or the data is not there
 */
export async function servingProcess(
  parts: SageMakerParts,
  scope: Scope,
  {
    model,
    arn,
    place,
    environment,
  }: {
    model: ServedModel;
    arn: string;
    place: JobPlace;
    environment: Readonly<Record<string, string>>;
  },
): Promise<ServingProcess> {
  const { host, images } = parts;
  const image = images.require(model.image);
  const ml = new MlFolder(place.folder);
  ml.make();
  await bringModel(parts, scope, { model, arn, ml, folder: place.folder });
  const port = await freePort();
  const command = await containerProcess(host, {
    scope,
    image,
    ml,
    folder: place.folder,
    command: 'serve',
    role: model.role,
    arn,
    lasting: CREDENTIALS_MS,
    environment: { ...environment, ...model.environment, SAGEMAKER_BIND_TO_PORT: String(port) },
  });
  return { command, port };
}

async function bringModel(
  { host }: SageMakerParts,
  scope: Scope,
  { model, arn, ml, folder }: { model: ServedModel; arn: string; ml: MlFolder; folder: string },
): Promise<void> {
  const files = new S3Files(host, await roleCaller(host, scope, model.role, arn), scope.region);
  const code = model.environment['SAGEMAKER_SUBMIT_DIRECTORY'];
  if (code?.startsWith('s3://')) await bringCode(files, code, ml.path('code'));
  if (!model.data) return;
  const { uri, isArchive } = model.data;
  if (!isArchive) {
    await files.bringAll(await files.list(uri), uri, ml.path('model'));
    return;
  }
  const archive = join(folder, 'model.tar.gz');
  mkdirSync(folder, { recursive: true });
  await files.bring(parseS3Uri(uri), archive);
  try {
    await unpackArchive(archive, ml.path('model'));
  } catch (error) {
    throw new JobFault(`The model data ${uri} cannot be unpacked: ${(error as Error).message}`);
  }
  await rm(archive, { force: true });
}

/** A port that nobody uses at this moment. */
async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
