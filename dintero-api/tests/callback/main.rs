//! Calls from Dintero to the merchant: verifying, reading and responding.

mod express;
#[cfg(feature = "axum")]
mod extract;
#[cfg(feature = "axum")]
mod extract_express;
mod query;
mod signature;
mod url;
mod webhook;
