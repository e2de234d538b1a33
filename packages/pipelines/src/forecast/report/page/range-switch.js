import { h } from './elements.js';

/** Two buttons: the recent past of a plot, or all of it. */
export function rangeSwitch(whole, choose) {
  const buttons = [
    ['Recent', false],
    ['All', true],
  ].map(([text, wanted]) =>
    h(
      'button',
      {
        type: 'button',
        'aria-pressed': String(whole === wanted),
        onclick: () => {
          for (const button of buttons)
            button.setAttribute('aria-pressed', String(button.textContent === text));
          choose(wanted);
        },
      },
      text,
    ),
  );
  return h('div', { class: 'switch', role: 'group', 'aria-label': 'History in the plot' }, buttons);
}
