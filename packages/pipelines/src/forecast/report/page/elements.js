const SVG = 'http://www.w3.org/2000/svg';

/**
 * An HTML element. Texts become text nodes, never markup: names in the data may hold anything.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `on…` are listeners; null and false are left out
 * @param {...(Node | string | number | null | undefined | unknown[])} children
 */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function s(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined));
  return element;
}

/** A section of the page with its heading. */
export function section(id, title, lead, ...children) {
  return h(
    'section',
    { id, 'aria-labelledby': `${id}-title` },
    h('h2', { id: `${id}-title` }, title),
    lead ? h('p', { class: 'lead' }, lead) : null,
    ...children,
  );
}

/** A table in a box that scrolls sideways by itself where the page is narrow. */
export function table(caption, head, rows) {
  return h(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: '0' },
    h(
      'table',
      {},
      h('caption', { class: 'unseen' }, caption),
      h('thead', {}, h('tr', {}, head)),
      h('tbody', {}, rows),
    ),
  );
}

/** Facts: name, value, explanation; those without a value are left out. Long texts get a line of their own. */
export function facts(pairs) {
  return h(
    'dl',
    { class: 'facts' },
    pairs
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value, title]) =>
        h(
          'div',
          { title, class: String(value).length > 40 ? 'wide' : null },
          h('dt', {}, name),
          h('dd', {}, value),
        ),
      ),
  );
}
