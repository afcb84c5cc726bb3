//! Decides whether a transaction permits a capture, a refund or a void, according to its status, its events and its payment
//! product.

use std::fmt;

use crate::MinorUnits;
use crate::amounts::{UnclearTransaction, sum};
use crate::events::{OperationKind, OperationState, TransactionOperation};
use crate::types::{
    Transaction, TransactionPaymentProduct, TransactionPaymentProductType, TransactionStatus,
};

/// Why a transaction does not permit a capture, refund or void.
///
/// # Examples
///
/// ```
/// use dintero_api::order::Refund;
/// use dintero_api::types::{OrderLine, SessionOrder, Transaction};
/// use dintero_api::{Currency, serde_json};
///
/// // Only captured money can be refunded.
/// let transaction: Transaction = serde_json::from_str(
///     r#"{
///         "amount": 29990, "currency": "NOK", "payment_product": "vipps", "payment_product_type": "vipps",
///         "status": "AUTHORIZED", "events": [{"event": "AUTHORIZE", "success": true}]
///     }"#,
/// )?;
/// let chair = OrderLine::new().line_id("1").quantity(1).amount(29990).vat(25);
/// let order = SessionOrder::new(29990, Currency::NOK, "order-1001").items([chair]);
/// let error = Refund::after(&order, &transaction).everything().request().unwrap_err();
/// assert!(error.to_string().contains("nothing was captured"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotPermitted {
    /// The transaction does not show which operations were carried out before.
    Unclear(UnclearTransaction),
    /// The transaction's status rules out the operation.
    Status {
        /// The kind of the requested operation.
        kind: OperationKind,
        /// The status of the transaction.
        status: TransactionStatus,
    },
    /// Nothing is left to capture: the events show that everything was captured, or that the remaining amount was
    /// released.
    NothingLeft,
    /// Nothing was captured, so nothing can be refunded. Void a payment that is only authorized.
    NothingCaptured,
    /// Another operation is in progress, and its result determines whether the requested operation is possible.
    InProgress {
        /// The kind of the requested operation.
        kind: OperationKind,
        /// The kind of the operation in progress.
        other: OperationKind,
    },
    /// The requested amount exceeds the remaining amount, from which operations in progress are already subtracted.
    MoreThanLeft {
        /// The kind of the requested operation.
        kind: OperationKind,
        /// The requested amount, in minor units.
        requested: MinorUnits,
        /// The remaining amount, in minor units.
        left: MinorUnits,
    },
    /// Kravia does not support refunds. Cancel an unpaid invoice with a void.
    RefundOfInvoice,
    /// A refund of a terminal payment has no `terminal_id`. The cardholder must approve the refund on a terminal.
    RefundWithoutTerminal,
    /// The payment product cannot release the remaining authorized amount after a partial capture.
    VoidOfRest,
}

impl fmt::Display for NotPermitted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unclear(unclear) => {
                write!(f, "the transaction does not show what was done before: {unclear}")
            }
            Self::Status { kind, status } => {
                write!(f, "a transaction with status {status} does not permit a {kind}")
            }
            Self::NothingLeft => f.write_str(
                "nothing is left to capture: everything was captured, or the remaining amount was released",
            ),
            Self::NothingCaptured => f.write_str(
                "nothing was captured, so nothing can be refunded; void a payment that is only authorized",
            ),
            Self::InProgress { kind, other } => write!(
                f,
                "a {other} is in progress; wait for its result before the {kind}"
            ),
            Self::MoreThanLeft { kind, requested, left } => write!(
                f,
                "a {kind} of {requested} minor units exceeds the remaining {left} minor units"
            ),
            Self::RefundOfInvoice => f.write_str(
                "Kravia does not support refunds; cancel an unpaid invoice with a void, and credit a paid one at Kravia",
            ),
            Self::RefundWithoutTerminal => f.write_str(
                "a refund of a terminal payment needs the `terminal_id` of the terminal on which the cardholder approves it",
            ),
            Self::VoidOfRest => f.write_str(
                "this payment product cannot release the remaining amount after a partial capture; the authorization expires by itself",
            ),
        }
    }
}

impl std::error::Error for NotPermitted {}

impl From<UnclearTransaction> for NotPermitted {
    fn from(unclear: UnclearTransaction) -> Self {
        Self::Unclear(unclear)
    }
}

impl Transaction {
    /// Checks that another operation of this kind is possible, and that the earlier operations are known.
    pub(crate) fn permits(
        &self,
        kind: OperationKind,
        operations: &[TransactionOperation<'_>],
    ) -> Result<(), NotPermitted> {
        let status = self.known_status()?;
        self.known_events()?;
        if kind == OperationKind::Void && *status == TransactionStatus::AuthorizationVoided {
            // The guarded call has found no void, so the event of the void is missing.
            return Err(UnclearTransaction::EventsMissing(status.clone()).into());
        }
        if is_ruled_out(kind, status) {
            return Err(NotPermitted::Status { kind, status: status.clone() });
        }
        match kind {
            OperationKind::Capture => self.permits_capture(operations)?,
            OperationKind::Refund => self.permits_refund(status, operations)?,
            OperationKind::Void => self.permits_void(operations)?,
        }
        if self.agrees_with_corrections(operations) {
            return Ok(());
        }
        // An operation with an unknown result also disagrees with the correction; report it rather than a missing event.
        for kind in [OperationKind::Capture, OperationKind::Refund] {
            sum(operations, kind)?;
        }
        Err(UnclearTransaction::EventsMissing(status.clone()).into())
    }

    /// Checks that the requested amount does not exceed the remaining amount minus the operations in progress.
    #[cfg(feature = "client")]
    pub(crate) fn check_left(
        &self,
        kind: OperationKind,
        operations: &[TransactionOperation<'_>],
        requested: MinorUnits,
    ) -> Result<(), NotPermitted> {
        let left = match kind {
            OperationKind::Refund => {
                self.captured(operations)?.saturating_sub(sum(operations, kind)?)
            }
            _ => self.amounts(operations)?.remaining_capture.get(),
        };
        let in_progress = operations
            .iter()
            .filter(|it| it.kind == kind && it.state == OperationState::InProgress)
            .try_fold(0_i64, |sum, it| sum.checked_add(it.amount?.get()))
            .ok_or(UnclearTransaction::Operation(kind))?;
        let left = left.saturating_sub(in_progress).max(0);
        if requested.get() <= left {
            return Ok(());
        }
        Err(NotPermitted::MoreThanLeft { kind, requested, left: MinorUnits::new(left) })
    }

    /// Returns whether a refund must name the terminal on which the cardholder approves it.
    #[cfg(feature = "client")]
    pub(crate) fn needs_terminal(&self) -> bool {
        self.payment_product_type == TransactionPaymentProductType::SeitatechInPerson
    }

    fn permits_capture(&self, operations: &[TransactionOperation<'_>]) -> Result<(), NotPermitted> {
        let kind = OperationKind::Capture;
        if is_in_progress(operations, OperationKind::Void) {
            return Err(NotPermitted::InProgress { kind, other: OperationKind::Void });
        }
        let amounts = self.amounts(operations)?;
        if amounts.remaining_capture == MinorUnits::ZERO && amounts.authorized > MinorUnits::ZERO {
            return Err(NotPermitted::NothingLeft);
        }
        Ok(())
    }

    /// Checks a refund. A capture that the events do not show yet does no harm, because a refund cannot exceed the
    /// captures that the events show. A refund that the events do not show yet, however, would be sent twice.
    fn permits_refund(
        &self,
        status: &TransactionStatus,
        operations: &[TransactionOperation<'_>],
    ) -> Result<(), NotPermitted> {
        if self.payment_product == TransactionPaymentProduct::Kravia {
            return Err(NotPermitted::RefundOfInvoice);
        }
        let captured = self.captured(operations)?;
        let refunded = sum(operations, OperationKind::Refund)?;
        let says_captured = !matches!(status, TransactionStatus::Authorized);
        if captured == 0 {
            return Err(if says_captured {
                UnclearTransaction::EventsMissing(status.clone()).into()
            } else {
                NotPermitted::NothingCaptured
            });
        }
        let says_more = |status: &&TransactionStatus| match status {
            TransactionStatus::PartiallyRefunded | TransactionStatus::PartiallyCapturedRefunded => {
                refunded == 0
            }
            TransactionStatus::Refunded => refunded < captured,
            _ => false,
        };
        match self.statuses().find(says_more) {
            Some(status) => Err(UnclearTransaction::EventsMissing(status.clone()).into()),
            None => Ok(()),
        }
    }

    fn permits_void(&self, operations: &[TransactionOperation<'_>]) -> Result<(), NotPermitted> {
        let (kind, other) = (OperationKind::Void, OperationKind::Capture);
        let captured = sum(operations, other)?;
        // A Kravia capture is in progress until the invoice is paid, and a void cancels the invoice.
        let is_invoice = self.payment_product == TransactionPaymentProduct::Kravia;
        if !is_invoice && is_in_progress(operations, other) {
            return Err(NotPermitted::InProgress { kind, other });
        }
        let is_partial = captured > 0 || self.status != Some(TransactionStatus::Authorized);
        if is_partial && !releases_the_rest(&self.payment_product_type) {
            return Err(NotPermitted::VoidOfRest);
        }
        Ok(())
    }
}

fn is_in_progress(operations: &[TransactionOperation<'_>], kind: OperationKind) -> bool {
    let mut of_kind = operations.iter().filter(|operation| operation.kind == kind);
    of_kind.any(|operation| operation.state == OperationState::InProgress)
}

fn is_ruled_out(kind: OperationKind, status: &TransactionStatus) -> bool {
    let is_authorized = matches!(
        status,
        TransactionStatus::Authorized
            | TransactionStatus::PartiallyCaptured
            | TransactionStatus::PartiallyCapturedRefunded
    );
    match kind {
        OperationKind::Capture | OperationKind::Void => !is_authorized,
        // `AUTHORIZED` may lag behind the events.
        OperationKind::Refund => {
            !is_authorized
                && !matches!(
                    status,
                    TransactionStatus::Captured | TransactionStatus::PartiallyRefunded
                )
        }
    }
}

/// Returns whether a void can release the remaining amount after a partial capture, according to the API's description
/// of voids.
fn releases_the_rest(product: &TransactionPaymentProductType) -> bool {
    use TransactionPaymentProductType as Product;

    matches!(
        product,
        Product::KlarnaBillie
            | Product::KlarnaKlarna
            | Product::PayexApplepay
            | Product::PayexClicktopay
            | Product::PayexCreditcard
            | Product::PayexGooglepay
            | Product::PayexMobilepay
            | Product::PayexVipps
            | Product::Vipps
    )
}
