//! Why a guarded call failed, and whether the operation may have been carried out.

use std::fmt;

use http::StatusCode;

use crate::client::Error;
use crate::order::OrderError;
use crate::types::{Transaction, TransactionEventDetails};
use crate::{MinorUnits, NotPermitted};

/// Why a guarded capture, refund or void failed.
///
/// You can safely make the same call again after any of these errors, except that after
/// [`Unconfirmed`](Self::Unconfirmed) you must look at the transaction first.
///
/// # Examples
///
/// ```
/// use dintero_api::client::GuardError;
///
/// /// Returns whether a job should make the same call again later.
/// fn is_worth_another_try(error: &GuardError) -> bool {
///     match error {
///         GuardError::Read(_) | GuardError::Busy | GuardError::Interrupted => true,
///         GuardError::Request(error) => error.maybe_sent() || error.is_retryable(),
///         _ => false, // a person should look at it
///     }
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum GuardError {
    /// The transaction could not be read. Nothing was sent.
    Read(Error),
    /// The transaction does not permit the operation, or does not show what was done before. Nothing was sent.
    NotPermitted(NotPermitted),
    /// The request cannot be computed, for example because a line is not in the order, or because no part of the line
    /// remains. Nothing was sent.
    Order(OrderError),
    /// The reference already belongs to an operation with different lines or a different amount.
    ///
    /// Each capture and each refund needs its own reference.
    #[non_exhaustive]
    ReferenceTaken {
        /// The amount of the request, in minor units. The request is computed as if the operation that was found did
        /// not exist; `None` if the request has no amount.
        requested: Option<MinorUnits>,
        /// The amount of the operation that was found, in minor units.
        found: Option<MinorUnits>,
        /// Whether a request was sent, because the transaction did not show the operation before.
        sent: bool,
    },
    /// An operation of the same kind, with the same amount or no amount, has no reference, so it may be the requested
    /// operation. Nothing was sent.
    ///
    /// If that operation is in progress, wait for it, and then make the same call again. If it is a different
    /// operation, use [`ignore_unreferenced`](super::GuardedCall::ignore_unreferenced).
    #[non_exhaustive]
    MaybeSame {
        /// The id of the operation, for `transactions().pending(…)`, if it has one.
        event_request_id: Option<String>,
    },
    /// Another guarded call on the same transaction, through this client or one of its clones, did not finish within a
    /// minute. Nothing was sent.
    Busy,
    /// The request failed, and the transaction does not show the operation (yet) or was not read again.
    /// [`Error::maybe_sent`] says whether the operation may still be carried out.
    Request(Error),
    /// The operation was not carried out: an event reports that it failed.
    #[non_exhaustive]
    Failed {
        /// The event that reports the failure; its `error` has the reason.
        event: Box<TransactionEventDetails>,
        /// The transaction with that event.
        transaction: Box<Transaction>,
    },
    /// Dintero responded that the operation was done, but no event shows it.
    ///
    /// Look at the transaction before you make the call again: the next call may not recognize the operation either.
    #[non_exhaustive]
    Unconfirmed {
        /// The error if the transaction could not be read again.
        cause: Option<Error>,
    },
    /// The runtime was shut down during the call. The request may have been sent.
    Interrupted,
}

impl GuardError {
    /// Returns whether the operation MAY have been carried out, or may still be carried out.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::client::GuardError;
    ///
    /// /// Returns what to tell a colleague who has clicked on "refund".
    /// fn notice(error: &GuardError) -> &'static str {
    ///     if error.maybe_sent() {
    ///         "The refund may have been made. Check the payment before you do anything else."
    ///     } else {
    ///         "The refund was not made."
    ///     }
    /// }
    /// assert_eq!(notice(&GuardError::Busy), "The refund was not made.");
    /// ```
    #[must_use]
    pub fn maybe_sent(&self) -> bool {
        match self {
            Self::Request(error) => error.maybe_sent(),
            Self::Unconfirmed { .. } | Self::Interrupted => true,
            Self::ReferenceTaken { sent, .. } => *sent,
            Self::Read(_)
            | Self::NotPermitted(_)
            | Self::Order(_)
            | Self::MaybeSame { .. }
            | Self::Busy
            | Self::Failed { .. } => false,
        }
    }
}

impl fmt::Display for GuardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(_) => f.write_str("the transaction could not be read; nothing was sent"),
            Self::NotPermitted(reason) => write!(f, "{reason}; nothing was sent"),
            Self::Order(_) => f.write_str("the request cannot be computed; nothing was sent"),
            Self::ReferenceTaken { requested, found, .. } => taken(f, *requested, *found),
            Self::MaybeSame { .. } => f.write_str(
                "an operation without a reference may be this one; nothing was sent; wait for it and make the same call \
                 again, or use `ignore_unreferenced` if it is a different one",
            ),
            Self::Busy => f.write_str(
                "another guarded call on this transaction has not finished; nothing was sent; make the same call again later",
            ),
            Self::Request(error) => f.write_str(request_failed(error)),
            Self::Failed { .. } => {
                f.write_str("the operation was not carried out; the event's `error` says why")
            }
            Self::Unconfirmed { .. } => f.write_str(
                "Dintero responded that the operation was done, but no event shows it; look at the transaction before you make the \
                 call again",
            ),
            Self::Interrupted => f.write_str(
                "the runtime was shut down during the call, and the request may have been sent; make the same call again",
            ),
        }
    }
}

fn taken(
    f: &mut fmt::Formatter<'_>,
    requested: Option<MinorUnits>,
    found: Option<MinorUnits>,
) -> fmt::Result {
    f.write_str("the reference is taken: ")?;
    match (requested, found) {
        (Some(requested), Some(found)) if requested == found => {
            write!(
                f,
                "its operation has the same amount ({found} minor units) but different lines"
            )?;
        }
        (Some(requested), Some(found)) => {
            write!(f, "its operation is for {found} minor units, but {requested} were requested")?;
        }
        _ => f.write_str("its operation has different lines or a different amount")?,
    }
    f.write_str("; use a separate reference for each capture and refund")
}

fn request_failed(error: &Error) -> &'static str {
    if is_rate_limit(error) {
        "Dintero limits the number of requests (429) and did not carry out the operation; wait, and make the same call \
         again"
    } else if is_refusal(error) {
        "Dintero refused the operation"
    } else if error.maybe_sent() {
        "the request failed and may have been carried out; make the same call again later"
    } else {
        "the request could not be sent"
    }
}

/// Returns whether Dintero's response says that it did not carry out the request. Status 408, a timeout on Dintero's
/// side, does not count.
pub(super) fn is_refusal(error: &Error) -> bool {
    let status = error.status().filter(|_| error.maybe_sent());
    status.is_some_and(|status| status.is_client_error() && status != StatusCode::REQUEST_TIMEOUT)
}

fn is_rate_limit(error: &Error) -> bool {
    error.maybe_sent() && error.status() == Some(StatusCode::TOO_MANY_REQUESTS)
}

impl std::error::Error for GuardError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read(error) | Self::Request(error) | Self::Unconfirmed { cause: Some(error) } => {
                Some(error)
            }
            Self::Order(error) => Some(error),
            _ => None,
        }
    }
}

impl From<NotPermitted> for GuardError {
    fn from(reason: NotPermitted) -> Self {
        Self::NotPermitted(reason)
    }
}
