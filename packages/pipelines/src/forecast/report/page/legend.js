import { h } from './elements.js';

/** What the colours of a plot mean, of those that are in it. */
export function legend(plot) {
  const kinds = new Set(plot.parts.map(({ kind }) => kind));
  const banded = plot.parts.some(({ bands }) => bands.length > 0);
  const entry = (kind, text) => h('li', {}, h('i', { class: `key ${kind}` }), text);
  return h(
    'ul',
    { class: 'legend' },
    plot.history ? entry('history', 'actual') : null,
    kinds.has('backtest') ? entry('backtest', `backtest${banded ? ' and its quantiles' : ''}`) : null,
    kinds.has('forecast') ? entry('forecast', `forecast${banded ? ' and its quantiles' : ''}`) : null,
  );
}
