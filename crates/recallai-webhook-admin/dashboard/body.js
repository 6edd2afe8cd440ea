// A body: made readable, or as it was received, byte for byte.

import { h } from './dom.js';
import { choice, copy, empty } from './parts.js';

const SHOWN_CHARS = 200000;

/** `bytes` is `null` for a body that is not kept; `shown.pretty` is changed by the buttons. */
export function body(bytes, seq, shown, draw) {
  if (!bytes) return empty('The body is not kept', 'It was pruned or erased.');
  const { text, exact } = decode(bytes);
  const pretty = indent(text);
  const wanted = shown.pretty && pretty !== null ? pretty : text;
  const choose = (value) => {
    shown.pretty = value === 'pretty';
    draw();
  };
  return [
    h('div', { key: 'body-tools', class: 'tools tight' },
      choice('How the body is shown', [['pretty', 'Pretty'], ['raw', 'As received']], shown.pretty && pretty !== null ? 'pretty' : 'raw', choose),
      copy(wanted, 'the body'),
      h('button', { type: 'button', class: 'button', onclick: () => download(bytes, seq) }, 'Download')),
    pretty === null && shown.pretty ? h('p', { key: 'why', class: 'hint' }, 'It is no JSON, so it is shown as received.') : null,
    exact ? null : h('p', { key: 'inexact', class: 'hint' }, 'It is no UTF-8; what cannot be shown is marked. The download is exact.'),
    h('pre', { key: 'text', class: 'body', tabindex: '0', role: 'region', 'aria-label': 'Body' }, wanted.slice(0, SHOWN_CHARS), wanted.length > SHOWN_CHARS ? '\n…' : null),
  ];
}

function decode(bytes) {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), exact: true };
  } catch {
    return { text: new TextDecoder().decode(bytes), exact: false };
  }
}

/**
 * JSON with line breaks; `null` if it is none. Nothing but white space between values is changed: numbers keep
 * their digits, and members that are given twice stay.
 */
function indent(text) {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  let depth = 0;
  const line = () => `\n${'  '.repeat(depth)}`;
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g) ?? [];
  return tokens.map((token, index) => {
    const next = tokens[index + 1];
    if (token === '{' || token === '[') {
      if (next === '}' || next === ']') return token;
      depth += 1;
      return token + line();
    }
    if (token === '}' || token === ']') {
      if (tokens[index - 1] === '{' || tokens[index - 1] === '[') return token;
      depth -= 1;
      return line() + token;
    }
    return token === ',' ? token + line() : token === ':' ? ': ' : token;
  }).join('');
}

function download(bytes, seq) {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = `message-${seq}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
