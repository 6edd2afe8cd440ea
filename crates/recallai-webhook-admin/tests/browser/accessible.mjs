// Every view in both themes and at several widths, held against the rules of axe, and against the edge of
// the window.

import { axeSource, open } from './browser.mjs';
import { assert, step } from './talk.mjs';
import { views } from './views.mjs';

const WIDTHS = [1280, 390, 320];
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export async function accessible(base, recording) {
  for (const colorScheme of ['light', 'dark']) {
    // The policy would keep axe out; that it holds is shown elsewhere.
    const browser = await open({ colorScheme, bypassCSP: true, reducedMotion: 'reduce' });
    const { page } = browser;
    for (const [name, place] of await views(base, recording)) {
      await step(`accessible: ${name}, ${colorScheme}`, async () => {
        await page.goto('about:blank');
        await page.goto(base + place);
        await page.getByRole('heading', { level: 1 }).waitFor();
        for (const width of WIDTHS) {
          await page.setViewportSize({ width, height: 800 });
          const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert(over <= 0, `it is ${over} pixels wider than ${width}`);
          await page.evaluate(axeSource);
          const { violations } = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: 'tag', values } }), RULES);
          assert(violations.length === 0, violations.map(tell).join('\n'));
        }
      });
    }
    await browser.close();
  }
}

const tell = ({ id, help, nodes }) => `${id}: ${help}\n${nodes.slice(0, 5).map((node) => `  ${node.target}: ${node.failureSummary}`).join('\n')}`;
