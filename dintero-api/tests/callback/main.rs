//! Tests verifying, reading and responding to Dintero's callbacks and webhooks.

mod express;
#[cfg(feature = "axum")]
mod extract;
#[cfg(feature = "axum")]
mod extract_express;
mod query;
mod signature;
mod url;
mod webhook;
