// What arrives, for all views: one stream, and the newest messages that came over it.

import { get } from './api.js';
import { Stream } from './stream.js';

const KEPT = 500;
const TRIED_AGAIN_MS = 3000;

/**
 * Passes on the events of the stream: `message`, `subscriptions` and `state`. `loaded` when the newest
 * messages of before are there.
 */
export class Feed extends EventTarget {
  /** The newest messages, newest first. */
  messages = [];
  /** Whether the messages of before are there. */
  ready = false;
  /** How many dead letters there are; `null` until it is known. */
  dead = null;
  #stream = null;

  get state() {
    return this.#stream?.state ?? 'connecting';
  }

  /** Begins with the newest messages, and goes on from there without a gap. */
  async run() {
    while (!this.ready) {
      try {
        const { items } = await get('messages', { order: 'newest', limit: 100 });
        this.messages = items;
        this.ready = true;
      } catch (error) {
        console.debug('the newest messages cannot be had:', error.message);
        this.#tell('state', 'waiting');
        await new Promise((resolve) => setTimeout(resolve, TRIED_AGAIN_MS));
      }
    }
    this.#tell('loaded');
    this.count();
    const stream = new Stream(this.messages[0]?.seq ?? 0);
    this.#stream = stream;
    stream.addEventListener('message', ({ detail }) => {
      this.messages.unshift(detail);
      this.messages.length = Math.min(this.messages.length, KEPT);
      this.#tell('message', detail);
    });
    stream.addEventListener('subscriptions', ({ detail }) => {
      this.count();
      this.#tell('subscriptions', detail);
    });
    // The inbox is another one: nothing that is shown need be there any more.
    stream.addEventListener('reset', () => location.reload());
    stream.addEventListener('state', ({ detail }) => this.#tell('state', detail));
    await stream.run();
  }

  /** Counts the dead letters anew. */
  async count() {
    try {
      const { items } = await get('subscriptions');
      this.dead = items.reduce((sum, { jobs }) => sum + (jobs.dead ?? 0), 0);
      this.#tell('counted', this.dead);
    } catch (error) {
      console.debug('subscriptions cannot be counted:', error.message);
    }
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
