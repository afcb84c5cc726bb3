//! Which of the two URLs of the payments API is called, and what each of them has.

use std::borrow::Cow;

use super::endpoint::Endpoint;
use crate::AccountId;

/// The server of sessions and transactions in the document.
const CHECKOUT: &str = "https://checkout.dintero.com/v1";

/// Where sessions, transactions and card tokens are: Dintero has them at two URLs.
///
/// Settlements, sellers, payouts and tokens are at `https://api.dintero.com` in any case, and logos at the checkout host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum PaymentsApi {
    /// `https://checkout.dintero.com/v1`, with an access token or an API key.
    #[default]
    V1,
    /// The Payments API v2, `https://api.dintero.com/v1/accounts/{aid}/payments`, with an access token alone.
    ///
    /// The paths below it are those of the first one. Dintero's documentation shows that for paying an existing session,
    /// for listing and deleting card tokens, and for operations of terminals, which this crate does not have; code of
    /// others calls sessions by profile and reads, captures, refunds and voids transactions there. For every other
    /// operation it is inferred, and nothing of it was tried against Dintero. Sessions are not listed there: that call
    /// is a [`BuildError`](crate::BuildError).
    ///
    /// No end of the first URL has been announced.
    V2,
}

impl PaymentsApi {
    /// What is wrong with credentials of this kind.
    pub(super) fn check_api_key(self, problems: &mut Vec<String>) {
        if self == Self::V2 {
            problems.push(
                "the Payments API v2 takes no API key: use `Client::builder` with a client id and a client secret, or \
                 stay with `PaymentsApi::V1`"
                    .to_owned(),
            );
        }
    }

    /// Returns the server to call for an endpoint, or what is wrong with calling it.
    pub(super) fn server(
        self,
        endpoint: &Endpoint,
        account: &AccountId,
    ) -> Result<Cow<'static, str>, &'static str> {
        // What needs no credentials is for browsers, and v2 has nothing without.
        let is_moved = self == Self::V2
            && endpoint.server.trim_end_matches('/') == CHECKOUT
            && !endpoint.schemes.is_empty();
        match (is_moved, endpoint.v1_only) {
            (false, _) => Ok(Cow::Borrowed(endpoint.server)),
            (true, true) => Err(
                "the Payments API v2 does not have it: use a client with `PaymentsApi::V1`, the \
                                 default",
            ),
            (true, false) => {
                Ok(Cow::Owned(format!("https://api.dintero.com/v1/accounts/{account}/payments")))
            }
        }
    }
}
