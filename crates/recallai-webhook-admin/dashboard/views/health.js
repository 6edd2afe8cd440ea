// How the receiver does: rates, latencies, subscriptions and how far behind they are, and what was refused and why.

import { get } from '../api.js';
import { bars } from '../bars.js';
import { h } from '../dom.js';
import * as links from '../links.js';
import { empty, heading, plural, section, table } from '../parts.js';
import { removeSubscription } from '../removing.js';
import { badge, words } from '../status.js';
import { count, length, moment, size, when } from '../time.js';

const LOADED_EVERY_MS = 5000;
const BEHIND_SECONDS = 300;
const TAKEN_IN = new Set(['stored', 'duplicate', 'handled', 'unhandled', 'unknown', 'unreadable', 'forgotten']);

export default function health(page) {
  let told = null;
  let stats = null;
  let subscriptions = [];
  const load = async () => {
    const [health, figures, list] = await Promise.all([
      get('health', {}, page.signal), get('stats', {}, page.signal), get('subscriptions', {}, page.signal),
    ]);
    [told, stats, subscriptions] = [health, figures, list.items];
  };
  page.on('subscriptions', () => page.reloadSoon());
  page.every(LOADED_EVERY_MS, () => page.reload());
  const draw = () => [
    heading('Health', h('span', { class: 'hint' }, 'counted since ', when(told.since))),
    h('section', { key: 'rate', class: 'panel', 'aria-label': 'Messages a minute' },
      figure(count(told.minutes.slice(-5).reduce((sum, { accepted }) => sum + accepted, 0)), 'messages in 5 minutes'), bars(told.minutes)),
    h('div', { key: 'figures', class: 'figures' },
      figure(length(told.ack_latency.p99_seconds), 'acknowledged within (p99)', `half within ${length(told.ack_latency.p50_seconds)}`),
      figure(length(told.commits.p99_seconds), 'committed within (p99)', told.commits.mean_batch === null ? '' : `${plural(Number(told.commits.mean_batch.toFixed(1)), 'change')} in each`),
      figure(count(sum(stats.messages)), 'messages kept', size(stats.size_bytes)),
      figure(count(stats.repeats), 'repeated deliveries', stats.conflicts ? `${stats.conflicts} with another body` : 'none with another body')),
    section('subscriptions', 'Subscriptions', subscriptions.length
      ? table('Subscriptions', ['Subscription', 'State', ['Waiting', 'number'], ['Retrying', 'number'], ['Running', 'number'], ['Dead', 'number'], ['Done', 'number wide'], 'Behind by'], subscriptions.map((one) => subscription(one, told.jobs.find(({ subscription: name }) => name === one.name)?.done, () => page.reload())))
      : empty('No subscriptions', 'Messages are stored, and handed to nobody. Name who wants them in the configuration:', 'recallai-webhook config init')),
    section('endpoints', 'Endpoints', told.endpoints.length
      ? table('Endpoints', ['Endpoint', 'Last delivery', 'Clock skew', 'Deliveries by result'], told.endpoints.map(endpoint))
      : empty('No deliveries yet', 'Nothing was delivered since the server was started.', 'recallai-webhook emulate')),
    section('refusals', 'Refused deliveries', told.refusals.length
      ? [refusedByReason(), table('The last refused deliveries', ['When', 'Endpoint', 'Reason', 'Diagnosis'], told.refusals.map(refusal))]
      : h('p', { class: 'well', key: 'well' }, badge('done', 'None was refused'))),
    told.unknown_names.length
      ? section('unknown', 'Unknown event names', h('p', { class: 'hint', key: 'hint' }, 'They are kept, and read again after an upgrade that knows them.'),
          table('Unknown event names', ['Name', ['Messages', 'number'], 'Last'], told.unknown_names.map(({ name, count, last_at: last }) =>
            h('tr', { key: name }, h('td', null, h('a', { class: 'name', href: links.to(['messages'], { name }) }, name)), h('td', { class: 'number' }, count), h('td', null, when(last))))))
      : null,
  ];
  page.show(draw, load);

  /** How many of each reason, with the newest diagnosis that was made. */
  function refusedByReason() {
    const reasons = new Map();
    for (const { results } of told.endpoints) {
      for (const [name, count] of Object.entries(results)) {
        if (told.refusals.some(({ reason }) => reason === name)) reasons.set(name, (reasons.get(name) ?? 0) + count);
      }
    }
    return h('ul', { key: 'reasons', class: 'reasons' }, [...reasons].map(([reason, number]) => {
      const diagnosis = told.refusals.find((refusal) => refusal.reason === reason && refusal.diagnosis)?.diagnosis;
      return h('li', { key: reason }, badge('failed', `${count(number)} × ${words(reason)}`), diagnosis ? h('p', null, diagnosis) : null);
    }));
  }
}

const sum = (counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);

const figure = (value, name, more) =>
  h('div', { class: 'figure' }, h('span', { class: 'figure-value' }, value), h('span', { class: 'figure-name' }, name), more ? h('span', { class: 'hint' }, more) : null);

function subscription({ name, parked, jobs, lag_seconds: lag, oldest_at: oldest, order, away }, done, reload) {
  const cell = (number) => (number ? count(number) : h('span', { class: 'none' }, '0'));
  const behind = lag > BEHIND_SECONDS;
  const state = parked ? badge('parked') : away ? badge('failed', 'receiver away') : jobs.dead ? badge('dead', 'dead letters') : behind ? badge('paused', 'behind') : badge('done', 'well');
  return h('tr', { key: name },
    h('td', null, h('span', { class: 'strong' }, name), h('span', { class: 'hint' }, order === 'strict' ? ' strict order' : '')),
    h('td', null, state,
      away ? h('p', { class: 'hint' }, 'since ', when(away.since), ': ', away.error) : null,
      parked ? [' ', h('button', { type: 'button', class: 'button', onclick: () => removeSubscription({ name, jobs }, reload) }, 'Remove…')] : null),
    ['waiting', 'retrying', 'running'].map((state) => h('td', { class: 'number' }, cell(jobs[state]))),
    h('td', { class: 'number' }, jobs.dead ? h('a', { href: links.to(['dead-letters'], { subscription: name }) }, count(jobs.dead)) : cell(0)),
    h('td', { class: 'number wide' }, cell(done)),
    h('td', null, oldest ? h('span', { class: behind && !parked ? 'bad' : null }, length(lag)) : h('span', { class: 'none' }, 'nothing waits')));
}

const endpoint = ({ endpoint, results, last_delivery_at: last, clock_skew_seconds: skew }) =>
  h('tr', { key: endpoint },
    h('td', null, h('a', { class: 'name', href: links.to(['messages'], { endpoint }) }, endpoint)),
    h('td', null, when(last, 'none')),
    h('td', null, skew === null ? h('span', { class: 'none' }, '–') : length(skew)),
    h('td', null, Object.entries(results).filter(([, number]) => number).map(([name, number]) =>
      h('span', { key: name, class: TAKEN_IN.has(name) ? 'tally' : 'tally bad' }, words(name), ' ', h('b', null, count(number))))));

const refusal = ({ at, endpoint, reason, diagnosis }, index) =>
  h('tr', { key: `${at}-${index}` },
    h('td', null, moment(at)), h('td', null, endpoint), h('td', null, words(reason)),
    h('td', { class: 'grow' }, diagnosis ?? h('span', { class: 'none' }, 'the same as above, or not looked into')));
