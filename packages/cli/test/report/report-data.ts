/** What a finished run of pipeline A leaves in its bucket, made up for a report. */
export interface RunFiles {
  readonly config: object;
  readonly target?: string;
  readonly related?: string;
  readonly metadata?: string;
  readonly forecast?: string;
  readonly backtests?: string;
  readonly measures?: string;
  readonly metrics: object | null;
  readonly failure?: { Error: string; Cause: string };
}

const QUANTILES = [10, 50, 90];
const HORIZON = 8;
const WEEK = 7 * 86_400_000;
const FIRST = Date.UTC(2024, 0, 1);
const COLUMNS = QUANTILES.map((quantile) => `p${quantile}`).join(',');

const attribute = (AttributeName: string, AttributeType: string) => ({ AttributeName, AttributeType });
const quoted = (name: string) => (/[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name);
const date = (week: number) => new Date(FIRST + week * WEEK).toISOString().slice(0, 19);

/** A demand with a season of its own for each item; the same numbers every time. */
function demand(item: number, week: number): number {
  const noise = Math.abs(Math.sin(item * 12.9898 + week * 78.233) * 43_758.5453) % 1;
  return Math.round((20 + (item % 40)) * (1 + 0.5 * Math.sin(week / 8 + item)) * (0.6 + 0.8 * noise));
}

/** How a run is made up. */
export interface RunShape {
  readonly names: readonly string[];
  readonly weeks: number;
  /** The demand in place of the season: of an item, by its index. */
  readonly values?: (item: number, week: number) => number | null;
  readonly kinds?: readonly ('RTS' | 'IM')[];
}

/** Weekly history of `weeks` weeks, one backtest window, eight weeks of forecast. */
export function salesRun({ names, weeks, values = demand, kinds = [] }: RunShape): RunFiles {
  const target = ['item_id,timestamp,target_value'];
  const forecast = [`item_id,date,${COLUMNS}`];
  const backtests = [
    `item_id,timestamp,target_value,backtestwindow_start_time,backtestwindow_end_time,${COLUMNS}`,
  ];
  const measures = [
    'item_id,backtest_window,backtestwindow_start_time,backtestwindow_end_time,wQL[0.1],wQL[0.5],wQL[0.9],Average wQL,RMSE,WAPE,MAPE,MASE',
  ];
  const window = `${date(weeks - HORIZON)},${date(weeks - 1)}`;
  names.forEach((name, item) => {
    const id = quoted(name);
    let error = 0;
    let total = 0;
    for (let week = 0; week < weeks; week++) {
      const value = values(item, week);
      if (value !== null) target.push(`${id},${date(week).replace('T', ' ')},${value}`);
      if (week < weeks - HORIZON) continue;
      const guess = demand(item, week - 52);
      backtests.push(`${id},${date(week)}Z,${value ?? 0},${window},${guess * 0.7},${guess},${guess * 1.3}`);
      error += Math.abs(guess - (value ?? 0));
      total += value ?? 0;
    }
    const wape = total === 0 ? '' : error / total;
    for (const kind of ['Summary', 'Computed']) {
      measures.push(
        `${id},${kind},${window},${wape},${wape},${wape},${wape},${error / HORIZON},${wape},${wape},${error / 100}`,
      );
    }
    for (let week = weeks; week < weeks + HORIZON; week++) {
      const guess = demand(item, week - 52);
      forecast.push(`${id},${date(week)}Z,${guess * 0.7},${guess},${guess * 1.3}`);
    }
  });
  return {
    config: configOf(kinds),
    target: lines(target),
    ...(kinds.includes('IM') && {
      metadata: lines(names.map((name, item) => `${quoted(name)},group-${item % 7}`)),
    }),
    ...(kinds.includes('RTS') && {
      related: lines(
        names.flatMap((name, item) =>
          Array.from(
            { length: weeks },
            (_, week) => `${quoted(name)},${date(week)},${demand(item, week) / 10}`,
          ),
        ),
      ),
    }),
    forecast: lines(forecast),
    backtests: lines(backtests),
    measures: lines(measures),
    metrics: METRICS,
  };
}

const lines = (rows: readonly string[]) => `${rows.join('\n')}\n`;

function configOf(kinds: readonly string[]): object {
  const key = [attribute('item_id', 'string')];
  const time = attribute('timestamp', 'timestamp');
  const dataset = (DatasetType: string, Attributes: object[]) => ({
    DatasetName: `Sales_${DatasetType}`,
    DatasetType,
    Domain: 'CUSTOM',
    DataFrequency: 'W',
    Schema: { Attributes },
  });
  return {
    DatasetGroup: { DatasetGroupName: 'Sales', Domain: 'CUSTOM' },
    Dataset: {
      TTS: dataset('TARGET_TIME_SERIES', [...key, time, attribute('target_value', 'float')]),
      ...(kinds.includes('IM') && {
        IM: dataset('ITEM_METADATA', [...key, attribute('category', 'string')]),
      }),
      ...(kinds.includes('RTS') && {
        RTS: dataset('RELATED_TIME_SERIES', [...key, time, attribute('price', 'float')]),
      }),
    },
    AutoPredictor: { PredictorName: 'Sales', ForecastHorizon: HORIZON, ForecastFrequency: 'W' },
    Forecast: { ForecastName: 'WeeklySales' },
    PerformDelete: true,
  };
}

const MEASURED = {
  AverageWeightedQuantileLoss: 0.21,
  WeightedQuantileLosses: QUANTILES.map((quantile) => ({ Quantile: quantile / 100, LossValue: 0.2 })),
  ErrorMetrics: [{ WAPE: 0.345, RMSE: 12.5, MASE: 0.9, MAPE: 0.4 }],
};
const METRICS = {
  Algorithm: 'AutoPredictor',
  TestWindows: [
    { EvaluationType: 'SUMMARY', Metrics: MEASURED },
    {
      EvaluationType: 'COMPUTED',
      TestWindowStart: '20251110T000000',
      TestWindowEnd: '20260105T000000',
      ItemCount: 3,
      Metrics: MEASURED,
    },
  ],
};
