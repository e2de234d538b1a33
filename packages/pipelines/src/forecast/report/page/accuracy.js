import { h, section, table } from './elements.js';
import { count, day, percent } from './format.js';
import { glossary, heading, measure } from './measures.js';

const EDGES = [0.1, 0.2, 0.3, 0.5, 0.75, 1, 2];

/** The measures of each backtest window, how well the quantiles hold, and how errors are spread over items. */
export function accuracy(data) {
  const { accuracy: measured, items } = data;
  if (!measured) {
    return section('accuracy', 'Accuracy', 'There are no accuracy metrics of this run.');
  }
  const quantiles = Object.keys(measured.windows[0]?.wql ?? {}).sort((a, b) => a - b);
  const keys = ['wape', 'awql', ...quantiles.map((quantile) => `wql${quantile}`), 'rmse', 'mase', 'mape'];
  const value = (window, key) => (key.startsWith('wql') ? window.wql[key.slice(3)] : window[key]);
  const rows = measured.windows.map((window) =>
    h(
      'tr',
      { class: window.summary ? 'summary' : null },
      h(
        'th',
        { scope: 'row' },
        window.summary ? 'Summary (mean of windows)' : `${day(window.start)} to ${day(window.end)}`,
      ),
      h('td', { class: 'number' }, window.items == null ? '' : count(window.items)),
      keys.map((key) => h('td', { class: 'number' }, measure(key).show(value(window, key)))),
    ),
  );
  const head = [
    h('th', { scope: 'col' }, 'Backtest window'),
    h('th', { scope: 'col', class: 'number' }, 'Items'),
    keys.map(heading),
  ];
  return section(
    'accuracy',
    'Accuracy',
    `How ${measured.algorithm} did on periods that it had not seen.`,
    table('Accuracy per backtest window', head, rows),
    h('div', { class: 'pair' }, calibration(measured), spread(items)),
    glossary(),
  );
}

function calibration({ calibration: quantiles }) {
  if (quantiles.length === 0) return null;
  return h(
    'div',
    { class: 'card' },
    h('h3', {}, 'Do the quantiles hold?'),
    h(
      'p',
      { class: 'lead' },
      'How many actual values of the backtests were at or below each quantile; the mark is the aim.',
    ),
    h(
      'ul',
      { class: 'bars quantiles' },
      quantiles.map(({ quantile, share, count: values }) =>
        bar(
          `p${Math.round(quantile * 100)}`,
          share,
          `${percent(share)} (aim ${Math.round(quantile * 100)} %)`,
          `${count(values)} values`,
          quantile,
        ),
      ),
    ),
  );
}

function spread(items) {
  const at = items?.measures.indexOf('wape') ?? -1;
  if (at < 0) return null;
  const errors = items.rows.map((row) => row.m?.[at] ?? null);
  const known = errors.filter((error) => error !== null);
  const bins = [...EDGES, Number.POSITIVE_INFINITY].map((edge, index) => {
    const low = index === 0 ? Number.NEGATIVE_INFINITY : EDGES[index - 1];
    const number = known.filter((error) => error >= low && error < edge).length;
    const name =
      edge === Number.POSITIVE_INFINITY
        ? `${EDGES.at(-1) * 100} % or more`
        : `${index === 0 ? 'below' : `${low * 100} to`} ${edge * 100} %`;
    return { name, number };
  });
  const most = Math.max(1, ...bins.map(({ number }) => number));
  const undefinedCount = errors.length - known.length;
  return h(
    'div',
    { class: 'card' },
    h('h3', {}, 'How are errors spread?'),
    h(
      'p',
      { class: 'lead' },
      `Items by their WAPE.${undefinedCount > 0 ? ` ${count(undefinedCount)} without one: not backtested, or only zeros.` : ''}`,
    ),
    h(
      'ul',
      { class: 'bars' },
      bins.map(({ name, number }) => bar(name, number / most, count(number))),
    ),
  );
}

function bar(name, share, text, title = null, aim = null) {
  return h(
    'li',
    { title },
    h('span', { class: 'name' }, name),
    h(
      'span',
      { class: 'track', 'aria-hidden': 'true' },
      h('i', { style: `width:${(share * 100).toFixed(1)}%` }),
      aim === null ? null : h('b', { style: `left:${(aim * 100).toFixed(1)}%` }),
    ),
    h('span', { class: 'value' }, text),
  );
}
