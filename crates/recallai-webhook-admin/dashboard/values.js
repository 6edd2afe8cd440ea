// Values of others: JSON of any shape, and what an outcome says.

import { h } from './dom.js';
import { badge } from './status.js';

/** A JSON value as a short list of its members, or as it is; `null` if there is nothing in it. */
export function json(value) {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'object') return String(value);
  const members = flat(value);
  if (!members.length) return null;
  return h('dl', { class: 'members' }, members.map(([name, text]) => h('div', { key: name }, h('dt', null, name), h('dd', null, text))));
}

/** The members of a JSON value, each with its path: `data.recording.id`. */
export function flat(value, before = '') {
  if (value === null || typeof value !== 'object') return [[before, text(value)]];
  const members = Object.entries(value);
  if (!members.length) return before ? [[before, Array.isArray(value) ? '[]' : '{}']] : [];
  return members.flatMap(([name, member]) => flat(member, before ? `${before}.${name}` : name));
}

const text = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

/** What became of a bot: a word, and why. */
export function outcome(outcome) {
  if (!outcome) return null;
  const word = outcome.outcome ?? outcome.name ?? outcome;
  const { reason } = outcome;
  return [badge(word), reason ? h('span', { class: 'why' }, ' ', h('code', null, reason.sub_code ?? reason.code), reason.meaning ? ` ${reason.meaning}` : null) : null];
}
