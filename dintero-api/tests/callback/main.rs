//! What Dintero sends to the merchant: verified, read and responded.

mod express;
#[cfg(feature = "axum")]
mod extract;
#[cfg(feature = "axum")]
mod extract_express;
mod query;
mod signature;
mod url;
mod webhook;
