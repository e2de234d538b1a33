import type { Lambda } from '@aws-sdk/client-lambda';
import type { InputOf, Validated } from '../../dispatch/types.ts';
import type { Scope } from '../../store/collection.ts';
import { checkDeadLetterTarget } from './destination-targets.ts';
import { checkEnvironment } from './environment-variables.ts';
import { constraintFault, invalidParameter, notSupported } from './errors.ts';
import type { VersionSettings } from './function-store.ts';
import { runtimeOf } from './runtimes.ts';

type CreateInput = Validated<InputOf<Lambda, 'createFunction'>>;
type UpdateInput = Validated<InputOf<Lambda, 'updateFunctionConfiguration'>>;

/** Settings that creating and updating have in common. */
type GivenSettings = Omit<UpdateInput, 'FunctionName' | 'RevisionId'>;

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html; the model states wider ones.
const LONGEST_TIMEOUT = 900;
const LARGEST_MEMORY = 10_240;
const LARGEST_STORAGE = 10_240;

const DEFAULTS = { Description: '', Timeout: 3, MemorySize: 128 };

/** Gives the layers of a function as its settings hold them. @throws ServiceError when one is not there */
export type LayerLookup = (scope: Scope, arns: readonly string[]) => VersionSettings['Layers'];

/**
 * The settings of a new function.
 *
 * @throws ServiceError when something is missing, out of range, or not supported here
 */
export function settingsOf(scope: Scope, input: CreateInput, layers: LayerLookup): VersionSettings {
  refuseOtherKinds(input);
  const { Runtime, Handler, Role } = input;
  if (Runtime === undefined || Handler === undefined) {
    throw invalidParameter(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  }
  const name = input.FunctionName.slice(input.FunctionName.lastIndexOf(':') + 1);
  const defaults: VersionSettings = {
    ...DEFAULTS,
    Runtime,
    Handler,
    Role,
    Architectures: input.Architectures ?? ['x86_64'],
    EphemeralStorage: { Size: 512 },
    TracingConfig: { Mode: 'PassThrough' },
    LoggingConfig: loggingConfig(undefined, `/aws/lambda/${name}`),
  };
  return changedSettings(scope, defaults, input, layers);
}

/** The settings after an update: what is given replaces what was, whole members at a time. */
export function changedSettings(
  scope: Scope,
  before: VersionSettings,
  given: GivenSettings,
  layers: LayerLookup,
): VersionSettings {
  refuseUnsupported(given);
  if (given.Runtime !== undefined) runtimeOf(given.Runtime);
  checkRange(given.Timeout, 'timeout', LONGEST_TIMEOUT);
  checkRange(given.MemorySize, 'memorySize', LARGEST_MEMORY);
  checkRange(given.EphemeralStorage?.Size, 'ephemeralStorage.size', LARGEST_STORAGE);
  checkDeadLetterTarget(given.DeadLetterConfig?.TargetArn);
  const after: VersionSettings = {
    ...before,
    ...defined({
      Runtime: given.Runtime,
      Handler: given.Handler,
      Role: given.Role,
      Description: given.Description,
      Timeout: given.Timeout,
      MemorySize: given.MemorySize,
      TracingConfig: given.TracingConfig,
      EphemeralStorage: given.EphemeralStorage,
      SnapStart: given.SnapStart,
      KMSKeyArn: given.KMSKeyArn || undefined,
    }),
    ...(given.Environment && { Environment: environment(given.Environment.Variables) }),
    ...(given.VpcConfig && { VpcConfig: vpcConfig(given.VpcConfig) }),
    ...(given.DeadLetterConfig && { DeadLetterConfig: deadLetterConfig(given.DeadLetterConfig) }),
    ...(given.LoggingConfig && {
      LoggingConfig: loggingConfig(given.LoggingConfig, before.LoggingConfig.LogGroup),
    }),
    ...(given.Layers && { Layers: layers(scope, given.Layers) }),
  };
  return after;
}

/** @throws ServiceError for functions that are no deployment packages */
export function refuseOtherKinds({ PackageType, Code }: Pick<CreateInput, 'PackageType' | 'Code'>): void {
  if (PackageType === 'Image' || Code.ImageUri !== undefined) {
    throw notSupported('Functions from container images are (there is no container engine behind it)');
  }
}

/** @throws ServiceError for settings that AWS has and this version has not */
export function refuseUnsupported(given: GivenSettings): void {
  if ((given.FileSystemConfigs?.length ?? 0) > 0) throw notSupported('File systems (FileSystemConfigs) are');
  if (given.ImageConfig !== undefined) throw notSupported('Container images (ImageConfig) are');
  if (given.DurableConfig !== undefined) throw notSupported('Durable functions (DurableConfig) are');
  if (given.CapacityProviderConfig !== undefined) {
    throw notSupported('Capacity providers (CapacityProviderConfig) are');
  }
}

function checkRange(value: number | undefined, path: string, largest: number): void {
  if (value !== undefined && value > largest) {
    throw constraintFault(value, path, `have value less than or equal to ${largest}`);
  }
}

function environment(variables: Record<string, string> = {}): VersionSettings['Environment'] {
  checkEnvironment(variables);
  return { Variables: variables };
}

/** Kept and shown; a process of this machine has this machine's network. */
function vpcConfig(given: NonNullable<GivenSettings['VpcConfig']>): VersionSettings['VpcConfig'] {
  const { SubnetIds = [], SecurityGroupIds = [], Ipv6AllowedForDualStack = false } = given;
  return { SubnetIds, SecurityGroupIds, VpcId: '', Ipv6AllowedForDualStack };
}

/** An empty target takes the dead-letter queue away. */
function deadLetterConfig({ TargetArn }: { TargetArn?: string | undefined }) {
  return TargetArn ? { TargetArn } : undefined;
}

function loggingConfig(
  given: GivenSettings['LoggingConfig'],
  group: string,
): VersionSettings['LoggingConfig'] {
  const { LogFormat = 'Text', LogGroup = group, ApplicationLogLevel, SystemLogLevel } = given ?? {};
  if (LogFormat === 'Text') {
    if (ApplicationLogLevel !== undefined || SystemLogLevel !== undefined) {
      throw invalidParameter('Log levels are supported for the JSON log format only.');
    }
    return { LogFormat, LogGroup };
  }
  return {
    LogFormat,
    LogGroup,
    ApplicationLogLevel: ApplicationLogLevel ?? 'INFO',
    SystemLogLevel: SystemLogLevel ?? 'INFO',
  };
}

function defined<T extends object>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Partial<T>;
}
