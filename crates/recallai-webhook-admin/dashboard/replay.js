// Replaying a message: its jobs run once more, for the subscriptions that are chosen.

import { note } from './announce.js';
import { get, path, post } from './api.js';
import { dialog } from './dialog.js';
import { h } from './dom.js';
import { plural } from './parts.js';

/** Asks for which subscriptions, replays, tells what came of it, then calls `after`. */
export async function replay(message, after) {
  try {
    const { items } = await get('subscriptions');
    const choosable = items.filter(({ parked }) => !parked);
    const chosen = new Set(message.jobs.map(({ subscription }) => subscription));
    let newKey = false;
    const box = (name) => h('label', { class: 'check', key: name },
      h('input', { type: 'checkbox', checked: chosen.has(name), onchange: (event) => (event.target.checked ? chosen.add(name) : chosen.delete(name)) }), name);
    const body = [
      h('fieldset', null, h('legend', null, 'For these subscriptions'),
        choosable.length ? choosable.map(({ name }) => box(name)) : h('p', { class: 'hint' }, 'There is no subscription.')),
      h('label', { class: 'check' },
        h('input', { type: 'checkbox', onchange: (event) => { newKey = event.target.checked; } }), 'Under a new idempotency key'),
      h('p', { class: 'hint' }, 'Under the same key, whoever is called can tell that it has seen this before. A new key makes it do the work again.'),
    ];
    if (!(await dialog({ title: `Replay ${message.name ?? 'the message'}?`, body, confirm: 'Replay' }))) return;
    if (!chosen.size) return note('Nothing was replayed: no subscription was chosen.', true);
    const answer = await post(path('messages', message.seq, 'replay'), { subscriptions: [...chosen], new_key: newKey });
    note(`${plural(answer?.jobs ?? chosen.size, 'job')} queued.`);
  } catch (problem) {
    note(`Could not replay: ${problem.detail ?? problem.message}`, true);
  }
  after();
}
