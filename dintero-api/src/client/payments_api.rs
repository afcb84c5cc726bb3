//! The two base URLs of the payments API, and the operations that each of them offers.

use std::borrow::Cow;

use super::endpoint::Endpoint;
use crate::AccountId;

/// The document's server for sessions and transactions.
const CHECKOUT: &str = "https://checkout.dintero.com/v1";

/// The base URL for sessions, transactions and card tokens, which Dintero serves at two URLs.
///
/// The choice does not affect settlements, sellers, payouts and access tokens, which are always at
/// `https://api.dintero.com`, or logos, which are always at the checkout host.
///
/// # Examples
///
/// ```
/// use dintero_api::Client;
/// use dintero_api::client::PaymentsApi;
///
/// // Reads the choice from the environment, so that it can be changed without a new release.
/// let api = if std::env::var_os("SHOP_PAYMENTS_V2").is_some() { PaymentsApi::V2 } else { PaymentsApi::V1 };
/// let client = Client::builder("T12345678", "my-client-id", "my-client-secret")
///     .payments_api(api)
/// #     .base_url("http://127.0.0.1:8080")
///     .build()?;
///
/// // An API key works with `V1` only.
/// let builder = Client::builder_with_api_key("T12345678", "the API key").payments_api(PaymentsApi::V2);
/// assert!(builder.build().is_err());
/// # let _ = client;
/// # Ok::<(), dintero_api::BuildError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum PaymentsApi {
    /// `https://checkout.dintero.com/v1`, with an access token or an API key.
    #[default]
    V1,
    /// The Payments API v2, `https://api.dintero.com/v1/accounts/{aid}/payments`, with an access token only.
    ///
    /// The client appends the same paths to this URL as to the base URL of [`V1`](Self::V1). Dintero's documentation
    /// shows these paths for paying an existing session, for listing and deleting card tokens, and for terminal
    /// operations, which this crate does not have. Third-party code creates sessions from profiles, and reads,
    /// captures, refunds and voids transactions at this URL. For every other operation, the path is inferred. None of
    /// this has been tested against Dintero. Sessions cannot be listed at this URL: that call returns a
    /// [`BuildError`](crate::BuildError).
    ///
    /// Dintero has not announced an end date for `V1`.
    V2,
}

impl PaymentsApi {
    /// Reports a problem if this base URL does not accept an API key.
    pub(super) fn check_api_key(self, problems: &mut Vec<String>) {
        if self == Self::V2 {
            problems.push(
                "the Payments API v2 does not accept an API key: use `Client::builder` with a client id and a client secret, or \
                 stay with `PaymentsApi::V1`"
                    .to_owned(),
            );
        }
    }

    /// Returns the server to call for an endpoint, or why the endpoint cannot be called.
    pub(super) fn server(
        self,
        endpoint: &Endpoint,
        account: &AccountId,
    ) -> Result<Cow<'static, str>, &'static str> {
        // Operations without credentials are for browsers, and v2 has no such operations.
        let is_moved = self == Self::V2
            && endpoint.server.trim_end_matches('/') == CHECKOUT
            && !endpoint.schemes.is_empty();
        match (is_moved, endpoint.v1_only) {
            (false, _) => Ok(Cow::Borrowed(endpoint.server)),
            (true, true) => Err(
                "the Payments API v2 does not have this operation: use a client with `PaymentsApi::V1`, the \
                                 default",
            ),
            (true, false) => {
                Ok(Cow::Owned(format!("https://api.dintero.com/v1/accounts/{account}/payments")))
            }
        }
    }
}
