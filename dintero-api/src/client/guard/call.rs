//! The public guarded calls and their results.

use std::future::IntoFuture;

use tokio::runtime::Handle;

use super::change::{Change, GuardedCapture, GuardedRefund};
use super::error::GuardError;
use super::look::{Ended, Ending};
use super::run::Run;
use crate::client::condition::{Caller, Presence};
use crate::client::pending::{PendingChange, PollPolicy, WaitError};
use crate::client::{BoxFuture, FinishedChange, trace};
use crate::operations::Transactions;
use crate::types::{Transaction, TransactionEventDetails};

impl<'c> Transactions<'c> {
    /// Makes a capture, unless the transaction already has a capture with the same reference.
    ///
    /// The call reads the transaction and looks for a capture with this reference. If there is no such capture, the
    /// call computes the request from what is left to capture, sends the request, and reads the transaction again if
    /// the response does not show the result. So after a timeout, a crash or a restart, make the same call again: the
    /// order and the reference are all that a shop must store. The section "Concurrency" below states the limits. A
    /// failed capture does not count, and is sent again. If Dintero captures a different amount than requested, the
    /// call fails with [`GuardError::OtherAmount`]; the rest is not sent.
    ///
    /// Takes a [`Capture`](crate::order::Capture) of the order, or a
    /// [`CaptureTransactionRequest`](crate::types::CaptureTransactionRequest) with a fixed amount.
    ///
    /// Choose a reference that belongs to this capture and that you know before the call, such as the shipment number.
    /// Dintero shows the reference as the `event_reference` of the capture's event. If the session has an
    /// `event_reference`, captures without their own reference get the session's, so choose a different reference.
    ///
    /// If a capture with the reference exists, the request is computed as if that capture did not exist, and then
    /// compared with that capture. If the lines or the amount differ, the call returns [`GuardError::ReferenceTaken`].
    /// If the transaction does not show everything that was done before, the call returns an error and sends nothing.
    /// Examples are missing events, an operation without an amount, and events that do not account for the status.
    ///
    /// # Concurrency
    ///
    /// The call runs in its own task. If the returned future is dropped, for example by a timeout, the call begins no
    /// further attempt to send the request. An attempt that has begun is followed to its result, for which the call may
    /// read the transaction again. Guarded calls on one transaction through one client and its clones take turns, so
    /// two calls with the same reference at the same moment send one request, and both return its result.
    ///
    /// Calls in different processes do not take turns: both can read the transaction before either captures. Close this
    /// gap in your own database, so that only one process at a time works on a transaction. What you store there must
    /// outlive the process and the call, because a request that was begun can arrive after both have ended: store a claim
    /// with an end, not only a row lock. The guide has the statements, on the page about shipments.
    ///
    /// Each attempt begins at most ten seconds after the read began, even if the process or machine was suspended in
    /// between. Otherwise the transaction is read again, up to three times in all, and then the call fails with
    /// [`Outdated`](GuardError::Outdated).
    ///
    /// A request whose response was lost may reach Dintero late. The next guarded call on the same transaction, through
    /// the same client or a clone, waits up to two seconds for the event of that request before it sends its own
    /// request. The two seconds begin when the call that sent the request ends, or is cut off. A restarted process has no
    /// record of that request, so wait before you make the call again after a crash.
    ///
    /// # Payment products
    ///
    /// - Kravia: the capture starts the collection of the invoice. The capture stays
    ///   [`Accepted`](GuardedChange::Accepted), and the transaction stays `AUTHORIZED`, until the shopper has paid.
    /// - Swish: the payment is captured at once, so there is nothing left to capture.
    ///
    /// # Errors
    ///
    /// See [`GuardError`], which says after which errors you can safely make the same call again.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use dintero_api::client::FinishedChange;
    /// use dintero_api::order::Capture;
    /// use dintero_api::types::SessionOrder;
    ///
    /// # async fn ship(client: &dintero_api::Client, id: &str, order: &SessionOrder) -> Result<(), Box<dyn std::error::Error>> {
    /// let capture = Capture::of(order).line("1", 1).shipping().reference("shipment-1");
    /// let change = client.transactions().capture_once(id, capture).await?;
    /// if !change.is_done() {
    ///     println!("accepted, and not captured yet");
    /// }
    /// match change.wait().await? {
    ///     FinishedChange::Succeeded { .. } => println!("captured"),
    ///     FinishedChange::Failed { .. } => println!("not captured"),
    ///     _ => println!("not captured as requested: a person should look at it"),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn capture_once(
        &self,
        transaction_id: impl Into<String>,
        capture: impl Into<GuardedCapture>,
    ) -> GuardedCall<'c> {
        GuardedCall::new(*self, transaction_id.into(), Change::Capture(capture.into()))
    }

    /// Makes a refund, unless the transaction already has a refund with the same reference.
    ///
    /// Works like [`capture_once`](Self::capture_once), with the same limits. Takes a [`Refund`](crate::order::Refund)
    /// of the order, or a [`RefundTransactionRequest`](crate::types::RefundTransactionRequest) with a fixed amount.
    ///
    /// Kravia does not support refunds, so for a Kravia transaction, the call fails before anything is sent. A terminal
    /// payment (`seitatech.in_person`) needs the `terminal_id` of the terminal on which the cardholder approves the
    /// refund.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`capture_once`](Self::capture_once).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use dintero_api::order::Refund;
    /// use dintero_api::types::SessionOrder;
    ///
    /// # async fn take_back(client: &dintero_api::Client, id: &str, order: &SessionOrder) -> Result<(), dintero_api::client::GuardError> {
    /// let refund = Refund::of(order).line("1", 1).reference("return-7").reason("broken");
    /// let change = client.transactions().refund_once(id, refund).await?;
    /// println!("refunded: {}", change.is_done());
    /// # Ok(())
    /// # }
    /// ```
    pub fn refund_once(
        &self,
        transaction_id: impl Into<String>,
        refund: impl Into<GuardedRefund>,
    ) -> GuardedCall<'c> {
        GuardedCall::new(*self, transaction_id.into(), Change::Refund(refund.into()))
    }

    /// Voids the authorized amount that is not captured, unless a void is already done or in progress.
    ///
    /// Works like [`capture_once`](Self::capture_once). A void needs no reference, because a transaction has at most
    /// one void. After a partial capture, a void releases the remaining amount. Only some payment products support
    /// that; for other products, the call returns [`NotPermitted::VoidOfRest`](crate::NotPermitted).
    ///
    /// # Errors
    ///
    /// Returns the errors of [`capture_once`](Self::capture_once).
    ///
    /// # Examples
    ///
    /// ```no_run
    /// # async fn cancel(client: &dintero_api::Client, id: &str) -> Result<(), dintero_api::client::GuardError> {
    /// let change = client.transactions().void_once(id).await?;
    /// println!("released: {}", change.is_done());
    /// # Ok(())
    /// # }
    /// ```
    pub fn void_once(&self, transaction_id: impl Into<String>) -> GuardedCall<'c> {
        GuardedCall::new(*self, transaction_id.into(), Change::Void)
    }
}

/// A guarded capture, refund or void, which starts when it is awaited.
///
/// # Examples
///
/// ```no_run
/// use dintero_api::client::GuardError;
/// use dintero_api::types::CaptureTransactionRequest;
/// use dintero_api::{Client, MinorUnits};
///
/// /// Captures an amount, for a shop that does not store orders.
/// async fn capture(client: &Client, id: &str, shipment: &str, amount: MinorUnits) -> Result<bool, GuardError> {
///     let request = CaptureTransactionRequest::new(amount).capture_reference(shipment);
///     let call = client.transactions().capture_once(id, request); // nothing is sent yet
///     Ok(call.await?.is_done())
/// }
/// ```
#[derive(Debug)]
#[must_use = "nothing is read or sent before it is awaited"]
pub struct GuardedCall<'c> {
    transactions: Transactions<'c>,
    run: Run,
}

/// The result of a successful guarded call: the operation is done, or Dintero has accepted it.
///
/// # Examples
///
/// ```
/// use dintero_api::client::{GuardedChange, MadeBy};
///
/// fn show(change: &GuardedChange<'_>) -> &'static str {
///     match change {
///         GuardedChange::Done { made_by: MadeBy::ThisCall, .. } => "captured",
///         GuardedChange::Done { .. } => "was captured before",
///         GuardedChange::Accepted { .. } => "in progress: no money has moved",
///         _ => "something new",
///     }
/// }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
#[must_use = "an accepted operation is not done: see `wait`"]
pub enum GuardedChange<'c> {
    /// The operation was carried out.
    #[non_exhaustive]
    Done {
        /// The transaction, with the operation among its events.
        transaction: Box<Transaction>,
        /// The event of the operation.
        event: Box<TransactionEventDetails>,
        /// Which call carried out the operation.
        made_by: MadeBy,
    },
    /// Dintero has accepted the operation, but has not finished it. No money has moved, and the operation may still
    /// fail.
    #[non_exhaustive]
    Accepted {
        /// The transaction while the operation is in progress.
        transaction: Box<Transaction>,
        /// A handle to wait for the operation.
        pending: PendingChange<'c>,
        /// Which call sent the request.
        made_by: MadeBy,
    },
}

/// Which call carried out an operation.
///
/// # Examples
///
/// ```no_run
/// use dintero_api::Client;
/// use dintero_api::client::{GuardError, GuardedChange, MadeBy};
/// use dintero_api::order::Capture;
/// # fn send_receipt() {}
///
/// async fn ship(client: &Client, id: &str, capture: Capture<'_>) -> Result<(), GuardError> {
///     match client.transactions().capture_once(id, capture).await? {
///         GuardedChange::Done { made_by: MadeBy::ThisCall, .. } => send_receipt(),
///         GuardedChange::Done { .. } => {} // another call captured the payment, and sends the receipt
///         _ => println!("not captured yet"),
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MadeBy {
    /// This call, which sent the request that led to the operation.
    ThisCall,
    /// Another call. Either the operation existed before this call, or Dintero refused this call's request and the
    /// transaction shows an operation of another process.
    AnotherCall,
}

impl<'c> GuardedChange<'c> {
    /// Returns the transaction.
    #[must_use]
    pub fn transaction(&self) -> &Transaction {
        match self {
            Self::Done { transaction, .. } | Self::Accepted { transaction, .. } => transaction,
        }
    }

    /// Returns whether the operation was carried out. `false` means that Dintero has accepted the operation, which may
    /// still fail.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }

    /// Returns which call carried out the operation.
    #[must_use]
    pub fn made_by(&self) -> MadeBy {
        match self {
            Self::Done { made_by, .. } | Self::Accepted { made_by, .. } => *made_by,
        }
    }

    /// Waits until the operation has a result. Returns immediately if the operation is already done.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`PendingChange::wait`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use dintero_api::client::{FinishedChange, WaitError};
    ///
    /// # async fn void(client: &dintero_api::Client, id: &str) -> Result<(), Box<dyn std::error::Error>> {
    /// let change = client.transactions().void_once(id).await?;
    /// match change.wait().await {
    ///     Ok(FinishedChange::Succeeded { .. }) => println!("the money is released"),
    ///     Ok(_) => println!("not released"),
    ///     Err(WaitError::TimedOut { .. }) => println!("still in progress: make the same call again later"),
    ///     Err(error) => return Err(error.into()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub async fn wait(self) -> Result<FinishedChange, WaitError> {
        match self {
            Self::Done { transaction, event, .. } => {
                Ok(FinishedChange::Succeeded { transaction, event })
            }
            Self::Accepted { pending, .. } => pending.wait().await,
        }
    }

    fn new(transactions: Transactions<'c>, transaction_id: String, ended: Ended) -> Self {
        let Ended { transaction, ending, made_by } = ended;
        match ending {
            Ending::Done(event) => Self::Done { transaction, event, made_by },
            Ending::Accepted { sought, requested } => {
                let poll = PollPolicy::default();
                let pending =
                    PendingChange { transactions, transaction_id, sought, requested, poll };
                Self::Accepted { transaction, pending, made_by }
            }
        }
    }
}

impl<'c> GuardedCall<'c> {
    fn new(transactions: Transactions<'c>, transaction_id: String, change: Change) -> Self {
        Self { transactions, run: Run::new(transactions.client.clone(), transaction_id, change) }
    }

    /// Makes the call return the error of a failed request immediately, without reading the transaction again.
    ///
    /// By default, the transaction is read once more if the request may have been carried out. If the transaction then
    /// shows the operation, the call succeeds.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use dintero_api::client::GuardError;
    /// use dintero_api::order::Capture;
    ///
    /// # async fn capture(client: &dintero_api::Client, id: &str, capture: Capture<'_>) -> Result<(), GuardError> {
    /// // This job runs every minute, and its next call reads the transaction anyway.
    /// match client.transactions().capture_once(id, capture).skip_recheck().await {
    ///     Err(error) if error.maybe_sent() => println!("leave the job in the queue: {error}"),
    ///     result => println!("captured: {}", result?.is_done()),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn skip_recheck(mut self) -> Self {
        self.run.second_look = false;
        self
    }

    /// Assumes that operations without a reference are different from the requested one.
    ///
    /// By default, the call returns [`GuardError::MaybeSame`] if there is an operation of the same kind without a
    /// reference, and with the same amount or no amount. That operation may be the requested one, if Dintero did not
    /// record the reference. Use this method once you know that the existing operation is a different one, for example
    /// one made in Dintero's back office.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use dintero_api::types::RefundTransactionRequest;
    ///
    /// # async fn refund(client: &dintero_api::Client, id: &str) -> Result<(), dintero_api::client::GuardError> {
    /// // A colleague has already made a different refund of the same amount in the back office, without a reference.
    /// let refund = RefundTransactionRequest::new(5000).refund_reference("goodwill-12");
    /// let change = client.transactions().refund_once(id, refund).ignore_unreferenced().await?;
    /// # let _ = change.is_done();
    /// # Ok(())
    /// # }
    /// ```
    pub fn ignore_unreferenced(mut self) -> Self {
        self.run.unreferenced_may_be_ours = false;
        self
    }

    /// Runs the call: reads the transaction, sends the request if needed, and reads the transaction again if needed.
    /// Awaiting the call does the same.
    ///
    /// # Errors
    ///
    /// See [`GuardError`].
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use dintero_api::Client;
    /// use dintero_api::client::{BoxFuture, GuardError, GuardedChange};
    ///
    /// /// Cancels several payments of one order, one after another.
    /// async fn cancel(client: &Client, ids: &[String]) -> Result<(), GuardError> {
    ///     let calls: Vec<BoxFuture<'_, Result<GuardedChange<'_>, GuardError>>> =
    ///         ids.iter().map(|id| client.transactions().void_once(id).send()).collect();
    ///     for call in calls {
    ///         println!("released: {}", call.await?.is_done());
    ///     }
    ///     Ok(())
    /// }
    /// ```
    #[inline]
    pub fn send(self) -> BoxFuture<'c, Result<GuardedChange<'c>, GuardError>> {
        Box::pin(async move {
            let Self { transactions, run } = self;
            let transaction_id = run.transaction_id.clone();
            let ended = in_a_task(run).await?;
            Ok(GuardedChange::new(transactions, transaction_id, ended))
        })
    }
}

/// Runs the steps in a task, so that dropping the future does not cut off a request in flight, and not polling it does
/// not block other calls.
#[inline]
fn in_a_task(run: Run) -> BoxFuture<'static, Result<Ended, GuardError>> {
    // Without a runtime, no request can be sent; the client itself returns an error that says so.
    let Ok(runtime) = Handle::try_current() else { return Box::pin(run.run(Caller::ITSELF)) };
    let (presence, caller) = Presence::new();
    let steps: BoxFuture<'static, _> = Box::pin(trace::in_current_span(run.run(caller)));
    Box::pin(async move {
        // Dropped when the caller drops the future. The steps then begin no further attempt to send the request.
        let _presence = presence;
        match runtime.spawn(steps).await {
            Ok(result) => result,
            Err(ended) => match ended.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(GuardError::Interrupted),
            },
        }
    })
}

impl<'c> IntoFuture for GuardedCall<'c> {
    type Output = Result<GuardedChange<'c>, GuardError>;
    type IntoFuture = BoxFuture<'c, Self::Output>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}
