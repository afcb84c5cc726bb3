//! The guarded calls as a shop makes them, and what they return.

use std::future::IntoFuture;

use tokio::runtime::Handle;

use super::change::{Change, GuardedCapture, GuardedRefund};
use super::error::GuardError;
use super::look::{Ended, Ending};
use super::run::Run;
use crate::client::pending::{PendingChange, PollPolicy, Sought, WaitError};
use crate::client::{BoxFuture, FinishedChange, trace};
use crate::operations::Transactions;
use crate::types::{Transaction, TransactionEventDetails};

impl<'c> Transactions<'c> {
    /// Captures once, however often it is called with the same reference.
    ///
    /// Reads the transaction and looks for a capture with this reference. If there is none, it computes the request from
    /// what is left, sends it, and reads the transaction again if the response does not tell what happened. So after a
    /// timeout, a crash or a restart, make the same call again: the order and the reference are all that a shop must
    /// store. A capture that failed does not count, and is made again.
    ///
    /// Takes a [`Capture`](crate::order::Capture) of the order, or a
    /// [`CaptureTransactionRequest`](crate::types::CaptureTransactionRequest) with a fixed amount.
    ///
    /// Choose a reference that belongs to this capture and is known before it, such as the number of the shipment.
    /// Dintero shows it as the `event_reference` of the capture's event. If the session has an `event_reference`,
    /// captures without their own get that one, so use another.
    ///
    /// If the reference is found, the request is computed as if that capture were not there, and compared: other lines
    /// or another amount is [`GuardError::ReferenceTaken`]. What is not known is an error before anything is sent: a
    /// transaction without events, an operation without an amount, a status that says more than the events show.
    ///
    /// # Concurrency
    ///
    /// The call runs in a task of its own, which goes on when the returned future is dropped, for example by a timeout.
    /// Guarded calls on one transaction through one client and its clones take turns, so two calls with the same
    /// reference at the same moment send one request, and both return its result.
    ///
    /// Two processes are not kept apart: both can read the transaction before either captures. Close this gap in your
    /// own database: hold a row lock on the order (`SELECT … FOR UPDATE`) during the call, or insert the reference into
    /// a table with a unique key first and let only the process whose insert succeeded make the call.
    ///
    /// A request whose response was lost may reach Dintero late. The next call under the same reference waits up to two
    /// seconds for its event before it sends a request again. After a crash nothing remembers the request, so let a
    /// restarted job wait that long as well.
    ///
    /// # Payment products
    ///
    /// - Kravia: the capture starts the collection of the invoice. It stays
    ///   [`Accepted`](GuardedChange::Accepted), and the transaction `AUTHORIZED`, until the shopper has paid.
    /// - Swish: captured with the payment, so there is nothing to capture.
    ///
    /// # Errors
    ///
    /// See [`GuardError`], which says after which errors the same call is safe.
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
    ///     other => println!("not captured: {other:?}"),
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

    /// Refunds once, however often it is called with the same reference.
    ///
    /// Works as [`capture_once`](Self::capture_once) does, with the same limits. Takes a
    /// [`Refund`](crate::order::Refund) of the order, or a
    /// [`RefundTransactionRequest`](crate::types::RefundTransactionRequest) with a fixed amount.
    ///
    /// Kravia does not support refunds, so for its transactions the call fails before anything is sent. A terminal
    /// payment (`seitatech.in_person`) needs the `terminal_id` of the terminal on which the cardholder approves the
    /// refund.
    ///
    /// # Errors
    ///
    /// As for [`capture_once`](Self::capture_once).
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

    /// Voids what is authorized and not captured, unless that was done before or is in progress.
    ///
    /// Works as [`capture_once`](Self::capture_once) does. A void needs no reference, because a transaction has one void
    /// at most. After a partial capture it releases the rest, which only some payment products can do; the others are
    /// [`NotPermitted::VoidOfRest`](crate::NotPermitted).
    ///
    /// # Errors
    ///
    /// As for [`capture_once`](Self::capture_once).
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

/// A guarded capture, refund or void, which begins when it is awaited.
#[derive(Debug)]
#[must_use = "nothing is read or sent before it is awaited"]
pub struct GuardedCall<'c> {
    transactions: Transactions<'c>,
    run: Run,
}

/// How a guarded call ended well: the operation is done, or Dintero has accepted it.
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
        /// The transaction with the operation.
        transaction: Box<Transaction>,
        /// The event of the operation.
        event: Box<TransactionEventDetails>,
        /// Which call carried it out.
        made_by: MadeBy,
    },
    /// Dintero accepted the operation and has not finished it. No money has moved, and it may still fail.
    #[non_exhaustive]
    Accepted {
        /// The transaction, as it is while the operation is in progress.
        transaction: Box<Transaction>,
        /// The operation, to wait for.
        pending: PendingChange<'c>,
        /// Which call sent the request.
        made_by: MadeBy,
    },
}

/// Which call made an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MadeBy {
    /// This call: it sent a request, and the operation is its result.
    ThisCall,
    /// Another one: the operation was there before, or Dintero refused the request and shows the operation of another
    /// process.
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

    /// Whether the operation was carried out. `false` means that it is accepted, and that it may still fail.
    #[must_use]
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done { .. })
    }

    /// Returns which call made the operation.
    #[must_use]
    pub fn made_by(&self) -> MadeBy {
        match self {
            Self::Done { made_by, .. } | Self::Accepted { made_by, .. } => *made_by,
        }
    }

    /// Waits until the operation succeeds or fails. Returns at once if it is done.
    ///
    /// # Errors
    ///
    /// As for [`PendingChange::wait`].
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
            Ending::Accepted(sought) => Self::Accepted {
                transaction,
                pending: pending(transactions, transaction_id, sought),
                made_by,
            },
        }
    }
}

fn pending(
    transactions: Transactions<'_>,
    transaction_id: String,
    sought: Sought,
) -> PendingChange<'_> {
    PendingChange { transactions, transaction_id, sought, poll: PollPolicy::default() }
}

impl<'c> GuardedCall<'c> {
    fn new(transactions: Transactions<'c>, transaction_id: String, change: Change) -> Self {
        Self { transactions, run: Run::new(transactions.client.clone(), transaction_id, change) }
    }

    /// Returns the error after a failed request at once, without reading the transaction again.
    ///
    /// By default the transaction is read once more when the request may have been carried out. If the operation is
    /// there then, the call has succeeded after all.
    pub fn skip_recheck(mut self) -> Self {
        self.run.second_look = false;
        self
    }

    /// Takes operations without a reference for others than this one.
    ///
    /// By default, an operation of the same kind that has no reference, and the same amount or none, is
    /// [`GuardError::MaybeSame`]: it may be the one that this call is about, if Dintero did not record the reference.
    /// Use this after you have seen that it is another, made in Dintero's back office for example.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use dintero_api::types::RefundTransactionRequest;
    ///
    /// # async fn refund(client: &dintero_api::Client, id: &str) -> Result<(), dintero_api::client::GuardError> {
    /// // A refund of the same amount was made in the back office, without a reference, and is another one.
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

    /// Reads, sends and reads again as needed. Awaiting the call itself does the same.
    ///
    /// # Errors
    ///
    /// See [`GuardError`].
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

/// Runs the steps in a task, so that they neither stop half-way when the caller gives up nor hold others up when the
/// caller keeps its future without polling it.
#[inline]
fn in_a_task(run: Run) -> BoxFuture<'static, Result<Ended, GuardError>> {
    let steps: BoxFuture<'static, _> = Box::pin(trace::in_current_span(run.run()));
    // Without a runtime no request can be sent, and the client says so itself.
    let Ok(runtime) = Handle::try_current() else { return steps };
    Box::pin(async move {
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
