//! What the outputs to brokers have in common.

mod address;
mod label;
mod link;
mod login;
mod stream;
mod template;
mod tls;

pub(crate) use address::Address;
pub(crate) use label::{label_name, labels, on_one_line};
pub(crate) use link::Link;
pub(crate) use login::Login;
pub(crate) use stream::Stream;
pub(crate) use template::{Grammar, Template};
pub use tls::TlsOptions;
pub(crate) use tls::{Tls, client_config};
