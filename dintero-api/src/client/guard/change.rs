//! The change that a guarded call requests: a capture, refund or void, as a builder or as a complete request.

use crate::BuildError;
use crate::MinorUnits;
use crate::events::{OperationKind, TransactionOperation};
use crate::order::{Capture, Computed, LineShare, OrderError, Refund};
use crate::types::{
    CaptureTransactionRequest, CaptureTransactionRequestItem, RefundTransactionRequest, Transaction,
};

/// The argument of `capture_once`: a [`Capture`] of the order, or a complete request.
///
/// # Examples
///
/// ```no_run
/// use dintero_api::client::{GuardError, GuardedCapture};
/// use dintero_api::order::Capture;
/// use dintero_api::types::{CaptureTransactionRequest, SessionOrder};
/// use dintero_api::{Client, MinorUnits};
///
/// /// Captures a line of the order, or an amount if the shop has not stored the order.
/// async fn capture(client: &Client, id: &str, order: Option<&SessionOrder>) -> Result<bool, GuardError> {
///     let capture: GuardedCapture = match order {
///         Some(order) => Capture::of(order).line("1", 1).reference("shipment-1").into(),
///         None => CaptureTransactionRequest::new(MinorUnits::new(29990)).capture_reference("shipment-1").into(),
///     };
///     Ok(client.transactions().capture_once(id, capture).await?.is_done())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct GuardedCapture(Source<Capture<'static>, CaptureTransactionRequest>);

/// The argument of `refund_once`: a [`Refund`] of the order, or a complete request.
///
/// # Examples
///
/// ```no_run
/// use dintero_api::client::{GuardError, GuardedRefund};
/// use dintero_api::order::Refund;
/// use dintero_api::types::{RefundTransactionRequest, SessionOrder};
/// use dintero_api::{Client, MinorUnits};
///
/// /// Refunds a line of the order, or an amount if the shop has not stored the order.
/// async fn refund(client: &Client, id: &str, order: Option<&SessionOrder>) -> Result<bool, GuardError> {
///     let refund: GuardedRefund = match order {
///         Some(order) => Refund::of(order).line("1", 1).reference("return-7").into(),
///         None => RefundTransactionRequest::new(MinorUnits::new(29990)).refund_reference("return-7").into(),
///     };
///     Ok(client.transactions().refund_once(id, refund).await?.is_done())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct GuardedRefund(Source<Refund<'static>, RefundTransactionRequest>);

#[derive(Debug, Clone)]
enum Source<B, R> {
    Builder(Box<B>),
    Request(Box<R>),
}

macro_rules! sources {
    ($guarded:ident, $builder:ident, $request:ident, $reference:ident) => {
        impl From<$builder<'_>> for $guarded {
            fn from(builder: $builder<'_>) -> Self {
                Self(Source::Builder(Box::new(builder.unread())))
            }
        }

        impl From<&$builder<'_>> for $guarded {
            fn from(builder: &$builder<'_>) -> Self {
                builder.clone().into()
            }
        }

        impl From<$request> for $guarded {
            fn from(request: $request) -> Self {
                Self(Source::Request(Box::new(request)))
            }
        }

        impl From<&$request> for $guarded {
            fn from(request: &$request) -> Self {
                request.clone().into()
            }
        }

        impl $guarded {
            fn reference(&self) -> Option<&str> {
                match &self.0 {
                    Source::Builder(builder) => builder.own_reference(),
                    Source::Request(request) => request.$reference.as_deref(),
                }
            }

            fn request(
                &self,
                transaction: &Transaction,
                before: &[TransactionOperation<'_>],
            ) -> Result<Computed<$request>, OrderError> {
                match &self.0 {
                    Source::Builder(builder) => builder.request_after(transaction, before),
                    Source::Request(request) => {
                        Ok(Computed { request: $request::clone(request), shares: Vec::new() })
                    }
                }
            }
        }
    };
}

sources! { GuardedCapture, Capture, CaptureTransactionRequest, capture_reference }
sources! { GuardedRefund, Refund, RefundTransactionRequest, refund_reference }

#[derive(Debug, Clone)]
pub(super) enum Change {
    Capture(GuardedCapture),
    Refund(GuardedRefund),
    Void,
}

/// A request, ready to be sent or compared.
pub(super) struct Request {
    pub(super) body: Body,
    /// The possible amounts of each line, as computed by a builder; empty for a complete request.
    shares: Vec<LineShare>,
}

/// The request body.
pub(super) enum Body {
    Capture(CaptureTransactionRequest),
    Refund(RefundTransactionRequest),
    Void,
}

impl Change {
    pub(super) fn kind(&self) -> OperationKind {
        match self {
            Self::Capture(_) => OperationKind::Capture,
            Self::Refund(_) => OperationKind::Refund,
            Self::Void => OperationKind::Void,
        }
    }

    /// Computes the request, given the operations in `before`, which were carried out or started before the request.
    pub(super) fn request(
        &self,
        transaction: &Transaction,
        before: &[TransactionOperation<'_>],
    ) -> Result<Request, OrderError> {
        let (body, shares) = match self {
            Self::Capture(capture) => {
                let Computed { request, shares } = capture.request(transaction, before)?;
                (Body::Capture(request), shares)
            }
            Self::Refund(refund) => {
                let Computed { request, shares } = refund.request(transaction, before)?;
                (Body::Refund(request), shares)
            }
            Self::Void => (Body::Void, Vec::new()),
        };
        Ok(Request { body, shares })
    }

    /// Returns the reference by which the operation is recognized. A void needs no reference; a capture or refund
    /// without one is an error.
    pub(super) fn reference(&self) -> Result<Option<&str>, BuildError> {
        let (reference, field) = match self {
            Self::Capture(capture) => (capture.reference(), "capture_reference"),
            Self::Refund(refund) => (refund.reference(), "refund_reference"),
            Self::Void => return Ok(None),
        };
        match reference.filter(|reference| !reference.is_empty()) {
            Some(reference) => Ok(Some(reference)),
            None => {
                let problem = format!(
                    "`{field}` is required (`reference(…)` of a builder), because the call uses it to find \
                     the operation"
                );
                Err(BuildError::request(self.operation(), vec![problem]))
            }
        }
    }

    /// Returns the name of the guarded call, for errors.
    pub(super) fn operation(&self) -> &'static str {
        match self {
            Self::Capture(_) => "transactions.capture_once",
            Self::Refund(_) => "transactions.refund_once",
            Self::Void => "transactions.void_once",
        }
    }
}

impl Request {
    /// Returns the amount, or `None` for a void, which releases the whole remaining amount.
    pub(super) fn amount(&self) -> Option<MinorUnits> {
        match &self.body {
            Body::Capture(request) => Some(request.amount),
            Body::Refund(request) => Some(request.amount),
            Body::Void => None,
        }
    }

    pub(super) fn items(&self) -> &[CaptureTransactionRequestItem] {
        match &self.body {
            Body::Capture(request) => request.items.as_deref().unwrap_or_default(),
            Body::Refund(request) => request.items.as_deref().unwrap_or_default(),
            Body::Void => &[],
        }
    }

    pub(super) fn reference(&self) -> Option<&str> {
        match &self.body {
            Body::Capture(request) => request.capture_reference.as_deref(),
            Body::Refund(request) => request.refund_reference.as_deref(),
            Body::Void => None,
        }
    }

    /// Returns whether `amount` is a possible total of this request. Earlier captures and refunds of other parts of the
    /// lines decide which unit gets the odd minor unit, so several totals are possible.
    pub(super) fn could_be_of(&self, amount: MinorUnits) -> bool {
        let (mut lowest, mut highest) = (0_i128, 0_i128);
        for item in self.items() {
            let share = self.share_of(item);
            let own = item.amount.get();
            lowest += i128::from(share.map_or(own, |share| share.lowest));
            highest += i128::from(share.map_or(own, |share| share.highest));
        }
        let is_computed = !self.shares.is_empty();
        self.amount() == Some(amount)
            || (is_computed && (lowest..=highest).contains(&amount.get().into()))
    }

    /// Returns whether this request could have been for `requested`, the amount that an event says was requested. If the
    /// events do not show that amount, it could.
    pub(super) fn could_be_for(&self, requested: Option<MinorUnits>) -> bool {
        requested.is_none_or(|requested| self.could_be_of(requested))
    }

    /// Returns whether `amount` is a possible amount of this line of the request. Earlier captures and refunds of other
    /// parts of the line decide which unit gets the odd minor unit, so several amounts are possible.
    pub(super) fn could_have_line_of(
        &self,
        item: &CaptureTransactionRequestItem,
        amount: MinorUnits,
    ) -> bool {
        item.amount == amount || self.share_of(item).is_some_and(|share| share.has(amount))
    }

    fn share_of(&self, item: &CaptureTransactionRequestItem) -> Option<&LineShare> {
        self.shares.iter().find(|share| share.line_id == item.line_id)
    }
}
