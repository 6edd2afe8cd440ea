// One view while it is shown: where it draws, what it loads, what it hears, and the end of all that.

import { render } from './dom.js';
import { failure, loading } from './parts.js';
import { to } from './links.js';

const AGAIN_AFTER_MS = 700;
// Times on the page are relative: they are written anew that often.
const REDRAWN_EVERY_MS = 10000;

export class Page {
  #abort = new AbortController();
  #root;
  #draw = () => [];
  #load = null;
  #timer = null;
  #busy = false;
  #dirty = false;
  #error = null;
  #loaded = false;
  #keep;

  /**
   * `params` are the parts of the address behind the name of the view, `query` what is behind `?`. With `keep`, what
   * is there stays until the first answer is, so that a filter keeps the focus of whoever set it.
   */
  constructor(root, { name, params, query, feed, keep }) {
    Object.assign(this, { name, params, query, feed });
    this.#keep = keep;
    this.#root = root;
    this.every(REDRAWN_EVERY_MS, () => this.draw());
  }

  /** Ends with the page. */
  get signal() {
    return this.#abort.signal;
  }

  /** Shows what `draw` describes, once `load` is done; without `load`, at once. */
  show(draw, load = null) {
    [this.#draw, this.#load, this.#loaded] = [draw, load, !load];
    this.draw();
    if (load) this.reload();
  }

  /** Draws anew, with what is known. */
  draw() {
    if (this.signal.aborted) return;
    const again = () => this.reload();
    if (!this.#loaded && this.#error) render(this.#root, failure(this.#error, again));
    else if (!this.#loaded) this.#keep || render(this.#root, loading());
    else render(this.#root, this.#error ? failure(this.#error, again) : null, this.#draw());
  }

  /** Loads anew and draws. What is asked for meanwhile is done once more at the end. */
  async reload() {
    if (this.#busy) {
      this.#dirty = true;
      return;
    }
    this.#busy = true;
    try {
      await this.#load?.();
      [this.#error, this.#loaded] = [null, true];
    } catch (error) {
      if (this.signal.aborted) return;
      if (error.title === undefined) console.error(error);
      this.#error = error;
    } finally {
      this.#busy = false;
    }
    this.draw();
    if (this.#dirty) {
      this.#dirty = false;
      this.reloadSoon();
    }
  }

  /** Loads anew in a moment: many things that happen at once are one load. */
  reloadSoon() {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      if (!this.signal.aborted) this.reload();
    }, AGAIN_AFTER_MS);
  }

  /** Hears an event of the feed for as long as the page is shown. */
  on(event, hear) {
    this.feed.addEventListener(event, ({ detail }) => hear(detail), { signal: this.signal });
  }

  /** Does something again and again for as long as the page is shown. */
  every(ms, act) {
    const timer = setInterval(act, ms);
    this.signal.addEventListener('abort', () => clearInterval(timer));
  }

  /** Shows the same view with other members of the query; going back leads here. */
  ask(query) {
    location.hash = to([this.name, ...this.params], { ...this.query, cursor: null, ...query });
  }

  /** Ends the page. */
  close() {
    this.#abort.abort();
    clearTimeout(this.#timer);
  }
}
