import { accuracy } from './accuracy.js';
import { Calendar } from './calendar.js';
import { h } from './elements.js';
import { moment } from './format.js';
import { itemsSection } from './items.js';
import { printed } from './print.js';
import { profile } from './profile.js';
import { steps } from './steps.js';
import { header, overview } from './summary.js';
import { totals } from './totals.js';

const data = JSON.parse(document.getElementById('data').textContent);
const calendar = data.axis ? new Calendar(data.axis) : null;
const total = totals(data, calendar);
const items = itemsSection(data, calendar);
const paper = items ? printed(items, data, calendar) : null;
const sections = [
  overview(data, calendar),
  total?.element,
  accuracy(data),
  items?.element,
  profile(data),
  steps(data),
].filter(Boolean);
if (paper) items.element.append(paper.element);

document.title = `${data.run.title} · ${data.run.uid} · forecast report`;
document.getElementById('page').replaceWith(
  h('a', { class: 'skip', href: items ? '#items' : '#accuracy' }, 'Skip to the items'),
  header(data),
  h(
    'nav',
    { 'aria-label': 'Sections' },
    sections.map((element) => h('a', { href: `#${element.id}` }, element.querySelector('h2').textContent)),
  ),
  h('main', {}, sections),
  h(
    'footer',
    {},
    `Written ${moment(data.run.written)}. This file holds everything it shows and loads nothing. Figures come from input/*.csv, forecast/${data.run.uid}.csv, the service’s backtest export and accuracy metrics, and the execution’s history.`,
  ),
);
items?.start();
draw();

let width = document.documentElement.clientWidth;
addEventListener('resize', () => {
  if (document.documentElement.clientWidth === width) return;
  width = document.documentElement.clientWidth;
  requestAnimationFrame(draw);
});
addEventListener('beforeprint', () => paper?.draw());

function draw() {
  total?.draw();
  items?.draw();
}
