//! The service that receives Recall.ai webhooks, from one configuration file: endpoints, inbox, outputs, admin API, metrics.
//!
//! This is an unofficial project; Recall.ai does not endorse it.
