// Removing a parked subscription, with a question first: it cannot be undone.

import { note } from './announce.js';
import { path, remove } from './api.js';
import { dialog } from './dialog.js';
import { plural } from './parts.js';

/** Removes a subscription that nobody works for. Tells what came of it, then calls `after`. */
export async function removeSubscription({ name, jobs }, after) {
  const { dead, waiting, retrying, running, scheduled } = jobs;
  const open = waiting + retrying + running + scheduled;
  const agreed = await dialog({
    title: `Remove ${name}?`,
    body: `${plural(open, 'open job')} and ${plural(dead, 'dead letter')} go with it for good. Messages stay, and are no longer kept for it. Declared again, it begins anew.`,
    confirm: 'Remove',
    danger: true,
  });
  if (!agreed) return;
  try {
    await remove(path('subscriptions', name));
    note(`${name} is removed.`);
  } catch (problem) {
    note(`Could not remove ${name}: ${problem.detail ?? problem.message}`, true);
  }
  after();
}
