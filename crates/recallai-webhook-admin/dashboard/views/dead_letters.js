// Dead letters: what used up its attempts and waits for a person.

import { get } from '../api.js';
import { h } from '../dom.js';
import { attempts } from '../job.js';
import * as links from '../links.js';
import { empty, heading, pager, plural, select, table } from '../parts.js';
import { badge } from '../status.js';
import { settle } from '../settling.js';
import { when } from '../time.js';

export default function deadLetters(page) {
  const { query } = page;
  let answer = { items: [], next: null };
  let subscriptions = [];
  const picked = new Set();

  const load = async () => {
    const [list, { items }] = await Promise.all([
      get('dead-letters', { limit: 50, ...query }, page.signal),
      get('subscriptions', {}, page.signal),
    ]);
    [answer, subscriptions] = [list, items];
    const there = new Set(answer.items.map(({ id }) => id));
    for (const id of picked) if (!there.has(id)) picked.delete(id);
  };
  page.on('subscriptions', () => page.reloadSoon());
  page.show(draw, load);

  function draw() {
    const { items, next } = answer;
    const dead = subscriptions.filter(({ jobs }) => jobs.dead);
    const options = [['', 'All'], ...subscriptions.map(({ name, jobs }) => [name, `${name} (${jobs.dead ?? 0})`])];
    return [
      heading('Dead letters'),
      h('div', { key: 'tools', class: 'tools' },
        select('Subscription', options, query.subscription ?? '', (subscription) => page.ask({ subscription })),
        picked.size
          ? [act('Retry selected', 'retry', { ids: [...picked] }), act('Discard selected…', 'discard', { ids: [...picked] })]
          : query.subscription && items.length
            ? [act(`Retry all of ${query.subscription}…`, 'retry', query), act(`Discard all of ${query.subscription}…`, 'discard', query)]
            : dead.length === 1 && items.length ? act(`Retry all of ${dead[0].name}…`, 'retry', { subscription: dead[0].name }) : null,
        h('span', { class: 'hint', role: 'status' }, picked.size ? `${picked.size} selected` : '')),
      items.length
        ? [
            table('Dead letters', [pickAll(items), 'Subscription', 'About', 'Error', ['Died', 'wide'], h('span', { class: 'unseen' }, 'Actions')], items.map(row)),
            pager(plural(items.length, 'dead letter'), query.cursor, next, (cursor) => page.ask({ ...query, cursor })),
          ]
        : h('div', { key: 'well', class: 'empty' }, badge('done', query.subscription ? `No dead letters of ${query.subscription}` : 'No dead letters'),
            h('p', null, 'A job that uses up its attempts comes to rest here, and waits until somebody retries or discards it.')),
    ];
  }

  const act = (text, verb, which) =>
    h('button', { type: 'button', class: 'button', key: text, onclick: () => settle(verb, which, reload) }, text);

  async function reload() {
    picked.clear();
    await page.reload();
    page.feed.count();
    // The row that had the focus may be gone.
    if (document.activeElement === document.body) document.getElementById('title')?.focus();
  }

  const pickAll = (items) =>
    h('input', {
      type: 'checkbox', 'aria-label': 'Select all on this page', checked: picked.size === items.length, indeterminate: picked.size > 0 && picked.size < items.length,
      onchange: (event) => {
        for (const { id } of items) if (event.target.checked) picked.add(id); else picked.delete(id);
        page.draw();
      },
    });

  const row = (job) => {
    const about = job.message ? links.message(job.message, `message ${job.message}`) : null;
    return h('tr', { key: job.id, class: picked.has(job.id) ? 'picked' : null },
      h('td', null, h('input', {
        type: 'checkbox', checked: picked.has(job.id), 'aria-label': `Select dead letter ${job.id} of ${job.subscription}`,
        onchange: (event) => {
          if (event.target.checked) picked.add(job.id); else picked.delete(job.id);
          page.draw();
        },
      })),
      h('td', null, h('span', { class: 'strong' }, job.subscription), job.turn ? h('div', null, badge(job.turn)) : null),
      h('td', null, links.subject(job.scope, job.subject), about ? h('div', { class: 'hint' }, about) : null),
      h('td', { class: 'grow' }, h('details', null,
        h('summary', null, h('span', { class: 'error-line' }, job.error ?? 'no error was kept'), h('span', { class: 'hint' }, plural(job.attempts, 'attempt'))), attempts(job))),
      h('td', { class: 'wide' }, when(job.ended_at)),
      h('td', { class: 'acts' },
        h('button', { type: 'button', class: 'button', 'aria-label': `Retry dead letter ${job.id} of ${job.subscription}`, onclick: () => settle('retry', one(job), reload) }, 'Retry'),
        h('button', { type: 'button', class: 'button', 'aria-label': `Discard dead letter ${job.id} of ${job.subscription}`, onclick: () => settle('discard', one(job), reload) }, 'Discard…')));
  };
}

const one = ({ id, subscription }) => ({ id, subscription });
