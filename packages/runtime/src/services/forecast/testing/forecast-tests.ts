import {
  type CreateDatasetCommandInput,
  type CreatePredictorCommandInput,
  type DatasetType,
  type Domain,
  Forecast,
  type SchemaAttribute,
} from '@aws-sdk/client-forecast';
import { Forecastquery } from '@aws-sdk/client-forecastquery';
import { S3 } from '@aws-sdk/client-s3';
import { vi } from 'vitest';
import type { TestRuntime } from '../../../testing/test-runtime.ts';

export const ROLE = 'arn:aws:iam::000000000000:role/forecast';
export const ETS = 'arn:aws:forecast:::algorithm/ETS';
export const NPTS = 'arn:aws:forecast:::algorithm/NPTS';
export const BUCKET = 'forecast-tests';

/** `item_id:string, price:float` as a schema's attributes. */
export function attributes(text: string): SchemaAttribute[] {
  return text.split(',').map((pair) => {
    const [AttributeName, AttributeType] = pair.trim().split(':');
    return { AttributeName, AttributeType } as SchemaAttribute;
  });
}

export const TARGET = 'timestamp:timestamp, item_id:string, target_value:float';
const SCHEMAS: Readonly<Record<DatasetType, string>> = {
  TARGET_TIME_SERIES: TARGET,
  RELATED_TIME_SERIES: 'timestamp:timestamp, item_id:string, price:float',
  ITEM_METADATA: 'item_id:string, category:string',
};

/** Monthly values of two items over three years, or of more and longer. */
export function monthlyRows(items = 2, months = 36): string {
  const rows: string[] = [];
  for (let item = 1; item <= items; item++) {
    for (let month = 0; month < months; month++) {
      const time = new Date(Date.UTC(2023, month, 1)).toISOString().slice(0, 10);
      const value = 100 * item + month + 10 * Math.sin((Math.PI * month) / 6);
      rows.push(`${time} 00:00:00,item_${item},${value.toFixed(2)}`);
    }
  }
  return `${rows.join('\n')}\n`;
}

/** What a test does with the service, through the SDK. */
export class ForecastTests {
  readonly forecast: Forecast;
  readonly query: Forecastquery;
  readonly s3: S3;

  constructor({ clientConfig }: Pick<TestRuntime, 'clientConfig'>) {
    this.forecast = new Forecast(clientConfig);
    this.query = new Forecastquery(clientConfig);
    this.s3 = new S3({ ...clientConfig, forcePathStyle: true });
  }

  /** Puts objects into the tests' bucket, which is made when it is not there. */
  async upload(objects: Readonly<Record<string, string>>): Promise<void> {
    await this.s3.createBucket({ Bucket: BUCKET });
    for (const [Key, Body] of Object.entries(objects)) await this.s3.putObject({ Bucket: BUCKET, Key, Body });
  }

  /** Keys in the tests' bucket below a prefix. */
  async keys(prefix: string): Promise<string[]> {
    const { Contents = [] } = await this.s3.listObjectsV2({ Bucket: BUCKET, Prefix: prefix });
    return Contents.map(({ Key = '' }) => Key);
  }

  async text(key: string): Promise<string> {
    const { Body } = await this.s3.getObject({ Bucket: BUCKET, Key: key });
    return (await Body?.transformToString()) ?? '';
  }

  async dataset(
    name: string,
    type: DatasetType = 'TARGET_TIME_SERIES',
    settings: Partial<CreateDatasetCommandInput> & { schema?: string } = {},
  ): Promise<string> {
    const { schema = SCHEMAS[type], ...rest } = settings;
    const { DatasetArn = '' } = await this.forecast.createDataset({
      DatasetName: name,
      DatasetType: type,
      Domain: 'CUSTOM',
      DataFrequency: type === 'ITEM_METADATA' ? undefined : 'M',
      Schema: { Attributes: attributes(schema) },
      ...rest,
    });
    return DatasetArn;
  }

  async group(name: string, datasets: string[], domain: Domain = 'CUSTOM'): Promise<string> {
    const { DatasetGroupArn = '' } = await this.forecast.createDatasetGroup({
      DatasetGroupName: name,
      Domain: domain,
      DatasetArns: datasets,
    });
    return DatasetGroupArn;
  }

  /** Starts an import. @param path - a key in the tests' bucket */
  async startImport(
    DatasetArn: string,
    name: string,
    path = 'tts.csv',
    settings: object = {},
  ): Promise<string> {
    const { DatasetImportJobArn = '' } = await this.forecast.createDatasetImportJob({
      DatasetImportJobName: name,
      DatasetArn,
      DataSource: { S3Config: { Path: `s3://${BUCKET}/${path}`, RoleArn: ROLE } },
      ...settings,
    });
    return DatasetImportJobArn;
  }

  /** Imports and waits until the data is there. */
  async import(DatasetArn: string, name: string, path = 'tts.csv', settings: object = {}): Promise<string> {
    const arn = await this.startImport(DatasetArn, name, path, settings);
    await this.settled(() => this.forecast.describeDatasetImportJob({ DatasetImportJobArn: arn }));
    return arn;
  }

  async startPredictor(
    name: string,
    group: string,
    settings: Partial<CreatePredictorCommandInput> = {},
  ): Promise<string> {
    const { PredictorArn = '' } = await this.forecast.createPredictor({
      PredictorName: name,
      AlgorithmArn: ETS,
      ForecastHorizon: 2,
      FeaturizationConfig: { ForecastFrequency: 'M' },
      ...settings,
      InputDataConfig: { ...settings.InputDataConfig, DatasetGroupArn: group },
    });
    return PredictorArn;
  }

  async predictor(
    name: string,
    group: string,
    settings: Partial<CreatePredictorCommandInput> = {},
  ): Promise<string> {
    const arn = await this.startPredictor(name, group, settings);
    await this.settled(() => this.forecast.describePredictor({ PredictorArn: arn }));
    return arn;
  }

  /** A group with one target dataset whose data is imported. */
  async readyGroup(name: string): Promise<{ group: string; target: string; import: string }> {
    const target = await this.dataset(`${name}_target`);
    const group = await this.group(name, [target]);
    return { group, target, import: await this.import(target, 'first') };
  }

  async makeForecast(name: string, PredictorArn: string, settings: object = {}): Promise<string> {
    const { ForecastArn = '' } = await this.forecast.createForecast({
      ForecastName: name,
      PredictorArn,
      ...settings,
    });
    await this.settled(() => this.forecast.describeForecast({ ForecastArn }));
    return ForecastArn;
  }

  /** Waits until a resource is no longer pending or in progress. @returns how it is then described */
  async settled<T extends { Status?: string | undefined }>(
    describe: () => Promise<T>,
    timeout?: number,
  ): Promise<T> {
    return await this.until(
      describe,
      ({ Status = '' }) => !/PENDING|IN_PROGRESS|STOPPING/.test(Status),
      timeout,
    );
  }

  /** Waits until a description is as wanted, for milliseconds. */
  async until<T>(
    describe: () => Promise<T>,
    wanted: (description: T) => boolean,
    timeout = 60_000,
  ): Promise<T> {
    return (await vi.waitUntil(
      async () => {
        const description = await describe();
        return wanted(description) ? description : false;
      },
      { timeout, interval: 20 },
    )) as T;
  }

  /** Waits until describing answers that there is no such resource. */
  async gone(describe: () => Promise<unknown>): Promise<void> {
    await vi.waitUntil(
      () =>
        describe().then(
          () => false,
          (error: Error) => error.name === 'ResourceNotFoundException',
        ),
      { timeout: 60_000, interval: 20 },
    );
  }
}
