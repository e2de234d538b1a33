import type { PutParameterCommandInput, SSM } from '@aws-sdk/client-ssm';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import type { Scope } from '../../store/collection.ts';
import { orderChange } from './changes.ts';
import { unsupportedValue, validationError } from './failures.ts';
import { checkNewName, namesIn } from './names.ts';
import { ParametersTable, type ParameterVersion } from './parameters-table.ts';
import type { Reading } from './reading.ts';
import { tagsOf } from './tags.ts';

const MOST_VERSIONS = 100;
const STANDARD_BYTES = 4096;
const ADVANCED_BYTES = 8192;
const DATA_TYPES = new Set(['text', 'aws:ec2:image', 'aws:ssm:integration']);

/** PutParameter: a parameter's first version, or the next one. */
export function putParameterOperations(host: Host, reading: Reading) {
  const parameters = new ParametersTable(host.database);

  /** Makes place for one more version: the oldest goes, unless a label holds it. */
  const dropOldest = (scope: Scope, name: string) => {
    const versions = parameters.versions(scope, name);
    const [oldest] = versions;
    if (!oldest || versions.length < MOST_VERSIONS) return;
    if (oldest.labels.length > 0) {
      throw new ServiceError(
        'ParameterMaxVersionLimitExceeded',
        `You attempted to create a new version of ${name} by calling the PutParameter API with the overwrite flag. ` +
          `Version ${oldest.version}, the oldest version, can't be deleted because it has a label associated with it. ` +
          'Move the label to another version of the parameter, and try again.',
      );
    }
    parameters.deleteVersion(scope, oldest);
  };

  return {
    PutParameter(input, context) {
      checkNewName(input.Name);
      checkRequest(input);
      return context.transaction(() => {
        const [present] = namesIn(context, input.Name).flatMap(
          (name) => parameters.newest(context, name) ?? [],
        );
        const name = present?.name ?? input.Name;
        if (present && !input.Overwrite) {
          throw new ServiceError(
            'ParameterAlreadyExists',
            'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
          );
        }
        const type = input.Type ?? present?.type;
        if (type === undefined) {
          throw validationError('A parameter type is required when you create a parameter.');
        }
        const allowedPattern = input.AllowedPattern ?? present?.allowedPattern;
        checkPattern(input.Value, allowedPattern);
        if (present) dropOldest(context, name);
        const version: ParameterVersion = {
          name,
          version: (present?.version ?? 0) + 1,
          type,
          value: type === 'SecureString' ? reading.encrypt(context, name, input.Value) : input.Value,
          keyId: type === 'SecureString' ? (input.KeyId ?? present?.keyId ?? 'alias/aws/ssm') : undefined,
          description: input.Description ?? present?.description,
          allowedPattern,
          tier: tierOf(input, present),
          dataType: input.DataType ?? present?.dataType ?? 'text',
          labels: [],
          modified: context.now,
          user: context.caller.arn,
        };
        parameters.add(context, version, tagsOf(input.Tags));
        orderChange(host, context, present ? 'Update' : 'Create', version);
        return { Version: version.version, Tier: version.tier };
      });
    },
  } satisfies Operations<SSM>;
}

function checkRequest({ Name, Value, DataType, Policies, Tags, Overwrite }: PutParameterCommandInput): void {
  if (!Value) {
    throw validationError(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
    );
  }
  if (Tags && Overwrite) {
    throw validationError(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. " +
        'To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.',
    );
  }
  if (DataType !== undefined && !DATA_TYPES.has(DataType)) {
    throw validationError(
      `The following data type is not supported: ${DataType} (Data type names are all lowercase.)`,
    );
  }
  if (Policies && Policies !== '[]') throw unsupportedValue(`A parameter with policies (${Name})`);
}

function tierOf({ Tier, Value = '' }: PutParameterCommandInput, present: ParameterVersion | undefined) {
  const bytes = Buffer.byteLength(Value);
  if (bytes > ADVANCED_BYTES) {
    throw validationError(
      `Advanced tier parameters support a maximum parameter value of ${ADVANCED_BYTES} characters.`,
    );
  }
  if (present?.tier === 'Advanced') {
    if (Tier === 'Standard') {
      throw validationError(
        "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the advanced-parameter tier to the standard-parameter tier. " +
          'If necessary, you can delete the advanced parameter and recreate it as a standard parameter.',
      );
    }
    return 'Advanced';
  }
  if (Tier === 'Advanced') return 'Advanced';
  if (bytes <= STANDARD_BYTES) return 'Standard';
  if (Tier === 'Intelligent-Tiering') return 'Advanced';
  throw validationError(
    `Standard tier parameters support a maximum parameter value of ${STANDARD_BYTES} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. ` +
      'For more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html',
  );
}

function checkPattern(value: string, pattern: string | undefined): void {
  if (!pattern) return;
  let expression: RegExp;
  try {
    expression = new RegExp(pattern);
  } catch {
    throw new ServiceError(
      'InvalidAllowedPatternException',
      `The pattern ${pattern} is no regular expression.`,
    );
  }
  if (!expression.test(value)) {
    throw new ServiceError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${pattern}`,
    );
  }
}
