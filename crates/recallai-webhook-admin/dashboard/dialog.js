// Questions to whoever is at the page, in a modal `<dialog>`: the browser keeps focus inside, and gives it
// back at the end.

import { h, render } from './dom.js';

/**
 * Asks, and tells whether it was agreed to. `body` is described by `h`; `danger` colours the button;
 * `required` leaves no way out but agreeing.
 */
export function dialog({ title, body, confirm, danger = false, required = false }) {
  const element = document.createElement('dialog');
  element.setAttribute('aria-labelledby', 'dialog-title');
  document.body.append(element);
  return new Promise((resolve) => {
    const submit = (event) => {
      event.preventDefault();
      element.close('yes');
    };
    render(element, h('form', { method: 'dialog', onsubmit: submit },
      h('h2', { id: 'dialog-title' }, title),
      h('div', { class: 'dialog-body' }, body),
      h('div', { class: 'dialog-foot' },
        required ? null : h('button', { type: 'button', class: 'button', onclick: () => element.close('') }, 'Cancel'),
        h('button', { type: 'submit', class: danger ? 'button danger' : 'button primary' }, confirm))));
    element.addEventListener('cancel', (event) => {
      if (required) event.preventDefault();
    });
    element.addEventListener('close', () => {
      element.remove();
      resolve(element.returnValue === 'yes');
    });
    element.showModal();
    element.querySelector('[autofocus]')?.focus();
  });
}
