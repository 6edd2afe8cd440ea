// One message: how it was verified, what it says, its body as received, and the jobs it made.

import { bytes, get, path } from '../api.js';
import { h } from '../dom.js';
import { settle } from '../settling.js';
import { job } from '../job.js';
import { body } from '../body.js';
import * as links from '../links.js';
import { empty, facts, heading, section, table, wholeId } from '../parts.js';
import { badge } from '../status.js';
import { length, size, when } from '../time.js';
import { flat } from '../values.js';
import { replay } from '../replay.js';

// Beyond this the sender's clock or ours is worth a look; at five minutes deliveries are refused.
const NOTABLE_SKEW_SECONDS = 30;

export default function message(page) {
  const [seq] = page.params;
  let found = null;
  let raw = null;
  const shown = { pretty: true };
  const load = async () => {
    found = await get(path('messages', seq), {}, page.signal);
    // The body of a message never changes, but it may be erased.
    raw ??= await bytes(path('messages', seq, 'raw'), page.signal).catch((error) => {
      if (error.status === 404 || error.status === 410) return null;
      throw error;
    });
  };
  page.on('subscriptions', () => page.reloadSoon());
  const again = () => page.reload();

  const draw = () => [
    heading(found.name ?? 'Message without a name', badgeOfClass(found.class),
      h('button', { type: 'button', class: 'button', onclick: () => replay(found, again) }, 'Replay…')),
    found.error ? h('div', { key: 'error', class: 'notice bad' }, h('div', null, h('strong', null, 'The body could not be read'), h('p', null, found.error))) : null,
    h('div', { key: 'columns', class: 'columns' },
      section('facts', 'Message', facts([
        ['About', links.subject(found.scope, found.subject)],
        ['Message id', wholeId(found.id, 'the id of the message')],
        ['Number', found.seq],
        ['Endpoint', found.scope === found.endpoint ? found.endpoint : `${found.endpoint}, scope ${found.scope}`],
        ['Received', when(found.received_at)],
        ['Deliveries', found.deliveries === 1 ? '1' : [`${found.deliveries}, the last `, when(found.last_received_at)]],
        ['Conflicts', found.conflicts ? h('span', { class: 'bad' }, `${found.conflicts} with another body; the first is kept`) : 'none'],
      ])),
      section('verification', 'Verification', found.signature ? facts(signature(found.signature))
        : empty('Not signed', 'The endpoint lets in what brings a token, or everything.'))),
    section('jobs', 'Attempts', found.jobs.length ? found.jobs.map((one) => job(one, (verb) => settle(verb, { id: one.id, subscription: one.subscription }, again)))
      : empty('No subscription wants it', 'No filter matched this message. Needs make jobs of their own, for the recording.')),
    h('div', { key: 'content', class: 'columns' },
      section('fields', 'Fields', found.event ? fields(found.event) : empty('No fields', 'The body could not be read as an event.')),
      section('body', `Body, ${size(found.size ?? raw?.length)}`, body(raw, seq, shown, () => page.draw()))),
  ];
  page.show(draw, load);
}

const badgeOfClass = (word) =>
  word === 'event' ? badge('done', 'event') : word === 'unknown' ? badge('paused', 'unknown name') : badge('failed', 'unreadable');

const signature = ({ family, timestamp, key_label: label, skew_seconds: skew }) => [
  ['Result', badge('done', 'verified')],
  ['Headers', h('code', null, `${family}-id, -timestamp, -signature`)],
  ['Secret', h('code', null, label)],
  ['Signed', when(typeof timestamp === 'number' ? new Date(timestamp * 1000).toISOString() : timestamp)],
  ['Skew', [length(skew), h('span', { class: 'hint' }, ' between signing and receiving'), Math.abs(skew) > NOTABLE_SKEW_SECONDS ? badge('paused', 'look at the clocks') : null]],
];

const fields = (event) =>
  table('Fields of the event', ['Field', 'Value'], flat(event).map(([name, value]) =>
    h('tr', { key: name }, h('th', { scope: 'row', class: 'mono' }, name), h('td', { class: 'mono value' }, value))));
