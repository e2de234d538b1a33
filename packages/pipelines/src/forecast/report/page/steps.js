import { facts, h, section, table } from './elements.js';
import { count, duration, moment } from './format.js';

/** The run's steps on a time axis, each with its states. */
export function steps(data) {
  const { run, setup, steps: list } = data;
  const whole = Math.max(0.001, ...list.map(({ start, seconds }) => start + seconds));
  return section(
    'run',
    'Run',
    `What the run did in the ${duration(whole)} before this report; open a step to see its states.`,
    h(
      'div',
      { class: 'card steps' },
      list.map((step, index) => row(step, whole, index === failedStep(list, run.failure))),
    ),
    h(
      'div',
      { class: 'card' },
      h('h3', {}, 'Settings'),
      facts([
        ['Dataset group', setup.group],
        ['Domain', setup.domain],
        ['Predictor', setup.predictor],
        ['Horizon', setup.horizon === null ? null : `${setup.horizon} × ${setup.frequency}`],
        ['Forecast types', setup.types?.join(', ')],
        [
          'Resources after the run',
          setup.deletes === undefined || setup.deletes === null ? null : setup.deletes ? 'deleted' : 'kept',
        ],
        ['Execution', run.execution],
        ['Written', moment(run.written)],
      ]),
    ),
  );
}

/** Index of the step that failed: the last one, where it does not tidy up after another. */
function failedStep(list, failure) {
  if (failure === null) return -1;
  return list.findLastIndex(({ failsWith }) => failsWith === null || failsWith === failure.Error);
}

function row({ label, start, seconds, states, failures }, whole, failed) {
  const left = (start / whole) * 100;
  const width = (seconds / whole) * 100;
  const lines = states.map(([name, times, took]) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, name),
      h('td', { class: 'number' }, count(times)),
      h('td', { class: 'number' }, duration(took)),
    ),
  );
  const head = [
    h('th', { scope: 'col' }, 'State'),
    h('th', { scope: 'col', class: 'number' }, 'Times'),
    h('th', { scope: 'col', class: 'number' }, 'Seconds in all'),
  ];
  return h(
    'details',
    {},
    h(
      'summary',
      {},
      h('span', { class: 'name' }, label, failed ? h('b', { class: 'bad' }, ' failed') : null),
      h(
        'span',
        { class: 'track', 'aria-hidden': 'true' },
        h('i', {
          class: failed ? 'bad' : null,
          style: `left:${left.toFixed(2)}%;width:max(2px,${width.toFixed(2)}%)`,
        }),
      ),
      h('span', { class: 'value' }, duration(seconds)),
    ),
    table(`States of ${label}`, head, lines),
    failures.length > 0 ? h('p', { class: 'lead' }, `Attempts that failed: ${failures.join(', ')}`) : null,
  );
}
