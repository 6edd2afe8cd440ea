// One bot: its outcome, its recordings, and what was told of it.

import { get, path } from '../api.js';
import { h } from '../dom.js';
import * as links from '../links.js';
import { messageRow, MESSAGE_COLUMNS } from '../message_row.js';
import { empty, facts, heading, section, shortId, table, wholeId } from '../parts.js';
import { code } from '../status.js';
import { moment, when } from '../time.js';
import { json, outcome } from '../values.js';

export default function bot(page) {
  const [scope, id] = page.params;
  let found = null;
  let messages = [];
  const load = async () => {
    const about = { order: 'newest', limit: 100, scope, subject: `bot:${id}` };
    const [detail, list] = await Promise.all([get(path('bots', scope, id), {}, page.signal), get('messages', about, page.signal)]);
    [found, messages] = [detail, list.items];
  };
  page.on('message', ({ subject }) => {
    if (subject?.id === id || found?.recordings.includes(subject?.id)) page.reloadSoon();
  });
  const draw = () => [
    heading(['Bot ', h('span', { class: 'mono' }, shortId(id))]),
    h('div', { key: 'columns', class: 'columns' },
      section('facts', 'Facts', facts([
        ['Outcome', outcome(found.outcome)],
        ['Status', found.status ? code(found.status) : null],
        ['Recordings', found.recordings.length
          ? found.recordings.map((recording) => h('div', { key: recording }, links.subject(scope, { kind: 'recording', id: recording })))
          : h('span', { class: 'none' }, 'none was reported')],
        ['Id', wholeId(id, 'the id of the bot')],
        ['Scope', scope],
        ['First status', when(found.first_seen)],
        ['Last news', when(found.last_seen)],
        ['Erased', found.erased_at ? when(found.erased_at) : null],
        ['Metadata', json(found.metadata)],
      ])),
      section('statuses', 'Statuses', found.timeline.length
        ? table('Statuses, oldest first', ['When', 'Status'], found.timeline.map((observation, index) =>
          h('tr', { key: index }, h('td', null, moment(observation.at ?? observation.updated_at)), h('td', null, code(observation)))))
        : empty('No statuses', 'No event gave a status of this bot yet.'))),
    section('messages', 'Messages', messages.length
      ? table('Messages about this bot', ['Received', ...MESSAGE_COLUMNS], messages.map((message) => messageRow(message, { first: moment(message.received_at) })))
      : empty('No messages are kept', 'What names a recording too is listed with the recording.')),
  ];
  page.show(draw, load);
}
