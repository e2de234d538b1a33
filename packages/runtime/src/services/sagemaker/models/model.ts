import type { ContainerDefinition, CreateModelInput } from '@aws-sdk/client-sagemaker';
import type { Validated } from '../../../dispatch/types.ts';
import type { Resource } from '../resource-store.ts';

export type ModelRequest = Omit<Validated<CreateModelInput>, 'Tags'>;

export interface Model extends Resource {
  readonly request: ModelRequest;
}

/** What it takes to serve a model; it outlives the model's record, which may be deleted while it is served. */
export interface ServedModel {
  readonly name: string;
  readonly image: string;
  /** `s3://…/model.tar.gz`, or a prefix with the files themselves. */
  readonly data: { readonly uri: string; readonly isArchive: boolean } | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly role: string;
}

/** The one container of a model. */
export function containerOf({ PrimaryContainer, Containers = [] }: ModelRequest): ContainerDefinition {
  return PrimaryContainer ?? Containers[0] ?? {};
}

export function servedModel({ name, request }: Model): ServedModel {
  const { Image = '', ModelDataUrl, ModelDataSource, Environment = {} } = containerOf(request);
  const { S3DataSource } = ModelDataSource ?? {};
  const uri = S3DataSource?.S3Uri ?? ModelDataUrl;
  return {
    name,
    image: Image,
    data: uri === undefined ? undefined : { uri, isArchive: S3DataSource?.CompressionType !== 'None' },
    environment: Environment,
    role: request.ExecutionRoleArn ?? '',
  };
}
