//! The HTTP client: its credentials and access token, its hosts, and the responses and errors that it returns.
//!
//! A [`Client`] is created by its [builder](ClientBuilder) and gives access to every operation of the API document in
//! [`operations`](crate::operations); [`Client::request`] sends any other request. A call returns a [`Response`] or an
//! [`Error`]. Three types handle what a shop must not get wrong: [`GuardedCall`] captures, refunds or voids at most
//! once, [`PendingChange`] waits for operations that Dintero has accepted but not finished, and [`Listing`] reads lists
//! page by page.

// Generated operations say *what* is called, as an `Endpoint` and a filled `Call`; this module owns *how*:
//
// * `builder` checks the whole configuration at once; `environment`, `hosts`, `http_client`, `proxy_env`,
//   `payments_api` and `tls` are its parts.
// * `call` takes the parameters of one operation, with `pairs` and `parts`; `request` builds URL and headers from them,
//   with `encode`; `toggles` lets a body opt out of the strict-amounts toggle, and `partial` implements this for orders
//   with `partial_payment`.
// * `custom` builds requests that are not in the document; `cart` creates sessions from carts.
// * `send` sends a request, attempt by attempt. `attempt` records how an attempt ended and whether another attempt is
//   safe, `retry` decides whether and when to make that attempt, and `overload` reads the status and `Retry-After`;
//   `clock` provides time and randomness; `condition` is what a guarded call requires at each attempt.
// * `credentials` identify the caller; `token` keeps the access token that all clones share. `runtime` tells runtimes
//   apart.
// * `observe` shows whole exchanges to tests; `trace` logs only what is safe to log.
// * `response` is what Dintero returned; `error` is why a call failed.
// * `guard` captures, refunds or voids at most once, `pending` waits for accepted operations, and `moved` compares what
//   they moved with what was requested. `listing` reads lists page by page.

mod attempt;
mod builder;
mod call;
#[cfg(feature = "derive")]
mod cart;
mod clock;
mod condition;
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
mod moved;
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
    endpoint::{Endpoint, QueryRule, Scheme},
    toggles::{Strictness, Toggles},
};

use self::credentials::Credentials;
use crate::{AccountId, Secret};

/// The future that `.await` on an operation creates.
///
/// # Examples
///
/// ```
/// use dintero_api::client::BoxFuture;
/// use dintero_api::types::Transaction;
/// use dintero_api::{Client, Error, Response};
///
/// /// The calls that the shop needs, for tests to replace.
/// trait Payments {
///     fn read<'c>(&'c self, id: &'c str) -> BoxFuture<'c, Result<Response<Transaction>, Error>>;
/// }
///
/// impl Payments for Client {
///     fn read<'c>(&'c self, id: &'c str) -> BoxFuture<'c, Result<Response<Transaction>, Error>> {
///         self.transactions().get(id).send()
///     }
/// }
/// ```
pub type BoxFuture<'c, T> = Pin<Box<dyn Future<Output = T> + Send + 'c>>;

/// A client for one Dintero account, on all of Dintero's hosts.
///
/// The client fetches an access token by itself for the first call that needs one. The client replaces the token
/// shortly before the token expires, or when Dintero refuses it.
///
/// It retries requests that were definitely not sent, and requests that may safely arrive twice; see [`RetryPolicy`].
/// For every other error, [`Error::maybe_sent`] says whether the request may have arrived.
///
/// Cloning is cheap, and all clones share the connections and the access token. Create one client and keep it.
///
/// # Runtimes
///
/// Calls run on tokio, and need its timer and I/O driver (`enable_all()`). Without them, or outside a runtime, a call
/// returns an error before anything is sent. (tokio reports a missing driver with a panic, which the client catches; a
/// program compiled with `panic = "abort"` aborts instead.)
///
/// A token is fetched in a separate task. A call may therefore be dropped, or kept without being polled, at any time:
/// it blocks no other call, and the fetch continues without it. A renewal runs in the background while calls use the
/// old token. Several runtimes may share one client, for example through a `static` in tests, each of which has its own
/// runtime. A call waits only for a token fetch on its own runtime, but a token that any runtime has fetched serves all
/// calls.
///
/// Connections are different: each belongs to the runtime on which it was opened. A call must be polled on the runtime
/// on which it began (a [`Listing`] that moves to another runtime requests its page again). When a runtime shuts down,
/// requests of other runtimes on its connections lose their responses and fail, and are retried where that is safe. A
/// call may get an idle connection of another runtime. If that runtime is neither driven nor dropped, the call waits
/// until its [`timeout`](ClientBuilder::timeout): use a separate client for runtimes that are not driven all the time.
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
    /// The `Dintero-System-*` headers, for the operations that accept them.
    system_headers: HeaderMap,
    strict_amounts: bool,
    payments_api: PaymentsApi,
    hosts: hosts::Hosts,
    http: http_client::Http,
    /// Maximum length of a response body, in bytes.
    response_limit: usize,
    retries: RetryPolicy,
    budget: retry::Budget,
    clock: Arc<dyn Clock>,
    observer: Option<observe::Observer>,
    token: token::TokenCache,
    turns: guard::Turns,
}

impl Client {
    /// Returns a builder for a client of an account, with the credentials of an API client that was created in
    /// Dintero's back office.
    ///
    /// The account id is an [`AccountId`], or a string: `T` (sandbox) or `P` (production), followed by eight digits.
    /// [`build`](ClientBuilder::build) checks the configuration; nothing is sent before the first call.
    /// [`from_env`](Self::from_env) reads the account id, the client id and the client secret from the environment.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::Client;
    ///
    /// let secret = "the client secret, from your secret store";
    /// let client = Client::builder("T12345678", "my-client-id", secret)
    /// #     .base_url("http://127.0.0.1:8080")
    ///     .build()?;
    ///
    /// // Swapped arguments are found before anything is sent.
    /// let error = Client::builder("my-client-id", "T12345678", secret).build().unwrap_err();
    /// assert!(error.to_string().contains("an account id is"));
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn builder(
        account_id: impl Into<String>,
        client_id: impl Into<String>,
        client_secret: impl Into<Secret>,
    ) -> ClientBuilder {
        let credentials =
            Credentials::Client { id: client_id.into(), secret: client_secret.into() };
        ClientBuilder::new(account_id.into(), credentials)
    }

    /// Returns a builder for a client of an account, with an API key (`x-api-key`) instead of an API client.
    ///
    /// No access token is needed. The few operations that the document does not allow with an API key return an error
    /// before anything is sent. Otherwise works like [`builder`](Self::builder).
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
