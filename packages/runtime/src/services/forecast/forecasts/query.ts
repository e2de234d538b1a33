import type { DataPoint, Forecastquery } from '@aws-sdk/client-forecastquery';
import { ServiceError } from '../../../dispatch/errors.ts';
import type { Operations } from '../../../dispatch/service.ts';
import { invalidInput, invalidNextToken } from '../errors.ts';
import { fileOf } from '../jobs/job-files.ts';
import { type Parts, requireActive } from '../lifecycle.ts';
import type { ForecastIndex, ForecastIndexes } from './forecast-index.ts';

/** QueryForecast, answered from the index that the forecast step wrote. */
export function queryOperations({ host, resources }: Parts, indexes: ForecastIndexes) {
  return {
    QueryForecast({ ForecastArn, Filters, StartDate, EndDate, NextToken }, context) {
      // An answer is never cut, so there are no tokens to come back with.
      if (NextToken !== undefined) throw invalidNextToken();
      const forecast = resources.get(context, 'forecast', ForecastArn);
      requireActive(forecast);
      const index = indexes.open(forecast.files!, fileOf(host, forecast, 'forecast.sqlite'));
      const key = seriesKey(index, Filters);
      const { start, end } = checkRange(index, StartDate, EndDate);
      const rows = index.read(key, start, end);
      if (rows === undefined) {
        const shown = Object.entries(Filters).map(([name, value]) => `${name} = ${value}`);
        throw new ServiceError('ResourceNotFoundException', `No forecast found for ${shown.join(', ')}`);
      }
      const Predictions: Record<string, DataPoint[]> = {};
      for (const type of index.types) {
        Predictions[type] = rows.map(({ date, values }) => ({
          Timestamp: date,
          Value: values[type] ?? undefined,
        }));
      }
      return { Forecast: { Predictions } };
    },
  } satisfies Operations<Forecastquery>;
}

/** The values that name a series: of the identifier and of every dimension. */
function seriesKey(
  { identifier, dimensions }: ForecastIndex,
  filters: Readonly<Record<string, string>>,
): string[] {
  const names = [identifier, ...dimensions];
  const unknown = Object.keys(filters).filter((name) => !names.includes(name));
  const missing = names.filter((name) => filters[name] === undefined);
  if (unknown.length > 0 || missing.length > 0) {
    throw invalidInput(
      `Filters has to have a value for each of [${names.join(', ')}] and for nothing else` +
        `${missing.length > 0 ? `; missing: [${missing.join(', ')}]` : ''}` +
        `${unknown.length > 0 ? `; unknown: [${unknown.join(', ')}]` : ''}`,
    );
  }
  return names.map((name) => filters[name]!);
}

function checkRange(index: ForecastIndex, from: string | undefined, to: string | undefined) {
  const start = localTime(from, 'StartDate') ?? index.start;
  const end = localTime(to, 'EndDate') ?? index.end;
  for (const [name, time] of Object.entries({ StartDate: start, EndDate: end })) {
    if (time >= index.start && time <= index.end) continue;
    throw invalidInput(
      `${name} ${time} is outside the forecast, which is from ${index.start} to ${index.end}`,
    );
  }
  if (end < start) throw invalidInput(`EndDate ${end} is before StartDate ${start}`);
  return { start, end };
}

/** Times are without a zone, the data's own; one that ends in Z, as early clients sent, counts as such. */
function localTime(text: string | undefined, member: string): string | undefined {
  if (text === undefined) return undefined;
  const time = text.replace(/Z$/, '');
  if (/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(time) && !Number.isNaN(Date.parse(time))) return time;
  throw invalidInput(`${member} ${text} is not valid. It has to have the form yyyy-MM-ddTHH:mm:ss`);
}
