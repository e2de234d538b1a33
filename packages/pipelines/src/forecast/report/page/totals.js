import { drawChart, extent } from './chart.js';
import { withCursor } from './cursor.js';
import { h, section } from './elements.js';
import { legend } from './legend.js';
import { recent } from './plot.js';
import { rangeSwitch } from './range-switch.js';

// More points than this are hard to tell apart, so only the latest show at first.
const MANY = 240;

/** All items together over time. */
export function totals(data, calendar) {
  const { totals: sums, axis, setup } = data;
  if (!sums) return null;
  const plot = {
    history: { first: sums.first, values: sums.history },
    parts: [
      ...sums.backtests.map((values, index) => ({
        kind: 'backtest',
        bands: [],
        line: { first: axis.windows[index].start, values },
      })),
      ...(sums.forecast.length > 0
        ? [{ kind: 'forecast', bands: [], line: { first: 0, values: sums.forecast } }]
        : []),
    ],
  };
  const host = h('div', { class: 'plot' });
  const values = (period) => [
    ['actual', sums.history[period - sums.first]],
    ...sums.backtests.map((list, index) => ['backtest', list[period - axis.windows[index].start]]),
    [`forecast (${sums.type})`, sums.forecast[period]],
  ];
  const from = recent(axis, setup.horizon ?? 12);
  const long = sums.history.length > MANY && extent(plot).first < from;
  let whole = !long;
  const draw = () => {
    const chart = drawChart(plot, {
      width: Math.max(280, host.clientWidth),
      height: 240,
      label: `Sum of all items: ${sums.history.length} periods of history, ${sums.forecast.length} of forecast`,
      calendar,
      from: whole ? undefined : from,
    });
    host.replaceChildren(withCursor(chart, { calendar, values }));
  };
  const lead =
    sums.type === null
      ? 'The sum over all items.'
      : sums.type === 'mean'
        ? 'The sum over all items; the forecast is the sum of the items’ means.'
        : `The sum over all items; the forecast adds up the items’ ${sums.type}, which is a middle course and not the ${sums.type} of the sum.`;
  return {
    element: section(
      'total',
      'All items together',
      lead,
      h(
        'div',
        { class: 'card' },
        h(
          'div',
          { class: 'title' },
          legend(plot),
          long
            ? rangeSwitch(whole, (wanted) => {
                whole = wanted;
                draw();
              })
            : null,
        ),
        host,
      ),
    ),
    draw,
  };
}
