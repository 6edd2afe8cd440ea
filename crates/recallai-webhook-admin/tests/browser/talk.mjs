// Asks the test around this script for something: a line out, a line of JSON back.

import { createInterface } from 'node:readline';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

/** Has something done, such as `meeting`, and gives back what it led to. */
export async function ask(what) {
  console.log(`? ${what}`);
  const { value, done } = await lines.next();
  if (done) throw new Error('nobody answers');
  return JSON.parse(value);
}

let failed = 0;

/** One thing that is shown. Those after one that failed still run. */
export async function step(name, show) {
  try {
    await show();
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok ${name}\n${String(error.stack ?? error).replace(/^/gm, '    ')}`);
  }
}

/** Fails unless it holds. */
export function assert(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}

/** Ends the script, telling whether all was shown. */
export const finish = () => {
  process.exitCode = failed ? 1 : 0;
  process.stdin.destroy();
};
