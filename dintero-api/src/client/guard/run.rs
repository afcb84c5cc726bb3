//! The steps of a guarded call, in order.

use std::time::Duration;

use super::call::MadeBy;
use super::change::{Body, Change, Request};
use super::error::GuardError;
use super::look::{After, Attempt, Before, Ended, Ending, Look};
use super::turn::{Sending, Sent, Turn};
use crate::BuildError;
use crate::client::condition::{Caller, Condition, Moment};
use crate::client::{BoxFuture, Client, Error, Response};
use crate::operations::TransactionChange;
use crate::types::Transaction;

/// The pause before an outdated transaction is read again; it doubles with each further read.
const FIRST_PAUSE: Duration = Duration::from_millis(250);

/// How many times the transaction is read and the request attempted before the call fails as outdated.
const ROUNDS: usize = 3;

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

/// The transaction before a request, and when the read began that shows it.
struct Seen {
    before: Before,
    read: Moment,
}

impl Run {
    pub(super) fn new(client: Client, transaction_id: String, change: Change) -> Self {
        Self { client, transaction_id, change, second_look: true, unreferenced_may_be_ours: true }
    }

    /// Runs the steps. Once the caller is gone, no further attempt to send the request begins. An attempt that has
    /// begun is followed to its result, for which the transaction may be read again.
    pub(super) async fn run(self, caller: Caller) -> Result<Ended, GuardError> {
        let reference = self.change.reference().map_err(not_built)?;
        let look = Look {
            change: &self.change,
            reference,
            unreferenced_may_be_ours: self.unreferenced_may_be_ours,
        };
        // Nobody receives `Interrupted` if the caller is gone.
        let turn = caller.while_present(Turn::take(&self.client, &self.transaction_id)).await;
        let _turn = turn.ok_or(GuardError::Interrupted)?.ok_or(GuardError::Busy)?;
        for _ in 0..ROUNDS {
            let seen = caller.while_present(self.look_before(look)).await;
            let Seen { before, read } = seen.ok_or(GuardError::Interrupted)??;
            let attempt = match before {
                Before::Ended(ended) => return Ok(ended),
                Before::Absent(attempt) => attempt,
            };
            self.check_reference(reference, &attempt)?;
            let sending = Sending::begin(&self.client, self.sent(reference));
            let condition = Condition { caller: caller.clone(), read };
            let response = self.send(&attempt.request, condition).await;
            match response.as_ref().err().and_then(Error::unmet) {
                None => return self.conclude(look, response, &attempt, sending).await,
                // There was no earlier attempt, or it was definitely not sent, or Dintero refused its access token.
                Some(_) => sending.forget(),
            }
        }
        Err(GuardError::Outdated)
    }

    /// Looks for the operation. While the transaction does not show a request that was sent recently, the transaction
    /// is outdated and is read again.
    async fn look_before(&self, look: Look<'_>) -> Result<Seen, GuardError> {
        let clock = &self.client.inner.clock;
        let mut pause = FIRST_PAUSE;
        loop {
            let read = Moment::now(&**clock);
            let transaction = self.read().await.map_err(GuardError::Read)?.into_inner();
            let settling = self.client.inner.turns.settling(
                &self.transaction_id,
                &transaction.operations(),
                clock.now(),
            );
            match (look.before(transaction), settling) {
                (before @ Ok(Before::Ended(_)), _) | (before, None) => {
                    return Ok(Seen { before: before?, read });
                }
                (_, Some(left)) => clock.sleep(pause.min(left)).await,
            }
            pause = pause.saturating_mul(2);
        }
    }

    /// Determines the result of a request that was sent, or that could not be sent.
    async fn conclude(
        &self,
        look: Look<'_>,
        response: Result<Response<TransactionChange>, Error>,
        attempt: &Attempt,
        sending: Sending<'_>,
    ) -> Result<Ended, GuardError> {
        let result = match self.responded(look, response, attempt) {
            Ok(Outcome::Ended(ended)) => Ok(ended),
            Ok(Outcome::InDoubt(doubt)) => self.look_again(look, doubt, attempt).await,
            Err(error) => Err(error),
        };
        if matches!(&result, Err(error) if !error.maybe_sent()) {
            sending.forget();
        }
        result
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
            Doubt::Failed(error) if error.is_refused() => MadeBy::AnotherCall,
            _ => MadeBy::ThisCall,
        };
        match (self.read().await, doubt) {
            (Ok(response), doubt) => {
                match (look.after(response.into_inner(), attempt, made_by)?, doubt) {
                    (After::Ended(ended), _) => Ok(ended),
                    (After::Nothing, Doubt::Failed(error)) => Err(request_failed(error)),
                    (After::Nothing, Doubt::NoEvent) => {
                        Err(GuardError::Unconfirmed { cause: None })
                    }
                }
            }
            // The error of the request is more useful than the error of the second read.
            (Err(_), Doubt::Failed(error)) => Err(request_failed(error)),
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
            Err(error) => return Err(request_failed(error)),
        };
        match change {
            TransactionChange::Accepted { event_request_id, transaction } => {
                let sought = look.accepted(&transaction, attempt, event_request_id);
                let (transaction, made_by) = (Box::new(transaction), MadeBy::ThisCall);
                let ending = Ending::Accepted { sought, requested: attempt.request.amount() };
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
    fn send(
        &self,
        request: &Request,
        condition: Condition,
    ) -> BoxFuture<'_, Result<Response<TransactionChange>, Error>> {
        let (transactions, id) = (self.client.transactions(), &self.transaction_id);
        let mut call = match &request.body {
            Body::Capture(request) => transactions.capture(id, request).call,
            Body::Refund(request) => transactions.refund(id, request).call,
            Body::Void => transactions.void(id).call,
        };
        call.condition = Some(condition);
        call.send()
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

fn request_failed(error: Error) -> GuardError {
    // An attempt can be refused because its access token has expired, and the next attempt can fail because Dintero is
    // unavailable. That error may be temporary, and does not contain the reason for the refusal.
    let is_last_response = match &error {
        Error::Api(_) | Error::Unexpected(_) => true,
        Error::Transport(error) => error.status().is_some(),
        Error::Build(_) | Error::Auth(_) => false,
    };
    if is_last_response && error.is_refused() {
        GuardError::Refused(error)
    } else {
        GuardError::Request(error)
    }
}
