// The bearer token: asked for when the API wants one, kept for as long as the tab is open.

import { h } from './dom.js';
import { dialog } from './dialog.js';

const KEY = 'recallai-webhook-token';

export const token = () => sessionStorage.getItem(KEY);

let asking = null;

/**
 * Asks for a token, once for all requests that wait. Done at once if another than the `refused` one
 * was given in the meantime.
 */
export function askForToken(refused) {
  if (token() !== refused) return Promise.resolve();
  asking ??= ask(refused !== null).finally(() => {
    asking = null;
  });
  return asking;
}

async function ask(wrong) {
  let given = '';
  const body = [
    wrong
      ? h('p', { class: 'bad', role: 'alert' }, 'The server does not accept that token.')
      : h('p', null, 'The admin API of this server asks for a bearer token: the one of the setting ', h('code', null, 'admin.token'), '.'),
    h('label', { class: 'field' }, 'Token',
      h('input', {
        type: 'password', name: 'token', autocomplete: 'current-password', spellcheck: 'false', required: true, autofocus: true,
        oninput: (event) => { given = event.target.value.trim(); },
      })),
    h('p', { class: 'hint' }, 'It is kept in this tab only, and forgotten when the tab is closed.'),
  ];
  do {
    await dialog({ title: 'Token', body, confirm: 'Continue', required: true });
  } while (!given);
  sessionStorage.setItem(KEY, given);
}
