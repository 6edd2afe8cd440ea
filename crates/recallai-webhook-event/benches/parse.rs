//! What reading a body costs, beside what `serde_json` asks for the same bytes, in one run.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench ends at the first surprise")]

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use recallai_webhook_event::{Event, EventRef};

#[path = "../tests/support/mod.rs"]
mod support;

mod peer {
    //! The reading one would write by hand with `serde_json`: borrowed text, the same members.

    #![expect(dead_code, reason = "read by serde, looked at by nobody")]

    use serde::Deserialize;

    #[derive(Deserialize)]
    pub(super) struct Body<'a, D> {
        pub(super) event: &'a str,
        pub(super) data: D,
    }

    #[derive(Deserialize)]
    #[serde(bound(deserialize = "D: Deserialize<'de>"))]
    pub(super) struct Data<'a, D> {
        pub(super) data: D,
        #[serde(borrow)]
        pub(super) transcript: Resource<'a>,
        #[serde(borrow)]
        pub(super) recording: Resource<'a>,
        #[serde(borrow)]
        pub(super) bot: Option<Resource<'a>>,
    }

    #[derive(Deserialize)]
    pub(super) struct Status<'a> {
        pub(super) code: &'a str,
        pub(super) sub_code: Option<&'a str>,
        pub(super) updated_at: &'a str,
    }

    #[derive(Deserialize)]
    pub(super) struct Resource<'a> {
        pub(super) id: &'a str,
        #[serde(borrow)]
        pub(super) metadata: &'a serde_json::value::RawValue,
    }

    pub(super) type StatusBody<'a> = Body<'a, Data<'a, Status<'a>>>;
    pub(super) type RealtimeBody<'a> = Body<'a, Data<'a, &'a serde_json::value::RawValue>>;
}

/// Reads one body in four ways: compact as it comes over the wire, its members in their order.
fn side_by_side(c: &mut Criterion, name: &str, file: &str, peer: impl Fn(&[u8])) {
    let body = support::compact(&support::read(file)).into_bytes();
    let mut group = c.benchmark_group(name);
    group.throughput(Throughput::Bytes(body.len() as u64));
    group.bench_function("borrowed", |b| b.iter(|| EventRef::parse(black_box(&body)).unwrap()));
    group.bench_function("owned", |b| b.iter(|| Event::parse(black_box(&body)).unwrap()));
    group.bench_function("serde_json_value", |b| {
        b.iter(|| serde_json::from_slice::<serde_json::Value>(black_box(&body)).unwrap());
    });
    group.bench_function("serde_json_borrowed", |b| b.iter(|| peer(black_box(&body))));
}

fn status(c: &mut Criterion) {
    side_by_side(c, "parse/status", "transcript.done.metadata.json", |body| {
        black_box(serde_json::from_slice::<peer::StatusBody<'_>>(body).unwrap());
    });
}

fn realtime(c: &mut Criterion) {
    side_by_side(c, "parse/realtime", "rt.transcript.data.json", |body| {
        black_box(serde_json::from_slice::<peer::RealtimeBody<'_>>(body).unwrap());
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(50)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(1));
    targets = status, realtime
}
criterion_main!(benches);
