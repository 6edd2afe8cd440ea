//! What is under test: receivers of ours, or one of the user's own.

use std::sync::{Arc, Mutex, PoisonError};

use recallai_webhook_dispatch::{
    Delivery, Endpoint, Receiver, Reply, Report, Router, Verifier, WorkerBuilder,
};
use recallai_webhook_emulator::Request;
use recallai_webhook_inbox::MemoryInbox;

use crate::adapter;
use crate::call_log::CallLog;
use crate::clock::VirtualClock;
use crate::own::{AnyReceive, Arrival, Response};

/// The two endpoints of a run: their names, and the scope that they share.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    pub(crate) dashboard: Arc<str>,
    pub(crate) realtime: Arc<str>,
    pub(crate) scope: Arc<str>,
}

/// Who receives, as the harness is told.
pub(crate) enum Receiving {
    Durable(Option<Configure>),
    Inline(Router),
    Own(Arc<dyn AnyReceive>),
}

pub(crate) type Configure = Box<dyn FnOnce(WorkerBuilder) -> WorkerBuilder + Send>;

/// What is under test.
#[derive(Clone)]
pub(crate) enum Target {
    /// Receivers of ours, one for each endpoint.
    Ours { receivers: Arc<[Receiver; 2]>, calls: CallLog },
    /// The user's.
    Own(Arc<dyn AnyReceive>),
}

/// What was answered, and what a receiver of ours made of it.
#[derive(Debug)]
pub(crate) struct Answered {
    pub(crate) response: Response,
    pub(crate) outcome: Option<&'static str>,
}

impl Target {
    pub(crate) fn durable(
        names: &Names,
        verifier: &Verifier,
        inbox: &MemoryInbox,
        calls: CallLog,
    ) -> Self {
        let receiver = |endpoint| Receiver::durable(endpoint, Arc::new(inbox.clone()));
        Self::Ours { receivers: Arc::new(endpoints(names, verifier).map(receiver)), calls }
    }

    pub(crate) fn inline(
        names: &Names,
        verifier: &Verifier,
        router: Router,
        calls: CallLog,
    ) -> Self {
        let router = Arc::new(router);
        let receiver = |endpoint| Receiver::inline(endpoint, Arc::clone(&router));
        Self::Ours { receivers: Arc::new(endpoints(names, verifier).map(receiver)), calls }
    }

    /// Gives a request to the endpoint of that name, and says what is answered.
    pub(crate) async fn answer(
        &self,
        endpoint: &Arc<str>,
        request: &Request,
        clock: VirtualClock,
    ) -> Answered {
        let by_adapter = |reply: Reply| Answered { response: reply.into(), outcome: None };
        if let Err(reply) = adapter::body_of(request).await {
            return by_adapter(reply);
        }
        let received_at = clock.received_at();
        match self {
            Self::Own(receiver) => {
                let endpoint = Arc::clone(endpoint);
                let arrival = Arrival { endpoint, request: request.clone(), received_at };
                Answered { response: receiver.receive_any(arrival).await, outcome: None }
            }
            Self::Ours { receivers, calls } => {
                let is_it = |receiver: &&Receiver| receiver.endpoint().name() == &**endpoint;
                let Some(receiver) = receivers.iter().find(is_it) else {
                    return by_adapter(Reply::NotFound);
                };
                let outcome = Arc::new(Mutex::new(None));
                let (seen, calls) = (Arc::clone(&outcome), calls.clone());
                let receiver = receiver.clone().with_observer(move |report: &Report<'_>| {
                    *seen.lock().unwrap_or_else(PoisonError::into_inner) =
                        Some(report.outcome.name());
                    calls.observe_inline(report);
                });
                let headers: Vec<(&str, &[u8])> = request
                    .headers
                    .iter()
                    .map(|(name, value)| (&**name, value.as_bytes()))
                    .collect();
                let body = request.body.to_vec().into();
                let delivery = Delivery::new(headers, body, received_at);
                let response = receiver.receive(delivery).await.into();
                let outcome = *outcome.lock().unwrap_or_else(PoisonError::into_inner);
                Answered { response, outcome }
            }
        }
    }
}

fn endpoints(names: &Names, verifier: &Verifier) -> [Endpoint; 2] {
    [&names.dashboard, &names.realtime].map(|name| {
        Endpoint::signed(Arc::clone(name), verifier.clone()).with_scope(Arc::clone(&names.scope))
    })
}
