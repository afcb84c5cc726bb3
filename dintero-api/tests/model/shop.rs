//! A shop that stores only the order and the transaction that pays for the order, and that makes the same calls again
//! after an error or a crash.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use dintero_api::client::{GuardError, Method};
use dintero_api::order::{Capture, PaymentFor, Refund};
use dintero_api::types::{
    OrderLine, OrderShippingOption, RefundTransactionRequest, SessionOrder, SessionProfile,
    SessionUrls, Transaction,
};
use dintero_api::{Client, Currency, Error, OperationKind, PaymentState};
use proptest::prelude::*;
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::books::Dintero;
use crate::clock::ModelClock;
use crate::payment::{AMOUNT, LINES, REFERENCE};
use crate::schedule::{Call, OPERATIONS, Operation, Step};
use crate::server::Server;
use crate::sight::is_done;

/// The time from a crash until a new process runs. This time exceeds the time for which reads may be outdated.
const RESTART: Duration = Duration::from_secs(3);

pub(crate) struct Shop {
    process: Process,
    url: String,
    dintero: Arc<Mutex<Dintero>>,
    clock: Arc<ModelClock>,
    order: SessionOrder,
    /// The transaction that pays for the order.
    paid_by: Option<String>,
    /// Whether the response to the last `create` was lost.
    may_have_a_session: bool,
}

/// The part of the shop that does not survive a crash.
struct Process {
    client: Client,
    runtime: Runtime,
}

impl Process {
    fn new(url: &str, clock: &Arc<ModelClock>) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let builder = Client::builder("T12345678", "id", "secret").base_url(url);
        Self { client: builder.clock(clock.clone()).build().unwrap(), runtime }
    }
}

/// How a guarded call ended.
enum CallResult {
    Done(Box<Transaction>),
    Accepted,
    Error(GuardError),
}

impl Shop {
    pub(crate) fn new(
        server: &Server,
        dintero: Arc<Mutex<Dintero>>,
        clock: Arc<ModelClock>,
    ) -> Self {
        let [(unit, unit_amount, units), (line, line_amount, _), (post, post_amount, _)] = LINES;
        let lines = [
            OrderLine::new().id(unit).line_id(unit).quantity(units).amount(unit_amount),
            OrderLine::new().id(line).line_id(line).quantity(1).amount(line_amount),
        ];
        let shipping = OrderShippingOption::new(post, post, post_amount, "Post", "Posten");
        let order = SessionOrder::new(AMOUNT, Currency::NOK, REFERENCE).items(lines);
        Self {
            process: Process::new(&server.url(), &clock),
            url: server.url(),
            dintero,
            clock,
            order: order.shipping_option(shipping),
            paid_by: None,
            may_have_a_session: false,
        }
    }

    /// Starts a new order in the same process.
    pub(crate) fn start_over(&mut self) {
        (self.paid_by, self.may_have_a_session) = (None, false);
    }

    pub(crate) fn take(&mut self, step: &Step) -> Result<(), TestCaseError> {
        match step {
            Step::Create { response_is_lost } => self.create(*response_is_lost),
            Step::Pay(index) => {
                self.dintero.lock().unwrap().pay(*index);
                Ok(())
            }
            Step::Callback(index, call) => {
                let payment = |dintero: &Dintero| Some(dintero.payments.get(*index)?.id.clone());
                let id = payment(&self.dintero.lock().unwrap());
                id.map_or(Ok(()), |id| self.callback(&id, Some(call)))
            }
            Step::Change(operation, call) => self.change(*operation, call, Times::Once),
            Step::ChangeTwice(operation, call) => self.change(*operation, call, Times::Twice),
            Step::Finish { succeeds } => {
                self.dintero.lock().unwrap().finish(*succeeds);
                Ok(())
            }
            Step::Pass(milliseconds) => {
                self.clock.pass(Duration::from_millis(*milliseconds));
                Ok(())
            }
            Step::Crash => {
                self.crash();
                Ok(())
            }
        }
    }

    /// Finishes the order: all accepted operations succeed, and Dintero sends the callback for every transaction twice.
    pub(crate) fn finish(&mut self) -> Result<(), TestCaseError> {
        let ids: Vec<String> = {
            let dintero = self.dintero.lock().unwrap();
            dintero.payments.iter().map(|payment| payment.id.clone()).collect()
        };
        for _ in 0..2 {
            self.dintero.lock().unwrap().finish(true);
            self.clock.pass(RESTART);
            for id in &ids {
                self.callback(id, None)?;
            }
        }
        let dintero = self.dintero.lock().unwrap();
        for payment in &dintero.payments {
            let pays = self.paid_by.as_ref() == Some(&payment.id);
            prop_assert!(pays || !payment.has_money(), "the order is paid twice");
        }
        Ok(())
    }

    fn crash(&mut self) {
        self.process = Process::new(&self.url, &self.clock);
        self.clock.pass(RESTART);
        self.dintero.lock().unwrap().seen.crashes += 1;
    }

    fn create(&mut self, response_is_lost: bool) -> Result<(), TestCaseError> {
        self.dintero.lock().unwrap().expect(None);
        if self.may_have_a_session {
            self.cancel_open_sessions();
        }
        if response_is_lost {
            self.dintero.lock().unwrap().lose_the_next_create();
        }
        let urls = SessionUrls::new("https://example.com/thanks");
        let profile = SessionProfile::new(urls, self.order.clone(), "default");
        let Process { client, runtime } = &self.process;
        let created = runtime
            .block_on(async { client.sessions().create_from_profile(&profile).await.map(drop) });
        self.may_have_a_session = created.as_ref().is_err_and(Error::maybe_sent);
        prop_assert_eq!(self.may_have_a_session, response_is_lost);
        Ok(())
    }

    /// Cancels the open sessions after a `create` whose response was lost, as `dintero-api/docs/errors.md` describes.
    fn cancel_open_sessions(&self) {
        let Process { client, runtime } = &self.process;
        runtime.block_on(async {
            let call = client.request(Method::GET, "/v1/sessions").query("search", REFERENCE);
            let sessions = call.send::<Value>().await.unwrap();
            for session in sessions.as_array().unwrap() {
                let is_open =
                    session["transaction_id"].is_null() && session["cancelled_at"].is_null();
                if session["order"]["merchant_reference"] == REFERENCE && is_open {
                    client.sessions().cancel(session["id"].as_str().unwrap()).await.unwrap();
                }
            }
        });
    }

    /// Reads the transaction. Stores the transaction's id if the transaction pays for the order, or voids the
    /// transaction if another one already pays for the order. If the stored one was voided or refunded, the shop has
    /// cancelled the order, so a second payment is voided too.
    fn callback(&mut self, id: &str, call: Option<&Call>) -> Result<(), TestCaseError> {
        let crash = self.begin(call);
        let Process { client, runtime } = &self.process;
        let (order, paid_by) = (&self.order, self.paid_by.as_deref());
        let handle = async {
            let transaction = client.transactions().get(id).await.ok()?;
            let stored = match paid_by.filter(|paid_by| *paid_by != id) {
                Some(paid_by) => Some(client.transactions().get(paid_by).await.ok()?),
                None => None,
            };
            let payment = match transaction.payment_for(order, stored.as_deref()) {
                PaymentFor::MayReplace { stored } if is_cancelled(&stored) => PaymentFor::Again,
                payment => payment,
            };
            if payment == PaymentFor::Again {
                let _ = client.transactions().void_once(id).await;
            }
            Some(payment)
        };
        let payment = runtime.block_on(async {
            tokio::select! {
                payment = handle => Ok(payment),
                () = crash.notified() => Err(()),
            }
        });
        match payment {
            Ok(Some(PaymentFor::ThisOrder)) => self.paid_by = Some(id.to_owned()),
            Ok(Some(PaymentFor::Again)) => self.dintero.lock().unwrap().seen.duplicates += 1,
            Ok(_) => {}
            Err(()) => self.crash(),
        }
        Ok(())
    }

    fn begin(&self, call: Option<&Call>) -> Arc<tokio::sync::Notify> {
        let mut dintero = self.dintero.lock().unwrap();
        dintero.expect(call);
        dintero.crash.clone()
    }

    fn change(
        &mut self,
        operation: Operation,
        call: &Call,
        times: Times,
    ) -> Result<(), TestCaseError> {
        let Some(id) = self.paid_by.clone() else { return Ok(()) };
        let before = self.dintero.lock().unwrap().payment(&id).fingerprint();
        let crash = self.begin(Some(call));
        let Process { client, runtime } = &self.process;
        let order = &self.order;
        let calls = async {
            match times {
                Times::Once => vec![perform(client, order, &id, operation).await],
                Times::Twice => {
                    let (one, other) = tokio::join!(
                        perform(client, order, &id, operation),
                        perform(client, order, &id, operation),
                    );
                    vec![one, other]
                }
            }
        };
        let results = runtime.block_on(async {
            tokio::select! {
                results = calls => Some(results),
                () = crash.notified() => None,
            }
        });
        let Some(results) = results else {
            self.crash();
            return Ok(());
        };
        let mut dintero = self.dintero.lock().unwrap();
        let unchanged = dintero.payment(&id).fingerprint() == before;
        let is_sent = |result: &CallResult| !matches!(result, CallResult::Error(error) if !error.maybe_sent());
        prop_assert!(
            unchanged || results.iter().any(is_sent),
            "the transaction changed, although every call reports that nothing was sent"
        );
        for result in results {
            let (kind, reference) = (operation_kind(operation), operation_name(operation));
            let (is_known, times) = dintero.payment(&id).count(kind, reference);
            let in_part = dintero.payment(&id).is_in_part(kind, reference);
            match result {
                CallResult::Done(transaction) => {
                    prop_assert!(!in_part, "a part is not the whole");
                    prop_assert!(times == 1 && is_done(&transaction, kind, reference));
                    dintero.seen.found += usize::from(unchanged);
                }
                CallResult::Accepted => prop_assert!(is_known),
                CallResult::Error(GuardError::OtherAmount { .. }) => {
                    prop_assert!(in_part && times == 1);
                    dintero.seen.in_part += 1;
                }
                CallResult::Error(error) => {
                    let is_taken = matches!(error, GuardError::ReferenceTaken { .. });
                    prop_assert!(!is_taken && !matches!(error, GuardError::Busy), "{error:?}");
                }
            }
        }
        Ok(())
    }
}

#[derive(Debug, Clone, Copy)]
enum Times {
    Once,
    Twice,
}

fn is_cancelled(state: &PaymentState) -> bool {
    matches!(state, PaymentState::Cancelled | PaymentState::Refunded)
}

async fn perform(
    client: &Client,
    order: &SessionOrder,
    id: &str,
    operation: Operation,
) -> CallResult {
    let (transactions, reference) = (client.transactions(), operation_name(operation));
    let (capture, refund) =
        (Capture::of(order).reference(reference), Refund::of(order).reference(reference));
    let call = match operation {
        Operation::CaptureUnitAndFreight => {
            transactions.capture_once(id, capture.line("1", 1).shipping())
        }
        Operation::CaptureUnit => transactions.capture_once(id, capture.line("1", 1)),
        Operation::CaptureLine => transactions.capture_once(id, capture.whole_line("2")),
        Operation::CaptureEverything => transactions.capture_once(id, capture.everything()),
        Operation::RefundUnit => transactions.refund_once(id, refund.line("1", 1)),
        Operation::RefundEverything => transactions.refund_once(id, refund.everything()),
        Operation::RefundAmount => {
            let request = RefundTransactionRequest::new(700).refund_reference(reference);
            transactions.refund_once(id, request)
        }
        Operation::Void => transactions.void_once(id),
    };
    match call.await {
        Ok(change) if change.is_done() => CallResult::Done(Box::new(change.transaction().clone())),
        Ok(_) => CallResult::Accepted,
        Err(error) => CallResult::Error(error),
    }
}

fn operation_kind(operation: Operation) -> OperationKind {
    match operation {
        Operation::CaptureUnitAndFreight
        | Operation::CaptureUnit
        | Operation::CaptureLine
        | Operation::CaptureEverything => OperationKind::Capture,
        Operation::Void => OperationKind::Void,
        _ => OperationKind::Refund,
    }
}

/// Returns the shop's reference for the operation. A void has no reference.
fn operation_name(operation: Operation) -> &'static str {
    let names = ["c1", "c2", "c3", "c4", "r1", "r2", "r3", ""];
    names[OPERATIONS.iter().position(|other| *other == operation).unwrap()]
}
