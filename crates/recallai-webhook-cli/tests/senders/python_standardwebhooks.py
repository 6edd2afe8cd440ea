"""Signs and verifies with `standardwebhooks` for Python; README.md has the protocol."""

import protocol

try:
    from standardwebhooks import Webhook
except ImportError:
    protocol.missing("standardwebhooks")

protocol.run("standardwebhooks", Webhook)
