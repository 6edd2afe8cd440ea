// express and the svix package with what most teams build next: each message in a transaction of
// PostgreSQL before it is answered, once by its id.
// Usage: node express-svix-postgres.js <path> <secret> <url>; prints the port it listens on.
"use strict";

const express = require("express");
const { Pool } = require("pg");
const { Webhook } = require("svix");

const [path, secret, connectionString] = process.argv.slice(2);
const webhook = new Webhook(secret);
const pool = new Pool({ connectionString, max: 16 });
const app = express();

async function store(id, body) {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query(
      "INSERT INTO recallai_webhook_bench (id, body) VALUES ($1, $2) ON CONFLICT DO NOTHING",
      [id, body],
    );
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  } finally {
    client.release();
  }
}

app.post(path, express.raw({ type: "application/json", limit: "512kb" }), (request, response) => {
  try {
    webhook.verify(request.body, request.headers);
  } catch {
    response.sendStatus(401);
    return;
  }
  const id = request.headers["svix-id"] ?? request.headers["webhook-id"];
  store(id, request.body).then(
    () => response.status(204).end(),
    () => response.sendStatus(503),
  );
});

async function main() {
  await pool.query("DROP TABLE IF EXISTS recallai_webhook_bench");
  await pool.query("CREATE TABLE recallai_webhook_bench (id text PRIMARY KEY, body bytea NOT NULL)");
  const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
}

main();
