import { facts, h, section } from './elements.js';
import { count, counted, day, number, percent } from './format.js';

/** What the input files hold. */
export function profile(data) {
  const { target, related, metadata } = data.profile;
  return section(
    'data',
    'Data',
    'What the uploaded files hold, counted row by row.',
    h(
      'div',
      { class: 'cards' },
      h(
        'div',
        { class: 'card' },
        h('h3', {}, 'Target (TTS.csv)'),
        target.problem ? problem(target) : targetFacts(target),
      ),
      h(
        'div',
        { class: 'card' },
        h('h3', {}, 'Related series (RTS.csv)'),
        related === null ? none('RTS') : related.problem ? problem(related) : relatedFacts(related),
      ),
      h(
        'div',
        { class: 'card' },
        h('h3', {}, 'Item metadata (IM.csv)'),
        metadata === null ? none('IM') : metadata.problem ? problem(metadata) : metadataFacts(metadata),
      ),
    ),
  );
}

const problem = (part) => h('p', { class: 'lead' }, `Not read: ${part.problem}.`);
const none = (kind) => h('p', { class: 'lead' }, `The config declares no Dataset.${kind}.`);
const share = (part, whole) => (part === 0 ? '0' : `${count(part)} (${percent(part / whole)})`);

function targetFacts(target) {
  return facts([
    ['Items', count(target.items)],
    target.series === target.items
      ? ['', null]
      : [`Series by ${target.keys.join(', ')}`, count(target.series)],
    ['Rows', count(target.rows)],
    ['Span', `${day(target.first)} – ${day(target.last)}`],
    ['Frequency', target.frequency],
    ['Periods an item', periods(target)],
    [
      'Gaps',
      share(target.gaps, target.expected),
      'Periods without a value between an item’s first and last one',
    ],
    ['Zeros', share(target.zeros, target.values)],
    ['Items of zeros only', target.allZero === undefined ? null : count(target.allZero)],
    ['Missing values', share(target.missing, target.rows), 'Rows whose target value is empty or no number'],
    [
      'Duplicates',
      share(target.duplicates, target.rows),
      'Rows that repeat the keys and timestamp of an earlier row',
    ],
    ['Below zero', share(target.negatives, target.values)],
    [
      'Unreadable timestamps',
      target.unreadableTimes === 0 ? null : share(target.unreadableTimes, target.rows),
    ],
    target.mean === undefined
      ? ['', null]
      : ['Values', `${number(target.smallest)} to ${number(target.largest)}, mean ${number(target.mean)}`],
  ]);
}

function periods({ shortest, median, longest }) {
  if (shortest === undefined) return null;
  return shortest === longest
    ? count(longest)
    : `${count(shortest)} to ${count(longest)}, median ${number(median)}`;
}

function relatedFacts(related) {
  return facts([
    ['Items', count(related.items)],
    ['Rows', count(related.rows)],
    ['Span', `${day(related.first)} – ${day(related.last)}`],
    ['Frequency', related.frequency],
    ['Duplicates', share(related.duplicates, related.rows)],
    ['Items without target', count(related.withoutTarget)],
    ['Target items without it', count(related.targetWithout)],
    [
      'End before the forecast’s end',
      related.endBeforeForecast === null ? null : counted(related.endBeforeForecast, 'item'),
    ],
    ...related.columns.map((name) => [`Missing in ${name}`, share(related.missing[name], related.rows)]),
  ]);
}

function metadataFacts(metadata) {
  return facts([
    ['Items', count(metadata.items)],
    ['Duplicates', share(metadata.duplicates, metadata.rows)],
    ['Items without target', count(metadata.withoutTarget)],
    ['Target items without it', count(metadata.targetWithout)],
    ...Object.entries(metadata.columns).map(([name, values]) => [
      name,
      `${counted(values, 'value')}${metadata.missing[name] > 0 ? `, ${count(metadata.missing[name])} missing` : ''}`,
    ]),
  ]);
}
