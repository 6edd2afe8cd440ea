// Drives the dashboard as a person does. Whoever runs it has the server, and answers what `talk.mjs` asks.

import { accessible } from './accessible.mjs';
import { open, watch } from './browser.mjs';
import { guarded } from './guarded.mjs';
import { screenshots } from './screenshots.mjs';
import { ask, assert, finish, step } from './talk.mjs';

const { page: base, guarded: locked, token } = await ask('addresses');
const host = new URL(base).host;
const browser = await open();
const { page } = browser;
const found = await watch(browser, host);
const main = page.locator('main');
const nav = (name) => page.getByRole('navigation').getByRole('link', { name });
let recording;

page.setDefaultTimeout(20000);

await step('an empty page says what to do', async () => {
  await page.goto(base);
  await page.getByText('Nothing has arrived yet').waitFor();
  await main.getByText('recallai-webhook emulate').waitFor();
  await page.getByText('Live', { exact: true }).locator('visible=true').first().waitFor();
  await page.evaluate(() => { window.untouched = true; });
});

await step('the skip link comes first, and leads past the navigation', async () => {
  await page.keyboard.press('Tab');
  assert(await page.evaluate(() => document.activeElement.className) === 'skip', 'Tab does not lead to the skip link');
  await page.keyboard.press('Enter');
  assert(await page.evaluate(() => document.activeElement.id) === 'main', 'it does not lead to the content');
});

await step('a meeting becomes ready on the page, without a reload', async () => {
  // By keyboard alone: back into the navigation, and on to the second view.
  await page.keyboard.press('Shift+Tab');
  await nav('Recordings').focus();
  await page.keyboard.press('Enter');
  await page.getByText('No recordings yet').waitFor();
  ({ recording } = await ask('meeting begins'));
  const row = page.getByRole('row', { name: recording.slice(0, 8) });
  await row.getByText('pending', { exact: true }).waitFor();
  await row.getByRole('img', { name: /^Video: processing/ }).waitFor();
  await ask('meeting ends');
  await row.getByText('ready', { exact: true }).waitFor();
  await row.getByRole('img', { name: /^Video: done/ }).waitFor();
  await row.getByRole('img', { name: /^Transcript: done/ }).waitFor();
  assert(await page.evaluate(() => window.untouched), 'the page was reloaded');
});

await step('its timeline is drawn, and told as a table', async () => {
  await page.getByRole('link', { name: recording.slice(0, 8) }).first().press('Enter');
  const drawing = page.getByRole('img', { name: /^Timeline\. Recording: done\..*Transcript: done/ });
  await drawing.waitFor();
  assert(await drawing.locator('.lane').count() >= 4, 'there are fewer lanes than artifacts');
  await page.getByRole('region', { name: 'Statuses, oldest first' }).getByRole('row').nth(4).waitFor();
  await page.getByText('Everything needed is there: Video, Transcript.').waitFor();
  await main.getByText('recorded', { exact: true }).waitFor();
});

await step('another need is judged at once', async () => {
  const box = page.getByRole('checkbox', { name: 'Audio, separate' });
  await box.focus();
  await page.keyboard.press('Space');
  await page.getByText(/Waiting for 1 of 3/).waitFor();
  await page.getByText(/never reported, though the recording is done/).waitFor();
  assert(await box.evaluate((node) => document.activeElement === node), 'the box lost the focus');
  await page.keyboard.press('Space');
  await page.getByText('Everything needed is there: Video, Transcript.').waitFor();
});

await step('focus, selection and what is typed stay when messages arrive', async () => {
  await nav('Live').press('Enter');
  const field = page.getByLabel('Name contains');
  await field.click();
  await page.keyboard.type('recording.');
  await main.getByRole('row', { name: /recording\.done/ }).first().waitFor();
  assert(await main.getByRole('row', { name: /video_mixed/ }).count() === 0, 'the filter leaves in what it should not');
  const before = await main.getByRole('row').count();
  await ask('meeting begins');
  await page.waitForFunction((count) => document.querySelectorAll('main tr').length > count, before);
  assert(await field.evaluate((node) => document.activeElement === node && node.value === 'recording.'), 'the field lost its focus or its text');
  await page.locator('#arrivals').getByText(/arrived, the last one/).waitFor({ state: 'attached' });
  await field.fill('');
});

await step('a paused page stands still', async () => {
  await page.getByRole('button', { name: 'Pause' }).press('Enter');
  const before = await main.locator('tbody').innerText();
  await ask('meeting ends');
  await page.getByRole('button', { name: /Resume \(\d+ new\)/ }).waitFor();
  assert((await main.locator('tbody').innerText()).split('\n').length === before.split('\n').length, 'rows were added');
  await page.getByRole('button', { name: /Resume/ }).press('Enter');
  await page.getByRole('button', { name: 'Pause' }).waitFor();
});

await step('a message shows its verification, its body and every attempt', async () => {
  await ask('dead letters');
  await nav('Dead letters').getByTitle('2 dead letters').waitFor();
  await nav('Dead letters').press('Enter');
  await main.getByRole('link', { name: /^message / }).first().press('Enter');
  await page.getByText('verified', { exact: true }).waitFor();
  await page.getByText('attempt 1').first().waitFor();
  await page.getByText('the archive is closed').first().waitFor();
  await page.getByRole('button', { name: 'As received' }).press('Enter');
  const body = await page.getByRole('region', { name: 'Body' }).innerText();
  assert(body.startsWith('{"event":'), `the body is shown as ${body.slice(0, 40)}`);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
  assert(/^message-\d+\.json$/.test(download.suggestedFilename()), 'the download has another name');
});

await step('a message is replayed for a subscription that is chosen', async () => {
  await page.getByRole('button', { name: 'Replay…' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('notify').check();
  await dialog.getByLabel('archive').uncheck();
  await dialog.getByRole('button', { name: 'Replay' }).press('Enter');
  await page.locator('.toasts').getByText('1 job queued.').waitFor();
});

await step('a dead letter is retried by a click, and goes away', async () => {
  await nav('Dead letters').press('Enter');
  const rows = main.locator('tbody tr');
  await rows.nth(1).waitFor();
  await ask('mend');
  await main.getByRole('button', { name: /^Retry dead letter/ }).first().click();
  await page.locator('.toasts').getByText('1 dead letter queued again.').waitFor();
  await page.waitForFunction(() => document.querySelectorAll('main tbody tr').length === 1);
  await nav('Dead letters').getByTitle('1 dead letter').waitFor();
});

await step('the other is discarded by keyboard, after a question', async () => {
  const discard = main.getByRole('button', { name: /^Discard dead letter/ });
  await discard.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert(await discard.evaluate((node) => document.activeElement === node), 'focus did not come back to the button');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).press('Enter');
  await page.locator('.toasts').getByText('1 dead letter discarded.').waitFor();
  await page.getByText('No dead letters', { exact: true }).waitFor();
});

await step('health shows what was refused and why', async () => {
  await ask('forgery');
  await nav('Health').press('Enter');
  await page.getByRole('region', { name: 'The last refused deliveries' }).getByText('no matching signature').first().waitFor();
  await page.getByRole('region', { name: 'Subscriptions' }).getByText('archive').waitFor();
});

await step('a theme that was chosen is kept', async () => {
  await page.getByRole('button', { name: 'Theme: system' }).press('Enter');
  await page.getByRole('button', { name: 'Theme: light' }).press('Enter');
  await page.reload();
  await page.getByRole('button', { name: 'Theme: dark' }).waitFor();
  assert(await page.evaluate(() => document.documentElement.dataset.theme) === 'dark', 'the page is not dark');
});

await step('what is not there is said', async () => {
  await page.goto(`${base}#/nowhere`);
  await page.getByText('There is no such page').waitFor();
});

await step('no errors, no breach of the policy, no request to another host', () =>
  assert(found.length === 0, found.join('\n')));
await browser.close();

await guarded(locked, token);
await accessible(base, recording);
if (process.env.SCREENSHOTS) await screenshots(base, recording, process.env.SCREENSHOTS);
finish();
