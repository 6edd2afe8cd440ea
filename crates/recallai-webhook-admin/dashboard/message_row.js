// A message as a row of a table, which several views have.

import { h } from './dom.js';
import * as links from './links.js';
import { badge } from './status.js';

/** The columns, but for the first. */
export const MESSAGE_COLUMNS = ['Event', 'Subject', ['Endpoint', 'wide'], ['Deliveries', 'wide number'], ['No.', 'number']];

/** `first` is what stands in the first column. */
export const messageRow = (message, { first, class: style = null }) =>
  h('tr', { key: message.seq, class: style },
    h('td', null, first),
    h('td', null, h('a', { class: 'name', href: links.to(['messages', message.seq]) }, message.name ?? '(no name)'), flag(message)),
    h('td', null, links.subject(message.scope, message.subject)),
    h('td', { class: 'wide' }, message.endpoint, message.scope === message.endpoint ? null : h('span', { class: 'hint' }, ` · ${message.scope}`)),
    h('td', { class: 'wide number' }, deliveries(message)),
    h('td', { class: 'number' }, h('span', { class: 'none' }, message.seq)));

const flag = (message) => {
  if (message.class === 'unreadable') return badge('failed', 'unreadable');
  if (message.class === 'unknown') return badge('paused', 'unknown');
  return null;
};

const deliveries = ({ deliveries, conflicts }) => [
  deliveries === 1 ? h('span', { class: 'none' }, '1') : deliveries,
  conflicts ? badge('failed', `${conflicts} conflicting`) : null,
];
