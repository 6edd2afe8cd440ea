// A server that wants a token.

import { open, watch } from './browser.mjs';
import { assert, step } from './talk.mjs';

export async function guarded(base, token) {
  const browser = await open();
  const { page } = browser;
  // The browser itself writes down each 401.
  const found = await watch(browser, new URL(base).host, [/status of 401/]);
  page.setDefaultTimeout(20000);

  await step('the page asks for the token, once, and again if it is wrong', async () => {
    await page.goto(base);
    const dialog = page.getByRole('dialog', { name: 'Token' });
    await dialog.waitFor();
    assert(await page.getByRole('dialog').count() === 1, 'it asks more than once');
    await page.keyboard.type('another');
    await page.keyboard.press('Enter');
    await page.getByText('The server does not accept that token.').waitFor();
    await page.keyboard.type(token);
    await page.keyboard.press('Enter');
    await page.getByRole('row').nth(1).waitFor();
    await page.locator('.connection').getByText('Live').waitFor();
    assert(!page.url().includes(token), 'the token is in the address');
  });

  await step('the token is kept for the tab and no longer', async () => {
    await page.reload();
    await page.getByRole('row').nth(1).waitFor();
    assert(await page.getByRole('dialog').count() === 0, 'it is asked for again');
    assert(await page.evaluate((token) => !Object.values(localStorage).includes(token), token), 'it is kept for ever');
  });

  await step('no errors on the guarded page', () => assert(found.length === 0, found.join('\n')));
  await browser.close();
}
