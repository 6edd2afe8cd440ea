// Pictures of some views in both themes, for the documents.

import { join } from 'node:path';
import { open } from './browser.mjs';
import { ask, step } from './talk.mjs';
import { views } from './views.mjs';

const SHOWN = new Set(['live', 'recordings', 'recording', 'message', 'dead-letters', 'health']);

export async function screenshots(base, recording, directory) {
  await ask('more meetings');
  for (const colorScheme of ['light', 'dark']) {
    const { page, close } = await open({ colorScheme, viewport: { width: 1280, height: 860 }, reducedMotion: 'reduce' });
    for (const [name, place] of await views(base, recording)) {
      if (!SHOWN.has(name)) continue;
      await step(`picture: ${name}, ${colorScheme}`, async () => {
        await page.goto('about:blank');
        await page.goto(base + place);
        await page.locator('main tbody tr').first().waitFor();
        await page.screenshot({ path: join(directory, `${name}-${colorScheme}.png`) });
      });
    }
    await close();
  }
}
