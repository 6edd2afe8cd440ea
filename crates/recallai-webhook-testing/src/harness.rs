//! The harness: what happens in a run, and to whom.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use recallai_webhook_dispatch::{IntoHandlerResult, Router, WorkerBuilder};
use recallai_webhook_emulator::{
    Faults, HeaderFamily, ManualError, Message, Plan, Scenario, Seed, SenderOptions, SigningSecret,
};

use crate::drive::{Moment, Step};
use crate::own::Receive;
use crate::sending::{Adjust, Rotation};
use crate::target::Receiving;
use crate::{Run, RunError};

/// Meetings, what goes wrong with their deliveries, and the handlers that are to cope with it.
///
/// Nothing is set that has to be: without a scenario nothing happens, without faults all goes well, and without a
/// worker messages are stored and nobody works on them. The [crate](crate) has an example.
#[must_use = "nothing happens until it is run"]
pub struct Harness {
    pub(crate) plan: Plan,
    pub(crate) messages: Vec<Message>,
    pub(crate) faults: Faults,
    pub(crate) seed: Seed,
    pub(crate) endpoint: Arc<str>,
    pub(crate) scope: Option<Arc<str>>,
    pub(crate) family: HeaderFamily,
    pub(crate) secret: Option<SigningSecret>,
    pub(crate) signed_at: Option<SystemTime>,
    pub(crate) rotations: Vec<Rotation>,
    pub(crate) adjust: Vec<Adjust>,
    pub(crate) steps: Vec<(Duration, Step)>,
    pub(crate) down: Vec<Range<Duration>>,
    pub(crate) receiving: Receiving,
    pub(crate) patience: Duration,
}

impl Harness {
    /// How long jobs may go on after the last delivery if nobody says otherwise: 14 days.
    pub const PATIENCE: Duration = Duration::from_secs(14 * 24 * 60 * 60);

    /// A run in which nothing happens yet.
    pub fn new() -> Self {
        Self {
            plan: Plan::new(),
            messages: Vec::new(),
            faults: Faults::none(),
            seed: Seed::default(),
            endpoint: "recall".into(),
            scope: None,
            family: HeaderFamily::default(),
            secret: None,
            signed_at: None,
            rotations: Vec::new(),
            adjust: Vec::new(),
            steps: Vec::new(),
            down: Vec::new(),
            receiving: Receiving::Durable(None),
            patience: Self::PATIENCE,
        }
    }

    /// The same with one more meeting.
    pub fn scenario(mut self, scenario: Scenario) -> Self {
        self.plan.meetings.push((scenario, 1));
        self
    }

    /// The same with more meetings, and with their spacing for all.
    pub fn scenarios(mut self, plan: Plan) -> Self {
        self.plan.meetings.extend(plan.meetings);
        self.plan.spacing = plan.spacing;
        self
    }

    /// The same with one more message, of any kind, at its time after the start.
    pub fn message(mut self, message: Message) -> Self {
        self.messages.push(message);
        self
    }

    /// The same with another seed, from which ids, times, jitter and faults are drawn. The default is 0.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Seed(seed);
        self
    }

    /// The same with what goes wrong on the way. The default is nothing.
    pub fn faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    /// The same with another name of the endpoint, `recall` by default. That of the real-time channel is called
    /// so, too, followed by `-realtime`.
    pub fn endpoint(mut self, name: impl Into<Arc<str>>) -> Self {
        self.endpoint = name.into();
        self
    }

    /// The same with another scope for both endpoints; by default the name of the first.
    pub fn scope(mut self, scope: impl Into<Arc<str>>) -> Self {
        self.scope = Some(scope.into());
        self
    }

    /// The same with other names of the signature headers. The default is [`HeaderFamily::Webhook`].
    pub fn family(mut self, family: HeaderFamily) -> Self {
        self.family = family;
        self
    }

    /// The same with a secret that a receiver of one's own knows. By default one is made from the seed.
    pub fn secret(mut self, secret: SigningSecret) -> Self {
        self.secret = Some(secret);
        self
    }

    /// The same, but every delivery is signed for this time, however much virtual time goes by: for a receiver that
    /// checks signatures against the machine's clock, with `SystemTime::now()`. The meetings begin then, too.
    ///
    /// By default they begin on 5 January 2026, and deliveries are signed for the virtual time at which they are sent.
    pub fn signed_at(mut self, time: SystemTime) -> Self {
        self.signed_at = Some(time);
        self
    }

    /// The same with a new key for both endpoints at `at` after the start; for the time of `grace` (0 to 7 days)
    /// deliveries are signed with the old one, too. The receiver knows both from the beginning.
    pub fn rotate_at(mut self, at: Duration, secret: SigningSecret, grace: Duration) -> Self {
        self.rotations.push(Rotation { at, secret, grace });
        self
    }

    /// The same with a time, after the start, in which no endpoint can be reached. May be given more than once.
    pub fn down(mut self, time: Range<Duration>) -> Self {
        self.down.push(time);
        self
    }

    /// The same, and at `at` after the start somebody enables the dashboard endpoint, if it is disabled, and has
    /// all sent again that was not delivered.
    pub fn recover_at(self, at: Duration) -> Self {
        self.at(at, |moment| -> Result<(), ManualError> {
            let Moment { sender, at, dashboard, .. } = moment;
            sender.enable(dashboard)?;
            sender.recover(dashboard, Duration::ZERO, at).map(drop)
        })
    }

    /// The same with something that is done by hand at `at` after the start; at zero, before anything is sent. An
    /// error ends the run.
    pub fn at<F, R>(mut self, at: Duration, step: F) -> Self
    where
        F: FnOnce(Moment<'_>) -> R + Send + 'static,
        R: IntoHandlerResult,
    {
        self.steps.push((at, Box::new(|moment| step(moment).into_handler_result())));
        self
    }

    /// The same with other options of the sender, such as its schedule or when the run starts. Seed and speed stay
    /// the harness's.
    pub fn sender(mut self, adjust: impl FnOnce(&mut SenderOptions) + Send + 'static) -> Self {
        self.adjust.push(Box::new(adjust));
        self
    }

    /// The same in durable mode: messages go to an inbox in memory, and a worker with these subscribers works on
    /// them. It replaces what was said before of who receives.
    ///
    /// The run observes the jobs, so an observer that is set here hears nothing.
    pub fn worker(
        mut self,
        configure: impl FnOnce(WorkerBuilder) -> WorkerBuilder + Send + 'static,
    ) -> Self {
        self.receiving = Receiving::Durable(Some(Box::new(configure)));
        self
    }

    /// The same in inline mode: the handlers of a router are awaited before the reply. It replaces what was said
    /// before of who receives.
    pub fn inline(mut self, router: Router) -> Self {
        self.receiving = Receiving::Inline(router);
        self
    }

    /// The same with a receiver of one's own, which also verifies: by the time that the [`Arrival`](crate::Arrival)
    /// tells, or else see [`signed_at`](Self::signed_at). It replaces what was said before of who receives.
    ///
    /// ```
    /// use recallai_webhook_testing::emulator::{Scenario, SigningSecret};
    /// use recallai_webhook_testing::{Arrival, Harness};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let run = Harness::new()
    ///     .scenario(Scenario::builtin("plain-bot")?)
    ///     .faults("bad-signature:0.5,duplicate:0.5".parse()?)
    ///     .secret(SigningSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?)
    ///     .receiver(|arrival: Arrival| async move { 204 })
    ///     .run()
    ///     .await?;
    /// // It should have verified what it got.
    /// assert!(run.figures().wrongly_accepted > 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn receiver(mut self, receiver: impl Receive) -> Self {
        self.receiving = Receiving::Own(Arc::new(receiver));
        self
    }

    /// The same with another limit on how long jobs may go on after the last delivery, in virtual time:
    /// [`PATIENCE`](Self::PATIENCE) by default.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Runs it, until nothing more is to be delivered and every job has ended.
    ///
    /// Time is paused meanwhile, and goes on afterwards if it went before.
    ///
    /// # Errors
    ///
    /// It was not awaited in a tokio runtime with one thread; jobs go on for too long; what was set does not fit.
    /// What goes wrong in the run is no error: that is for assertions.
    pub async fn run(self) -> Result<Run, RunError> {
        crate::running::run(self).await
    }
}

impl Default for Harness {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Harness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Harness")
            .field("plan", &self.plan)
            .field("faults", &self.faults)
            .field("seed", &self.seed)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}
