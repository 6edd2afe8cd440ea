// express and the svix package, as the documentation of both shows it: verify the raw body, answer
// 204. Usage: node express-svix.js <path> <secret>; prints the port it listens on.
"use strict";

const express = require("express");
const { Webhook } = require("svix");

const [path, secret] = process.argv.slice(2);
const webhook = new Webhook(secret);
const app = express();

app.post(path, express.raw({ type: "application/json", limit: "512kb" }), (request, response) => {
  try {
    webhook.verify(request.body, request.headers);
  } catch {
    response.sendStatus(401);
    return;
  }
  response.status(204).end();
});

const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
