// Signs and verifies with `svix` for Node; README.md has the protocol.
// Usage: node npm_svix.mjs <directory with node_modules>

import { readFileSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const say = (line) => process.stdout.write(`${line}\n`);
const oneLine = (error) => `${error.name}: ${error.message}`.replace(/\s+/g, " ");

/** The package, from the directory given or, after it, from where `npm install --global` puts it. */
async function load(name) {
  const { resolve } = createRequire(import.meta.url);
  const places = [process.argv[2], path.join(process.execPath, "../../lib")];
  let entry, manifest;
  try {
    entry = resolve(name, { paths: places });
    manifest = resolve(`${name}/package.json`, { paths: places });
  } catch {
    say(`missing ${name} for Node`);
    process.exit();
  }
  const { version } = JSON.parse(readFileSync(manifest, "utf8"));
  return { version, ...(await import(pathToFileURL(entry))) };
}

const { version, Webhook } = await load("svix");

function send(fields) {
  const value = Object.fromEntries(fields);
  const at = Number(value.timestamp ?? Math.floor(Date.now() / 1000));
  const body = Buffer.from(value.body, "base64");
  const signatures = fields.flatMap(([name, text]) => {
    if (name === "secret") return [new Webhook(text).sign(value.id, new Date(at * 1000), body)];
    return name === "token" ? [text] : [];
  });
  const posted = Buffer.from(value.posted ?? value.body, "base64");
  const headers = {
    "content-type": "application/json",
    "content-length": posted.length,
    [`${value.family}-id`]: value.id,
    [`${value.family}-timestamp`]: at,
    [`${value.family}-signature`]: signatures.join(" "),
  };
  return new Promise((resolve, reject) => {
    const request = http.request(value.url, { method: "POST", headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(`status ${response.statusCode}`));
    });
    request.on("error", reject);
    request.end(posted);
  });
}

function verify(fields) {
  const value = Object.fromEntries(fields);
  const headers = Object.fromEntries(
    fields
      .filter(([name]) => name === "header")
      .map(([, text]) => [text.slice(0, text.indexOf(" ")), text.slice(text.indexOf(" ") + 1)]),
  );
  try {
    new Webhook(value.secret).verify(Buffer.from(value.body, "base64"), headers);
  } catch (error) {
    return `refused ${oneLine(error)}`;
  }
  return "accepted";
}

say(`ready ${version}`);
let request = [];
for await (const line of readline.createInterface({ input: process.stdin })) {
  if (line !== "") {
    const [name] = line.split(" ", 1);
    request.push([name, line.slice(name.length + 1)]);
    continue;
  }
  const [[kind], ...fields] = request;
  request = [];
  try {
    say(await { send, verify }[kind](fields));
  } catch (error) {
    say(`failed ${oneLine(error)}`);
  }
}
