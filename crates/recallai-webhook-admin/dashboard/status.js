// Statuses by shape, word and colour: never by colour alone.

import { h } from './dom.js';

// On a field of 16 by 16. `fill` is drawn full, `line` as an outline, `mark` in the colour behind it.
const SHAPES = {
  done: { fill: 'M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1z', mark: 'M4.9 8.3l2.1 2.1 4.1-4.5' },
  pending: { line: 'M8 1.9a6.1 6.1 0 1 1 0 12.2A6.1 6.1 0 0 1 8 1.9z', fill: 'M8 4.6a3.4 3.4 0 0 1 0 6.8z' },
  paused: { line: 'M8 1.9a6.1 6.1 0 1 1 0 12.2A6.1 6.1 0 0 1 8 1.9z', fill: 'M5.7 5.2h1.6v5.6H5.7zM8.7 5.2h1.6v5.6H8.7z' },
  failed: { fill: 'M8 .6l7.4 7.4L8 15.4.6 8z', mark: 'M8 4.6v4M8 10.7v.3' },
  gone: { line: 'M8 1.9a6.1 6.1 0 1 1 0 12.2A6.1 6.1 0 0 1 8 1.9zM3.9 12.1l8.2-8.2' },
  unseen: { line: 'M5 8h6' },
  dead: { fill: 'M5 .9h6L15.1 5v6L11 15.1H5L.9 11V5z', mark: 'M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8' },
};

// How each word of the API looks: the shape, whose name is that of the colour too.
const LOOKS = {
  ready: 'done', complete: 'done', completed: 'done', recorded: 'done',
  processing: 'pending', running: 'pending', waiting: 'pending', retrying: 'paused', scheduled: 'unseen',
  partial: 'paused', fatal: 'failed', denied: 'failed', not_admitted: 'failed', not_recorded: 'failed',
  deleted: 'gone', media_expired: 'gone', erased: 'gone', parked: 'paused', timed_out: 'failed',
};

/** The look of a code, a standing, a readiness, an outcome or the state of a job. */
export const look = (word) => (word in SHAPES ? word : LOOKS[word] ?? 'pending');

/** The parts of a shape, for a drawing; `icon` is the whole. */
export function shape(word) {
  const { fill, line, mark } = SHAPES[look(word)];
  return [
    line && h('path', { d: line, class: 'shape-line' }),
    fill && h('path', { d: fill, class: 'shape-fill' }),
    mark && h('path', { d: mark, class: 'shape-mark' }),
  ];
}

/** The shape of a word. Hidden from readers, since the word stands beside it. */
export const icon = (word) =>
  h('svg', { class: `icon is-${look(word)}`, viewBox: '0 0 16 16', width: 14, height: 14, 'aria-hidden': 'true' }, shape(word));

/** A word with its shape, in its colour. */
export const badge = (word, text = words(word)) => h('span', { class: `badge is-${look(word)}` }, icon(word), text);

/** The shape alone, with the word for readers and for whoever points at it. */
export const dot = (word, title) =>
  h('span', { class: 'dot', role: 'img', 'aria-label': title, title }, icon(word));

/** `video_mixed` as `video mixed`. */
export const words = (text) => String(text).replaceAll('_', ' ');

/** A code with its sub code: `failed · provider_connection_failed`. */
export const code = ({ code, sub_code: sub }) => [badge(code, code), sub ? h('code', { class: 'sub' }, sub) : null];

/** The seven kinds of media objects, with the short heads of their columns. */
export const KINDS = {
  video_mixed: 'Video', video_separate: 'Video, separate', audio_mixed: 'Audio', audio_separate: 'Audio, separate',
  transcript: 'Transcript', participant_events: 'Participants', meeting_metadata: 'Metadata',
};

/** A kind in words. */
export const kind = (name) => KINDS[name] ?? { recording: 'Recording', bot: 'Bot', sdk_upload: 'Upload' }[name] ?? words(name);
