import type { CallContext } from '../../dispatch/context.ts';
import { invalidInput } from './errors.ts';

/**
 * ARNs as the service makes them. Clients compute those of CreatePredictor's resources from the names,
 * so their form is part of the interface; an AutoPredictor's has a suffix nobody can guess.
 */
export const arns = {
  dataset: (context: CallContext, name: string) => context.arn('forecast', `dataset/${name}`),
  datasetGroup: (context: CallContext, name: string) => context.arn('forecast', `dataset-group/${name}`),
  importJob: (context: CallContext, dataset: string, name: string) =>
    context.arn('forecast', `dataset-import-job/${dataset}/${name}`),
  predictor: (context: CallContext, name: string) => context.arn('forecast', `predictor/${name}`),
  autoPredictor: (context: CallContext, name: string, ulid: string) =>
    context.arn('forecast', `predictor/${name}_${ulid}`),
  backtestExport: (context: CallContext, predictor: string, name: string) =>
    context.arn('forecast', `predictor-backtest-export-job/${predictor}/${name}`),
  forecast: (context: CallContext, name: string) => context.arn('forecast', `forecast/${name}`),
  forecastExport: (context: CallContext, forecast: string, name: string) =>
    context.arn('forecast', `forecast-export-job/${forecast}/${name}`),
};

/**
 * Checks the role of an S3Config. The model demands a forecast ARN there, which no role has; the service
 * takes any ARN.
 *
 * @throws InvalidInputException
 */
export function checkRoleArn(arn: string): void {
  if (!arn.startsWith('arn:')) throw invalidInput(`RoleArn ${arn} is not an ARN`);
}
