import { drawChart } from './chart.js';
import { h } from './elements.js';
import { isEmpty, plotOf, recent } from './plot.js';

const ROW_HEIGHT = 66;
const OVERSCAN = 4;
const SKETCH = { width: 132, height: 46 };

/**
 * A list that draws only the rows in sight: a list box moved through by pointer or keys.
 *
 * @param {{axis: object, horizon: number, describe: (row: object) => (string | Node)[], choose: (row: object) => void}} options
 */
export function itemList({ axis, horizon, describe, choose }) {
  const inner = h('div', { class: 'inner', role: 'presentation' });
  const box = h('div', { class: 'list', role: 'listbox', tabindex: '0', 'aria-label': 'Items' }, inner);
  const from = axis ? recent(axis, horizon) : 0;
  let rows = [];
  let chosen = 0;
  let drawn = new Map();

  function option(row, index) {
    const plot = plotOf(row, axis);
    return h(
      'div',
      {
        class: 'option',
        role: 'option',
        id: `option-${index}`,
        'aria-setsize': rows.length,
        'aria-posinset': index + 1,
        style: `top:${index * ROW_HEIGHT}px`,
        onclick: () => select(index),
      },
      h(
        'span',
        { class: 'words' },
        h('span', { class: 'name', title: row.n.join(' · ') }, row.n.join(' · ') || '(no name)'),
        h('span', { class: 'text' }, describe(row)),
      ),
      isEmpty(plot)
        ? h('span', { class: 'text' }, 'no plot')
        : drawChart(plot, { ...SKETCH, label: '', from }).svg,
    );
  }

  /** Keeps the rows in sight and a few around them, and drops the others. */
  function draw() {
    const first = Math.max(0, Math.floor(box.scrollTop / ROW_HEIGHT) - OVERSCAN);
    const last = Math.min(rows.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW_HEIGHT) + OVERSCAN);
    const next = new Map();
    for (let index = first; index < last; index++) {
      const element = drawn.get(index) ?? option(rows[index], index);
      element.setAttribute('aria-selected', String(index === chosen));
      next.set(index, element);
    }
    for (const [index, element] of drawn) if (!next.has(index)) element.remove();
    for (const [index, element] of next) if (!drawn.has(index)) inner.append(element);
    drawn = next;
  }

  function select(index) {
    if (rows.length === 0) return;
    chosen = Math.max(0, Math.min(rows.length - 1, index));
    const top = chosen * ROW_HEIGHT;
    if (top < box.scrollTop) box.scrollTop = top;
    if (top + ROW_HEIGHT > box.scrollTop + box.clientHeight)
      box.scrollTop = top + ROW_HEIGHT - box.clientHeight;
    draw();
    box.setAttribute('aria-activedescendant', `option-${chosen}`);
    choose(rows[chosen]);
  }

  box.addEventListener('scroll', draw, { passive: true });
  box.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.floor(box.clientHeight / ROW_HEIGHT));
    const target = {
      ArrowDown: chosen + 1,
      ArrowUp: chosen - 1,
      PageDown: chosen + page,
      PageUp: chosen - page,
      Home: 0,
      End: rows.length - 1,
    }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    select(target);
  });

  return {
    element: box,
    draw,
    /** Shows other rows, the first of them chosen. */
    show(next) {
      rows = next;
      for (const element of drawn.values()) element.remove();
      drawn = new Map();
      inner.style.height = `${rows.length * ROW_HEIGHT}px`;
      box.scrollTop = 0;
      box.removeAttribute('aria-activedescendant');
      if (rows.length > 0) select(0);
    },
  };
}
