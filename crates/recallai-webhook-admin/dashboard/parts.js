// What views are put together from.

import { h } from './dom.js';
import { note } from './announce.js';

/** The head of a view. */
export const heading = (title, ...beside) =>
  h('header', { class: 'head', key: 'head' }, h('h1', { id: 'title', tabindex: '-1' }, title), h('div', { class: 'beside' }, beside));

/** A part of a view with a heading. */
export const section = (key, title, ...children) =>
  h('section', { key: `section-${key}`, class: 'section' }, h('h2', null, title), children);

/** A table that scrolls within itself where the page is narrow. `columns` are names, or `[name, class]`. */
export function table(caption, columns, rows) {
  const heads = columns.map((column) => [column].flat());
  return h('div', { class: 'scroll', key: `table-${caption}`, tabindex: '0', role: 'region', 'aria-label': caption },
    h('table', null,
      h('caption', { class: 'unseen' }, caption),
      h('thead', null, h('tr', null, heads.map(([name, style]) => h('th', { scope: 'col', class: style }, name)))),
      h('tbody', null, rows)));
}

/** Names with values; what is `null` is left out. */
export const facts = (pairs) =>
  h('dl', { class: 'facts', key: 'facts' }, pairs.filter(([, value]) => value !== null && value !== undefined).map(([name, value]) =>
    h('div', null, h('dt', null, name), h('dd', null, value))));

/** What is shown where there is nothing, and what to do about it. */
export const empty = (title, text, ...lines) =>
  h('div', { class: 'empty', key: 'empty' },
    h('p', { class: 'empty-title' }, title),
    h('p', null, text),
    lines.map((line) => h('div', { class: 'line' }, h('code', null, line), copy(line, 'the command'))));

/** What went wrong, with a way to try again. */
export const failure = (error, again) =>
  h('div', { class: 'notice bad', key: 'failure', role: 'alert' },
    h('div', null,
      h('strong', null, error.title ?? 'Something went wrong on this page'),
      h('p', null, error.detail ?? error.message)),
    again ? h('button', { type: 'button', class: 'button', onclick: again }, 'Try again') : null);

/** Stands where the first answer will be. */
export const loading = () => h('p', { class: 'loading', key: 'loading', role: 'status' }, 'Loading…');

/** Copies a text, and says so. */
export const copy = (text, what) =>
  h('button', {
    type: 'button', class: 'plain copy', 'aria-label': `Copy ${what}`, title: `Copy ${what}`,
    onclick: async () => {
      try {
        await navigator.clipboard.writeText(typeof text === 'function' ? text() : text);
        note(`Copied ${what}.`);
      } catch {
        note('The browser does not let this page copy here: it takes https or localhost.', true);
      }
    },
  }, h('svg', { viewBox: '0 0 16 16', width: 14, height: 14, 'aria-hidden': 'true', class: 'stroke' },
    h('path', { d: 'M5.5 5.5h8v8h-8zM3.5 10.5h-1v-8h8v1' })));

/** An id: its beginning, with the whole for whoever points at it. */
export const shortId = (id) => h('span', { class: 'mono short', title: id }, id.length > 13 ? `${id.slice(0, 8)}…` : id);

/** An id in full that can be copied. */
export const wholeId = (id, what) => h('span', { class: 'id' }, h('code', null, id), copy(id, what));

/** A choice between a few, as buttons of which one is pressed. */
export const choice = (label, options, chosen, choose) =>
  h('div', { class: 'choice', role: 'group', 'aria-label': label }, options.map(([value, text]) =>
    h('button', { type: 'button', 'aria-pressed': String(value === chosen), onclick: () => choose(value) }, text)));

/** A field with its label. `props` are those of the input. */
export const field = (label, props) => h('label', { class: 'field' }, label, h('input', { type: 'search', spellcheck: 'false', autocomplete: 'off', ...props }));

/** A field that chooses from options: `[value, text]`. */
export const select = (label, options, value, choose) =>
  h('label', { class: 'field' }, label,
    h('select', { value, onchange: (event) => choose(event.target.value) },
      options.map(([value, text]) => h('option', { value }, text))));

/** Leads from page to page of a list; `null` cursors do not. */
export const pager = (shown, first, next, go) =>
  h('div', { class: 'pager', key: 'pager' },
    h('span', { class: 'hint' }, shown),
    h('button', { type: 'button', class: 'button', disabled: !first, onclick: () => go(null) }, 'First'),
    h('button', { type: 'button', class: 'button', disabled: !next, onclick: () => go(next) }, 'Next'));

/** `1 message`, `3 messages`. */
export const plural = (count, one, many = `${one}s`) => `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;
