"""Receives Recall.ai webhooks: verifies, stores, answers. Needs Python 3.10, and nothing else."""

import base64
import hmac
import os
import re
import sqlite3
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PATH = "/webhooks/recall"
TOLERANCE = 300  # seconds that the two clocks may differ
MAX_BODY = 512 * 1024  # bytes; the sender stays below 350 kB
MAX_TIME = 10  # seconds for a body to arrive; the sender gives up after 15

KEY = base64.b64decode(os.environ["RECALLAI_WEBHOOK_SECRET"].removeprefix("whsec_"))
if len(KEY) < 24:
    raise SystemExit("RECALLAI_WEBHOOK_SECRET is no secret of the dashboard: whsec_...")

# Your program reads from this table what it has to do. Nothing is done before the answer.
DATABASE = sqlite3.connect("recall-webhooks.db", check_same_thread=False)
DATABASE.execute("PRAGMA journal_mode = WAL")
DATABASE.execute("CREATE TABLE IF NOT EXISTS message (id PRIMARY KEY, received, body)")
WRITING = threading.Lock()


def store(message_id, body):
    """Returns once the message is on the disk. One that is there already stays as it is."""
    row = (message_id, time.time(), body)
    with WRITING, DATABASE:  # which commits at its end
        DATABASE.execute("INSERT OR IGNORE INTO message VALUES (?, ?, ?)", row)


def is_signed(message_id, timestamp, signatures, body):
    """Whether one of the signatures is ours, over the bytes as they came, and of these minutes."""
    if not re.fullmatch("[1-9][0-9]*", timestamp) or abs(time.time() - int(timestamp)) > TOLERANCE:
        return False
    mac = hmac.digest(KEY, f"{message_id}.{timestamp}.".encode() + body, "sha256")
    right = b"v1," + base64.b64encode(mac)
    # Two while a secret is rotated; a proxy may have joined two headers with a comma.
    given = signatures.replace(", ", " ").split(" ")
    return any(hmac.compare_digest(right, signature.encode()) for signature in given)


class Receiver(BaseHTTPRequestHandler):
    timeout = MAX_TIME  # of the head

    def do_POST(self):
        self.send_response(self.receive())
        self.end_headers()

    def receive(self):
        """The status: 2xx is delivered, and all else is sent again."""
        if self.path.partition("?")[0] != PATH:
            return 404
        length = int(self.headers.get("Content-Length", 0))
        if length > MAX_BODY:
            return 413
        body = self.read(length)
        if len(body) < length:
            return 400
        message_id, timestamp, signatures = self.signature_headers()
        if not is_signed(message_id, timestamp, signatures, body):
            return 401
        try:
            store(message_id, body)  # whatever event it is, known or not
        except sqlite3.Error as error:
            self.log_error("not stored: %s", error)
            return 503
        return 204

    def read(self, length):
        """The body, or what of it comes in time."""
        body, end = b"", time.monotonic() + MAX_TIME
        while len(body) < length and (left := end - time.monotonic()) > 0:
            self.connection.settimeout(left)
            piece = self.rfile.read1(length - len(body))
            if not piece:
                break
            body += piece
        return body

    def signature_headers(self):
        """Id, timestamp and signatures, all of one family: older workspaces send svix-*."""
        for family in ("svix", "webhook"):
            names = [f"{family}-{part}" for part in ("id", "timestamp", "signature")]
            values = [" ".join(self.headers.get_all(name, [])) for name in names]
            if all(values):
                return values
        return "", "", ""


ThreadingHTTPServer.request_queue_size = 128  # when a meeting ends, much comes at once
server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 3000))), Receiver)
print(f"listening on http://127.0.0.1:{server.server_port}{PATH}", flush=True)
server.serve_forever()
