// Node's http module and the svix package: verify the raw body, answer 204.
// Usage: node node-http-svix.js <path> <secret>; prints the port it listens on.
"use strict";

const http = require("node:http");
const { Webhook } = require("svix");

const [path, secret] = process.argv.slice(2);
const webhook = new Webhook(secret);

const server = http.createServer((request, response) => {
  if (request.method !== "POST" || request.url !== path) {
    response.writeHead(404).end();
    return;
  }
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    try {
      webhook.verify(Buffer.concat(chunks), request.headers);
    } catch {
      response.writeHead(401).end();
      return;
    }
    response.writeHead(204).end();
  });
});

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
