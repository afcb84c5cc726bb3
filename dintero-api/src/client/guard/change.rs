//! The change that a guarded call requests: a capture, refund or void, as a builder or as a complete request.

use crate::BuildError;
use crate::MinorUnits;
use crate::events::{OperationKind, TransactionOperation};
use crate::order::{Capture, OrderError, Refund};
use crate::types::{
    CaptureTransactionRequest, CaptureTransactionRequestItem, RefundTransactionRequest, Transaction,
};

/// The argument of `capture_once`: a [`Capture`] of the order, or a complete request.
#[derive(Debug, Clone)]
pub struct GuardedCapture(Source<Capture<'static>, CaptureTransactionRequest>);

/// The argument of `refund_once`: a [`Refund`] of the order, or a complete request.
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
            ) -> Result<$request, OrderError> {
                match &self.0 {
                    Source::Builder(builder) => builder.request_after(transaction, before),
                    Source::Request(request) => Ok($request::clone(request)),
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

/// A request with its amount, ready to be sent or compared.
pub(super) enum Request {
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

    /// Computes the request that follows the operations in `before`.
    pub(super) fn request(
        &self,
        transaction: &Transaction,
        before: &[TransactionOperation<'_>],
    ) -> Result<Request, OrderError> {
        Ok(match self {
            Self::Capture(capture) => Request::Capture(capture.request(transaction, before)?),
            Self::Refund(refund) => Request::Refund(refund.request(transaction, before)?),
            Self::Void => Request::Void,
        })
    }

    /// Returns your reference, by which the operation is recognised. A void needs no reference.
    pub(super) fn reference(&self) -> Result<Option<&str>, BuildError> {
        let (reference, field) = match self {
            Self::Capture(capture) => (capture.reference(), "capture_reference"),
            Self::Refund(refund) => (refund.reference(), "refund_reference"),
            Self::Void => return Ok(None),
        };
        match reference.filter(|reference| !reference.is_empty()) {
            Some(reference) => Ok(Some(reference)),
            None => {
                let problem =
                    format!("`{field}` is required, because the call finds its operation by it");
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
    /// Returns the amount, or `None` for a void, which releases all that is left.
    pub(super) fn amount(&self) -> Option<MinorUnits> {
        match self {
            Self::Capture(request) => Some(request.amount),
            Self::Refund(request) => Some(request.amount),
            Self::Void => None,
        }
    }

    pub(super) fn items(&self) -> &[CaptureTransactionRequestItem] {
        match self {
            Self::Capture(request) => request.items.as_deref().unwrap_or_default(),
            Self::Refund(request) => request.items.as_deref().unwrap_or_default(),
            Self::Void => &[],
        }
    }

    pub(super) fn reference(&self) -> Option<&str> {
        match self {
            Self::Capture(request) => request.capture_reference.as_deref(),
            Self::Refund(request) => request.refund_reference.as_deref(),
            Self::Void => None,
        }
    }
}
