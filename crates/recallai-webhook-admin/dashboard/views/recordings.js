// All recordings, with what is ready of each at a glance.

import { get } from '../api.js';
import { h } from '../dom.js';
import * as links from '../links.js';
import { needPicker, needOf } from '../need.js';
import { empty, field, heading, pager, plural, select, shortId, table } from '../parts.js';
import { badge, code, dot, kind, KINDS, words } from '../status.js';
import { absolute, when } from '../time.js';

const READINESS = [['', 'Any'], ['ready', 'Ready'], ['pending', 'Pending'], ['failed', 'Failed'], ['gone', 'Gone']];

export default function recordings(page) {
  const { query } = page;
  const need = needOf(query);
  let answer = { items: [], next: null };

  const load = async () => {
    answer = await get('recordings', { order: 'newest', limit: 50, ...query, need: need.join(',') }, page.signal);
  };
  page.on('message', ({ subject }) => {
    if (subject) page.reloadSoon();
  });
  page.show(draw, load);

  function draw() {
    const { items, next } = answer;
    const filtered = query.scope || query.id || query.readiness;
    return [
      heading('Recordings'),
      h('div', { key: 'tools', class: 'tools' },
        field('Recording id', { value: query.id ?? '', placeholder: 'the whole id', onchange: (event) => page.ask({ id: event.target.value.trim() }) }),
        field('Scope', { value: query.scope ?? '', placeholder: 'any', size: 10, onchange: (event) => page.ask({ scope: event.target.value.trim() }) }),
        select('Readiness', READINESS, query.readiness ?? '', (readiness) => page.ask({ readiness })),
        needPicker(need, (need) => page.ask({ need: need.join(',') }))),
      items.length
        ? [
            table('Recordings', ['Recording', 'Ready?', ...Object.keys(KINDS).map((name) => [h('abbr', { title: kind(name) }, KINDS[name]), 'kind']), ['Recorded', 'wide'], 'Last news'], items.map(row)),
            pager(plural(items.length, 'recording'), query.cursor, next, (cursor) => page.ask({ ...query, cursor })),
          ]
        : filtered || query.cursor
          ? [empty('Nothing fits', 'No recording fits what is asked for.'), next || query.cursor ? pager('', query.cursor, next, (cursor) => page.ask({ ...query, cursor })) : null]
          : empty('No recordings yet', 'They appear with their first event. To see one come about in seconds:', 'recallai-webhook dev', 'recallai-webhook emulate'),
    ];
  }

  const row = (recording) =>
    h('tr', { key: `${recording.scope}/${recording.id}` },
      h('td', { class: 'together' }, h('a', { class: 'name', href: links.to(['recordings', recording.scope, recording.id], { need: query.need }) }, shortId(recording.id)),
        h('span', { class: 'hint' }, ` ${recording.scope}`)),
      h('td', null, recording.readiness ? h('span', { title: recording.readiness.text }, badge(recording.readiness.state)) : null),
      Object.keys(KINDS).map((name) => h('td', { class: need.includes(name) ? 'kind needed' : 'kind' }, cell(recording, name))),
      h('td', { class: 'wide' }, recording.status ? code(recording.status)[0] : h('span', { class: 'none' }, '–')),
      h('td', null, when(recording.last_seen)));
}

/** What the artifacts of a kind come to: as the state of a recording has it, any that is done counts. */
function cell(recording, name) {
  const found = recording.artifacts.filter((artifact) => artifact.kind === name);
  if (!found.length) return dot('unseen', `${kind(name)}: not seen`);
  const best = ['done', 'pending', 'failed', 'gone'].map((standing) => found.find((artifact) => artifact.standing === standing)).find(Boolean) ?? found[0];
  const why = best.sub_code ? ` (${words(best.sub_code)})` : '';
  const several = found.length > 1 ? `, ${found.length} of them` : '';
  return dot(best.standing, `${kind(name)}: ${best.code}${why}${several}, ${absolute(best.updated_at)}`);
}
