//! Why a guarded call failed, and whether the operation may have been carried out.

use std::fmt;

use crate::client::Error;
use crate::order::OrderError;
use crate::types::{Transaction, TransactionEventDetails};
use crate::{MinorUnits, NotPermitted};

/// Why a guarded capture, refund or void failed.
///
/// You can safely make the same call again after any of these errors, except that after
/// [`Unconfirmed`](Self::Unconfirmed) you must look at the transaction first. The same call means the same reference: a
/// call with another reference may move the money a second time.
///
/// `Debug` and `Display` show no personal data, links or messages from a transaction, only amounts, statuses, kinds of
/// events, line ids and request ids.
///
/// # Examples
///
/// ```
/// use dintero_api::client::GuardError;
///
/// /// Returns whether a job should make the same call again later.
/// fn is_worth_another_try(error: &GuardError) -> bool {
///     match error {
///         GuardError::Read(error) => error.is_retryable(),
///         GuardError::Busy | GuardError::Outdated | GuardError::Interrupted => true,
///         GuardError::Request(request) => error.maybe_sent() || request.is_retryable(),
///         _ => false, // a person should look at it; a refused request is usually refused again
///     }
/// }
/// ```
#[non_exhaustive]
pub enum GuardError {
    /// The transaction could not be read. Nothing was sent.
    Read(Error),
    /// The transaction does not permit the operation, or does not show what was done before. Nothing was sent.
    NotPermitted(NotPermitted),
    /// The request cannot be computed, for example because a line is not in the order, or because no part of the line
    /// remains. Nothing was sent.
    Order(OrderError),
    /// The reference belongs to an operation with different lines or a different amount.
    ///
    /// Each capture and each refund needs its own reference. Before you make this one with another reference, look at
    /// the operation that was found: if it is the one that you requested, and Dintero changed it, another reference
    /// moves the money again. If `sent` is `true`, that is likely, because the operation appeared after the request.
    #[non_exhaustive]
    ReferenceTaken {
        /// The amount of the request, in minor units. The request is computed as if the operation that was found did
        /// not exist; `None` if the request has no amount.
        requested: Option<MinorUnits>,
        /// The amount of the operation that was found, in minor units.
        found: Option<MinorUnits>,
        /// Whether this call sent a request that may have been carried out, because the transaction did not show the
        /// operation before. `false` if Dintero refused the request.
        sent: bool,
    },
    /// The operation was carried out, but moved a different amount than requested, such as only a part of it.
    ///
    /// The transaction says so in the correction of an event, or in the event of the result. The call does not send the
    /// rest. Do not make the operation again with another reference either, because that would move the whole amount a
    /// second time: a person should decide what happens with the difference.
    #[non_exhaustive]
    OtherAmount {
        /// The requested amount, in minor units; `None` if neither the events show it nor the request can be computed.
        requested: Option<MinorUnits>,
        /// The amount that was moved, in minor units.
        moved: MinorUnits,
        /// The event that reports the operation.
        event: Box<TransactionEventDetails>,
        /// The transaction with that event.
        transaction: Box<Transaction>,
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
    /// Three times, more than ten seconds passed between the read of the transaction and the moment at which the request
    /// could be sent, for example because an access token was needed. The request was not carried out, because the
    /// transaction may have changed.
    Outdated,
    /// The request failed, and the transaction does not show the operation (yet) or was not read again.
    /// [`maybe_sent`](Self::maybe_sent) says whether the operation may still be carried out. If Dintero's response to
    /// the last attempt was a refusal, the error is [`Refused`](Self::Refused) instead.
    Request(Error),
    /// Dintero refused the request ([`Error::is_refused`]) in its response to the last attempt, and the transaction
    /// does not show the operation or was not read again. The operation was not carried out. [`Error::message`] has the
    /// reason, if Dintero gave one.
    Refused(Error),
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
    /// Returns whether this call MAY have carried out the operation, or may still do so. Also `true` if another call
    /// carried it out with a different amount than requested ([`OtherAmount`](Self::OtherAmount)).
    ///
    /// Unlike [`Error::maybe_sent`], this is `false` if Dintero refused the request.
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
    ///         "This attempt did not make the refund."
    ///     }
    /// }
    /// assert_eq!(notice(&GuardError::Busy), "This attempt did not make the refund.");
    /// ```
    #[must_use]
    pub fn maybe_sent(&self) -> bool {
        match self {
            Self::Request(error) => error.maybe_sent() && !error.is_refused(),
            Self::OtherAmount { .. } | Self::Unconfirmed { .. } | Self::Interrupted => true,
            Self::ReferenceTaken { sent, .. } => *sent,
            Self::Read(_)
            | Self::NotPermitted(_)
            | Self::Order(_)
            | Self::MaybeSame { .. }
            | Self::Busy
            | Self::Outdated
            | Self::Refused(_)
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
            Self::OtherAmount { requested, moved, .. } => other_amount(f, *requested, *moved),
            Self::MaybeSame { .. } => f.write_str(
                "an operation without a reference may be this one; nothing was sent; wait for it and make the same call \
                 again, or use `ignore_unreferenced` if it is a different one",
            ),
            Self::Busy => f.write_str(
                "another guarded call on this transaction has not finished; nothing was sent; make the same call again later",
            ),
            Self::Outdated => f.write_str(
                "more than ten seconds passed after each read of the transaction, so the request was not carried out; \
                 make the same call again later",
            ),
            Self::Request(_) if self.maybe_sent() => f.write_str(
                "the request failed and may have been carried out; make the same call again later",
            ),
            Self::Request(error) if error.is_refused() => f.write_str(
                "Dintero refused the request, and it could not be sent again; it was not carried out",
            ),
            Self::Request(_) => f.write_str("the request could not be sent"),
            Self::Refused(_) => f.write_str("Dintero refused the operation, which was not carried out"),
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
    f.write_str("; look at that operation before you use another reference")
}

fn other_amount(
    f: &mut fmt::Formatter<'_>,
    requested: Option<MinorUnits>,
    moved: MinorUnits,
) -> fmt::Result {
    write!(f, "the operation was carried out, but moved {moved} minor units")?;
    if let Some(requested) = requested {
        write!(f, " instead of {requested}")?;
    }
    f.write_str("; do not make it again with another reference")
}

impl fmt::Debug for GuardError {
    /// Omits transactions and events, which contain personal data, links to the payment and Dintero's text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => f.debug_tuple("Read").field(error).finish(),
            Self::NotPermitted(reason) => f.debug_tuple("NotPermitted").field(reason).finish(),
            Self::Order(error) => f.debug_tuple("Order").field(error).finish(),
            Self::ReferenceTaken { requested, found, sent } => f
                .debug_struct("ReferenceTaken")
                .field("requested", requested)
                .field("found", found)
                .field("sent", sent)
                .finish(),
            Self::OtherAmount { requested, moved, .. } => f
                .debug_struct("OtherAmount")
                .field("requested", requested)
                .field("moved", moved)
                .finish_non_exhaustive(),
            Self::MaybeSame { event_request_id } => {
                f.debug_struct("MaybeSame").field("event_request_id", event_request_id).finish()
            }
            Self::Busy => f.write_str("Busy"),
            Self::Outdated => f.write_str("Outdated"),
            Self::Request(error) => f.debug_tuple("Request").field(error).finish(),
            Self::Refused(error) => f.debug_tuple("Refused").field(error).finish(),
            Self::Failed { .. } => f.debug_struct("Failed").finish_non_exhaustive(),
            Self::Unconfirmed { cause } => {
                f.debug_struct("Unconfirmed").field("cause", cause).finish()
            }
            Self::Interrupted => f.write_str("Interrupted"),
        }
    }
}

impl std::error::Error for GuardError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read(error)
            | Self::Request(error)
            | Self::Refused(error)
            | Self::Unconfirmed { cause: Some(error) } => Some(error),
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
