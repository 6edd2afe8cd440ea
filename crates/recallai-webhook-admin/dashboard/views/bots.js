// All bots: what became of each, also of those that never recorded.

import { get } from '../api.js';
import { h } from '../dom.js';
import * as links from '../links.js';
import { empty, field, heading, pager, plural, shortId, table } from '../parts.js';
import { code } from '../status.js';
import { when } from '../time.js';

export default function bots(page) {
  const { query } = page;
  let answer = { items: [], next: null };
  const load = async () => {
    answer = await get('bots', { order: 'newest', limit: 50, ...query }, page.signal);
  };
  page.on('message', ({ subject }) => {
    if (subject) page.reloadSoon();
  });
  page.show(draw, load);

  function draw() {
    const { items, next } = answer;
    return [
      heading('Bots'),
      h('div', { key: 'tools', class: 'tools' },
        field('Bot id', { value: query.id ?? '', placeholder: 'the whole id', onchange: (event) => page.ask({ id: event.target.value.trim() }) }),
        field('Scope', { value: query.scope ?? '', placeholder: 'any', size: 10, onchange: (event) => page.ask({ scope: event.target.value.trim() }) })),
      items.length
        ? [
            table('Bots', ['Bot', 'Status', 'Recordings', ['First heard of', 'wide'], 'Last news'], items.map(row)),
            pager(plural(items.length, 'bot'), query.cursor, next, (cursor) => page.ask({ ...query, cursor })),
          ]
        : query.id || query.scope || query.cursor
          ? empty('Nothing fits', 'No bot fits what is asked for.')
          : empty('No bots yet', 'They appear with their first event.', 'recallai-webhook dev'),
    ];
  }

  const row = (bot) =>
    h('tr', { key: `${bot.scope}/${bot.id}` },
      h('td', null, h('a', { class: 'name', href: links.to(['bots', bot.scope, bot.id]) }, shortId(bot.id)), h('span', { class: 'hint' }, ` ${bot.scope}`)),
      h('td', null, bot.status ? code(bot.status) : h('span', { class: 'none' }, '–')),
      h('td', null, bot.recordings.length
        ? bot.recordings.map((id) => h('a', { key: id, class: 'apart', href: links.to(['recordings', bot.scope, id]) }, shortId(id)))
        : h('span', { class: 'none' }, 'none')),
      h('td', { class: 'wide' }, when(bot.created_at)),
      h('td', null, when(bot.last_seen)));
}
