// Times and lengths, as people read them.

import { h } from './dom.js';

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'local time';

const ABSOLUTE = new Intl.DateTimeFormat(undefined, {
  year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', second: '2-digit',
  fractionalSecondDigits: 3, hourCycle: 'h23', timeZoneName: 'short',
});
const CLOCK = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const MINUTE = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(undefined, { month: 'short', day: 'numeric' });

/** Milliseconds since the epoch, or `null` for what is no time. The sender leaves the zone out at times. */
export function instant(text) {
  if (!text) return null;
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`;
  const at = Date.parse(zoned.replace(' ', 'T'));
  return Number.isNaN(at) ? null : at;
}

/** The whole time, in the zone of whoever looks. */
export const absolute = (text) => {
  const at = instant(text);
  return at === null ? String(text) : ABSOLUTE.format(at);
};

export const clock = (at) => CLOCK.format(at);
export const minute = (at) => MINUTE.format(at);
export const day = (at) => DAY.format(at);

const UNITS = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];

/** A length of time in its two largest units: `2 h 5 min`. */
export function length(seconds) {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 0) return `−${length(-seconds)}`;
  if (seconds === 0) return '0 s';
  if (seconds < 0.001) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 1) return `${Number((seconds * 1000).toPrecision(2))} ms`;
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  let left = Math.round(seconds);
  const at = UNITS.findIndex(([, size]) => left >= size);
  return UNITS.slice(at, at + 2)
    .map(([unit, size]) => {
      const count = Math.floor(left / size);
      left -= count * size;
      return count ? `${count} ${unit}` : null;
    })
    .filter(Boolean)
    .join(' ');
}

/** How long ago, in one unit: `3 min ago`. */
export function ago(at) {
  const seconds = (Date.now() - at) / 1000;
  if (Math.abs(seconds) < 1.5) return 'now';
  const size = Math.abs(seconds);
  const [unit, length] = UNITS.find(([, length]) => size >= length) ?? ['s', 1];
  const count = Math.floor(size / length);
  return seconds < 0 ? `in ${count} ${unit}` : `${count} ${unit} ago`;
}

/** How long ago, with the whole time for whoever points at it. */
export function when(text, none = '–') {
  const at = instant(text);
  if (at === null) return text ? h('span', { class: 'time' }, text) : h('span', { class: 'none' }, none);
  return h('time', { class: 'time', datetime: new Date(at).toISOString(), title: absolute(text) }, ago(at));
}

/** The time of day, or the day too if it is another. */
export function moment(text) {
  const at = instant(text);
  if (at === null) return h('span', { class: 'time' }, text ?? '–');
  const today = new Date(at).toDateString() === new Date().toDateString();
  const props = { class: 'time', datetime: new Date(at).toISOString(), title: absolute(text) };
  return h('time', props, today ? clock(at) : `${day(at)} ${clock(at)}`);
}

/** Bytes: `8.3 MB`. */
export function size(bytes) {
  if (bytes === null || bytes === undefined) return '–';
  const step = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, at] = [bytes, 0];
  while (value >= 1000 && at < step.length - 1) [value, at] = [value / 1000, at + 1];
  return `${at ? Number(value.toPrecision(3)) : value} ${step[at]}`;
}

/** A number with its thousands apart. */
export const count = (number) => (number === null || number === undefined ? '–' : number.toLocaleString('en-GB'));
