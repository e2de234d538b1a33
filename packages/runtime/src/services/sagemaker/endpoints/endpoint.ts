import type {
  DescribeEndpointOutput,
  EndpointStatus,
  ProductionVariantServerlessConfig,
  ProductionVariantSummary,
} from '@aws-sdk/client-sagemaker';
import { type Model, type ServedModel, servedModel } from '../models/model.ts';
import type { Resource } from '../resource-store.ts';
import type { EndpointConfigRequest } from './endpoint-configs.ts';

/** One instance of a variant: a process of this machine. */
export interface Instance {
  /** Id of its process among the runtime's jobs. */
  readonly job: string;
  /** How often a process in its place has ended by itself. */
  readonly restarts: number;
}

export interface Variant {
  readonly name: string;
  readonly model: ServedModel;
  readonly weight: number;
  readonly serverless?: ProductionVariantServerlessConfig;
  /** Seconds that an instance may take until it answers pings. */
  readonly startLimit: number;
  readonly instances: readonly Instance[];
}

/** The instances that serve an endpoint, or are to serve it. */
export interface Fleet {
  readonly configName: string;
  readonly made: Date;
  readonly variants: readonly Variant[];
}

export interface Endpoint extends Resource {
  readonly status: EndpointStatus;
  /** What serves. */
  readonly fleet?: Fleet;
  /** What is being started to take its place. */
  readonly next?: Fleet;
  readonly failureReason?: string;
}

const DEFAULT_START_LIMIT = 240;

/**
 * The fleet that a configuration asks for.
 *
 * @param modelOf - finds a variant's model
 * @param newJob - makes an id for an instance's process
 */
export function fleetOf(
  { EndpointConfigName, ProductionVariants }: EndpointConfigRequest,
  made: Date,
  modelOf: (name: string) => Model,
  newJob: (variant: string) => string,
): Fleet {
  const variants = ProductionVariants.map((variant) => {
    const count = variant.InitialInstanceCount ?? 1;
    return {
      name: variant.VariantName,
      model: servedModel(modelOf(variant.ModelName ?? '')),
      weight: variant.InitialVariantWeight ?? 1,
      ...(variant.ServerlessConfig && { serverless: variant.ServerlessConfig }),
      startLimit: variant.ContainerStartupHealthCheckTimeoutInSeconds ?? DEFAULT_START_LIMIT,
      instances: Array.from({ length: count }, () => ({ job: newJob(variant.VariantName), restarts: 0 })),
    };
  });
  return { configName: EndpointConfigName, made, variants };
}

export function jobsOf(fleet: Fleet | undefined): string[] {
  return (fleet?.variants ?? []).flatMap(({ instances }) => instances.map(({ job }) => job));
}

/** Where an instance belongs. */
export interface InstancePlace {
  readonly role: 'fleet' | 'next';
  readonly variant: Variant;
  readonly instance: Instance;
}

export function findInstance(endpoint: Endpoint, job: string): InstancePlace | undefined {
  for (const role of ['fleet', 'next'] as const) {
    for (const variant of endpoint[role]?.variants ?? []) {
      const instance = variant.instances.find((one) => one.job === job);
      if (instance) return { role, variant, instance };
    }
  }
  return undefined;
}

/** What DescribeEndpoint answers. */
export function describeEndpoint(endpoint: Endpoint): Omit<DescribeEndpointOutput, '$metadata'> {
  const fleet = endpoint.fleet ?? endpoint.next;
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointConfigName: fleet?.configName,
    ...(endpoint.fleet && { ProductionVariants: endpoint.fleet.variants.map(summaryOf(endpoint.fleet)) }),
    EndpointStatus: endpoint.status,
    ...(endpoint.failureReason !== undefined && { FailureReason: endpoint.failureReason }),
    CreationTime: endpoint.created,
    LastModifiedTime: endpoint.modified,
  };
}

function summaryOf({ made }: Fleet) {
  return ({ name, model, weight, serverless, instances }: Variant): ProductionVariantSummary => ({
    VariantName: name,
    DeployedImages: [{ SpecifiedImage: model.image, ResolvedImage: model.image, ResolutionTime: made }],
    CurrentWeight: weight,
    DesiredWeight: weight,
    ...(serverless
      ? { CurrentServerlessConfig: serverless }
      : { CurrentInstanceCount: instances.length, DesiredInstanceCount: instances.length }),
  });
}
