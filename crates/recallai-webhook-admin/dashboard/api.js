// Requests to the API, which is on the same host. Whatever is not a success is thrown as a `Problem`.

import { token, askForToken } from './token.js';

const BASE = '/api/v1/';

/** What the API answered instead, in the words of RFC 9457. */
export class Problem extends Error {
  constructor(status, title, detail) {
    super(detail || title);
    Object.assign(this, { status, title, detail });
  }
}

/** Puts a path together, each part escaped: `path('recordings', scope, id)`. */
export const path = (...parts) => parts.map((part) => encodeURIComponent(part)).join('/');

/** The answer to a GET, as JSON. `query` leaves out what is empty. */
export async function get(path, query = {}, signal) {
  return (await request(path + search(query), { signal })).json();
}

/** The bytes of an answer. */
export async function bytes(path, signal) {
  return new Uint8Array(await (await request(path, { signal })).arrayBuffer());
}

/** The answer to a POST of JSON, as JSON; `null` if it has no body. */
export async function post(path, body = {}) {
  const headers = { 'content-type': 'application/json' };
  const answer = await request(path, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await answer.text();
  return text ? JSON.parse(text) : null;
}

/** Asks for a DELETE. */
export async function remove(path) {
  await request(path, { method: 'DELETE' });
}

/** A request with the token, asked for and tried again where there is none or it is wrong. */
export async function request(path, options = {}) {
  for (;;) {
    const sent = token();
    const headers = { accept: 'application/json', ...options.headers };
    if (sent) headers.authorization = `Bearer ${sent}`;
    let answer;
    try {
      answer = await fetch(BASE + path, { cache: 'no-store', credentials: 'omit', redirect: 'error', ...options, headers });
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      throw new Problem(0, 'The server does not answer', 'Is it running? The page tries again by itself.');
    }
    if (answer.ok) return answer;
    if (answer.status !== 401) throw await problem(answer);
    await askForToken(sent);
    options.signal?.throwIfAborted();
  }
}

async function problem(answer) {
  const text = await answer.text();
  try {
    const { title, detail } = JSON.parse(text);
    return new Problem(answer.status, title ?? answer.statusText, detail);
  } catch {
    return new Problem(answer.status, `${answer.status} ${answer.statusText}`, text.slice(0, 300));
  }
}

function search(query) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null && value !== '');
  return given.length ? `?${new URLSearchParams(given)}` : '';
}
