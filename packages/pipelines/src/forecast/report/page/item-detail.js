import { drawChart, extent } from './chart.js';
import { withCursor } from './cursor.js';
import { facts, h, table } from './elements.js';
import { count, number, percent } from './format.js';
import { legend } from './legend.js';
import { heading, measure } from './measures.js';
import { isEmpty, plotOf, recent } from './plot.js';
import { rangeSwitch } from './range-switch.js';

/** One item: its plot, its accuracy in each window, its data. */
export function itemDetail({ axis, items, horizon, calendar }) {
  const element = h('div', {
    class: 'card detail',
    role: 'region',
    'aria-live': 'polite',
    'aria-label': 'Chosen item',
  });
  let shown = null;
  let whole = false;

  function draw() {
    if (!shown) return;
    const { row, plot, host } = shown;
    if (isEmpty(plot)) return;
    const chart = drawChart(plot, {
      width: Math.max(260, host.clientWidth),
      height: host.clientWidth < 460 ? 230 : 300,
      label: sentence(row, plot),
      calendar,
      from: whole ? undefined : recent(axis, horizon),
    });
    host.replaceChildren(withCursor(chart, { calendar, values: (period) => valuesAt(row, axis, period) }));
  }

  function show(row) {
    const plot = plotOf(row, axis);
    const host = h('div', { class: 'plot' });
    shown = { row, plot, host };
    const long = !isEmpty(plot) && extent(plot).first < recent(axis, horizon);
    element.replaceChildren(
      h(
        'div',
        { class: 'title' },
        h('h3', {}, row.n.join(' · ') || '(no name)'),
        long
          ? rangeSwitch(whole, (wanted) => {
              whole = wanted;
              draw();
            })
          : null,
      ),
      tags(row),
      isEmpty(plot)
        ? h('p', { class: 'lead' }, 'There is neither history nor forecast of this item here.')
        : host,
      isEmpty(plot) ? '' : legend(plot),
      measures(row, items, axis, calendar) ?? h('p', { class: 'lead' }, 'This item has no backtest.'),
      about(row),
      values(row, axis, calendar) ?? '',
    );
    draw();
  }

  return { element, show, draw };
}

function tags(row) {
  const texts = Object.entries(row.a?.t ?? {}).filter(([, value]) => value !== '');
  if (texts.length === 0) return '';
  return h(
    'p',
    { class: 'tags' },
    texts.map(([name, value]) => h('span', {}, `${name}: ${value}`)),
  );
}

function sentence(row, plot) {
  const parts = plot.parts.map(({ kind, line }) => `${line.values.length} periods of ${kind}`);
  return `${row.n.join(', ')}: ${plot.history?.values.length ?? 0} periods of history${parts.map((part) => `, ${part}`).join('')}`;
}

/** What is known of an item at one period. */
function valuesAt(row, axis, period) {
  return [
    ['actual', row.h?.[1][period - row.h[0]]],
    ...row.b.flatMap((lists, index) =>
      lists
        ? axis.types.map((type, at) => [`backtest ${type}`, lists[at][period - axis.windows[index].start]])
        : [],
    ),
    ...(row.f ? axis.types.map((type, at) => [type, row.f[at][period]]) : []),
  ];
}

function measures(row, items, axis, calendar) {
  if (!row.m) return null;
  const line = (name, list) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, name),
      items.measures.map((key, index) => h('td', { class: 'number' }, measure(key).show(list[index]))),
    );
  const windows = row.w.flatMap((list, index) => {
    const { start, length } = axis.windows[index];
    return list ? [line(`${calendar.label(start)} – ${calendar.label(start + length - 1)}`, list)] : [];
  });
  return table(
    'Accuracy of the item per backtest window',
    [h('th', { scope: 'col' }, 'Window'), items.measures.map(heading)],
    windows.length > 1
      ? [line('Summary', row.m), ...windows]
      : windows.length === 1
        ? windows
        : [line('Summary', row.m)],
  );
}

function about(row) {
  const [rows, periods, gaps, zeros] = row.a?.f ?? [];
  return facts([
    ['Volume', number(row.v), 'The sum of the whole history'],
    [
      'Share of all errors',
      row.e === null ? null : percent(row.e),
      'Of the sum of absolute errors of all items in the backtests',
    ],
    ['Rows', rows === undefined ? null : count(rows)],
    ['Periods with a value', periods === undefined ? null : count(periods)],
    [
      'Gaps',
      gaps === undefined ? null : count(gaps),
      'Periods without a value between the first and the last',
    ],
    ['Zeros', zeros === undefined ? null : `${count(zeros)} (${percent(zeros / rows)})`],
  ]);
}

function values(row, axis, calendar) {
  if (!row.f) return null;
  const length = row.f[0].length;
  const host = h('div');
  return h(
    'details',
    {
      ontoggle: (event) => {
        if (!event.currentTarget.open || host.firstChild) return;
        const lines = Array.from({ length }, (_, period) =>
          h(
            'tr',
            {},
            h('th', { scope: 'row' }, calendar.label(period)),
            row.f.map((list) => h('td', { class: 'number' }, number(list[period]))),
          ),
        );
        const head = [
          h('th', { scope: 'col' }, 'Period'),
          axis.types.map((type) => h('th', { scope: 'col', class: 'number' }, type)),
        ];
        host.append(table('Forecast values', head, lines));
      },
    },
    h('summary', {}, 'Forecast values'),
    host,
  );
}
