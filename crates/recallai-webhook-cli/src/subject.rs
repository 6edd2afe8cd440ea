//! Which subject is meant: the options that name it, and its scope.

use std::sync::Arc;

use clap::Args;
use recallai_webhook_inbox::recording::Subject;
use recallai_webhook_inbox::{Inbox, SubjectQuery};

use crate::exit::Failure;

/// An id as an argument. An empty one is what a shell makes of a variable that is not set: it would be
/// waited for in vain.
pub(crate) fn id(text: &str) -> Result<String, &'static str> {
    match text.trim() {
        "" => Err("an id cannot be empty; is a variable not set?"),
        _ => Ok(text.to_owned()),
    }
}

/// The options for what makes recordings. Both and those of [`Named`] are of a group `subject`: at most
/// one of them is given. Commands for which they mean something more say so.
#[derive(Debug, Args)]
pub(crate) struct Maker {
    /// The bot with this id
    #[arg(long, value_name = "ID", group = "subject", value_parser = id)]
    bot: Option<String>,

    /// The upload of the Desktop SDK with this id
    #[arg(long, value_name = "ID", group = "subject", value_parser = id)]
    upload: Option<String>,
}

impl Maker {
    /// The subject that is named, where a recording has a place of its own on the command line.
    pub(crate) fn or_recording(&self, recording: Option<&str>) -> Option<Subject> {
        let bot = self.bot.as_deref().map(Subject::bot);
        let upload = self.upload.as_deref().map(Subject::sdk_upload);
        recording.map(Subject::recording).or(bot).or(upload)
    }
}

/// The options that name a subject.
#[derive(Debug, Args)]
pub(crate) struct Named {
    /// The recording with this id
    #[arg(long, value_name = "ID", group = "subject", value_parser = id)]
    recording: Option<String>,

    #[command(flatten)]
    maker: Maker,
}

impl Named {
    pub(crate) fn subject(&self) -> Option<Subject> {
        self.maker.or_recording(self.recording.as_deref())
    }
}

#[derive(Debug, Args)]
pub(crate) struct Scope {
    /// The scope that the id belongs to, by default the name of its endpoint. Needed only where several
    /// know the id
    #[arg(long, value_name = "SCOPE")]
    pub(crate) scope: Option<String>,
}

impl Scope {
    /// The scope in which a subject is known; the one that was asked for even if it is not known there.
    pub(crate) async fn find(
        &self,
        inbox: &dyn Inbox,
        subject: &Subject,
    ) -> Result<Option<Arc<str>>, Failure> {
        if let Some(scope) = &self.scope {
            return Ok(Some(scope.as_str().into()));
        }
        let query = SubjectQuery::new().with_kind(subject.kind).with_id(subject.id.clone());
        let found = inbox.subjects(&query).await?;
        let scopes: Vec<_> = found.into_iter().map(|stored| stored.scope).collect();
        match &scopes[..] {
            [] => Ok(None),
            [scope] => Ok(Some(Arc::clone(scope))),
            _ => Err(Failure::not_tried(format!(
                "{subject} is known in several scopes; add --scope with one of {}",
                scopes.join(", ")
            ))),
        }
    }

    /// The same, for what has to be known.
    pub(crate) async fn of_known(
        &self,
        inbox: &dyn Inbox,
        subject: &Subject,
    ) -> Result<Arc<str>, Failure> {
        let scope = self.find(inbox, subject).await?;
        if let Some(scope) = scope
            && inbox.subject(&scope, subject).await?.is_some()
        {
            return Ok(scope);
        }
        let place = self.scope.as_ref().map(|scope| format!(" in scope {scope}"));
        Err(Failure::not_tried(format!(
            "no event has told of {subject}{}; `recordings list` shows what is known",
            place.unwrap_or_default()
        )))
    }
}
