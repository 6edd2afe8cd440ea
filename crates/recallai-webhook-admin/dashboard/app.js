// Begins here: chooses the view by the address, and keeps what is around it.

import { h, render } from './dom.js';
import { Feed } from './feed.js';
import { Page } from './page.js';
import { empty } from './parts.js';
import { applyTheme, nextTheme, theme } from './theme.js';
import { zone } from './time.js';
import live from './views/live.js';
import recordings from './views/recordings.js';
import recording from './views/recording.js';
import bots from './views/bots.js';
import bot from './views/bot.js';
import messages from './views/messages.js';
import message from './views/message.js';
import deadLetters from './views/dead_letters.js';
import health from './views/health.js';

// The name in the address; the view of all; the view of one and how many parts name it; the words.
const VIEWS = [
  { name: 'live', all: live, text: 'Live' },
  { name: 'recordings', all: recordings, one: recording, parts: 2, text: 'Recordings', single: 'Recording' },
  { name: 'bots', all: bots, one: bot, parts: 2, text: 'Bots', single: 'Bot' },
  { name: 'messages', all: messages, one: message, parts: 1, text: 'Messages', single: 'Message' },
  { name: 'dead-letters', all: deadLetters, text: 'Dead letters' },
  { name: 'health', all: health, text: 'Health' },
];

const STATES = { connecting: 'Connecting…', open: 'Live', waiting: 'Reconnecting…' };
const THEMES = { system: 'Theme: system', light: 'Theme: light', dark: 'Theme: dark' };

const main = document.getElementById('main');
const feed = new Feed();
let page = null;
let shown = null;

function route() {
  const [place, search = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [name, ...params] = place.split('/').filter(Boolean).map(part);
  if (!name) {
    location.replace('#/live');
    return;
  }
  const view = VIEWS.find((view) => view.name === name);
  const build = !view ? null : params.length === 0 ? view.all : params.length === view.parts ? view.one : null;
  // The same place with another query keeps focus and scroll.
  const same = shown === place;
  page?.close();
  if (!same) {
    render(main);
    main.className = `view view-${view?.name ?? 'none'}`;
    scrollTo(0, 0);
  }
  page = new Page(main, { name, params, query: Object.fromEntries(new URLSearchParams(search)), feed, keep: same });
  if (build) build(page);
  else page.show(() => empty('There is no such page', `Nothing is shown at ${location.hash}.`));
  const title = params.length ? `${view?.single} ${params.at(-1)}` : view?.text;
  document.title = `${title ?? 'Not found'} · recallai-webhook`;
  // A reader is told of the new page by the focus; on the first one it stays where it is.
  if (shown !== null && !same) main.focus({ preventScroll: true });
  shown = place;
  around();
}

function part(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function around() {
  const at = location.hash.replace(/^#\/?/, '').split(/[/?]/)[0];
  render(document.querySelector('.nav'), VIEWS.map(({ name, text }) =>
    h('a', { href: `#/${name}`, 'aria-current': name === at ? 'page' : null }, h('span', null, text),
      name === 'dead-letters' && feed.dead ? h('span', { class: 'count', title: `${feed.dead} dead letters` }, feed.dead) : null)));
  render(document.querySelector('.foot'),
    h('p', { class: `connection is-${feed.state}`, role: 'status' }, h('span', { class: 'pulse', 'aria-hidden': 'true' }), STATES[feed.state]),
    h('p', { class: 'zone', title: 'All times are in the zone of this browser' }, zone),
    h('button', { type: 'button', class: 'plain theme', onclick: () => { nextTheme(); around(); } }, THEMES[theme()]));
}

applyTheme();
addEventListener('hashchange', route);
addEventListener('storage', () => { applyTheme(); around(); });
document.querySelector('.skip').addEventListener('click', (event) => {
  // The address names the view, not a place on the page.
  event.preventDefault();
  main.focus();
});
// A drawing has come to know how wide it is.
main.addEventListener('measured', () => page.draw());
feed.addEventListener('state', around);
feed.addEventListener('counted', around);
route();
feed.run();
