//! Selectors: what a handler is registered for, and the type of its argument that follows from it.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use recallai_webhook_event::{
    ArtifactEvent, ArtifactKind, CATALOGUE, Code, Entry, Event, FamilyName, Name, Payload,
};
use recallai_webhook_inbox::Filter;

use self::sealed::Selects;
use crate::router::Router;
use crate::{Failure, Handler, Message, Unreadable};

/// What a handler is registered for.
///
/// | selector | the handler's argument |
/// |---|---|
/// | a [`Name`], such as `RECORDING_DONE` | [`EventOf`] the name's payload |
/// | a [`FamilyName`], such as `families::BOT` | [`EventOf`] the family's payload |
/// | [`artifact`]`(kind, code)` | [`EventOf`]`<ArtifactEvent>` |
/// | [`any_event`]`()` | `Arc<Event>` |
/// | [`unknown_event`]`()` | `Arc<Event>` |
/// | [`unreadable_message`]`()` | [`Unreadable`] |
/// | [`handler_failure`]`()` | [`Failure`] |
///
/// Implemented by these and by nothing else.
pub trait Selector: sealed::Registers {}

impl<S: sealed::Registers> Selector for S {}

/// What a handler of a [`Worker`](crate::Worker) is subscribed to: any [`Selector`] but
/// [`handler_failure`], which
/// [`WorkerBuilder::on_failure`](crate::WorkerBuilder::on_failure) stands for there.
///
/// The store makes jobs only for what is selected.
pub trait MessageSelector: Selector + sealed::Subscribes {}

impl<S: Selector + sealed::Subscribes> MessageSelector for S {}

pub(crate) mod sealed {
    use super::{Arc, Entry, Event, Filter, Handler, Message, Router};

    pub trait Registers: Send + Sync + 'static {
        /// What the handler is given.
        type Argument: Send + 'static;

        /// Puts the handler into its place.
        fn register(self, handler: impl Handler<Self::Argument>, router: &mut Router);
    }

    /// A selector of messages.
    pub trait Subscribes: Registers {
        /// What the store makes jobs for: exactly the messages that [`take`](Self::take) takes.
        fn filter(&self) -> Filter;

        /// The argument of the handler, if the message is meant.
        fn take(&self, message: &Message) -> Option<Self::Argument>;
    }

    /// A selector of known events.
    pub trait Selects: Send + Sync + 'static {
        type Argument: Send + 'static;

        /// The messages that are meant.
        fn filter(&self) -> Filter;

        /// Whether events of this row can be meant: asked once, when the router is built.
        fn covers(&self, entry: &Entry) -> bool;

        /// The event, if it is meant: asked for each event of the rows covered.
        fn select(&self, event: &Arc<Event>) -> Option<Self::Argument>;
    }
}

impl<S: Selects> sealed::Registers for S {
    type Argument = <S as Selects>::Argument;

    fn register(self, handler: impl Handler<Self::Argument>, router: &mut Router) {
        router.add_route(self, handler);
    }
}

impl<S: Selects> sealed::Subscribes for S {
    fn filter(&self) -> Filter {
        Selects::filter(self)
    }

    fn take(&self, message: &Message) -> Option<Self::Argument> {
        let Message::Event(event) = message else { return None };
        let covers = event.entry().is_some_and(|entry| self.covers(entry));
        if covers { self.select(event) } else { None }
    }
}

/// The events of these rows.
fn events(entries: impl Iterator<Item = &'static Entry>) -> Filter {
    // No name of the catalogue is empty or has white space, which is all that a pattern asks.
    entries.filter_map(|entry| entry.name.parse().ok()).fold(Filter::events(), Filter::with_name)
}

/// An event that is known to carry a `P`. Cheap to clone; reads as a `P`.
pub struct EventOf<P> {
    event: Arc<Event>,
    payload: PhantomData<fn() -> P>,
}

impl<P: Payload> EventOf<P> {
    /// Takes an event that carries a `P`; any other is no such event.
    pub fn new(event: Arc<Event>) -> Option<Self> {
        P::of(&event)?;
        Some(Self { event, payload: PhantomData })
    }

    /// The event as a whole.
    pub fn event(&self) -> &Arc<Event> {
        &self.event
    }
}

impl<P: Payload> Deref for EventOf<P> {
    type Target = P;

    fn deref(&self) -> &P {
        match P::of(&self.event) {
            Some(payload) => payload,
            None => unreachable!("`EventOf::new` has looked, and events do not change"),
        }
    }
}

impl<P> Clone for EventOf<P> {
    fn clone(&self) -> Self {
        Self { event: Arc::clone(&self.event), payload: PhantomData }
    }
}

impl<P> fmt::Debug for EventOf<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.event.fmt(f)
    }
}

impl<P: Payload> Selects for Name<P> {
    type Argument = EventOf<P>;

    fn filter(&self) -> Filter {
        events(CATALOGUE.iter().filter(|entry| self.covers(entry)))
    }

    fn covers(&self, entry: &Entry) -> bool {
        entry.name == self.as_str()
    }

    fn select(&self, event: &Arc<Event>) -> Option<Self::Argument> {
        EventOf::new(Arc::clone(event))
    }
}

impl<P: Payload> Selects for FamilyName<P> {
    type Argument = EventOf<P>;

    fn filter(&self) -> Filter {
        events(CATALOGUE.iter().filter(|entry| self.covers(entry)))
    }

    fn covers(&self, entry: &Entry) -> bool {
        entry.family == self.family()
    }

    fn select(&self, event: &Arc<Event>) -> Option<Self::Argument> {
        EventOf::new(Arc::clone(event))
    }
}

/// Artifacts of one kind, of one status code, or both. Made by [`artifact`].
#[derive(Debug, Clone)]
pub struct ArtifactStatus {
    kind: Option<ArtifactKind>,
    code: Option<Code>,
}

/// Selects artifact events by kind and code; `None` means any.
///
/// ```
/// use recallai_webhook_dispatch::{artifact, event::{ArtifactKind, Code}};
///
/// let any_failure = artifact(None, Code::FAILED);
/// let all_of_the_video = artifact(ArtifactKind::VideoMixed, None);
/// ```
pub fn artifact(
    kind: impl Into<Option<ArtifactKind>>,
    code: impl Into<Option<Code>>,
) -> ArtifactStatus {
    ArtifactStatus { kind: kind.into(), code: code.into() }
}

impl Selects for ArtifactStatus {
    type Argument = EventOf<ArtifactEvent>;

    fn filter(&self) -> Filter {
        let kinds = ArtifactKind::ALL.into_iter();
        let kinds = kinds.filter(|kind| self.kind.is_none_or(|wanted| wanted == *kind));
        self.code
            .iter()
            .cloned()
            .fold(kinds.fold(Filter::events(), Filter::with_kind), Filter::with_code)
    }

    fn covers(&self, entry: &Entry) -> bool {
        entry.artifact_kind().is_some_and(|kind| self.kind.is_none_or(|wanted| wanted == kind))
    }

    fn select(&self, event: &Arc<Event>) -> Option<Self::Argument> {
        let event = EventOf::<ArtifactEvent>::new(Arc::clone(event))?;
        let meant = self.code.as_ref().is_none_or(|wanted| *wanted == event.status.code);
        meant.then_some(event)
    }
}

/// Every known event. Made by [`any_event`].
#[derive(Debug, Clone, Copy)]
pub struct AnyEvent(());

/// Selects every known event. Unknown ones are selected by [`unknown_event`].
pub fn any_event() -> AnyEvent {
    AnyEvent(())
}

impl Selects for AnyEvent {
    type Argument = Arc<Event>;

    fn filter(&self) -> Filter {
        Filter::events()
    }

    fn covers(&self, _: &Entry) -> bool {
        true
    }

    fn select(&self, event: &Arc<Event>) -> Option<Self::Argument> {
        Some(Arc::clone(event))
    }
}

/// Writes a selector that stands beside the known events, with its constructor.
macro_rules! beside_events {
    ($($(#[$doc:meta])+ $constructor:ident: $selector:ident($argument:ty) => $place:ident;)+) => {
        $(
            #[doc = concat!("Made by [`", stringify!($constructor), "`].")]
            #[derive(Debug, Clone, Copy)]
            pub struct $selector(());

            $(#[$doc])+
            pub fn $constructor() -> $selector {
                $selector(())
            }

            impl sealed::Registers for $selector {
                type Argument = $argument;

                fn register(self, handler: impl Handler<Self::Argument>, router: &mut Router) {
                    router.$place.push(Box::new(handler));
                }
            }
        )+
    };
}

beside_events! {
    /// Selects events whose name is not in the catalogue. With a handler for them, they are
    /// answered by how it fares and not by [`Unmatched::unknown`](crate::Unmatched::unknown).
    unknown_event: UnknownEvent(Arc<Event>) => on_unknown;

    /// Selects verified messages whose body is no readable event. Without a handler for them they
    /// are acknowledged: sending them again would not mend them.
    unreadable_message: UnreadableMessage(Unreadable) => on_unreadable;

    /// Selects the failures of other handlers, to alert or to count. It does not change the reply,
    /// and its own failures are only logged.
    handler_failure: HandlerFailure(Failure) => on_failure;
}

impl sealed::Subscribes for UnknownEvent {
    fn filter(&self) -> Filter {
        Filter::unknown()
    }

    fn take(&self, message: &Message) -> Option<Self::Argument> {
        let Message::Unknown(event) = message else { return None };
        Some(Arc::clone(event))
    }
}

impl sealed::Subscribes for UnreadableMessage {
    fn filter(&self) -> Filter {
        Filter::unreadable()
    }

    fn take(&self, message: &Message) -> Option<Self::Argument> {
        let Message::Unreadable(unreadable) = message else { return None };
        Some(unreadable.clone())
    }
}
