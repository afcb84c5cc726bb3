//! Tests the requirements of the Rust API Guidelines that rustc can check on types; API-GUIDELINES.md has the whole
//! table.

use std::error::Error;
use std::fmt::{Debug, Display};
use std::hash::Hash;
use std::str::FromStr;

use dintero_api::callback::{
    CallbackError, CallbackQuery, CallbackResponse, CallbackUrl, CallbackVerifier, SignatureError,
    VerifiedSignature, WebhookError, WebhookVerifier,
};
use dintero_api::client::{
    ApiError, AuthError, AuthFailure, CustomRequest, DecodeError, FinishedChange, GuardError,
    GuardedCall, GuardedCapture, GuardedChange, GuardedRefund, Listing, MadeBy, PaymentsApi,
    PendingChange, PollPolicy, RawResponse, RetryPolicy, TransportError, TrustRoots,
    UnexpectedResponse, WaitError,
};
use dintero_api::money::Rounding;
use dintero_api::order::{Capture, PaymentFor, Problem, Refund, Report, Rule};
use dintero_api::types::{SessionOrder, Transaction};
use dintero_api::{
    AccountId, Amounts, BodyError, BuildError, Client, ClientBuilder, Country, Currency,
    InvalidAccountId, InvalidCode, InvalidNumber, MinorUnits, MoneyError, NotPermitted,
    OperationKind, OrderError, Outcome, Percent, Price, Quantity, Response, Secret, StringOrNumber,
    UnclearTransaction, UnknownValue, UnknownVariant, ValueError,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

fn shared<T: Send + Sync + Debug>() {}
fn sent<T: Send + Debug>() {}
fn value<T: Send + Sync + Debug + Clone + Eq + Hash>() {}
fn stored<T: Serialize + DeserializeOwned>() {}
fn text<T: Display + FromStr>() {}
fn error<T: Error + Send + Sync + 'static>() {}

#[test]
fn types_are_shared_between_threads() {
    shared::<Client>();
    shared::<ClientBuilder>();
    shared::<Response<Transaction>>();
    shared::<RawResponse>();
    shared::<Listing<'static, Transaction>>();
    shared::<PendingChange<'static>>();
    shared::<FinishedChange>();
    shared::<GuardedChange<'static>>();
    shared::<GuardedCapture>();
    shared::<GuardedRefund>();
    shared::<Capture<'static>>();
    shared::<Refund<'static>>();
    shared::<CallbackVerifier>();
    shared::<WebhookVerifier>();
    shared::<CallbackUrl>();
    shared::<CallbackQuery>();
    shared::<Report>();
    shared::<PaymentFor>();
    shared::<RetryPolicy>();
    // Each of these types is awaited or sent only once, by its owner.
    sent::<CustomRequest<'static>>();
    sent::<GuardedCall<'static>>();
}

#[test]
fn values_are_compared_hashed_and_copied() {
    value::<AccountId>();
    value::<Amounts>();
    value::<AuthFailure>();
    value::<CallbackResponse>();
    value::<Country>();
    value::<Currency>();
    value::<MadeBy>();
    value::<MinorUnits>();
    value::<OperationKind>();
    value::<Outcome>();
    value::<PaymentsApi>();
    value::<Percent>();
    value::<Price>();
    value::<Quantity>();
    value::<Rounding>();
    value::<Rule>();
    value::<Secret>();
    value::<StringOrNumber>();
    value::<TrustRoots>();
    value::<UnclearTransaction>();
    value::<UnknownValue>();
    value::<UnknownVariant>();
    shared::<PollPolicy>();
    shared::<Problem>();
    shared::<VerifiedSignature>();
}

#[test]
fn stored_types_are_written_and_read() {
    stored::<AccountId>();
    stored::<Country>();
    stored::<Currency>();
    stored::<MinorUnits>();
    stored::<Percent>();
    stored::<Quantity>();
    stored::<SessionOrder>();
    stored::<Transaction>();
    text::<AccountId>();
    text::<Country>();
    text::<Currency>();
}

#[test]
fn errors_are_errors_and_can_be_boxed() {
    error::<ApiError>();
    error::<AuthError>();
    error::<BodyError>();
    error::<BuildError>();
    error::<CallbackError>();
    error::<DecodeError>();
    error::<dintero_api::Error>();
    error::<GuardError>();
    error::<InvalidAccountId>();
    error::<InvalidCode>();
    error::<InvalidNumber>();
    error::<MoneyError>();
    error::<NotPermitted>();
    error::<OrderError>();
    error::<ValueError>();
    error::<SignatureError>();
    error::<TransportError>();
    error::<UnclearTransaction>();
    error::<UnexpectedResponse>();
    error::<WaitError>();
    error::<WebhookError>();
}

#[cfg(feature = "derive")]
#[test]
fn carts_may_be_trait_objects() {
    use dintero_api::ToOrder;

    let order = SessionOrder::new(0, Currency::NOK, "order-1");
    let cart: &dyn ToOrder = &order;
    assert!(cart.to_order().is_ok());
}
