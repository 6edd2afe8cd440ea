//! The sampler: which traces are kept.

use recallai_webhook_dispatch::trace::TraceId;

use super::options::TraceError;

/// Ids have 63 bits that count.
const ALL: f64 = (1_u64 << 63) as f64;

/// Keeps a share of traces, and by the id alone, so that every part of a trace is kept or none. It decides as
/// the `TraceIdRatioBased` sampler of OpenTelemetry's libraries does, so a service that is called keeps
/// the same traces at the same ratio.
pub(super) struct Sampler {
    /// What is below is kept.
    bound: u64,
}

impl Sampler {
    pub(super) fn new(ratio: f64) -> Result<Self, TraceError> {
        if !(0.0..=1.0).contains(&ratio) {
            return Err(TraceError::Ratio { ratio });
        }
        Ok(Self { bound: (ratio * ALL) as u64 })
    }

    pub(super) fn keeps(&self, trace: TraceId) -> bool {
        let id = u128::from_be_bytes(trace.to_bytes()) as u64;
        id >> 1 < self.bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(ratio: f64) -> usize {
        let sampler = Sampler::new(ratio).unwrap();
        let traces = (0..10_000).map(|n| TraceId::of_message("recall", &format!("msg_{n}")));
        traces.filter(|trace| sampler.keeps(*trace)).count()
    }

    /// The ids are always the same, so the counts are too: within four standard deviations.
    #[test]
    fn a_share_is_kept() {
        assert_eq!((kept(0.0), kept(1.0)), (0, 10_000));
        assert!((880..=1120).contains(&kept(0.1)), "{}", kept(0.1));
        assert!((4800..=5200).contains(&kept(0.5)), "{}", kept(0.5));
    }

    #[test]
    fn a_ratio_that_is_no_share_is_refused() {
        for ratio in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
            assert!(Sampler::new(ratio).is_err(), "{ratio}");
        }
    }
}
