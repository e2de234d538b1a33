import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** Small monthly data, and the config that goes with it. */
export const ITEMS = ['bass', 'drum', 'flute'];
export const MONTHS = 36;
export const HORIZON = 3;
const FIRST = Date.UTC(2021, 0, 1);

/** `2021-01-01 00:00:00` for month 0. */
function month(index: number): string {
  const first = new Date(FIRST);
  const time = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + index, 1));
  return time.toISOString().slice(0, 19).replace('T', ' ');
}

/** The months that are forecast, as the service writes them. */
export const FUTURE = Array.from({ length: HORIZON }, (_, index) =>
  month(MONTHS + index)
    .replace(' ', 'T')
    .concat('Z'),
);

function series(months: number, value: (item: number, month: number) => number): string {
  const rows = ITEMS.flatMap((item, number) =>
    Array.from({ length: months }, (_, at) => `${month(at)},${item},${value(number, at).toFixed(2)}`),
  );
  return `${rows.join('\n')}\n`;
}

const season = (at: number) => Math.sin((Math.PI * at) / 6);

/** Headers as people have them: other names than the schema's. */
export const TTS = `Timestamp,Model_ID,Order_Quantity\n${series(MONTHS, (item, at) => 100 * (item + 1) + at + 10 * season(at))}`;
/** Prices reach over the horizon. */
export const RTS = `Timestamp,Model_ID,Price\n${series(MONTHS + HORIZON, (item, at) => 20 + item - season(at))}`;
export const IM = `Model_ID,Model_Type\n${ITEMS.map((item, number) => `${item},type_${number % 2}`).join('\n')}\n`;

export const attributes = (...pairs: [string, string][]) => ({
  Attributes: pairs.map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
});

/** Blocks of a config, each a request of the service. */
export type Config = Record<string, unknown> & {
  Dataset: Record<string, Record<string, unknown>>;
  Predictor?: Record<string, unknown>;
};

const RELATED = {
  DatasetName: 'sales_prices',
  Domain: 'CUSTOM',
  DatasetType: 'RELATED_TIME_SERIES',
  DataFrequency: 'M',
  Schema: attributes(['timestamp', 'timestamp'], ['item_id', 'string'], ['price', 'float']),
};
const METADATA = {
  DatasetName: 'sales_items',
  Domain: 'CUSTOM',
  DatasetType: 'ITEM_METADATA',
  Schema: attributes(['item_id', 'string'], ['Model_Type', 'string']),
};

/** A config for the target series, and the other kinds that are named. */
export function configFor(kinds: readonly ('RTS' | 'IM')[] = [], changes: Partial<Config> = {}): Config {
  return {
    TimestampFormat: 'yyyy-MM-dd HH:mm:ss',
    DatasetGroup: { DatasetGroupName: 'sales', Domain: 'CUSTOM' },
    Dataset: {
      TTS: {
        DatasetName: 'sales_target',
        Domain: 'CUSTOM',
        DatasetType: 'TARGET_TIME_SERIES',
        DataFrequency: 'M',
        Schema: attributes(['timestamp', 'timestamp'], ['item_id', 'string'], ['target_value', 'float']),
      },
      ...(kinds.includes('RTS') && { RTS: RELATED }),
      ...(kinds.includes('IM') && { IM: METADATA }),
    },
    Predictor: {
      AlgorithmArn: 'arn:aws:forecast:::algorithm/ETS',
      PredictorName: 'sales_predictor',
      ForecastHorizon: HORIZON,
      FeaturizationConfig: { ForecastFrequency: 'M' },
      PerformAutoML: false,
      PerformHPO: false,
      InputDataConfig: { SupplementaryFeatures: [{ Name: 'holiday', Value: 'US' }] },
    },
    Forecast: { ForecastName: 'sales_forecast', ForecastTypes: ['0.10', '0.50', '0.90'] },
    PerformDelete: false,
    ...changes,
  };
}

/** A zip of these files. */
export async function zipOf(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, text] of Object.entries(files)) {
    zip.addBuffer(typeof text === 'string' ? Buffer.from(text) : text, name);
  }
  zip.end();
  return await buffer(zip.outputStream);
}
