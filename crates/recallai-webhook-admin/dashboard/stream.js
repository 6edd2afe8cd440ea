// The live stream: server-sent events over fetch, because an EventSource can send no token. It goes on from
// the last message it saw, after any interruption, and waits longer between tries that fail.

import { request } from './api.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15000;
// The server says something each 15 s; a connection that is silent for longer is dead.
const SILENCE_MS = 40000;

/**
 * A stream that dispatches `message` and `subscriptions` with the data as `detail`, `reset` when the inbox has
 * fewer messages than were seen, and `state` when the `state` changes: `connecting`, `open` or `waiting`.
 */
export class Stream extends EventTarget {
  state = 'connecting';
  #last;
  #abort = new AbortController();

  /** `last` is the sequence number to go on after. */
  constructor(last) {
    super();
    this.#last = last;
  }

  /** Runs until `close`. */
  async run() {
    let wait = FIRST_WAIT_MS;
    while (!this.#abort.signal.aborted) {
      try {
        await this.#read(() => { wait = FIRST_WAIT_MS; });
      } catch (error) {
        if (this.#abort.signal.aborted) return;
        console.debug('the stream was interrupted:', error.message);
      }
      this.#enter('waiting');
      await pause(wait * (0.75 + Math.random() / 2), this.#abort.signal);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
  }

  close() {
    this.#abort.abort();
  }

  async #read(opened) {
    const silence = new AbortController();
    let timer;
    const heard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
    };
    const headers = { accept: 'text/event-stream' };
    if (this.#last !== null) headers['last-event-id'] = String(this.#last);
    const signal = AbortSignal.any([this.#abort.signal, silence.signal]);
    try {
      heard();
      const answer = await request('stream', { headers, signal });
      this.#enter('open');
      opened();
      const lines = new Lines();
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        heard();
        for (const event of lines.push(value)) this.#dispatch(event);
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #dispatch({ event, id, data }) {
    // An id alone says where the stream begins.
    if (data === undefined) {
      this.#last ??= Number(id);
      return;
    }
    // What was seen is not shown twice, whatever the server repeats. A reset sets the number back.
    if (event === 'message' && this.#last !== null && Number(id) <= this.#last) return;
    if (id) this.#last = Number(id);
    this.dispatchEvent(new CustomEvent(event, { detail: JSON.parse(data) }));
  }

  #enter(state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent('state', { detail: state }));
  }
}

/** Puts events together from text that comes in pieces. */
class Lines {
  #rest = '';
  #fields = {};

  /** The events that are whole with this piece. */
  *push(text) {
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) {
      if (line === '') {
        if ((this.#fields.data ?? this.#fields.id) !== undefined) yield { event: 'message', ...this.#fields };
        this.#fields = {};
        continue;
      }
      const colon = line.indexOf(':');
      if (colon === 0) continue;
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      this.#fields[name] = name === 'data' && this.#fields.data !== undefined ? `${this.#fields.data}\n${value}` : value;
    }
  }
}

function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
