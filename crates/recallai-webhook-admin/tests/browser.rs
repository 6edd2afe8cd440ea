//! The dashboard in a browser, over everything that is real: a store in a file, signed deliveries, a worker.
//!
//! `browser/main.mjs` does what a person does, and asks for what happens meanwhile. It needs node, Chromium
//! and what `cargo xtask browser` installs. Without them it says so and passes, unless
//! `RECALLAI_WEBHOOK_BROWSER=required`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and is told by the environment what is there"
)]

#[path = "browser/account.rs"]
mod account;

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use recallai_webhook_admin::Admin;
use recallai_webhook_dispatch::Token;
use recallai_webhook_inbox_sqlite::SqliteInbox;
use recallai_webhook_telemetry::Telemetry;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::Command;

use self::account::Account;

const TOKEN: &str = "a-token-of-the-browser-test";

/// What is needed to drive a browser.
struct Installed {
    browser: PathBuf,
    modules: PathBuf,
}

/// What is there, or what is not.
fn installed() -> Result<Installed, &'static str> {
    let modules = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("browser");
    if !modules.join("installed").exists() {
        return Err("playwright is not installed: cargo xtask browser");
    }
    found("node").ok_or("node is not installed")?;
    let browser = env::var_os("BROWSER").map(PathBuf::from).or_else(|| found("chromium"));
    Ok(Installed { browser: browser.ok_or("Chromium is not installed")?, modules })
}

fn found(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Serves, and tells where.
async fn serve(admin: Admin) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum::serve(listener, admin.router()).into_future());
    format!("http://{address}/")
}

/// Does what the script asks for, and gives back what it led to.
async fn answer(account: &mut Account, addresses: &Value, asked: &str) -> Value {
    match asked {
        "addresses" => addresses.clone(),
        "meeting begins" => json!({ "recording": account.begin_meeting().await }),
        "meeting ends" => json!(account.end_meeting().await),
        "dead letters" => json!(account.make_dead_letters().await),
        "more meetings" => json!(account.hold_meetings().await),
        "mend" => json!(account.mend()),
        "forgery" => json!(account.forge().await),
        asked => panic!("the script asks for `{asked}`"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_person_sees_what_happens_and_mends_what_failed() {
    let Installed { browser, modules } = match installed() {
        Ok(installed) => installed,
        Err(missing) => {
            let is_required = env::var("RECALLAI_WEBHOOK_BROWSER").is_ok_and(|it| it == "required");
            assert!(!is_required, "{missing}");
            return eprintln!("skipped: {missing}");
        }
    };
    let folder = tempfile::tempdir().unwrap();
    let telemetry = Telemetry::new();
    let inbox = SqliteInbox::options(folder.path().join("inbox.db"));
    let inbox = Arc::new(inbox.with_commit_observer(telemetry.clone()).open().unwrap());
    let mut account = Account::open(inbox.clone(), telemetry.clone()).await;
    let guarded = Admin::new(inbox.clone()).with_token(Token::parse(TOKEN).unwrap());
    let page = serve(Admin::new(inbox).with_telemetry(telemetry)).await;
    let addresses = json!({ "page": page, "guarded": serve(guarded).await, "token": TOKEN });

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/main.mjs");
    let mut script = Command::new("node")
        .arg(script)
        .env("BROWSER", browser)
        .env("BROWSER_MODULES", modules)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut answers = script.stdin.take().unwrap();
    let mut lines = BufReader::new(script.stdout.take().unwrap()).lines();
    let (mut told, mut shown) = (String::new(), 0);
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some(asked) = line.strip_prefix("? ") {
            let answer = answer(&mut account, &addresses, asked).await;
            answers.write_all(format!("{answer}\n").as_bytes()).await.unwrap();
            continue;
        }
        shown += usize::from(line.starts_with("ok "));
        told.push_str(&line);
        told.push('\n');
    }
    let status = script.wait().await.unwrap();
    assert!(status.success(), "{status}\n{told}");
    assert!(shown > 30, "only {shown} steps:\n{told}");
}
