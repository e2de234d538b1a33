import { h, section } from './elements.js';
import {
  count,
  counted,
  dayInWords,
  duration,
  MISSING,
  moment,
  number,
  percent,
  unbroken,
} from './format.js';

/** Title, how the run ended, and the handful of figures to see first. */
export function header(data) {
  const { run, setup } = data;
  const good = run.failure === null;
  return h(
    'header',
    {},
    h('p', { class: 'eyebrow' }, 'Slipway · forecast report'),
    h('h1', {}, run.title),
    h(
      'p',
      { class: 'sub' },
      h('span', { class: good ? 'chip good' : 'chip bad' }, good ? 'Succeeded' : 'Failed'),
      h('span', {}, `Run ${run.uid}`),
      h('span', {}, moment(run.started)),
      h('span', {}, `${duration(run.written - run.started)} until this report`),
      setup.predictor ? h('span', {}, setup.predictor) : null,
    ),
    good
      ? null
      : h(
          'div',
          { class: 'banner bad', role: 'alert' },
          h('strong', {}, run.failure.Error ?? 'The run failed'),
          h('pre', {}, run.failure.Cause ?? 'No cause was given.'),
        ),
  );
}

export function overview(data, calendar) {
  const summary = data.accuracy?.windows.find((window) => window.summary);
  const { target } = data.profile;
  const { axis, items, setup } = data;
  const tiles = [
    summary && ['WAPE', percent(summary.wape), 'absolute error over actual volume, in backtests'],
    summary && ['Average wQL', number(summary.awql), 'quantile loss, smaller is better'],
    typeof data.accuracy?.bias === 'number' && [
      'Bias',
      percent(data.accuracy.bias, true),
      data.accuracy.bias > 0 ? 'forecast too much in all' : 'forecast too little in all',
    ],
    target.items !== undefined && [
      target.items === 1 ? 'Item' : 'Items',
      count(items?.count ?? target.items),
      items && items.count !== target.items
        ? `series by ${items.keys.join(', ')}`
        : `with ${counted(target.rows, 'row')}`,
    ],
    target.first && [
      'History',
      `${dayInWords(target.first)} – ${dayInWords(target.last)}`,
      `at most ${counted(target.longest ?? 0, 'period')} (${target.frequency}) an item`,
    ],
    axis && items?.rows.some((row) => row.f)
      ? [
          'Forecast',
          `${unbroken(calendar.label(0))} – ${unbroken(calendar.label(setup.horizon - 1))}`,
          `${calendar.span(setup.horizon)}: ${axis.types.join(', ')}`,
        ]
      : ['Forecast', MISSING, 'none was made'],
  ].filter(Boolean);
  const remarks = [
    ...data.missing.map((text) => ['missing', text]),
    ...[...data.run.notes, ...data.remarks].map((text) => ['note', text]),
  ];
  return section(
    'overview',
    'Overview',
    null,
    h(
      'div',
      { class: 'tiles' },
      tiles.map(([name, value, text]) =>
        h(
          'div',
          { class: 'tile' },
          h('span', { class: 'name' }, name),
          h('span', { class: value.length > 14 ? 'value long' : 'value' }, value),
          h('span', { class: 'text' }, text),
        ),
      ),
    ),
    remarks.length > 0
      ? h(
          'ul',
          { class: 'remarks', 'aria-label': 'Remarks' },
          remarks.map(([kind, text]) =>
            h(
              'li',
              { class: kind },
              h('b', {}, kind === 'missing' ? 'Missing' : 'Note'),
              h('span', {}, text),
            ),
          ),
        )
      : null,
  );
}
