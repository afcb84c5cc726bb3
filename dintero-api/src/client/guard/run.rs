//! The steps of a guarded call, in order.

use std::time::Duration;

use super::call::MadeBy;
use super::change::{Body, Change, Request};
use super::error::{GuardError, is_refusal};
use super::look::{After, Attempt, Before, Ended, Ending, Look};
use super::turn::{Sent, Turn};
use crate::BuildError;
use crate::client::{BoxFuture, Client, Error, Response};
use crate::operations::TransactionChange;
use crate::types::Transaction;

/// The pause before an outdated transaction is read again; it doubles with each further read.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// A guarded call that owns everything it needs, so that it can run in a task.
#[derive(Debug)]
pub(super) struct Run {
    client: Client,
    pub(super) transaction_id: String,
    change: Change,
    pub(super) second_look: bool,
    pub(super) unreferenced_may_be_ours: bool,
}

/// The outcome of a request, as far as its response shows it.
enum Outcome {
    Ended(Ended),
    /// The response does not show whether the operation was carried out.
    InDoubt(Doubt),
}

/// Why it is unknown whether the operation was carried out.
enum Doubt {
    /// The request failed, but may have reached Dintero.
    Failed(Error),
    /// Dintero responded with status 200, but no event shows the operation.
    NoEvent,
}

impl Run {
    pub(super) fn new(client: Client, transaction_id: String, change: Change) -> Self {
        Self { client, transaction_id, change, second_look: true, unreferenced_may_be_ours: true }
    }

    pub(super) async fn run(self) -> Result<Ended, GuardError> {
        let reference = self.change.reference().map_err(not_built)?;
        let look = Look {
            change: &self.change,
            reference,
            unreferenced_may_be_ours: self.unreferenced_may_be_ours,
        };
        let Some(_turn) = Turn::take(&self.client, &self.transaction_id).await else {
            return Err(GuardError::Busy);
        };
        let attempt = match self.look_before(look).await? {
            Before::Ended(ended) => return Ok(ended),
            Before::Absent(attempt) => attempt,
        };
        self.check_reference(reference, &attempt)?;
        let turns = &self.client.inner.turns;
        turns.remember(&self.sent(reference));
        let response = self.send(&attempt.request).await;
        let result = match self.responded(look, response, &attempt) {
            Ok(Outcome::Ended(ended)) => Ok(ended),
            Ok(Outcome::InDoubt(doubt)) => self.look_again(look, doubt, &attempt).await,
            Err(error) => Err(error),
        };
        if was_not_carried_out(&result) {
            turns.forget(&self.sent(reference));
        } else {
            turns.remember(&self.sent(reference));
        }
        result
    }

    /// Looks for the operation. While the transaction does not show a request that was sent recently, the transaction
    /// is outdated and is read again.
    async fn look_before(&self, look: Look<'_>) -> Result<Before, GuardError> {
        let mut pause = FIRST_PAUSE;
        loop {
            let transaction = self.read().await.map_err(GuardError::Read)?.into_inner();
            let clock = &self.client.inner.clock;
            let settling = self.client.inner.turns.settling(
                &self.transaction_id,
                &transaction.operations(),
                clock.now(),
            );
            match (look.before(transaction), settling) {
                (before @ Ok(Before::Ended(_)), _) | (before, None) => return before,
                (_, Some(left)) => clock.sleep(pause.min(left)).await,
            }
            pause = pause.saturating_mul(2);
        }
    }

    /// Looks for the operation again after a request whose outcome is unknown.
    async fn look_again(
        &self,
        look: Look<'_>,
        doubt: Doubt,
        attempt: &Attempt,
    ) -> Result<Ended, GuardError> {
        // A refused request was not carried out, so an operation found now belongs to another call.
        let made_by = match &doubt {
            Doubt::Failed(error) if is_refusal(error) => MadeBy::AnotherCall,
            _ => MadeBy::ThisCall,
        };
        match (self.read().await, doubt) {
            (Ok(response), doubt) => {
                match (look.after(response.into_inner(), attempt, made_by)?, doubt) {
                    (After::Ended(ended), _) => Ok(ended),
                    (After::Nothing, Doubt::Failed(error)) => Err(GuardError::Request(error)),
                    (After::Nothing, Doubt::NoEvent) => {
                        Err(GuardError::Unconfirmed { cause: None })
                    }
                }
            }
            // The error of the request is more useful than the error of the second read.
            (Err(_), Doubt::Failed(error)) => Err(GuardError::Request(error)),
            (Err(cause), Doubt::NoEvent) => Err(GuardError::Unconfirmed { cause: Some(cause) }),
        }
    }

    fn responded(
        &self,
        look: Look<'_>,
        response: Result<Response<TransactionChange>, Error>,
        attempt: &Attempt,
    ) -> Result<Outcome, GuardError> {
        let change = match response {
            Ok(response) => response.into_inner(),
            Err(error) if self.second_look && error.maybe_sent() => {
                return Ok(Outcome::InDoubt(Doubt::Failed(error)));
            }
            Err(error) => return Err(GuardError::Request(error)),
        };
        match change {
            TransactionChange::Accepted { event_request_id, transaction } => {
                let sought = look.accepted(&transaction, attempt, event_request_id);
                let (transaction, made_by) = (Box::new(transaction), MadeBy::ThisCall);
                let ending = Ending::Accepted(sought);
                Ok(Outcome::Ended(Ended { transaction, ending, made_by }))
            }
            // Status 200 does not mean that money moved; only the event does.
            TransactionChange::Done(transaction) => {
                Ok(match look.after(transaction, attempt, MadeBy::ThisCall)? {
                    After::Ended(ended) => Outcome::Ended(ended),
                    After::Nothing => Outcome::InDoubt(Doubt::NoEvent),
                })
            }
        }
    }

    #[inline]
    fn read(&self) -> BoxFuture<'_, Result<Response<Transaction>, Error>> {
        self.client.transactions().get(&self.transaction_id).send()
    }

    #[inline]
    fn send(&self, request: &Request) -> BoxFuture<'_, Result<Response<TransactionChange>, Error>> {
        let transactions = self.client.transactions();
        match &request.body {
            Body::Capture(request) => transactions.capture(&self.transaction_id, request).send(),
            Body::Refund(request) => transactions.refund(&self.transaction_id, request).send(),
            Body::Void => transactions.void(&self.transaction_id).send(),
        }
    }

    fn sent(&self, reference: Option<&str>) -> Sent {
        Sent {
            transaction_id: self.transaction_id.clone(),
            kind: self.change.kind(),
            reference: reference.map(str::to_owned),
            at: self.client.inner.clock.now(),
        }
    }

    /// Checks that `adjust` did not change the reference, because the call finds the operation by its reference.
    fn check_reference(
        &self,
        reference: Option<&str>,
        attempt: &Attempt,
    ) -> Result<(), GuardError> {
        if attempt.request.reference() == reference {
            return Ok(());
        }
        let problem = "`adjust` must not change the reference: set it with `reference`".to_owned();
        Err(not_built(BuildError::request(self.change.operation(), vec![problem])))
    }
}

fn not_built(error: BuildError) -> GuardError {
    GuardError::Request(error.into())
}

/// Returns whether the request was definitely not carried out.
fn was_not_carried_out(result: &Result<Ended, GuardError>) -> bool {
    match result {
        Ok(_) => false,
        Err(GuardError::Request(error)) => !error.maybe_sent() || is_refusal(error),
        Err(error) => !error.maybe_sent(),
    }
}
