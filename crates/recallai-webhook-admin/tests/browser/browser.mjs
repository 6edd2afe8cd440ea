// Starts Chromium, and writes down what a page does that it should not.

import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// The packages are installed beside the target directory's other tools, not beside this file.
const require = createRequire(join(process.env.BROWSER_MODULES, 'here.js'));
const { chromium } = require('playwright-core');
export const axeSource = require('axe-core').source;

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** A browser of its own, with an empty profile; `options` are those of a playwright context. */
export async function open(options = {}) {
  const profile = mkdtempSync(join(tmpdir(), 'browser-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.BROWSER, headless: true, args: FLAGS, timezoneId: 'Europe/Berlin', locale: 'en-GB',
    viewport: { width: 1280, height: 800 }, ...options,
  });
  const [page] = context.pages();
  return {
    context,
    page,
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Writes down errors of the console and of scripts, breaches of the policy, and requests to other hosts. */
export async function watch({ context, page }, host, expected = []) {
  const found = [];
  const note = (what) => {
    if (!expected.some((pattern) => pattern.test(what))) found.push(what);
  };
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) note(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => note(`error: ${error.stack}`));
  context.on('request', (request) => {
    const { host: asked, protocol } = new URL(request.url());
    if (asked !== host && protocol !== 'blob:' && protocol !== 'data:') note(`request to another host: ${request.url()}`);
  });
  context.on('response', (response) => {
    if (response.status() >= 500) note(`${response.status()} of ${response.url()}`);
  });
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  return found;
}
