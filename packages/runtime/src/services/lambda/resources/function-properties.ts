import type { Architecture, CreateFunctionCommandInput, FunctionCode, Runtime } from '@aws-sdk/client-lambda';
import {
  listProperty,
  numberProperty,
  tagsProperty,
  textProperty,
} from '../../../dispatch/property-values.ts';
import type { Properties } from '../../../dispatch/resource-provider.ts';
import { inlineArchive } from './inline-code.ts';

/** Properties of `AWS::Lambda::Function` that Lambda's operations carry out. */
export const FUNCTION_PROPERTIES = [
  'Architectures',
  'Code',
  'DeadLetterConfig',
  'Description',
  'Environment',
  'EphemeralStorage',
  'FileSystemConfigs',
  'FunctionName',
  'Handler',
  'ImageConfig',
  'KmsKeyArn',
  'Layers',
  'LoggingConfig',
  'MemorySize',
  'PackageType',
  'ReservedConcurrentExecutions',
  'Role',
  'Runtime',
  'SnapStart',
  'Tags',
  'Timeout',
  'TracingConfig',
  'VpcConfig',
] as const;

type Settings = Omit<CreateFunctionCommandInput, 'FunctionName' | 'Code' | 'Role'> & { Role: string };

/** A function's settings; what the template leaves out has Lambda's default, also in an update. */
export function settingsProperties(properties: Properties): Settings {
  return {
    Role: textProperty(properties, 'Role') ?? '',
    Runtime: textProperty(properties, 'Runtime') as Runtime | undefined,
    Handler: textProperty(properties, 'Handler'),
    Description: textProperty(properties, 'Description') ?? '',
    Timeout: numberProperty(properties, 'Timeout') ?? 3,
    MemorySize: numberProperty(properties, 'MemorySize') ?? 128,
    KMSKeyArn: textProperty(properties, 'KmsKeyArn'),
    Layers: listProperty<string>(properties, 'Layers'),
    Environment: { Variables: variables(part(properties, 'Environment')) },
    EphemeralStorage: {
      Size: numberProperty(part(properties, 'EphemeralStorage') ?? {}, 'Size') ?? 512,
    },
    DeadLetterConfig: part(properties, 'DeadLetterConfig') ?? {},
    TracingConfig: part(properties, 'TracingConfig') ?? { Mode: 'PassThrough' },
    LoggingConfig: part(properties, 'LoggingConfig'),
    SnapStart: part(properties, 'SnapStart'),
    VpcConfig: part(properties, 'VpcConfig'),
    ImageConfig: part(properties, 'ImageConfig'),
    FileSystemConfigs: listProperty(properties, 'FileSystemConfigs'),
  };
}

export function architectures(properties: Properties): Architecture[] | undefined {
  const given = listProperty<Architecture>(properties, 'Architectures');
  return given.length > 0 ? given : undefined;
}

/** A function's code: from S3, or inline text, which CloudFormation makes an archive of. */
export async function codeProperty(properties: Properties): Promise<FunctionCode> {
  const code = part(properties, 'Code') ?? {};
  const inline = textProperty(code, 'ZipFile');
  if (inline !== undefined) {
    return { ZipFile: await inlineArchive(inline, textProperty(properties, 'Runtime') ?? '') };
  }
  return {
    S3Bucket: textProperty(code, 'S3Bucket'),
    S3Key: textProperty(code, 'S3Key'),
    S3ObjectVersion: textProperty(code, 'S3ObjectVersion'),
    ImageUri: textProperty(code, 'ImageUri'),
  };
}

export function tags(properties: Properties): Record<string, string> {
  return Object.fromEntries(tagsProperty(properties).map(({ Key, Value }) => [Key, Value]));
}

function part(properties: Properties, name: string): Record<string, unknown> | undefined {
  return properties[name] as Record<string, unknown> | undefined;
}

function variables(environment: Properties | undefined): Record<string, string> {
  const given = (environment?.['Variables'] ?? {}) as Properties;
  return Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
}
