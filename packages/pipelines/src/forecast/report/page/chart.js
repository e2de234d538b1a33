import { s } from './elements.js';
import { compact } from './format.js';

/**
 * Lines over numbered periods.
 *
 * @typedef {{first: number, values: (number | null)[]}} Line
 * @typedef {{first: number, low: (number | null)[], high: (number | null)[]}} Band
 * @typedef {{history: Line | null, parts: {kind: 'forecast' | 'backtest', bands: Band[], line: Line}[]}} Plot
 */

const MARGIN = { top: 10, right: 8, bottom: 22, left: 46 };

/** First and last period of a plot, beginning `from` at the earliest. */
export function extent(plot, from = Number.NEGATIVE_INFINITY) {
  const lines = [plot.history, ...plot.parts.map(({ line }) => line)].filter(Boolean);
  return {
    first: Math.max(from, Math.min(...lines.map(({ first }) => first))),
    last: Math.max(...lines.map(({ first, values }) => first + values.length - 1)),
  };
}

/**
 * Draws a plot. Without `calendar` it has no axes: a sketch for a list.
 *
 * @param {Plot} plot
 * @param {{width: number, height: number, label: string, calendar?: object, from?: number}} options
 * @returns the SVG element, and what a cursor needs to know of it
 */
export function drawChart(plot, { width, height, label, calendar, from }) {
  const margin = calendar ? MARGIN : { top: 3, right: 2, bottom: 3, left: 2 };
  const range = extent(plot, from);
  const [low, high] = bounds(plot, range);
  const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };
  const x = (period) =>
    margin.left + ((period - range.first) / Math.max(1, range.last - range.first)) * inner.width;
  const y = (value) => margin.top + (1 - (value - low) / (high - low || 1)) * inner.height;
  const svg = s('svg', {
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    class: 'chart',
    role: 'img',
    'aria-label': label,
  });
  if (calendar) {
    svg.append(...axisY(low, high, y, margin.left, width - margin.right));
    svg.append(...axisX(calendar, range, x, height, inner.width));
    if (range.first < 0 && range.last >= 0) {
      const start = x(-0.5);
      svg.append(
        s('line', { class: 'now', x1: start, x2: start, y1: margin.top, y2: height - margin.bottom }),
      );
    }
  }
  for (const { kind, bands } of plot.parts) {
    for (const band of bands) svg.append(s('path', { class: `band ${kind}`, d: area(band, x, y, range) }));
  }
  if (plot.history) svg.append(s('path', { class: 'line history', d: path(plot.history, x, y, range) }));
  for (const { kind, line } of plot.parts) {
    svg.append(s('path', { class: `line ${kind}`, d: path(line, x, y, range) }));
  }
  return { svg, x, y, range, margin, width, height };
}

/** Lowest and highest value that is drawn, with zero where all values are on one side of it. */
function bounds(plot, { first, last }) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const take = (begin, values) => {
    for (let index = Math.max(0, first - begin); index < values.length && begin + index <= last; index++) {
      const value = values[index];
      if (value === null) continue;
      if (value < low) low = value;
      if (value > high) high = value;
    }
  };
  if (plot.history) take(plot.history.first, plot.history.values);
  for (const { bands, line } of plot.parts) {
    take(line.first, line.values);
    for (const band of bands) {
      take(band.first, band.low);
      take(band.first, band.high);
    }
  }
  if (low > high) return [0, 1];
  if (low > 0 && low < 0.6 * high) low = 0;
  if (high < 0 && high > 0.6 * low) high = 0;
  if (low === high) return low === 0 ? [0, 1] : [Math.min(0, low), Math.max(0, high)];
  return [low, high + (high - low) * 0.04];
}

const place = (number) => Math.round(number * 10) / 10;

function path({ first, values }, x, y, range) {
  let drawn = '';
  let pen = false;
  for (let index = Math.max(0, range.first - first); index < values.length; index++) {
    const value = values[index];
    if (value === null) {
      pen = false;
      continue;
    }
    const point = `${place(x(first + index))} ${place(y(value))}`;
    // A value between two gaps is a dot: a line of no length with a round cap.
    drawn += pen ? `L${point}` : `M${point}h.01`;
    pen = true;
  }
  return drawn;
}

function area({ first, low, high }, x, y, range) {
  const upper = [];
  const lower = [];
  for (let index = Math.max(0, range.first - first); index < high.length; index++) {
    if (high[index] === null || low[index] === null) continue;
    const across = place(x(first + index));
    upper.push(`${across} ${place(y(high[index]))}`);
    lower.unshift(`${across} ${place(y(low[index]))}`);
  }
  return upper.length === 0 ? '' : `M${[...upper, ...lower].join('L')}Z`;
}

function axisY(low, high, y, left, right) {
  return niceTicks(low, high, 4).flatMap((value) => {
    const at = place(y(value));
    return [
      s('line', { class: value === 0 ? 'grid zero' : 'grid', x1: left, x2: right, y1: at, y2: at }),
      s('text', { class: 'tick', x: left - 6, y: at + 3.5, 'text-anchor': 'end' }, compact(value)),
    ];
  });
}

function axisX(calendar, range, x, height, width) {
  const most = Math.max(2, Math.floor(width / 74));
  return calendar.ticks(range.first, range.last, most).map(({ number, text }) => {
    const at = place(x(number));
    const room = at > width + MARGIN.left - 22 ? 'end' : 'middle';
    return s('text', { class: 'tick', x: at, y: height - 6, 'text-anchor': room }, text);
  });
}

function niceTicks(low, high, wanted) {
  const rough = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough;
  const ticks = [];
  for (let value = Math.ceil(low / step) * step; value <= high + step * 1e-9; value += step) {
    ticks.push(Math.abs(value) < step * 1e-9 ? 0 : value);
  }
  return ticks;
}
