//! Captures and refunds that are not done twice, though Dintero has no idempotency key: look first, act, look again.

use std::fmt;
use std::future::IntoFuture;
use std::ops::ControlFlow;

use super::error::BuildError;
use super::pending::PendingChange;
use super::{BoxFuture, Error, Response};
use crate::MinorUnits;
use crate::movement::{Movement, MovementKind, MovementState};
use crate::operations::{TransactionChange, Transactions};
use crate::types::{
    CaptureTransactionRequest, RefundTransactionRequest, Transaction, TransactionEventDetails,
};

impl<'c> Transactions<'c> {
    /// Captures, unless a capture with this `capture_reference` was made before or is under way.
    ///
    /// Reads the transaction, looks for the reference among its [`movements`](Transaction::movements), captures if it is
    /// not there, and says which of the two happened. A capture that failed does not count. So after a timeout, or in a
    /// job that starts over, the same call with the same request finishes the work and does not do it twice.
    ///
    /// Dintero shows the reference as the `event_reference` of the capture's event. Choose one that is the capture's own and known before it, such as the shipment's number. Where the
    /// session had an `event_reference`, Dintero gives that one to captures without their own, so use another.
    ///
    /// # What it cannot do
    ///
    /// Between looking and acting another process can act. Two that capture under one reference in the same moment may
    /// both find nothing; then both requests are sent, and what is left of the reserved amount is all that stops the
    /// second. Likewise for a capture whose answer was lost and which Dintero has not recorded when it is called again
    /// (it may still be working on it): leave some time in between. Let one worker, or a lock by order, do the
    /// capturing.
    ///
    /// # Errors
    ///
    /// See [`OnceError`]. It is safe to make the same call again after each of them, except after
    /// [`OnceError::Unconfirmed`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use dintero_api::client::Once;
    /// use dintero_api::types::CaptureTransactionRequest;
    ///
    /// # async fn ship(client: &dintero_api::Client, id: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// let request = CaptureTransactionRequest::new(29990).capture_reference("shipment-1");
    /// let once = client.transactions().capture_once(id, &request).await?;
    /// if let Some(pending) = once.pending() {
    ///     println!("{:?}", pending.wait().await?);
    /// }
    /// match once {
    ///     Once::Acted { transaction, .. } => println!("captured now: {:?}", transaction.status),
    ///     Once::AlreadyDone { transaction, .. } => println!("captured before: {:?}", transaction.status),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn capture_once<'a>(
        &self,
        transaction_id: &'a str,
        request: &'a CaptureTransactionRequest,
    ) -> OnceCall<'c, 'a> {
        OnceCall::new(*self, transaction_id, Action::Capture(request))
    }

    /// Refunds, unless a refund with this `refund_reference` was made before or is under way.
    ///
    /// Works as [`capture_once`](Self::capture_once) does, with the same limits.
    ///
    /// # Errors
    ///
    /// As for [`capture_once`](Self::capture_once).
    pub fn refund_once<'a>(
        &self,
        transaction_id: &'a str,
        request: &'a RefundTransactionRequest,
    ) -> OnceCall<'c, 'a> {
        OnceCall::new(*self, transaction_id, Action::Refund(request))
    }
}

/// A guarded capture or refund, to be awaited.
#[derive(Debug)]
#[must_use = "nothing is read or sent before it is awaited"]
// The bound stands here, where every impl has it implied: below an impl's own bound rustc proves all anew that makes the
// future `Send`, the types of a transaction and reqwest's included.
pub struct OnceCall<'c: 'a, 'a> {
    transactions: Transactions<'c>,
    transaction_id: &'a str,
    action: Action<'a>,
    look_again: bool,
}

#[derive(Debug, Clone, Copy)]
enum Action<'a> {
    Capture(&'a CaptureTransactionRequest),
    Refund(&'a RefundTransactionRequest),
}

/// Which of the two a guarded call did.
#[derive(Debug, Clone)]
#[must_use = "a capture or refund may still be under way: see `pending`"]
pub enum Once<'c> {
    /// The reference was there: nothing was sent, or what was sent was refused because another was quicker.
    #[non_exhaustive]
    AlreadyDone {
        /// The transaction, with the capture or refund.
        transaction: Box<Transaction>,
        /// The operation, if it is still under way (status 202 at the time) and its event has an id.
        pending: Option<PendingChange<'c>>,
    },
    /// It was captured or refunded by this call.
    #[non_exhaustive]
    Acted {
        /// The transaction, with the capture or refund; as it was before, if that is under way.
        transaction: Box<Transaction>,
        /// The operation, if Dintero accepted it (status 202) and named its id.
        pending: Option<PendingChange<'c>>,
    },
}

impl<'c> Once<'c> {
    /// Returns the transaction.
    #[must_use]
    pub fn transaction(&self) -> &Transaction {
        match self {
            Self::AlreadyDone { transaction, .. } | Self::Acted { transaction, .. } => transaction,
        }
    }

    /// Returns the operation to wait for, if it is under way.
    #[must_use]
    pub fn pending(&self) -> Option<&PendingChange<'c>> {
        match self {
            Self::AlreadyDone { pending, .. } | Self::Acted { pending, .. } => pending.as_ref(),
        }
    }
}

impl<'c, 'a> OnceCall<'c, 'a> {
    fn new(transactions: Transactions<'c>, transaction_id: &'a str, action: Action<'a>) -> Self {
        Self { transactions, transaction_id, action, look_again: true }
    }

    /// Whether to read the transaction once more after a failure with which the request may have been carried out.
    ///
    /// On by default. If the reference is there then, the call has succeeded after all; if not, the failure is returned.
    pub fn look_again(mut self, look_again: bool) -> Self {
        self.look_again = look_again;
        self
    }

    /// Looks, acts, and says which. Awaiting the call itself does the same.
    ///
    /// # Errors
    ///
    /// See [`OnceError`].
    #[inline]
    pub fn send(self) -> BoxFuture<'a, Result<Once<'c>, OnceError>> {
        // Nothing here keeps a transaction while it waits, so rustc need not prove that all of one is `Send`.
        Box::pin(async move {
            let reference = self.action.reference()?;
            let before = self.read().await.map_err(OnceError::Read)?;
            let failed_before = match self.before(before, reference)? {
                ControlFlow::Break(done) => return Ok(done),
                ControlFlow::Continue(failed_before) => failed_before,
            };
            let answer = self.act().await;
            let doubt = match self.acted(answer, reference, failed_before)? {
                ControlFlow::Break(done) => return Ok(done),
                ControlFlow::Continue(doubt) => doubt,
            };
            let again = self.read().await;
            self.looked_again(again, doubt, reference, failed_before)
        })
    }

    #[inline]
    fn read(&self) -> BoxFuture<'c, Result<Response<Transaction>, Error>> {
        self.transactions.get(self.transaction_id).send()
    }

    #[inline]
    fn act(&self) -> BoxFuture<'c, Result<Response<TransactionChange>, Error>> {
        let Self { transactions, transaction_id, .. } = self;
        match self.action {
            Action::Capture(request) => transactions.capture(transaction_id, request).send(),
            Action::Refund(request) => transactions.refund(transaction_id, request).send(),
        }
    }

    /// Decides before anything is sent, or returns how many attempts under this reference have failed.
    #[inline]
    fn before(
        &self,
        response: Response<Transaction>,
        reference: &str,
    ) -> Result<ControlFlow<Once<'c>, usize>, OnceError> {
        let transaction = response.into_inner();
        if let Some(pending) = self.find(&transaction, reference, false)? {
            let transaction = Box::new(transaction);
            return Ok(ControlFlow::Break(Once::AlreadyDone { transaction, pending }));
        }
        self.check_nothing_unnamed(&transaction)?;
        Ok(ControlFlow::Continue(self.failed(&transaction, reference).count()))
    }

    /// Decides by the answer to the request, or returns why it must look again: an error after which the request may
    /// have been carried out, or nothing, after status 200 without an event.
    #[inline]
    fn acted(
        &self,
        answer: Result<Response<TransactionChange>, Error>,
        reference: &str,
        failed_before: usize,
    ) -> Result<ControlFlow<Once<'c>, Option<Error>>, OnceError> {
        let change = match answer {
            Ok(response) => response.into_inner(),
            Err(error) if self.look_again && error.maybe_sent() => {
                return Ok(ControlFlow::Continue(Some(error)));
            }
            Err(error) => return Err(OnceError::Act(error)),
        };
        match change {
            TransactionChange::Accepted { event_request_id, transaction } => {
                let pending = match event_request_id {
                    Some(id) => Some(self.transactions.pending(self.transaction_id, id)),
                    None => self.find(&transaction, reference, true)?.flatten(),
                };
                let transaction = Box::new(transaction);
                Ok(ControlFlow::Break(Once::Acted { transaction, pending }))
            }
            // Status 200 does not mean that money was moved: the event says it.
            TransactionChange::Done(transaction) => {
                let decided = self.decide(transaction, reference, failed_before)?;
                Ok(decided.map_or(ControlFlow::Continue(None), ControlFlow::Break))
            }
        }
    }

    /// Decides by a second look, for the reason that `acted` returned.
    #[inline]
    fn looked_again(
        &self,
        response: Result<Response<Transaction>, Error>,
        doubt: Option<Error>,
        reference: &str,
        failed_before: usize,
    ) -> Result<Once<'c>, OnceError> {
        let decided = match response {
            Ok(response) => self.decide(response.into_inner(), reference, failed_before)?,
            Err(cause) if doubt.is_none() => {
                return Err(OnceError::Unconfirmed { cause: Some(cause) });
            }
            // What cannot be read tells nothing more than the first failure.
            Err(_) => None,
        };
        match (decided, doubt) {
            // Refused, so what is there now is another's.
            (Some(Once::Acted { transaction, pending }), Some(error)) if is_refusal(&error) => {
                Ok(Once::AlreadyDone { transaction, pending })
            }
            (Some(decided), _) => Ok(decided),
            (None, Some(error)) => Err(OnceError::Act(error)),
            (None, None) => Err(OnceError::Unconfirmed { cause: None }),
        }
    }

    /// Returns what the transaction says of the request that was sent, if it says anything.
    #[inline]
    fn decide(
        &self,
        transaction: Transaction,
        reference: &str,
        failed_before: usize,
    ) -> Result<Option<Once<'c>>, OnceError> {
        if let Some(pending) = self.find(&transaction, reference, true)? {
            return Ok(Some(Once::Acted { transaction: Box::new(transaction), pending }));
        }
        let failed = self.failed(&transaction, reference).skip(failed_before).last();
        match failed.map(|movement| Box::new(movement.event.clone())) {
            Some(event) => Err(OnceError::Failed { event, transaction: Box::new(transaction) }),
            None => Ok(None),
        }
    }

    /// Looks for a movement with the reference that was carried out or is under way, and for the operation then.
    #[inline]
    fn find(
        &self,
        transaction: &Transaction,
        reference: &str,
        sent: bool,
    ) -> Result<Option<Option<PendingChange<'c>>>, OnceError> {
        let movements = self.movements(transaction, reference);
        let found: Vec<_> =
            movements.filter(|movement| movement.state != MovementState::Failed).collect();
        let asked = self.action.amount();
        let same = |movement: &&Movement<'_>| movement.amount.is_none_or(|found| found == asked);
        match (found.iter().find(same), found.first().and_then(|movement| movement.amount)) {
            (Some(movement), _) => Ok(Some(self.pending(movement))),
            (None, Some(found)) => Err(OnceError::AmountDiffers { asked, found, sent }),
            (None, None) => Ok(None),
        }
    }

    /// Returns an error if something is under way that has no reference and may be what is asked for.
    #[inline]
    fn check_nothing_unnamed(&self, transaction: &Transaction) -> Result<(), OnceError> {
        let asked = self.action.amount();
        let movements = transaction.movements();
        let unnamed = movements.iter().find(|movement| {
            movement.kind == self.action.kind()
                && movement.state == MovementState::UnderWay
                && movement.reference.is_none()
                && movement.amount.is_none_or(|amount| amount == asked)
        });
        match unnamed {
            None => Ok(()),
            Some(movement) => Err(OnceError::MaybeUnderWay {
                event_request_id: movement.event.request_id.clone(),
            }),
        }
    }

    #[inline]
    fn failed<'t>(
        &self,
        transaction: &'t Transaction,
        reference: &str,
    ) -> impl Iterator<Item = Movement<'t>> {
        self.movements(transaction, reference)
            .filter(|movement| movement.state == MovementState::Failed)
    }

    #[inline]
    fn movements<'t>(
        &self,
        transaction: &'t Transaction,
        reference: &str,
    ) -> impl Iterator<Item = Movement<'t>> {
        let kind = self.action.kind();
        transaction
            .movements()
            .into_iter()
            .filter(move |movement| movement.kind == kind && movement.reference == Some(reference))
    }

    #[inline]
    fn pending(&self, movement: &Movement<'_>) -> Option<PendingChange<'c>> {
        let id = movement.event.request_id.as_ref()?;
        let is_under_way = movement.state == MovementState::UnderWay;
        is_under_way.then(|| self.transactions.pending(self.transaction_id, id))
    }
}

impl<'c, 'a> IntoFuture for OnceCall<'c, 'a> {
    type Output = Result<Once<'c>, OnceError>;
    type IntoFuture = BoxFuture<'a, Self::Output>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

impl<'a> Action<'a> {
    fn kind(self) -> MovementKind {
        match self {
            Self::Capture(_) => MovementKind::Capture,
            Self::Refund(_) => MovementKind::Refund,
        }
    }

    fn amount(self) -> MinorUnits {
        match self {
            Self::Capture(request) => request.amount,
            Self::Refund(request) => request.amount,
        }
    }

    /// Returns the merchant's reference, without which nothing can be recognised.
    fn reference(self) -> Result<&'a str, OnceError> {
        let (operation, field, reference) = match self {
            Self::Capture(request) => {
                ("transactions.capture_once", "capture_reference", &request.capture_reference)
            }
            Self::Refund(request) => {
                ("transactions.refund_once", "refund_reference", &request.refund_reference)
            }
        };
        reference.as_deref().filter(|reference| !reference.is_empty()).ok_or_else(|| {
            let problem = format!("`{field}` must be set, because it is what the call looks for");
            OnceError::Act(BuildError::call(operation, vec![problem]).into())
        })
    }
}

/// Whether Dintero answered that it does not carry the request out. A timeout on its side (408) says no such thing.
fn is_refusal(error: &Error) -> bool {
    let status = error.status().filter(|_| error.maybe_sent());
    status.is_some_and(|status| (400..500).contains(&status) && status != 408)
}

/// Why a guarded capture or refund did not end well.
#[derive(Debug)]
#[non_exhaustive]
pub enum OnceError {
    /// The transaction could not be read before anything was done. Nothing was captured or refunded.
    Read(Error),
    /// The request failed, and the transaction does not show its result (yet). [`Error::maybe_sent`] says whether it may
    /// still be carried out.
    Act(Error),
    /// The reference is there with another amount.
    #[non_exhaustive]
    AmountDiffers {
        /// The amount of the request, in minor units.
        asked: MinorUnits,
        /// The amount of the transaction's event, in minor units.
        found: MinorUnits,
        /// Whether the request was sent, because the event was not there before. Otherwise nothing was sent.
        sent: bool,
    },
    /// Something of the same kind and amount is under way (status 202) whose event has no reference, so it may be what is
    /// asked for. Nothing was sent. Wait for it, and make the same call again.
    #[non_exhaustive]
    MaybeUnderWay {
        /// The id of the operation, for [`Transactions::pending`].
        event_request_id: Option<String>,
    },
    /// The request was sent and not carried out: the provider refused it. To try it again is safe.
    #[non_exhaustive]
    Failed {
        /// The event that says so; its `error` has the reason.
        event: Box<TransactionEventDetails>,
        /// The transaction with that event.
        transaction: Box<Transaction>,
    },
    /// Dintero answered that it was done, but no event of the transaction has the reference.
    ///
    /// Look at the transaction before you call again: the guard may not find this one either.
    #[non_exhaustive]
    Unconfirmed {
        /// Why the transaction could not be read again, if that is so.
        cause: Option<Error>,
    },
}

impl OnceError {
    /// Whether the capture or refund MAY have been carried out, or may still be.
    #[must_use]
    pub fn maybe_sent(&self) -> bool {
        match self {
            Self::Act(error) => error.maybe_sent(),
            Self::Unconfirmed { .. } => true,
            Self::AmountDiffers { sent, .. } => *sent,
            Self::Read(_) | Self::MaybeUnderWay { .. } | Self::Failed { .. } => false,
        }
    }
}

impl fmt::Display for OnceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(_) => {
                f.write_str("the transaction cannot be read; nothing was captured or refunded")
            }
            Self::Act(error) if is_refusal(error) => {
                f.write_str("Dintero refused the capture or refund")
            }
            Self::Act(error) if error.maybe_sent() => f.write_str(
                "the capture or refund failed, and may have been carried out; make the same guarded call again later",
            ),
            Self::Act(_) => f.write_str("the capture or refund could not be sent"),
            Self::AmountDiffers { asked, found, .. } => write!(
                f,
                "the reference is already used for {found}, and {asked} was asked for (minor units); \
                 a capture or refund of its own needs a reference of its own",
            ),
            Self::MaybeUnderWay { .. } => f.write_str(
                "a capture or refund without a reference is under way and may be this one; wait for it, and make the \
                 same guarded call again",
            ),
            Self::Failed { .. } => {
                f.write_str("the capture or refund was refused; the event's `error` says why")
            }
            Self::Unconfirmed { .. } => f.write_str(
                "Dintero answered that it was done, but no event has the reference; look at the transaction \
                 before you call again",
            ),
        }
    }
}

impl std::error::Error for OnceError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Read(error) | Self::Act(error) | Self::Unconfirmed { cause: Some(error) } => {
                Some(error)
            }
            _ => None,
        }
    }
}
