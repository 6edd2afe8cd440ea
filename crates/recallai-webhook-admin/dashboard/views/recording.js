// One recording: what it comes to, its artifacts on a time axis, and what was told of it.

import { get, path } from '../api.js';
import { h } from '../dom.js';
import { json, outcome } from '../values.js';
import * as links from '../links.js';
import { needOf, needPicker } from '../need.js';
import { empty, facts, heading, section, shortId, table, wholeId } from '../parts.js';
import { badge, code, kind, KINDS, words } from '../status.js';
import { absolute, instant, length, moment, when } from '../time.js';
import { timeline } from '../timeline.js';
import { job } from '../job.js';
import { settle } from '../settling.js';
import { messageRow, MESSAGE_COLUMNS } from '../message_row.js';

const HINTS = {
  in_progress: 'in progress',
  never_reported: 'never reported',
  never_reported_though_recording_done: 'never reported, though the recording is done: not requested, or its events are not subscribed to',
};

export default function recording(page) {
  const [scope, id] = page.params;
  const need = needOf(page.query);
  let found = null;
  let messages = [];

  const load = async () => {
    const subject = { order: 'newest', limit: 100, scope, subject: `recording:${id}` };
    const [detail, list] = await Promise.all([
      get(path('recordings', scope, id), { need: need.join(',') }, page.signal),
      get('messages', subject, page.signal),
    ]);
    [found, messages] = [detail, list.items];
  };
  page.on('message', (message) => {
    const about = message.subject;
    if (about?.id === id || (about?.kind === 'bot' && found?.bots.includes(about.id))) page.reloadSoon();
  });
  page.show(draw, load);

  function draw() {
    const { readiness } = found;
    return [
      heading(['Recording ', h('span', { class: 'mono' }, shortId(id))], found.erased_at ? badge('erased', 'erased here') : null, readiness ? badge(readiness.state) : null),
      verdict(readiness),
      h('div', { key: 'tools', class: 'tools' }, needPicker(need, (need) => page.ask({ need: need.join(',') }))),
      section('timeline', 'Timeline',
        found.timeline.length ? timeline(found, need) : empty('Nothing to draw', 'No event gave a status yet.')),
      h('div', { key: 'columns', class: 'columns' },
        section('facts', 'Facts', facts([
          ['Id', wholeId(id, 'the id of the recording')],
          ['Scope', scope],
          ['Status', found.status ? [...code(found.status), ' ', when(found.status.updated_at)] : null],
          ['Outcome', outcome(found.outcome)],
          ['Bots', found.bots.length ? found.bots.map((bot) => h('div', null, links.subject(scope, { kind: 'bot', id: bot }))) : null],
          ['Uploads', found.uploads.length ? found.uploads.map((upload) => h('div', { class: 'mono' }, upload)) : null],
          ['First status', when(found.first_seen)],
          ['Last news', when(found.last_seen)],
          ['First heard of', when(found.created_at)],
          ['Erased', found.erased_at ? when(found.erased_at) : null],
          ['Metadata', json(found.metadata)],
        ])),
        section('statuses', 'Statuses', statuses(found.timeline))),
      found.jobs?.length ? section('jobs', 'Attempts', found.jobs.map((one) =>
        job(one, (verb) => settle(verb, { id: one.id, subscription: one.subscription }, () => page.reload())))) : null,
      section('messages', 'Messages', messages.length
        ? table('Messages about this recording', ['Received', ...MESSAGE_COLUMNS], messages.map((message) => messageRow(message, { first: moment(message.received_at) })))
        : empty('No messages are kept', 'They were pruned or erased; what they said of the recording is above.')),
    ];
  }
}

/** What is missing and since when, what failed and why. */
function verdict(readiness) {
  if (!readiness) return null;
  const lost = [...readiness.failed, ...(readiness.gone ?? [])];
  return h('div', { key: 'verdict', class: `verdict is-${readiness.state}` },
    h('p', { class: 'verdict-text' }, sentence(readiness)),
    lost.length || readiness.missing.length
      ? h('ul', null,
          readiness.missing.map((missing) => h('li', null, badge('pending', kind(missing.kind)), ' ', HINTS[missing.hint] ?? words(missing.hint ?? 'missing'),
            missing.since ? [' for ', h('span', { title: `since ${absolute(missing.since)}` }, length((Date.now() - instant(missing.since)) / 1000))] : null)),
          lost.map((failed) => h('li', null, badge(failed.code, kind(failed.kind)), ' ', failed.code, failed.sub_code ? [' ', h('code', null, failed.sub_code)] : null,
            failed.meaning ? ` – ${failed.meaning}` : null, failed.since ? [', ', when(failed.since)] : null)))
      : null);
}

function sentence({ state, need, missing }) {
  // In the order of the boxes, whatever that of the answer is.
  const wanted = Object.keys(KINDS).filter((name) => need.includes(name)).map(kind).join(', ');
  if (state === 'ready') return `Everything needed is there: ${wanted}.`;
  if (state === 'gone') return 'What is needed was deleted.';
  if (state === 'failed') return 'Something needed failed; it may still come, if it is asked for again.';
  return `Waiting for ${missing.length} of ${need.length}: ${wanted}.`;
}

/** The same as the drawing, for readers and for exact times. */
const statuses = (observations) =>
  table('Statuses, oldest first', ['When', 'Of', 'Status', ['Artifact', 'wide']], observations.map((observation, index) =>
    h('tr', { key: `${observation.kind}/${observation.artifact}/${observation.code}/${observation.updated_at}/${index}` },
      h('td', null, moment(observation.at ?? observation.updated_at)),
      h('td', null, kind(observation.kind)),
      h('td', null, code(observation)),
      h('td', { class: 'wide' }, observation.artifact ? shortId(observation.artifact) : null))));
