"""Signs and verifies with `svix` for Python; README.md has the protocol."""

import protocol

try:
    from svix.webhooks import Webhook
except ImportError:
    protocol.missing("svix")

protocol.run("svix", Webhook)
