// Where things are shown on this page.

import { h } from './dom.js';
import { kind } from './status.js';
import { shortId } from './parts.js';

const PLACES = { recording: 'recordings', bot: 'bots' };

/** The address of a view, its parts escaped, with a query. */
export function to(parts, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const place = parts.map((part) => encodeURIComponent(part)).join('/');
  return `#/${place}${given.length ? `?${new URLSearchParams(given)}` : ''}`;
}

/** A subject, led to where it is shown. */
export function subject(scope, subject) {
  if (!subject) return h('span', { class: 'none' }, '–');
  const place = PLACES[subject.kind];
  const text = [`${kind(subject.kind)} `, shortId(subject.id)];
  return place ? h('a', { class: 'together', href: to([place, scope, subject.id]) }, text) : h('span', { class: 'together' }, text);
}

/** A message. */
export const message = (seq, text = `#${seq}`) => h('a', { href: to(['messages', seq]), class: 'seq' }, text);
