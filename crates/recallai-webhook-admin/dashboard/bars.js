// Counts a minute, as bars: what was taken in below, what was refused above it.

import { h } from './dom.js';
import { minute } from './time.js';

const [WIDE, HIGH, MINUTES] = [600, 56, 60];

/** `minutes` as the API has them, oldest first. */
export function bars(minutes) {
  const shown = minutes.slice(-MINUTES);
  const most = Math.max(4, ...shown.map(({ accepted, refused, not_stored: lost }) => accepted + refused + lost));
  const step = WIDE / MINUTES;
  const offset = MINUTES - shown.length;
  const label = shown.length
    ? `Messages a minute from ${minute(Date.parse(shown[0].at))} to ${minute(Date.parse(shown.at(-1).at))}: at most ${most} in one`
    : 'No messages were counted yet';
  return h('div', { class: 'bars' },
    h('svg', { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label },
      h('line', { x1: 0, x2: WIDE, y1: HIGH - 0.5, y2: HIGH - 0.5, class: 'bars-base' }),
      shown.map((at, index) => {
        const x = (offset + index) * step + 1;
        const taken = (at.accepted / most) * (HIGH - 4);
        const refused = ((at.refused + at.not_stored) / most) * (HIGH - 4);
        return h('g', { key: at.at },
          h('title', null, `${minute(Date.parse(at.at))}: ${at.accepted} new, ${at.duplicates} again, ${at.refused} refused, ${at.not_stored} not stored`),
          h('rect', { x, y: 0, width: step, height: HIGH, class: 'bars-field' }),
          h('rect', { x, y: HIGH - taken, width: step - 2, height: taken, rx: 1, class: 'bars-taken' }),
          h('rect', { x, y: HIGH - taken - refused, width: step - 2, height: refused, rx: 1, class: 'bars-refused' }));
      })),
    h('div', { class: 'bars-axis', 'aria-hidden': 'true' },
      h('span', null, shown.length ? minute(Date.parse(shown[0].at)) : ''), h('span', null, shown.length ? `most: ${most}` : ''), h('span', null, 'now')));
}
