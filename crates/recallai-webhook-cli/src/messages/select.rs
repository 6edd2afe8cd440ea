//! Which messages are meant: conditions, or ids.

use std::time::SystemTime;

use clap::builder::PossibleValuesParser;
use clap::{Args, builder::TypedValueParser as _};
use recallai_webhook_inbox::{
    Class, DEFAULT_LIMIT, Inbox, MessageQuery, Pattern, Seq, StoredMessage,
};

use crate::exit::Failure;
use crate::subject::Named;
use crate::{duration, time};

const BOT: &str = "Only about this bot; those about a recording of it are not among them";
const UPLOAD: &str = "Only about this upload; those about its recording are not among them";

/// Conditions on a message itself, which hold together.
#[derive(Debug, Args)]
#[command(
    mut_arg("recording", |recording| recording.help("Only about this recording")),
    mut_arg("bot", |bot| bot.help(BOT)),
    mut_arg("upload", |upload| upload.help(UPLOAD)),
)]
pub(super) struct Filters {
    /// Only events of this name, or of a pattern such as `recording.*`
    #[arg(long, value_name = "PATTERN")]
    name: Option<Pattern>,

    /// Only messages that are an event of the catalogue, of an unknown name, or unreadable
    #[arg(long, value_name = "CLASS", value_parser = classes())]
    class: Option<Class>,

    /// Only of this endpoint
    #[arg(long, value_name = "NAME")]
    endpoint: Option<String>,

    /// Only of this scope
    #[arg(long, value_name = "SCOPE")]
    scope: Option<String>,

    #[command(flatten)]
    named: Named,
}

/// The same, with conditions on its place and its time.
#[derive(Debug, Args)]
pub(super) struct Conditions {
    #[command(flatten)]
    filters: Filters,

    /// Only those stored after this one
    #[arg(long, value_name = "SEQ")]
    after: Option<Seq>,

    /// Only those stored before this one
    #[arg(long, value_name = "SEQ")]
    before: Option<Seq>,

    /// Only those received since then: a time, or how long ago, such as 2h
    #[arg(long, value_name = "TIME", value_parser = time_or_ago)]
    since: Option<SystemTime>,

    /// Only those received until then: a time, or how long ago, such as 2h
    #[arg(long, value_name = "TIME", value_parser = time_or_ago)]
    until: Option<SystemTime>,
}

fn classes() -> impl clap::builder::TypedValueParser<Value = Class> {
    PossibleValuesParser::new(Class::ALL.map(Class::as_str))
        .try_map(|name| name.parse::<Class>().map_err(|_| "no such class"))
}

fn time_or_ago(text: &str) -> Result<SystemTime, String> {
    match (time::parse(text), duration::parse(text)) {
        (Ok(seconds), _) => Ok(time::at(seconds)),
        (_, Ok(ago)) => time::clock().checked_sub(ago).ok_or("before all times".to_owned()),
        (Err(error), Err(_)) => Err(format!("{error}; nor how long ago, such as 2h")),
    }
}

impl Filters {
    fn is_any(&self) -> bool {
        self.endpoint.as_ref().or(self.scope.as_ref()).is_some()
            || self.named.subject().is_some()
            || self.name.is_some()
            || self.class.is_some()
    }

    /// Goes over all that fit, page by page.
    pub(super) fn pages(&self) -> Pages {
        let mut query = MessageQuery::default();
        query.endpoint = self.endpoint.as_deref().map(Into::into);
        query.scope = self.scope.as_deref().map(Into::into);
        query.name = self.name.clone();
        query.class = self.class;
        query.subject = self.named.subject();
        Pages { query, since: None, until: None, left: usize::MAX, is_over: false }
    }
}

impl Conditions {
    /// Whether there is any.
    pub(super) fn is_any(&self) -> bool {
        self.filters.is_any()
            || self.after.or(self.before).is_some()
            || self.since.or(self.until).is_some()
    }

    /// Goes over all that fit, page by page.
    pub(super) fn pages(&self) -> Pages {
        let mut pages = self.filters.pages();
        (pages.query.after, pages.query.before) = (self.after, self.before);
        (pages.since, pages.until) = (self.since, self.until);
        pages
    }
}

/// Pages of messages, each at most [`DEFAULT_LIMIT`] long.
pub(super) struct Pages {
    query: MessageQuery,
    since: Option<SystemTime>,
    until: Option<SystemTime>,
    left: usize,
    is_over: bool,
}

impl Pages {
    pub(super) fn newest_first(mut self) -> Self {
        self.query.newest_first = true;
        self
    }

    pub(super) fn with_bodies(mut self, bodies: bool) -> Self {
        self.query.bodies = bodies;
        self
    }

    pub(super) fn at_most(mut self, limit: usize) -> Self {
        self.left = limit;
        self
    }

    /// Begins after the one with this place.
    pub(super) fn after(mut self, seq: Seq) -> Self {
        self.query.after = Some(seq);
        self
    }

    /// Ends with the one with this place, so that it does not run after what is coming in.
    pub(super) fn up_to(mut self, seq: Seq) -> Self {
        let end = seq.saturating_add(1);
        self.query.before = Some(self.query.before.map_or(end, |before| before.min(end)));
        self
    }

    /// The next page with something in it; `None` at the end. Where it goes in the order of commits, it
    /// can be asked again later.
    pub(super) async fn next(
        &mut self,
        inbox: &dyn Inbox,
    ) -> Result<Option<Vec<StoredMessage>>, Failure> {
        loop {
            if self.is_over || self.left == 0 {
                return Ok(None);
            }
            self.query.limit = DEFAULT_LIMIT;
            let page = inbox.messages(&self.query).await?;
            let Some(last) = page.last() else { return Ok(None) };
            if self.query.newest_first {
                self.query.before = Some(last.seq);
                self.is_over = page.len() < DEFAULT_LIMIT;
            } else {
                self.query.after = Some(last.seq);
            }
            let mut page = page;
            page.retain(|message| self.is_in_time(message));
            page.truncate(self.left);
            if !page.is_empty() {
                self.left -= page.len();
                return Ok(Some(page));
            }
        }
    }

    /// Messages are stored in the order of commits, which is not quite that of their times.
    fn is_in_time(&self, message: &StoredMessage) -> bool {
        self.since.is_none_or(|since| message.received_at >= since)
            && self.until.is_none_or(|until| message.received_at <= until)
    }
}

/// The place of the newest message.
pub(super) async fn newest(inbox: &dyn Inbox) -> Result<Option<Seq>, Failure> {
    let mut query = MessageQuery::default();
    query.newest_first = true;
    query.limit = 1;
    Ok(inbox.messages(&query).await?.first().map(|message| message.seq))
}

/// The messages of this id, or the one of this place; at least one.
pub(super) async fn named(
    inbox: &dyn Inbox,
    name: &str,
    bodies: bool,
) -> Result<Vec<StoredMessage>, Failure> {
    let mut query = MessageQuery::default();
    query.bodies = bodies;
    match name.parse::<Seq>() {
        Ok(seq) if seq > 0 => {
            query.after = Some(seq - 1);
            query.before = seq.checked_add(1);
            query.limit = 1;
        }
        // The same id at several endpoints is several messages.
        _ => query.id = Some(name.into()),
    }
    let found = inbox.messages(&query).await?;
    if found.is_empty() {
        return Err(Failure::not_tried(format!(
            "no message {name} is stored; `messages list` shows which are"
        )));
    }
    Ok(found)
}
