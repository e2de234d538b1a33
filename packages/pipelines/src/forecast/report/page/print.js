import { drawChart } from './chart.js';
import { h } from './elements.js';
import { count, percent } from './format.js';
import { isEmpty, plotOf, recent } from './plot.js';

const PRINTED = 20;

/** For paper: the plots of the first items in the present order, in place of the list. */
export function printed(items, data, calendar) {
  const element = h('div', { class: 'printed' });
  const { axis, setup } = data;
  const wape = data.items.measures.indexOf('wape');
  return {
    element,
    draw() {
      const rows = items.rows.slice(0, PRINTED);
      element.replaceChildren(
        h(
          'p',
          { class: 'lead' },
          `The first ${count(rows.length)} of ${count(items.rows.length)} items in this order: ${items.orderName}.`,
        ),
        ...rows.map((row) => {
          const plot = plotOf(row, axis);
          const error = row.m?.[wape];
          return h(
            'figure',
            {},
            h(
              'figcaption',
              {},
              h('b', {}, row.n.join(' · ')),
              typeof error === 'number' ? ` WAPE ${percent(error)}` : '',
            ),
            isEmpty(plot)
              ? 'no plot'
              : drawChart(plot, {
                  width: 340,
                  height: 150,
                  label: row.n.join(', '),
                  calendar,
                  from: recent(axis, setup.horizon ?? 12),
                }).svg,
          );
        }),
      );
    },
  };
}
