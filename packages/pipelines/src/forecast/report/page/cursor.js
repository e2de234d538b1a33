import { h, s } from './elements.js';
import { number } from './format.js';

/**
 * A cursor over a chart, by pointer or arrow keys, that tells the values at its period.
 *
 * @param chart what drawChart returned
 * @param {{calendar: object, values: (period: number) => [string, number | null | undefined][]}} options
 * @returns the chart with its cursor
 */
export function withCursor(chart, { calendar, values }) {
  const { svg, x, range, margin, width, height } = chart;
  const line = s('line', { class: 'cursor', y1: margin.top, y2: height - margin.bottom });
  const tip = h('div', { class: 'tip', role: 'status' });
  const box = h('div', { class: 'with-cursor', tabindex: '0' }, svg, tip);
  let at = null;
  svg.append(line);
  hide();

  function hide() {
    line.style.display = 'none';
    tip.hidden = true;
    at = null;
  }

  function show(period) {
    at = Math.min(range.last, Math.max(range.first, period));
    const across = x(at);
    const scale = svg.getBoundingClientRect().width / width || 1;
    line.setAttribute('x1', across);
    line.setAttribute('x2', across);
    line.style.display = '';
    tip.hidden = false;
    const told = values(at).filter(([, value]) => value !== null && value !== undefined);
    tip.replaceChildren(
      h('strong', {}, calendar.label(at)),
      ...(told.length > 0
        ? told.map(([name, value]) => h('div', {}, h('span', {}, name), h('b', {}, number(value))))
        : [h('div', {}, 'no value')]),
    );
    const left = across * scale;
    const most = svg.getBoundingClientRect().width - tip.offsetWidth;
    tip.style.left = `${Math.max(0, Math.min(most, left > most / 2 ? left - tip.offsetWidth - 12 : left + 12))}px`;
  }

  box.addEventListener('pointermove', (event) => {
    const bounds = svg.getBoundingClientRect();
    const place = ((event.clientX - bounds.left) / bounds.width) * width;
    const share = (place - margin.left) / (width - margin.left - margin.right);
    show(Math.round(range.first + share * (range.last - range.first)));
  });
  box.addEventListener('pointerleave', hide);
  box.addEventListener('blur', hide);
  box.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 }[event.key];
    if (event.key === 'Escape') return hide();
    if (step === undefined) return;
    event.preventDefault();
    show(at === null ? (step > 0 ? Math.max(0, range.first) : Math.min(-1, range.last)) : at + step);
  });
  return box;
}
