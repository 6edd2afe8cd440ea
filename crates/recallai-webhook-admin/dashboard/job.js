// A job with every attempt at it.

import { h } from './dom.js';
import { copy, plural } from './parts.js';
import { badge } from './status.js';
import { moment, when } from './time.js';

const END = { done: 'Succeeded', dead: 'Died' };

/** `settle` is called with `retry` or `discard`, for a dead letter. */
export const job = (job, settle) =>
  h('article', { key: job.id, class: 'job' },
    h('header', null,
      h('h3', null, job.subscription), badge(job.state), job.turn ? badge(job.turn) : null,
      h('span', { class: 'hint' }, `${plural(job.attempts, 'attempt')}`, end(job)),
      job.state === 'dead' ? h('span', { class: 'acts' },
        h('button', { type: 'button', class: 'button', onclick: () => settle('retry') }, 'Retry'),
        h('button', { type: 'button', class: 'button', onclick: () => settle('discard') }, 'Discard…')) : null),
    attempts(job),
    h('p', { class: 'hint key' }, 'Idempotency key ', h('code', null, job.idempotency_key), copy(job.idempotency_key, 'the idempotency key')));

/** The attempts of a job that failed, as a list; of the last one, if no history is kept. */
export function attempts({ failures, error, attempts, state, ended_at: ended }) {
  const failed = failures?.length ? failures : error ? [{ attempt: attempts, at: null, error }] : [];
  const earlier = failed.length && failed[0].attempt > 1 ? failed[0].attempt - 1 : 0;
  return h('ol', { class: 'attempts' },
    earlier ? h('li', { key: 'earlier', class: 'hint' }, `${plural(earlier, 'earlier attempt')} not kept`) : null,
    failed.map(({ attempt, at, error }) => h('li', { key: `${attempt}/${at}` },
      badge('failed', `attempt ${attempt}`), at ? moment(at) : null, h('pre', { class: 'error' }, error))),
    state === 'done' ? h('li', { key: 'done' }, badge('done', `attempt ${attempts}`), moment(ended)) : null);
}

function end({ state, ended_at: ended, due_at: due }) {
  if (END[state] && ended) return [` · ${END[state]} `, when(ended)];
  return due && state !== 'running' ? [' · due ', when(due)] : null;
}
