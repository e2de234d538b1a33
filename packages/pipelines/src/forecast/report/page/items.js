import { h, section } from './elements.js';
import { compact, count, number, percent } from './format.js';
import { itemDetail } from './item-detail.js';
import { itemList } from './item-list.js';

const collator = new Intl.Collator('en', { numeric: true });

/** Ways to sort: what the choice is called, and the value; greatest first, what has none last. */
function orders(items) {
  const at = (key) => items.measures.indexOf(key);
  const byMeasure = (key) => (row) => row.m?.[at(key)] ?? null;
  const orders = {
    wape: ['Worst WAPE', byMeasure('wape')],
    share: ['Largest share of all errors', (row) => row.e],
    awql: ['Worst average wQL', byMeasure('awql')],
    mase: ['Worst MASE', byMeasure('mase')],
    rmse: ['Worst RMSE', byMeasure('rmse')],
    volume: ['Largest volume', (row) => row.v],
    name: ['Name', null],
  };
  const usable = ([key, [, value]]) =>
    value === null || key === 'volume' || items.rows.some((row) => value(row) !== null);
  return Object.fromEntries(Object.entries(orders).filter(usable));
}

/** Search, order, list and the chosen item. */
export function itemsSection(data, calendar) {
  const { items, axis, setup } = data;
  if (!items) return null;
  const choices = orders(items);
  const horizon = setup.horizon ?? 12;
  const detail = itemDetail({ axis, items, horizon, calendar });
  const wape = items.measures.indexOf('wape');
  const describe = (row) => {
    const error = wape < 0 ? null : (row.m?.[wape] ?? null);
    return [
      error === null ? 'no WAPE' : `WAPE ${percent(error)}`,
      h('span', { class: 'more' }, ` · volume ${compact(row.v)}`),
    ];
  };
  const list = itemList({ axis, horizon, describe, choose: detail.show });
  const texts = new Map(
    items.rows.map((row) => [row, [...row.n, ...Object.values(row.a?.t ?? {})].join(' ').toLowerCase()]),
  );
  const search = h('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Name or metadata',
    autocomplete: 'off',
    spellcheck: 'false',
  });
  const order = h(
    'select',
    { id: 'order' },
    Object.entries(choices).map(([key, [name]]) => h('option', { value: key }, name)),
  );
  const found = h('p', { class: 'found', role: 'status' });
  const none = h(
    'p',
    { class: 'lead none', hidden: true },
    'No item fits. Search for a part of its name or metadata.',
  );
  const master = h('div', { class: 'master' }, list.element, detail.element);
  let rows = [];

  function update() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    rows = items.rows.filter((row) => words.every((word) => texts.get(row).includes(word)));
    const value = choices[order.value][1];
    rows.sort((a, b) => {
      const [first, second] = value ? [value(a), value(b)] : [null, null];
      if (first !== second) return first === null ? 1 : second === null ? -1 : second - first;
      return collator.compare(a.n.join(' '), b.n.join(' '));
    });
    found.textContent =
      words.length > 0
        ? `${count(rows.length)} of ${count(items.rows.length)}`
        : `${count(items.rows.length)} listed`;
    master.hidden = rows.length === 0;
    none.hidden = rows.length > 0;
    list.show(rows);
  }
  search.addEventListener('input', update);
  order.addEventListener('change', update);

  return {
    element: section(
      'items',
      'Items',
      explanation(data),
      h(
        'div',
        { class: 'controls' },
        h('label', { for: 'search' }, 'Search', search),
        h('label', { for: 'order' }, 'Order', order),
        found,
      ),
      none,
      master,
    ),
    draw() {
      list.draw();
      detail.draw();
    },
    start: update,
    /** Rows in their present order, for the print. */
    get rows() {
      return rows;
    },
    get orderName() {
      return choices[order.value][0];
    },
  };
}

function explanation({ items, axis }) {
  const parts = [];
  if (items.count > items.rows.length) {
    parts.push(
      `${count(items.rows.length)} of ${count(items.count)} series are listed: half of them those with the largest share of all errors, half those with the largest volume. All other figures in this report are of all series.`,
    );
  }
  if (items.history !== null) parts.push(`Plots show the latest ${count(items.history)} periods of history.`);
  if (axis.aggregation !== 'sum') {
    parts.push(
      `Where a period has several values, plots show them as the predictor takes them: ${axis.aggregation}.`,
    );
  }
  parts.push(
    `Values in plots have ${number(items.digits)} significant digits; the exact ones are in the CSV files.`,
  );
  return parts.join(' ');
}
