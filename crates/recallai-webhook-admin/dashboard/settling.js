// Retrying and discarding dead letters, with a question first where it cannot be undone.

import { note } from './announce.js';
import { path, post } from './api.js';
import { dialog } from './dialog.js';
import { plural } from './parts.js';

const DONE = { retry: 'queued again', discard: 'discarded' };

/**
 * Retries or discards: one dead letter by `id`, several by `ids`, or all of a `subscription`. Tells what came of
 * it, then calls `after`.
 */
export async function settle(verb, { id, ids, subscription }, after) {
  const what = id ? `the dead letter of ${subscription}` : ids ? plural(ids.length, 'dead letter') : `all dead letters of ${subscription}`;
  if ((verb === 'discard' || !(id || ids)) && !(await sure(verb, what))) return;
  try {
    const answer = id
      ? await post(path('dead-letters', id, verb))
      : await post(path('dead-letters', verb), ids ? { ids } : { subscription });
    const count = answer?.jobs ?? answer?.changed ?? ids?.length ?? 1;
    note(`${plural(count, 'dead letter')} ${DONE[verb]}.`);
  } catch (problem) {
    note(`Could not ${verb} ${what}: ${problem.detail ?? problem.message}`, true);
  }
  after();
}

const sure = (verb, what) =>
  dialog({
    title: verb === 'discard' ? `Discard ${what}?` : `Retry ${what}?`,
    body: verb === 'discard'
      ? 'The work is given up for good. The message stays stored, and can be replayed from its page.'
      : 'Each runs again from its first attempt, under its old idempotency key.',
    confirm: verb === 'discard' ? 'Discard' : 'Retry',
    danger: verb === 'discard',
  });
