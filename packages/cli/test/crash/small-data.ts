import { archiveOf } from '../../../runtime/src/services/lambda/testing.ts';

const HORIZON = 2;
const MONTHS = 36;
const ITEMS = [1, 2, 3];

/** Three items over three years, with related series and metadata, as a zip for pipeline A. */
export async function smallZip(): Promise<Uint8Array> {
  const months = (count: number) =>
    Array.from({ length: count }, (_, month) => ({
      month,
      time: `${new Date(Date.UTC(2023, month, 1)).toISOString().slice(0, 10)} 00:00:00`,
    }));
  const rows = (lines: readonly string[]) => `${lines.join('\n')}\n`;
  const value = (item: number, month: number) => 100 * item + month + 10 * Math.sin((Math.PI * month) / 6);
  return await archiveOf({
    'TTS.csv': rows(
      ITEMS.flatMap((item) =>
        months(MONTHS).map(({ month, time }) => `${time},item_${item},${value(item, month).toFixed(2)}`),
      ),
    ),
    'RTS.csv': rows(
      ITEMS.flatMap((item) =>
        months(MONTHS + HORIZON).map(({ month, time }) => `${time},item_${item},${10 + (month % 3)}`),
      ),
    ),
    'IM.csv': rows(ITEMS.map((item) => `item_${item},category_${item % 2}`)),
  });
}

const Domain = 'CUSTOM';

function dataset(DatasetName: string, DatasetType: string, attributes: string, DataFrequency?: string) {
  const Attributes = attributes.split(' ').map((pair) => {
    const [AttributeName, AttributeType] = pair.split(':');
    return { AttributeName, AttributeType };
  });
  return {
    DatasetName,
    Domain,
    DatasetType,
    Schema: { Attributes },
    ...(DataFrequency && { DataFrequency }),
  };
}

/** The config of a run that trains ETS and keeps what it made. */
export const smallConfig = {
  TimestampFormat: 'yyyy-MM-dd hh:mm:ss',
  DatasetGroup: { DatasetGroupName: 'crash_group', Domain },
  Dataset: {
    TTS: dataset(
      'crash_tts',
      'TARGET_TIME_SERIES',
      'timestamp:timestamp item_id:string target_value:float',
      'M',
    ),
    RTS: dataset('crash_rts', 'RELATED_TIME_SERIES', 'timestamp:timestamp item_id:string price:float', 'M'),
    IM: dataset('crash_im', 'ITEM_METADATA', 'item_id:string category:string'),
  },
  Predictor: {
    PredictorName: 'crash_ets',
    AlgorithmArn: 'arn:aws:forecast:::algorithm/ETS',
    ForecastHorizon: HORIZON,
    ForecastTypes: ['0.1', '0.5', '0.9'],
    FeaturizationConfig: { ForecastFrequency: 'M' },
  },
  Forecast: { ForecastName: 'crash_forecast' },
  PerformDelete: false,
};
