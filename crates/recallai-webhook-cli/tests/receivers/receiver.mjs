// Receives Recall.ai webhooks: verifies, stores, answers. Needs Node 18, and nothing else.

import { createHmac, timingSafeEqual } from "node:crypto";
import { open } from "node:fs/promises";
import http from "node:http";

const PATH = "/webhooks/recall";
const TOLERANCE = 300; // seconds that the two clocks may differ
const MAX_BODY = 512 * 1024; // bytes; the sender stays below 350 kB
const MAX_TIME = 10_000; // ms for a request to arrive; the sender gives up after 15 seconds

const secret = process.env.RECALLAI_WEBHOOK_SECRET ?? "";
const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
if (key.length < 24) {
  throw new Error("RECALLAI_WEBHOOK_SECRET is no secret of the dashboard: whsec_...");
}

// Your program reads from this file what it has to do. Nothing is done before the answer. A message
// is a line of JSON; its line end comes first, so that one which breaks off does not spoil the next.
const file = await open("recall-webhooks.ndjson", "a+");
const messages = new Map(); // from the id to what is done when it is stored
for (const line of (await file.readFile("utf8")).split("\n")) {
  try {
    messages.set(JSON.parse(line).id);
  } catch {} // It broke off, and was never acknowledged.
}
const lines = [];
let written = Promise.resolve();

// Done once the message is on the disk. One that is there already stays as it is.
function store(id, body) {
  if (!messages.has(id)) {
    lines.push(`\n${JSON.stringify({ id, received: new Date(), body: body.toString("base64") })}`);
    written = written.then(write).catch(stop);
    messages.set(id, written);
  }
  return messages.get(id);
}

// Writes all that waits at once: they share the time that a disk takes.
async function write() {
  const all = lines.splice(0).join("");
  if (all) await file.appendFile(all);
  if (all) await file.sync();
}

// Nobody knows what is on the disk now; whoever starts it again reads that.
function stop(error) {
  console.error("not stored:", error.message);
  process.exit(1);
}

// Whether one of the signatures is ours, over the bytes as they came, and of these minutes.
function isSigned({ id, timestamp, signature }, body) {
  if (!/^[1-9][0-9]*$/.test(timestamp)) return false;
  if (Math.abs(Date.now() / 1000 - timestamp) > TOLERANCE) return false;
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.`).update(body).digest("base64");
  const right = Buffer.from(`v1,${mac}`);
  // Two while a secret is rotated; two headers have been joined with a comma.
  return signature.split(/,? /).some((given) => {
    const bytes = Buffer.from(given);
    return bytes.length === right.length && timingSafeEqual(bytes, right);
  });
}

// Id, timestamp and signatures, all of one family: older workspaces send svix-*.
function signatureHeaders(headers) {
  const of = (family) => ({
    id: headers[`${family}-id`],
    timestamp: headers[`${family}-timestamp`],
    signature: headers[`${family}-signature`],
  });
  return ["svix", "webhook"].map(of).find((family) => Object.values(family).every(Boolean));
}

// The status: 2xx is delivered, and all else is sent again.
async function receive(request) {
  if (request.url.split("?")[0] !== PATH) return 404;
  if (request.method !== "POST") return 405;
  const chunks = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > MAX_BODY) return 413;
    chunks.push(chunk);
  }
  const body = Buffer.concat(chunks);
  const headers = signatureHeaders(request.headers);
  if (!headers || !isSigned(headers, body)) return 401;
  await store(headers.id, body); // whatever event it is, known or not
  return 204;
}

const limits = { requestTimeout: MAX_TIME, connectionsCheckingInterval: 1000 };
const server = http.createServer(limits, async (request, response) => {
  const status = await receive(request).catch((error) => {
    console.error("not received:", error.message);
    return 503;
  });
  response.writeHead(status).end();
  request.resume(); // What was not read stands before the next request of the connection.
});
server.listen(Number(process.env.PORT ?? 3000), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}${PATH}`);
});
