import type { SSM } from '@aws-sdk/client-ssm';
import { ServiceError } from '../../dispatch/errors.ts';
import type { Host } from '../../dispatch/host.ts';
import type { Operations } from '../../dispatch/service.ts';
import { orderChange } from './changes.ts';
import { versionNotFound } from './failures.ts';
import { ParametersTable } from './parameters-table.ts';
import type { Reading } from './reading.ts';

const MOST_LABELS = 10;
const LABEL = /^(?!aws|ssm|\d)[a-zA-Z0-9_.-]+$/i;

/** Labels: names for versions, each on one version of a parameter at a time. */
export function labelOperations(host: Host, reading: Reading) {
  const parameters = new ParametersTable(host.database);

  return {
    LabelParameterVersion({ Name, ParameterVersion, Labels }, context) {
      return context.transaction(() => {
        const { version: found } = reading.find(context, Name);
        const version = ParameterVersion ?? found.version;
        const target = parameters.version(context, found.name, version);
        if (!target) throw versionNotFound(found.name, version);
        const InvalidLabels = Labels.filter((label) => !LABEL.test(label));
        const valid = Labels.filter((label) => LABEL.test(label));
        const labels = [...new Set([...target.labels, ...valid])];
        if (labels.length > MOST_LABELS) {
          throw new ServiceError(
            'ParameterVersionLabelLimitExceeded',
            'An error occurred (ParameterVersionLabelLimitExceeded) when calling the LabelParameterVersion operation: ' +
              `A parameter version can have maximum ${MOST_LABELS} labels.Move one or more labels to another version and try again.`,
          );
        }
        for (const other of parameters.versions(context, found.name)) {
          const left = other.labels.filter((label) => !valid.includes(label));
          if (left.length < other.labels.length) parameters.update(context, { ...other, labels: left });
        }
        const labelled = { ...target, labels };
        parameters.update(context, labelled);
        if (valid.length > 0) orderChange(host, context, 'LabelParameterVersion', labelled);
        return { InvalidLabels, ParameterVersion: version };
      });
    },

    UnlabelParameterVersion({ Name, ParameterVersion, Labels }, context) {
      return context.transaction(() => {
        const { version: found } = reading.find(context, Name);
        const target = parameters.version(context, found.name, ParameterVersion);
        if (!target) throw versionNotFound(found.name, ParameterVersion);
        const labels = target.labels.filter((label) => !Labels.includes(label));
        parameters.update(context, { ...target, labels });
        return {
          RemovedLabels: Labels.filter((label) => target.labels.includes(label)),
          InvalidLabels: Labels.filter((label) => !target.labels.includes(label)),
        };
      });
    },
  } satisfies Operations<SSM>;
}
