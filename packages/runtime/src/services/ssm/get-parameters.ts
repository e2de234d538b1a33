import type { SSM } from '@aws-sdk/client-ssm';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { checkFilters, matchesFilters } from './filters.ts';
import { checkPath, isUnder } from './names.ts';
import { pageOf } from './paging.ts';
import { ParametersTable } from './parameters-table.ts';
import type { Reading } from './reading.ts';

const PATH_RESULTS = 10;
const HISTORY_RESULTS = 50;

/** Values of parameters: by name, by path, and of the past. */
export function getParameterOperations(host: Host, reading: Reading) {
  const parameters = new ParametersTable(host.database);

  return {
    GetParameter({ Name, WithDecryption }, context) {
      return { Parameter: reading.show(context, reading.find(context, Name), WithDecryption) };
    },

    GetParameters({ Names, WithDecryption }, context) {
      const InvalidParameters: string[] = [];
      const found = [...new Set(Names)].flatMap((name) => {
        try {
          return [reading.show(context, reading.find(context, name), WithDecryption)];
        } catch (error) {
          if (!(error instanceof ServiceError)) throw error;
          InvalidParameters.push(name);
          return [];
        }
      });
      // In the order of the alphabet, as documented, and not of the question.
      const Parameters = found.sort((one, other) => (one.Name! < other.Name! ? -1 : 1));
      return { Parameters, InvalidParameters };
    },

    GetParametersByPath(input, context) {
      const { Path, Recursive = false, ParameterFilters = [], WithDecryption, MaxResults, NextToken } = input;
      checkPath(Path);
      checkFilters(ParameterFilters, ['Type', 'KeyId', 'Label']);
      const label = ParameterFilters.find(({ Key }) => Key === 'Label');
      const others = ParameterFilters.filter(({ Key }) => Key !== 'Label');
      const found = parameters
        .list(context)
        .filter(({ name }) => isUnder(name, Path, Recursive))
        // A label chooses the version that has it.
        .flatMap((newest) => {
          if (!label) return newest;
          const versions = parameters.versions(context, newest.name);
          return versions.filter(({ labels }) => label.Values?.some((value) => labels.includes(value)));
        })
        .filter((version) => matchesFilters(version, {}, others));
      const question = ['by path', Path, Recursive, ParameterFilters];
      const page = pageOf(found, MaxResults ?? PATH_RESULTS, NextToken, ({ name }) => name, question);
      return {
        Parameters: page.items.map((version) =>
          reading.show(context, { version, name: version.name }, WithDecryption),
        ),
        NextToken: page.NextToken,
      };
    },

    GetParameterHistory({ Name, WithDecryption, MaxResults, NextToken }, context) {
      const { name } = reading.find(context, Name).version;
      const versions = parameters.versions(context, name);
      const question = ['history', name];
      const place = ({ version }: { version: number }) => String(version);
      const page = pageOf(versions, MaxResults ?? HISTORY_RESULTS, NextToken, place, question);
      return {
        Parameters: page.items.map((version) => ({
          Name: version.name,
          Type: version.type,
          KeyId: version.keyId,
          LastModifiedDate: version.modified,
          LastModifiedUser: version.user,
          Description: version.description,
          Value: reading.value(context, version, WithDecryption),
          AllowedPattern: version.allowedPattern,
          Version: version.version,
          Labels: [...version.labels],
          Tier: version.tier,
          Policies: [],
          DataType: version.dataType,
        })),
        NextToken: page.NextToken,
      };
    },
  } satisfies Operations<SSM>;
}
