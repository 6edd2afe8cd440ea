// All stored messages.

import { get } from '../api.js';
import { h } from '../dom.js';
import { messageRow, MESSAGE_COLUMNS } from '../message_row.js';
import { choice, empty, field, heading, pager, plural, table } from '../parts.js';
import { moment } from '../time.js';

const CLASSES = [['', 'All'], ['event', 'Events'], ['unknown', 'Unknown'], ['unreadable', 'Unreadable']];

export default function messages(page) {
  const { query } = page;
  let answer = { items: [], next: null };
  const load = async () => {
    answer = await get('messages', { order: 'newest', limit: 50, ...query }, page.signal);
  };
  // A later page stays what it is.
  page.on('message', () => {
    if (!query.cursor) page.reloadSoon();
  });
  page.show(draw, load);

  function draw() {
    const { items, next } = answer;
    const set = (name) => (event) => page.ask({ [name]: event.target.value.trim() });
    return [
      heading('Messages'),
      h('div', { key: 'tools', class: 'tools' },
        field('Name', { value: query.name ?? '', placeholder: 'transcript.*', onchange: set('name') }),
        field('Message id', { value: query.id ?? '', placeholder: 'msg_…', onchange: set('id') }),
        field('Endpoint', { value: query.endpoint ?? '', placeholder: 'any', size: 10, onchange: set('endpoint') }),
        choice('Class', CLASSES, query.class ?? '', (value) => page.ask({ class: value }))),
      items.length
        ? [
            table('Messages', ['Received', ...MESSAGE_COLUMNS], items.map((message) => messageRow(message, { first: moment(message.received_at) }))),
            pager(plural(items.length, 'message'), query.cursor, next, (cursor) => page.ask({ ...query, cursor })),
          ]
        : query.name || query.id || query.endpoint || query.class || query.cursor
          ? empty('Nothing fits', 'No message fits what is asked for.')
          : empty('No messages yet', 'What is delivered to an endpoint of this server and verified is kept here.', 'recallai-webhook emulate', 'recallai-webhook dev'),
    ];
  }
}
