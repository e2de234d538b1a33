/** What of an item is drawn, out of its row. Bands lie between outer pairs of quantiles. */
export function plotOf(row, axis) {
  const { types, central, windows } = axis;
  const middle = types.indexOf(central);
  const quantiles = types.filter((type) => type !== 'mean');
  const part = (kind, first, lists) => ({
    kind,
    bands: pairs(quantiles).map(([low, high]) => ({
      first,
      low: lists[types.indexOf(low)],
      high: lists[types.indexOf(high)],
    })),
    line: { first, values: lists[middle] },
  });
  return {
    history: row.h ? { first: row.h[0], values: row.h[1] } : null,
    parts: [
      ...row.b.flatMap((lists, index) => (lists ? [part('backtest', windows[index].start, lists)] : [])),
      ...(row.f ? [part('forecast', 0, row.f)] : []),
    ],
  };
}

/** `[p10, p90]`, then the next pair inside. */
function pairs(quantiles) {
  const found = [];
  for (let index = 0; index < Math.floor(quantiles.length / 2); index++) {
    found.push([quantiles[index], quantiles[quantiles.length - 1 - index]]);
  }
  return found;
}

/** Where the recent past begins that a plot shows first. */
export function recent(axis, horizon) {
  const earliest = Math.min(0, ...axis.windows.map(({ start }) => start));
  return earliest - Math.max(4 * horizon, 30);
}

export const isEmpty = (plot) => plot.history === null && plot.parts.length === 0;
