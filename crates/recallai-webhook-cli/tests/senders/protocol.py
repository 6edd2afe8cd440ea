"""What the Python senders have in common: the protocol of README.md, and the post."""

import base64
import importlib.metadata
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime, timezone

# No proxy of the environment stands between here and loopback.
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def missing(package):
    """Says that the package is not installed, and ends."""
    say(f"missing {package} for Python")
    sys.exit()


def run(package, webhook):
    """Answers requests with the class `Webhook` of the package."""
    say(f"ready {importlib.metadata.version(package)}")
    for kind, fields in requests():
        answer = {"send": send, "verify": verify}[kind]
        try:
            say(answer(webhook, fields))
        except Exception as error:  # whatever it is, the test is to hear of it
            say(f"failed {one_line(error)}")


def send(webhook, fields):
    value = dict(fields)
    at = int(value.get("timestamp") or time.time())
    moment = datetime.fromtimestamp(at, tz=timezone.utc)
    body = base64.b64decode(value["body"])
    signatures = []
    for name, text in fields:
        if name == "secret":
            # The library takes the body as text.
            signatures.append(webhook(text).sign(value["id"], moment, body.decode()))
        elif name == "token":
            signatures.append(text)
    family = value["family"]
    headers = {
        "content-type": "application/json",
        f"{family}-id": value["id"],
        f"{family}-timestamp": str(at),
        f"{family}-signature": " ".join(signatures),
    }
    posted = base64.b64decode(value.get("posted", value["body"]))
    request = urllib.request.Request(value["url"], data=posted, headers=headers, method="POST")
    try:
        with OPENER.open(request) as response:
            return f"status {response.status}"
    except urllib.error.HTTPError as error:
        return f"status {error.code}"


def verify(webhook, fields):
    value = dict(fields)
    headers = dict(text.split(" ", 1) for name, text in fields if name == "header")
    try:
        webhook(value["secret"]).verify(base64.b64decode(value["body"]), headers)
    except Exception as error:  # not always the library's own, as the expectations say
        return f"refused {one_line(error)}"
    return "accepted"


def requests():
    """The first word of each request, and its other lines as pairs."""
    lines = []
    for line in sys.stdin:
        if line != "\n":
            lines.append(line.rstrip("\n").partition(" ")[::2])
        else:
            yield lines[0][0], lines[1:]
            lines = []


def one_line(error):
    return " ".join(f"{type(error).__name__}: {error}".split())


def say(line):
    print(line, flush=True)
