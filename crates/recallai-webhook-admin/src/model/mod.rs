//! What the API answers: one file for each thing, made from the types of the inbox. The comments on
//! their fields are the descriptions in the OpenAPI document.

mod bot;
mod changed;
mod given;
mod job;
mod letters;
mod message;
mod observation;
mod outcome;
mod page;
mod readiness;
mod recording;
mod stats;
mod status;
mod subject;
mod subscription;
mod text;
mod time;
mod waited;
mod word;

pub(crate) use bot::{BotDetail, BotSummary};
pub(crate) use changed::Changed;
pub(crate) use given::given;
pub(crate) use job::JobDetail;
pub(crate) use letters::Letters;
pub(crate) use message::{MessageDetail, MessageSummary};
pub(crate) use observation::{Observation, timeline};
pub(crate) use outcome::Outcome;
pub(crate) use page::{Cursor, Limit, Number, Order, Page};
pub(crate) use readiness::{NeedWords, Readiness, ReadinessState};
pub(crate) use recording::{Around, RecordingDetail, RecordingSummary};
pub(crate) use stats::Stats;
pub(crate) use subject::{About, SubjectRef};
pub(crate) use subscription::Subscription;
pub(crate) use text::Text;
pub(crate) use time::Time;
pub(crate) use waited::{Seconds, Waited};
pub(crate) use word::{ClassWord, NameFilter};
