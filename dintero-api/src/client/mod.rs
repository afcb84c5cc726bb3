//! The HTTP client: who calls (credentials, token), where to (hosts), and what comes back (responses, errors).
//!
//! A [`Client`] is made by its [builder](ClientBuilder), and leads to every operation of the API document in
//! [`operations`](crate::operations); [`Client::request`] makes any other call. [`Response`] is what Dintero said, [`Error`] is
//! everything else. On top, for what a shop must not get wrong: [`GuardedCall`] for captures, refunds and voids,
//! [`PendingChange`] for operations that Dintero accepted and has not finished, [`Listing`] for many pages.

// Generated operations say *what* is called, as an `Endpoint` and a filled `Call`; this module owns *how*:
//
// * `builder` checks the configuration, all of it at once; `environment`, `hosts`, `http_client`, `proxy_env`,
//   `payments_api` and `tls` are its parts.
// * `call` takes the parameters of one operation, with `pairs` and `parts`; `request` makes URL and headers of them, with
//   `encode`; `toggles` is what a body says about the toggle of strict amounts, `partial` the bodies that say something.
// * `custom` makes requests that the document does not have; `cart` sessions of carts.
// * `send` carries a request out, attempt by attempt. `attempt` says how one ended and whether another may follow,
//   `retry` whether and when it does, `overload` what the response says about that; `clock` is time and chance.
// * `credentials` say who calls; `token` keeps the access token that all clones share. `runtime` tells runtimes apart.
// * `observe` and `trace` show what happens: all of it to a test, what is harmless to a log.
// * `response` is what Dintero said; `error` is everything else.
// * `guard` captures, refunds and voids once, `pending` waits for what was accepted, `listing` turns pages.

mod attempt;
mod builder;
mod call;
#[cfg(feature = "derive")]
mod cart;
mod clock;
mod credentials;
mod custom;
mod encode;
mod endpoint;
mod environment;
mod error;
mod guard;
mod hosts;
mod http_client;
mod listing;
mod observe;
mod overload;
mod own;
mod pairs;
mod partial;
mod parts;
mod payments_api;
mod pending;
mod proxy_env;
mod request;
mod response;
mod retry;
mod runtime;
mod send;
mod tls;
mod toggles;
mod token;
mod trace;

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

#[doc(no_inline)]
pub use ::reqwest;
pub use builder::ClientBuilder;
pub use bytes::Bytes;
#[cfg(feature = "derive")]
pub use cart::{CartSession, CreatedSession};
pub use custom::CustomRequest;
#[cfg(feature = "test-util")]
pub use error::SimulatedFailure;
pub use error::{ApiError, AuthError, AuthFailure, Error, TransportError, UnexpectedResponse};
pub use guard::{GuardError, GuardedCall, GuardedCapture, GuardedChange, GuardedRefund, MadeBy};
pub use http::{HeaderMap, Method, StatusCode};
pub use listing::Listing;
pub use observe::Exchange;
pub use payments_api::PaymentsApi;
pub use pending::{FinishedChange, PendingChange, PollPolicy, WaitError};
pub use response::{Decode, DecodeError, Decoded, RawResponse, Response};
pub use retry::RetryPolicy;
pub use tls::TrustRoots;

#[doc(inline)]
pub use crate::wire::FromJson;

// For generated code and tests only; outside the compatibility promise.
#[doc(hidden)]
pub use {
    call::Call,
    clock::Clock,
    endpoint::{Endpoint, Scheme},
    toggles::{Strictness, Toggles},
};

use self::credentials::Credentials;
use crate::{AccountId, Secret};

/// The future of an operation, as `.await` on it makes one.
pub type BoxFuture<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// A client for one Dintero account, on all of Dintero's hosts.
///
/// The client fetches and renews access tokens by itself: with the first call that needs one, shortly before it
/// expires, and when Dintero refuses it. Nothing needs to be called for that, and no token to be kept.
///
/// It retries requests that were definitely not sent, and those that may arrive twice without harm; see [`RetryPolicy`].
/// Of all other errors, [`Error::maybe_sent`] says whether the request may have arrived.
///
/// Cloning is cheap, and all clones share the connections and the access token. Make one client and keep it.
///
/// # Runtimes
///
/// Calls run on tokio, and need its timer and I/O driver (`enable_all()`). Without them, or outside of a runtime, a call
/// is an error before anything is sent. (tokio reports a missing driver by a panic, which the client catches; a program
/// that is compiled with `panic = "abort"` ends instead.)
///
/// A token is fetched in a task of its own, so a call may be dropped, or kept without being polled, at any time: it
/// holds up no other call, and the fetch goes on without it. A renewal runs beside the calls, which use the old token
/// meanwhile. One client may be shared by several runtimes, such as a `static` in tests that each have one; each runtime
/// fetches for the calls that it polls, and a token serves them all.
///
/// Connections are another matter, because each belongs to the runtime on which it was opened. A call that has begun
/// must be polled where it began (a [`Listing`] reads its page again elsewhere). When a runtime shuts down, requests of
/// others on its connections fail as lost, and are retried where that is safe. When a runtime stands still but is not
/// dropped, a call elsewhere may be handed one of its idle connections, and then waits until its
/// [`timeout`](ClientBuilder::timeout): give runtimes that are not driven all the time a client of their own.
///
/// # Examples
///
/// ```
/// # fn main() -> Result<(), dintero_api::BuildError> {
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
    credentials: Credentials,
    /// `Dintero-System-*`, for the operations that know them.
    system_headers: HeaderMap,
    strict_amounts: bool,
    payments_api: PaymentsApi,
    hosts: hosts::Hosts,
    http: http_client::Http,
    /// Bytes of a response's body.
    response_limit: usize,
    retries: RetryPolicy,
    budget: retry::Budget,
    clock: Arc<dyn Clock>,
    observer: Option<observe::Observer>,
    token: token::TokenCache,
    turns: guard::Turns,
}

impl Client {
    /// Starts a client for an account, with the credentials of an API client that was made in Dintero's back office.
    ///
    /// The account id is an [`AccountId`], or `T` (sandbox) or `P` (production) and eight digits as text. Nothing is
    /// checked before [`build`](ClientBuilder::build), and nothing is sent before the first call.
    /// [`from_env`](Self::from_env) reads all three from the environment.
    pub fn builder(
        account_id: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
    ) -> ClientBuilder {
        let credentials =
            Credentials::Client { id: client_id.into(), secret: client_secret.into() };
        ClientBuilder::new(account_id.into(), credentials)
    }

    /// Starts a client for an account, with an API key (`x-api-key`) instead of an API client.
    ///
    /// It needs no access token. The few operations that take no API key end with an error before anything is sent;
    /// what each one takes is the document's to say. Otherwise as [`builder`](Self::builder).
    ///
    /// # Examples
    ///
    /// ```
    /// let client = dintero_api::Client::builder_with_api_key("T12345678", "the API key")
    /// #     .base_url("http://127.0.0.1:8080")
    ///     .build()?;
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn builder_with_api_key(
        account_id: impl Into<String>,
        api_key: impl Into<Secret>,
    ) -> ClientBuilder {
        ClientBuilder::new(account_id.into(), Credentials::ApiKey(api_key.into()))
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
