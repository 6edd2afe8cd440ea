//! Prometheus metrics and OpenTelemetry traces of Recall.ai webhooks, from delivery to handler.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
