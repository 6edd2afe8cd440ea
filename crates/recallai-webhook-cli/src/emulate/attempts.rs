//! A line for each attempt and its answer.

use recallai_webhook_emulator::{Judgement, Reception, Sending, Verdict};
use serde_json::json;

use super::deliver::Answer;
use crate::arguments::Format;
use crate::exit::Failure;
use crate::terminal::{self, BAD, GOOD, WARNING, printable};
use crate::wire::WireReply;

/// Prints them, or does nothing.
pub(super) fn printer(
    is_wanted: bool,
    format: Format,
) -> impl FnMut(&Sending, &Answer, &Judgement) -> Result<(), Failure> {
    move |sending, answer, judgement| match (is_wanted, format) {
        (false, _) => Ok(()),
        (true, Format::Human) => terminal::print(&human(sending, answer, judgement)),
        (true, Format::Json) => terminal::print_json(&described(sending, answer, judgement)),
    }
}

fn human(sending: &Sending, answer: &Answer, judgement: &Judgement) -> String {
    let style = match judgement.reception {
        Reception::AsExpected => GOOD,
        Reception::NotAccepted | Reception::NotRefused => WARNING,
        _ => BAD,
    };
    let answer = match answer {
        Ok(reply) => reply.status.to_string(),
        Err(error) => printable(&error.to_string()),
    };
    let (event, id) = (printable(&sending.event), printable(&sending.message_id));
    let mut line = format!("{event:<28} {id} #{}", sending.attempt);
    for fault in &sending.faults {
        line.push_str(&format!(" {fault}"));
    }
    format!("{line} -> {style}{answer}{style:#}{}\n", remark(judgement))
}

/// What is not to be seen from the answer.
fn remark(judgement: &Judgement) -> &'static str {
    match (judgement.reception, judgement.verdict) {
        (Reception::WronglyAccepted, _) => "  which it should have refused",
        (_, Some(Verdict::Exhausted)) => "  and that was the last attempt",
        (_, Some(Verdict::EndpointDisabled)) => "  and the endpoint is disabled",
        (_, Some(Verdict::EndpointFailed)) => "  and the recording gets nothing more",
        (_, Some(Verdict::Aborted)) => "  and no more attempts were asked for",
        _ => "",
    }
}

fn described(sending: &Sending, answer: &Answer, judgement: &Judgement) -> serde_json::Value {
    let faults: Vec<_> = sending.faults.iter().map(|fault| fault.name()).collect();
    let (status, error) = match answer {
        Ok(reply) => (Some(reply.status), None),
        Err(error) => (None, Some(error.to_string())),
    };
    json!({
        "type": "attempt", "endpoint": *sending.endpoint_name, "event": *sending.event,
        "message_id": *sending.message_id, "attempt": sending.attempt, "role": sending.role.name(), "faults": faults,
        "status": status, "error": error,
        "took_ms": answer.as_ref().ok().map(WireReply::took_ms),
        "reception": judgement.reception.name(),
        "verdict": judgement.verdict.map(Verdict::name),
    })
}
