//! The page about the configuration: `docs/configuration.md`.

use super::{outputs, table};

const HEAD: &str = "\
<!-- Generated from the types of recallai-webhook-server; its tests compare, and write it with
     RECALLAI_WEBHOOK_WRITE_PAGE=1. -->

# Configuration

`recallai-webhook serve` reads `recallai-webhook.toml` in the working folder, or the file of `--config`. Variables
are laid over it: `RECALLAI_WEBHOOK_LISTEN__ADDRESS` is `listen.address`, with two underscores between the parts.
Arguments are laid over those: `--set listen.address=127.0.0.1:8080`. `recallai-webhook config init` writes an example,
`config show` says what holds and why, `config check` what is wrong, `config schema` prints the JSON Schema.

No secret stands in the configuration, only the place where one is found: `{ file = \"…\" }` or `{ env = \"…\" }`.
Paths are those of the working folder.

```toml
# The old secret and the new one, while they are rotated.
[endpoints.recall]
path = \"/webhooks/recall\"
secrets = [
    { file = \"new.secret\" },
    { file = \"old.secret\", expires = \"2026-01-31T00:00:00Z\" },
]

# What every event is passed on to, in the order of each recording; those that this version does not know too.
[subscriptions.archive]
unknown = true
start = \"beginning\"
order = \"strict\"
output = { type = \"nats\", servers = [\"nats://127.0.0.1\"], subject = \"recall.{event}\" }

# Once for each recording that has both, or has failed to.
[subscriptions.pipeline]
need = [\"video_mixed\", \"transcript\"]
on = [\"ready\", \"failed\"]
output = { type = \"http\", url = \"https://pipeline.example.com/ready\", secret = { file = \"pipeline.secret\" } }
```

## Keys

`NAME` is a name of yours, of letters, digits and `. _ -`; `N` is a place in a list.

";

const OUTPUTS: &str = "
## Outputs

What `subscriptions.NAME.output` has, beside its `type`. A build without an output says so; `cargo install` takes
`--features nats`, `redis`, `amqp`, `kafka`, or `all-outputs`.
";

/// The page, in Markdown.
pub fn page() -> String {
    format!("{HEAD}{}{OUTPUTS}{}", table(), outputs())
}
