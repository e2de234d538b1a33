import type { Forecast as ForecastApi, TimeSeriesSelector } from '@aws-sdk/client-forecast';
import type { Operations } from '../../../dispatch/service.ts';
import { arns } from '../arns.ts';
import { DOMAINS } from '../datasets/domains.ts';
import { beginDeletion } from '../deletion.ts';
import { invalidInput } from '../errors.ts';
import type { Estimates } from '../jobs/estimates.ts';
import { checkS3Config } from '../jobs/s3-paths.ts';
import { newJobId, orderJob } from '../jobs/step-jobs.ts';
import { type Parts, requireActive, times } from '../lifecycle.ts';
import { listPage } from '../lists.ts';
import { forecastTypes } from '../predictors/forecast-types.ts';
import { type GroupMembers, groupMembers } from '../predictors/group-members.ts';
import { checkJobCount } from '../quotas.ts';
import type { Forecast, Predictor } from '../resource.ts';
import { tagsOf } from '../tags.ts';

/** CreateForecast, DescribeForecast, ListForecasts, DeleteForecast. */
export function forecastOperations(parts: Parts, estimates: Estimates) {
  const { resources } = parts;
  return {
    CreateForecast(input, context) {
      const { ForecastName: name, PredictorArn, TimeSeriesSelector: selector } = input;
      const types = input.ForecastTypes && forecastTypes(input.ForecastTypes);
      const tags = tagsOf(input.Tags);
      const arn = arns.forecast(context, name);
      return context.transaction(() => {
        resources.requireFree(context, 'forecast', arn);
        const predictor = resources.get(context, 'predictor', PredictorArn);
        requireActive(predictor);
        // The latest data counts, not what the predictor was trained on.
        const members = groupMembers(resources, context, predictor.parent);
        if (selector) checkSelector(selector, predictor, members);
        checkJobCount(parts, context, 'forecast');
        const forecast: Forecast = {
          kind: 'forecast',
          name,
          arn,
          status: 'CREATE_PENDING',
          created: context.now,
          modified: context.now,
          tags,
          parent: PredictorArn,
          jobs: [newJobId(parts, name)],
          group: predictor.parent,
          auto: predictor.auto,
          types: types ?? predictor.types,
          selector,
          imports: members.imports,
        };
        resources.insert(context, forecast);
        orderJob(parts, context, forecast);
        return { ForecastArn: arn };
      });
    },

    DescribeForecast({ ForecastArn }, context) {
      const forecast = resources.get(context, 'forecast', ForecastArn);
      return {
        ForecastArn,
        ForecastName: forecast.name,
        ForecastTypes: [...forecast.types],
        PredictorArn: forecast.parent,
        DatasetGroupArn: forecast.group,
        EstimatedTimeRemainingInMinutes: estimates.minutesLeft(ForecastArn),
        Status: forecast.status,
        Message: forecast.message,
        ...times(forecast, context.now),
        TimeSeriesSelector: forecast.selector,
      };
    },

    ListForecasts(input, context) {
      const { page, NextToken } = listPage(resources, context, 'forecast', input, {
        DatasetGroupArn: ({ group }) => group,
        PredictorArn: ({ parent }) => parent,
        Status: ({ status }) => status,
      });
      const Forecasts = page.map((forecast) => ({
        ForecastArn: forecast.arn,
        ForecastName: forecast.name,
        PredictorArn: forecast.parent,
        CreatedUsingAutoPredictor: forecast.auto,
        DatasetGroupArn: forecast.group,
        Status: forecast.status,
        Message: forecast.message,
        ...times(forecast, context.now),
      }));
      return { Forecasts, NextToken };
    },

    DeleteForecast({ ForecastArn }, context) {
      return beginDeletion(parts, context, 'forecast', ForecastArn);
    },
  } satisfies Operations<ForecastApi>;
}

/** Checks the choice of series that a forecast is made for. @throws InvalidInputException */
function checkSelector(
  { TimeSeriesIdentifiers: identifiers }: TimeSeriesSelector,
  predictor: Predictor,
  { target }: GroupMembers,
): void {
  if (!predictor.auto) {
    throw invalidInput(
      'TimeSeriesSelector is for predictors that were created with CreateAutoPredictor only',
    );
  }
  const { DataSource, Schema } = identifiers ?? {};
  if (!DataSource?.S3Config || !Schema?.Attributes) {
    throw invalidInput('TimeSeriesIdentifiers needs a DataSource and a Schema');
  }
  checkS3Config(DataSource.S3Config);
  const given = Schema.Attributes.map(({ AttributeName = '' }) => AttributeName);
  const wanted = [DOMAINS[target.domain].identifier, ...(predictor.dimensions ?? [])];
  if (given.toSorted().join() === wanted.toSorted().join()) return;
  throw invalidInput(
    `The Schema of TimeSeriesIdentifiers needs the attributes ${wanted.join(', ')} and no others, not ${given.join(', ')}`,
  );
}
