import { h } from './elements.js';
import { number, percent } from './format.js';

/** What the measures are called, mean, and look like. All errors: smaller is better. */
const MEASURES = {
  wape: {
    name: 'WAPE',
    show: percent,
    text: 'Weighted absolute percentage error: the sum of all absolute errors of the forecast, divided by the sum of all actual values. 20 % means that a fifth of the volume was forecast wrongly.',
  },
  awql: {
    name: 'avg wQL',
    show: number,
    text: 'Average weighted quantile loss: the mean of wQL over all quantiles; it judges the whole range, not only its middle.',
  },
  rmse: {
    name: 'RMSE',
    show: number,
    text: 'Root mean squared error, in the unit of your data; large misses weigh more than small ones.',
  },
  mase: {
    name: 'MASE',
    show: number,
    text: 'Mean absolute scaled error: the error compared with that of repeating the value of the last season. Below 1 is better than repeating.',
  },
  mape: {
    name: 'MAPE',
    show: percent,
    text: 'Mean absolute percentage error: the mean of each error in percent of its actual value; periods with an actual value of zero do not count.',
  },
};
const QUANTILE_LOSS =
  'Weighted quantile loss: the errors of this quantile, where being too low and being too high are weighed as the quantile demands, divided by the sum of actual values.';

export function measure(key) {
  const quantile = /^wql(.+)$/.exec(key);
  if (quantile) return { name: `wQL[${quantile[1]}]`, show: number, text: QUANTILE_LOSS };
  return MEASURES[key];
}

/** A column heading that explains itself. */
export function heading(key) {
  const { name, text } = measure(key);
  return h('th', { scope: 'col', class: 'number' }, h('abbr', { title: text }, name));
}

/** All explanations, for those who cannot hover. */
export function glossary() {
  const entries = [
    ...Object.values(MEASURES).map(({ name, text }) => [name, text]),
    ['wQL[q]', QUANTILE_LOSS],
    [
      'Bias',
      'The sum of all forecasts of the backtests over the sum of all actual values, less one: +10 % means a tenth too much in all.',
    ],
    [
      'Quantile',
      'p90 is the value that the actual one should stay at or below nine times out of ten; p10 to p90 should hold eight of ten.',
    ],
    [
      'Backtest',
      'A forecast of the last known periods made without looking at them. What actually happened then is how the measures are made.',
    ],
  ];
  return h(
    'details',
    { class: 'glossary' },
    h('summary', {}, 'What the measures mean'),
    h(
      'dl',
      {},
      entries.map(([name, text]) => [h('dt', {}, name), h('dd', {}, text)]),
    ),
  );
}
