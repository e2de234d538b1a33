import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Parts } from '../lifecycle.ts';
import { readOutput, type StepReport } from './image-output.ts';
import { groupData } from './inputs.ts';
import { fileOf, keepFiles } from './job-files.ts';
import { stageInput } from './s3-input.ts';
import type { Step } from './step.ts';
import { environmentOf } from './train-step.ts';

/** Forecasting: from a trained model and the latest data. */
export function forecastStep(parts: Parts): Step<'forecast'> {
  const { host, resources } = parts;
  return {
    kind: 'forecast',

    environment: (forecast, scope) => environmentOf(resources.get(scope, 'predictor', forecast.parent)),

    async prepare(forecast, { scope, staged }) {
      const predictor = resources.get(scope, 'predictor', forecast.parent);
      const { DataSource, Schema, Format = 'CSV' } = forecast.selector?.TimeSeriesIdentifiers ?? {};
      const folder = join(staged, 'selector');
      await mkdir(folder);
      return {
        ...(await groupData(parts, scope, forecast.imports, staged)),
        model: fileOf(host, predictor, 'model'),
        forecastTypes: forecast.types,
        ...(DataSource?.S3Config && {
          selector: {
            files: await stageInput(host, scope, DataSource.S3Config, { format: Format, folder }),
            format: Format,
            schema: Schema,
          },
        }),
        workers: null,
      };
    },

    async collect(forecast, { id, output }) {
      const files = await keepFiles(host, forecast.kind, id, output);
      const { notes } = readOutput<StepReport>(`${host.folder('forecast')}/${files}`, 'report.json');
      return { files, notes };
    },
  };
}
