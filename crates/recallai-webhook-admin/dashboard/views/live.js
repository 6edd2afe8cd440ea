// What is arriving now: the stream of messages, newest on top.

import { get } from '../api.js';
import { speak } from '../announce.js';
import { bars } from '../bars.js';
import { h } from '../dom.js';
import { choice, empty, failure, field, heading, loading, plural, table } from '../parts.js';
import { messageRow, MESSAGE_COLUMNS } from '../message_row.js';
import { moment } from '../time.js';

const SHOWN = 100;
const COUNTED_EVERY_MS = 15000;
const CLASSES = [['', 'All'], ['event', 'Events'], ['unknown', 'Unknown'], ['unreadable', 'Unreadable']];

export default function live(page) {
  const { feed } = page;
  let paused = null;
  let name = '';
  let kept = '';
  let minutes = [];
  let error = null;
  let arrived = 0;
  const fresh = new Set();

  const wanted = (message) =>
    (!kept || message.class === kept) && (!name || (message.name ?? '').toLowerCase().includes(name.toLowerCase()));

  page.on('loaded', () => page.draw());
  page.on('state', () => page.draw());
  page.on('message', (message) => {
    bump(message);
    arrived += 1;
    speak(() => {
      const sentence = `${plural(arrived, 'message')} arrived, the last one ${message.name ?? message.class}.`;
      arrived = 0;
      return sentence;
    });
    if (!paused) fresh.add(message.seq);
    page.draw();
    setTimeout(() => fresh.delete(message.seq), 1500);
  });
  page.every(COUNTED_EVERY_MS, count);
  page.show(draw);
  count();

  async function count() {
    try {
      minutes = (await get('health', {}, page.signal)).minutes;
      error = null;
    } catch (problem) {
      if (problem.name !== 'AbortError') error = problem;
    }
    page.draw();
  }

  /** Counts a message between two answers of the server. */
  function bump(message) {
    const at = new Date(Math.floor(Date.parse(message.received_at) / 60000) * 60000);
    const last = minutes.at(-1);
    if (!last) return;
    if (Date.parse(last.at) === at.getTime()) last.accepted += 1;
    else if (Date.parse(last.at) < at.getTime()) {
      minutes.push({ at: at.toISOString(), accepted: 1, duplicates: 0, refused: 0, not_stored: 0 });
      minutes.shift();
    }
  }

  function draw() {
    const source = paused ?? feed.messages;
    const rows = source.filter(wanted).slice(0, SHOWN);
    const behind = paused && feed.messages[0] ? feed.messages.filter(({ seq }) => seq > (paused[0]?.seq ?? 0)).length : 0;
    return [
      heading('Live', h('button', { type: 'button', class: 'button', 'aria-pressed': String(Boolean(paused)), onclick: pause },
        paused ? `Resume${behind ? ` (${behind} new)` : ''}` : 'Pause')),
      h('section', { key: 'rate', class: 'panel', 'aria-label': 'Messages a minute' }, error ? failure(error, count) : rate()),
      h('div', { key: 'tools', class: 'tools' },
        field('Name contains', { value: name, placeholder: 'transcript', oninput: (event) => { name = event.target.value.trim(); page.draw(); } }),
        choice('Class', CLASSES, kept, (value) => { kept = value; page.draw(); })),
      !feed.ready ? loading()
        : rows.length ? table('The newest messages', ['Received', ...MESSAGE_COLUMNS], rows.map((message) =>
          messageRow(message, { class: fresh.has(message.seq) ? 'fresh' : null, first: moment(message.received_at) })))
        : feed.messages.length ? empty('Nothing fits', 'None of the newest messages has that name and class.')
        : empty('Nothing has arrived yet', 'Point the webhooks of Recall.ai at this server, or send it made-up meetings:',
          'recallai-webhook emulate', 'recallai-webhook dev'),
    ];
  }

  function rate() {
    const current = minutes.at(-1);
    const total = minutes.reduce((sum, { accepted }) => sum + accepted, 0);
    return [
      h('div', { class: 'figure' },
        h('span', { class: 'figure-value' }, current?.accepted ?? 0),
        h('span', { class: 'figure-name' }, 'messages this minute'),
        h('span', { class: 'hint' }, `${plural(total, 'message')} in the last hour`)),
      bars(minutes),
    ];
  }

  function pause() {
    paused = paused ? null : [...feed.messages];
    page.draw();
  }
}
