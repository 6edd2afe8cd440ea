// The timeline of a recording, drawn: a lane for each artifact, its statuses on a time axis, what is pending
// up to now, and what is needed and was never reported as an empty lane. Long silences are cut short.

import { h } from './dom.js';
import { kind, look, shape, words } from './status.js';
import { absolute, clock, day, instant, length, minute } from './time.js';

const LANE = 36;
const [TOP, BOTTOM, LEFT, RIGHT] = [14, 46, 148, 28];
const [NARROW, NARROW_LEFT] = [560, 104];
// A silence longer than this, and than half of everything, is drawn as a break of a fixed width.
const BREAK_AFTER_MS = 4 * 3600e3;
const BREAK_SHARE = 0.1;
// What is pending is drawn up to now, with the time in between cut short like any silence.
const TICK_EVERY_PX = 110;

/** The width of the drawing as it was last measured. */
let width = 900;

/** A recording in detail, and the kinds that are needed. */
export function timeline(recording, need) {
  const lanes = lanesOf(recording, need);
  const times = lanes.flatMap(({ statuses }) => statuses.map(({ at }) => at));
  const pending = lanes.some(({ open }) => open);
  if (pending) times.push(Date.now());
  const left = width < NARROW ? NARROW_LEFT : LEFT;
  const scale = scaleOf(times, left + 12, width - RIGHT);
  const bottom = TOP + lanes.length * LANE;
  return h('figure', { class: 'timeline', is: measure },
    h('svg', { width, height: bottom + BOTTOM, viewBox: `0 0 ${width} ${bottom + BOTTOM}`, role: 'img', 'aria-label': summary(lanes) },
      axis(scale, bottom),
      lanes.map((lane, index) => drawLane(lane, TOP + index * LANE + LANE / 2, scale, left)),
      pending ? now(scale, bottom) : null),
    h('figcaption', null, legend(lanes), h('span', { class: 'hint' }, 'The table of statuses tells the same.')));
}

function measure(figure) {
  const observer = new ResizeObserver(() => {
    if (!figure.isConnected) return observer.disconnect();
    const found = Math.floor(figure.clientWidth);
    if (found && found !== width) {
      width = found;
      figure.dispatchEvent(new CustomEvent('measured', { bubbles: true }));
    }
  });
  observer.observe(figure);
}

/** The recording first, then its artifacts as they come, then what is needed and was not seen. */
function lanesOf({ timeline, artifacts, id, status, first_seen: first, readiness }, need) {
  const lanes = new Map();
  for (const { kind, artifact, at, updated_at: text, code, sub_code: sub } of timeline) {
    const time = instant(at ?? text);
    if (time === null || kind === 'bot') continue;
    const key = `${kind}/${artifact}`;
    if (!lanes.has(key)) lanes.set(key, { key, kind, artifact, statuses: [] });
    lanes.get(key).statuses.push({ at: time, code, sub, look: look(code), text: absolute(text) });
  }
  for (const lane of lanes.values()) {
    lane.statuses.sort((a, b) => a.at - b.at);
    const current = lane.artifact === id && lane.kind === 'recording' ? status?.code : artifacts.find((a) => a.id === lane.artifact && a.kind === lane.kind)?.code;
    lane.current = current ?? lane.statuses.at(-1).code;
    lane.open = ['pending', 'paused'].includes(look(lane.current));
  }
  const seen = [...lanes.values()];
  seen.sort((a, b) => (b.kind === 'recording') - (a.kind === 'recording') || a.statuses[0].at - b.statuses[0].at);
  const over = ['failed', 'gone'].includes(look(status?.code ?? '')) && status;
  const missing = need.filter((name) => !seen.some((lane) => lane.kind === name)).map((name) => ({
    key: name, kind: name, artifact: null, statuses: [], current: 'unseen', open: !over && readiness?.state !== 'gone', from: instant(first),
  }));
  return [...seen, ...missing];
}

/** Where a time is on the axis, with the pieces that it is made of. */
function scaleOf(times, from, to) {
  const sorted = [...new Set(times)].sort((a, b) => a - b);
  if (sorted.length < 2) return { at: () => (from + to) / 2, pieces: [{ start: sorted[0], end: sorted[0], from, to }] };
  const whole = sorted.at(-1) - sorted[0];
  const gaps = sorted.slice(1).map((end, index) => ({ start: sorted[index], end }));
  const isBreak = ({ start, end }) => end - start > BREAK_AFTER_MS && end - start > whole / 2 && gaps.length > 1;
  const cut = gaps.filter(isBreak);
  const drawn = whole - cut.reduce((sum, { start, end }) => sum + end - start, 0);
  const wide = (to - from) * (1 - BREAK_SHARE * cut.length);
  const pieces = [];
  let x = from;
  for (const gap of gaps) {
    const broken = isBreak(gap);
    const next = x + (broken ? (to - from) * BREAK_SHARE : ((gap.end - gap.start) / drawn) * wide);
    const last = pieces.at(-1);
    if (last && !broken && !last.broken) [last.end, last.to] = [gap.end, next];
    else pieces.push({ ...gap, from: x, to: next, broken });
    x = next;
  }
  const at = (time) => {
    const piece = pieces.find(({ end }) => time <= end) ?? pieces.at(-1);
    return piece.from + ((time - piece.start) / (piece.end - piece.start)) * (piece.to - piece.from);
  };
  return { at, pieces };
}

const STEPS = [1, 5, 15, 30, 60, 300, 600, 900, 1800, 3600, 7200, 21600, 43200, 86400, 172800, 604800].map((seconds) => seconds * 1000);

function axis({ pieces, at }, bottom) {
  const ticks = [];
  let lastX = -Infinity;
  for (const piece of pieces) {
    if (piece.broken) {
      const x = (piece.from + piece.to) / 2;
      ticks.push(h('g', { key: `break-${piece.start}`, class: 'break' },
        h('path', { d: `M${x - 5} 4V${bottom + 4}M${x + 5} 4V${bottom + 4}` }),
        h('text', { x, y: bottom + 38, 'text-anchor': 'middle' }, length((piece.end - piece.start) / 1000))));
      continue;
    }
    const span = piece.end - piece.start;
    const room = Math.max(1, Math.floor((piece.to - piece.from) / TICK_EVERY_PX));
    const step = STEPS.find((step) => span / step <= room) ?? STEPS.at(-1);
    const first = Math.ceil((piece.start - offset(piece.start)) / step) * step + offset(piece.start);
    const places = [];
    for (let time = first; time <= piece.end; time += step) places.push(time);
    if (!places.length) places.push(piece.start);
    for (const time of places) {
      const x = at(time);
      if (x - lastX < TICK_EVERY_PX / 2) continue;
      lastX = x;
      const label = step >= 86400e3 ? day(time) : step >= 60e3 ? minute(time) : clock(time);
      ticks.push(h('g', { key: time, class: 'tick' },
        h('path', { d: `M${x} 4V${bottom + 4}` }), h('text', { x, y: bottom + 20, 'text-anchor': 'middle' }, label)));
    }
  }
  const start = pieces[0].start;
  return [ticks, h('text', { class: 'axis-day', x: 0, y: bottom + 20 }, start ? day(start) : '')];
}

// So that ticks fall on whole hours of the local time.
const offset = (time) => new Date(time).getTimezoneOffset() * 60000;

function drawLane(lane, y, scale, left) {
  const { statuses } = lane;
  const name = lane.kind === 'recording' || !lane.artifact ? kind(lane.kind) : kind(lane.kind);
  const end = lane.open ? scale.at(Date.now()) : null;
  const bars = statuses.map((status, index) => {
    const from = scale.at(status.at);
    const to = statuses[index + 1] ? scale.at(statuses[index + 1].at) : end;
    return to === null || to - from < 1 ? null : h('path', { key: `bar-${index}`, class: `lane-bar is-${status.look}`, d: `M${from} ${y}H${to}` });
  });
  const empty = statuses.length ? null : h('path', { class: 'lane-missing', d: `M${scale.at(lane.from ?? scale.pieces[0].start)} ${y}H${end ?? scale.pieces.at(-1).to}` });
  return h('g', { key: lane.key, class: 'lane' },
    h('path', { class: 'lane-base', d: `M0 ${y + LANE / 2}H${width}` }),
    h('text', { class: 'lane-name', x: 0, y: y + 4 }, h('title', null, lane.artifact ? `${kind(lane.kind)} ${lane.artifact}` : `${kind(lane.kind)}: never reported`), left < LEFT ? name.replace(', ', ' ').slice(0, 14) : name),
    empty, bars,
    statuses.map((status, index) => marker(status, scale.at(status.at), y, index)),
    statuses.length ? null : h('text', { class: 'lane-note', x: scale.at(lane.from ?? scale.pieces[0].start) + 8, y: y - 6 }, 'never reported'));
}

const marker = ({ code, sub, look, text }, x, y, index) =>
  h('g', { key: `mark-${index}`, class: `marker is-${look}`, transform: `translate(${x - 8} ${y - 8})` },
    h('title', null, `${words(code)}${sub ? ` (${sub})` : ''}, ${text}`),
    h('circle', { cx: 8, cy: 8, r: 9, class: 'marker-field' }), shape(code));

function now(scale, bottom) {
  const x = scale.at(Date.now());
  return h('g', { class: 'now' }, h('path', { d: `M${x} 4V${bottom + 4}` }), h('text', { x, y: bottom + 38, 'text-anchor': 'middle' }, 'now'));
}

const summary = (lanes) =>
  `Timeline. ${lanes.map(({ kind: name, current, statuses }) => `${kind(name)}: ${statuses.length ? words(current) : 'never reported'}`).join('. ')}.`;

function legend(lanes) {
  const seen = [...new Set(lanes.flatMap(({ statuses }) => statuses.map(({ code }) => code)))];
  return h('ul', { class: 'legend' }, seen.map((code) =>
    h('li', { key: code, class: `is-${look(code)}` }, h('svg', { class: `icon is-${look(code)}`, viewBox: '0 0 16 16', width: 14, height: 14, 'aria-hidden': 'true' }, shape(code)), words(code))));
}
