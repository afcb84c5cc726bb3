//! The HTTP client: who calls (credentials, token), where to (hosts), and what comes back (answers, errors).
//!
//! Generated operations say *what* is called, as an `Endpoint` and a filled `Call`; this module owns *how*:
//!
//! * `builder` checks the configuration, all of it at once; `tls` and `hosts` are its parts.
//! * `call` takes the parameters of one operation; `request` makes URL and headers of them, with `encode`.
//! * `send` carries a request out: credentials, and the one repetition after a 401.
//! * `token` keeps the access token that all clones share.
//! * `answer` is what Dintero said; `error` is everything else.
//!
//! On top of operations, for what a shop must not get wrong: `once` captures and refunds without doing it twice,
//! `pending` waits for what was accepted, `listing` turns pages.

mod answer;
mod builder;
mod call;
mod cart;
mod encode;
mod endpoint;
mod error;
mod hosts;
mod listing;
mod once;
mod pending;
mod request;
mod send;
mod tls;
mod token;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

pub use answer::{Answer, Decode, DecodeError, Response};
pub use builder::ClientBuilder;
pub use bytes::Bytes;
pub use error::{ApiError, AuthError, BuildError, Error, TransportError, UnexpectedAnswer};
pub use http::{HeaderMap, Method};
pub use listing::Listing;
pub use once::{Once, OnceCall, OnceError};
pub use pending::{FinishedChange, Patience, PendingChange, WaitError};
pub use tls::TrustRoots;

// For generated code only; outside the compatibility promise.
#[doc(hidden)]
pub use {
    call::Call,
    endpoint::{Endpoint, Scheme},
};

use crate::{AccountId, Secret};

/// The future of an operation, as `.await` on it makes one.
pub type BoxFuture<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// A client for one Dintero account, on all of Dintero's hosts.
///
/// The client fetches and renews access tokens by itself: with the first call that needs one, shortly before it
/// expires, and when Dintero refuses it. Nothing needs to be called for that, and no token to be kept.
///
/// Cloning is cheap, and all clones share the connections and the access token. Make one client and keep it.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), dintero_api::client::BuildError> {
/// let client = dintero_api::Client::builder("T12345678", "my-client-id", "my-client-secret")
///     .system("fjordshop", "12.1.0")
///     .base_url("http://127.0.0.1:8080") // only in tests
///     .build()?;
/// assert!(client.account_id().is_sandbox());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    inner: Arc<Inner>,
}

struct Inner {
    account: AccountId,
    client_id: String,
    client_secret: Secret,
    /// `Dintero-System-*`, for the operations that know them.
    system_headers: HeaderMap,
    strict_amounts: bool,
    hosts: hosts::Hosts,
    http: reqwest::Client,
    token: token::TokenCache,
}

impl Client {
    /// Starts a client for an account, with the credentials of an API client that was made in Dintero's back office.
    ///
    /// The account id is `T` (sandbox) or `P` (production) and eight digits. Nothing is checked before
    /// [`build`](ClientBuilder::build), and nothing is sent before the first call.
    pub fn builder(
        account_id: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
    ) -> ClientBuilder {
        ClientBuilder::new(account_id.into(), client_id.into(), client_secret.into())
    }

    /// Returns the account that the client works for.
    #[must_use]
    pub fn account_id(&self) -> AccountId {
        self.inner.account
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("account_id", &self.inner.account).finish_non_exhaustive()
    }
}
