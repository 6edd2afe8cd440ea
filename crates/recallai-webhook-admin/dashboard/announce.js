// What is told without taking the focus: short notes that everybody sees, and arrivals that are only spoken.

import { h, render } from './dom.js';

const SHOWN_MS = 8000;
const SPOKEN_EVERY_MS = 5000;

let notes = [];
let last = 0;

/** Shows and speaks a note: what came of something that was asked for. `bad` for failures. */
export function note(text, bad = false) {
  const key = `note-${++last}`;
  notes = [...notes, { key, text, bad }];
  show();
  setTimeout(() => close(key), bad ? SHOWN_MS * 3 : SHOWN_MS);
}

function close(key) {
  notes = notes.filter((note) => note.key !== key);
  show();
}

function show() {
  render(document.querySelector('.toasts'), notes.map(({ key, text, bad }) =>
    h('div', { key, class: bad ? 'toast bad' : 'toast' },
      h('span', null, text),
      h('button', { type: 'button', class: 'plain', 'aria-label': 'Close the note', onclick: () => close(key) }, '×'))));
}

let waiting = null;
let timer = null;
let spokenAt = 0;

/** Speaks what `sentence` gives, at most once each five seconds: of those that come faster, the last. */
export function speak(sentence) {
  waiting = sentence;
  timer ??= setTimeout(() => {
    [timer, spokenAt] = [null, performance.now()];
    document.getElementById('arrivals').textContent = waiting();
  }, Math.max(0, spokenAt + SPOKEN_EVERY_MS - performance.now()));
}
