// The need that recordings are judged by: chosen in the address, else as it was last chosen here.

import { h } from './dom.js';
import { kind, KINDS } from './status.js';

const KEY = 'recallai-webhook-need';
const USUAL = ['video_mixed', 'transcript'];

/** The kinds that are needed: those of the query, of last time, or the usual two. */
export function needOf(query) {
  const text = query.need ?? localStorage.getItem(KEY) ?? '';
  const kinds = text.split(',').filter((name) => name in KINDS);
  return kinds.length ? kinds : USUAL;
}

/** Boxes for the kinds. At least one stays ticked. */
export function needPicker(need, choose) {
  const toggle = (name) => {
    const kinds = need.includes(name) ? need.filter((other) => other !== name) : [...need, name];
    if (!kinds.length) return;
    localStorage.setItem(KEY, kinds.join(','));
    choose(kinds);
  };
  return h('fieldset', { class: 'need' },
    h('legend', null, 'Ready means'),
    Object.keys(KINDS).map((name) =>
      h('label', { class: 'chip', key: name },
        h('input', { type: 'checkbox', checked: need.includes(name), disabled: need.length === 1 && need.includes(name), onchange: () => toggle(name) }),
        h('span', null, kind(name)))));
}
