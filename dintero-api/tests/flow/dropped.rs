//! Tests what a guarded call still sends after its caller is gone, or after time has passed since its read; and that a
//! request that was cut off is remembered.

use std::time::Duration;

use dintero_api::client::{GuardError, MadeBy, StatusCode};
use dintero_api::types::CaptureTransactionRequest;
use dintero_api::{Client, OperationKind};
use tokio::runtime::{Builder, Runtime};

use crate::dintero::{AMOUNT, Dintero, Does, ID};

/// Longer than the time for which a read may be the basis of a request.
const TOO_LONG: Duration = Duration::from_secs(11);

async fn capture_once(client: &Client) -> Result<MadeBy, GuardError> {
    let request = CaptureTransactionRequest::new(AMOUNT).capture_reference("shipment-1");
    client.transactions().capture_once(ID, request).await.map(|change| change.made_by())
}

/// A process locks the order and makes the call with a time limit. The limit passes while the read is slow, so the
/// process releases the lock, and another process captures. The first call must not go on with its read.
#[tokio::test]
async fn dropped_call_sends_nothing_that_it_had_not_begun_to_send() {
    let dintero = Dintero::in_real_time([]).await;
    let held = dintero.hold_read();
    tokio::select! {
        result = capture_once(&dintero.client) => panic!("{result:?}"),
        () = held.arrived() => {} // here, the first process drops its call
    }
    assert_eq!(capture_once(&dintero.other_process()).await.unwrap(), MadeBy::ThisCall);
    held.go_on();
    // The next call of the first process waits until the steps of the dropped one have ended.
    assert_eq!(capture_once(&dintero.client).await.unwrap(), MadeBy::AnotherCall);
    assert_eq!(dintero.sent().len(), 1);
}

/// The steps of a dropped call end without a request even if no other call exists.
#[tokio::test]
async fn dropped_call_captures_nothing() {
    let dintero = Dintero::in_real_time([]).await;
    let held = dintero.hold_read();
    tokio::select! {
        result = capture_once(&dintero.client) => panic!("{result:?}"),
        () = held.arrived() => {}
    }
    held.go_on();
    // A call of another kind waits for its turn, and shows that nothing is captured.
    let void = dintero.client.transactions().void_once(ID).await.unwrap();
    let operations = void.transaction().operations();
    assert!(operations.iter().all(|operation| operation.kind == OperationKind::Void));
}

/// Nothing drives the runtime for a while after the read arrived, or the machine is suspended. Meanwhile, another
/// process captures.
#[tokio::test]
async fn outdated_read_is_no_basis_for_a_request() {
    let advance: fn(&Dintero) = |dintero| dintero.clock.advance(TOO_LONG);
    let suspend: fn(&Dintero) = |dintero| dintero.clock.suspend(TOO_LONG);
    for pass_time in [advance, suspend] {
        let dintero = Dintero::start([]).await;
        let held = dintero.hold_read();
        let call = tokio::spawn({
            let client = dintero.client.clone();
            async move { capture_once(&client).await }
        });
        held.arrived().await;
        assert_eq!(capture_once(&dintero.other_process()).await.unwrap(), MadeBy::ThisCall);
        pass_time(&dintero);
        held.go_on();
        assert_eq!(call.await.unwrap().unwrap(), MadeBy::AnotherCall);
        assert_eq!(dintero.sent().len(), 1);
        assert_eq!(dintero.arrived(), ["GET", "GET", "POST capture", "GET"]);
    }
}

/// The read is fresh when the request is first sent, but not when it is sent again with a new access token.
#[tokio::test]
async fn age_of_the_read_is_checked_before_each_attempt() {
    let dintero = Dintero::start([Does::Refuses(401)]).await;
    let clock = dintero.clock.clone();
    let builder = dintero.builder().observer(move |exchange| {
        let status = exchange.response().map(|response| response.status());
        if status == Some(StatusCode::UNAUTHORIZED) {
            clock.advance(TOO_LONG);
        }
    });
    let client = builder.build().unwrap();
    assert_eq!(capture_once(&client).await.unwrap(), MadeBy::ThisCall);
    assert_eq!(dintero.arrived(), ["GET", "POST capture", "GET", "POST capture"]);
}

#[tokio::test]
async fn read_that_is_always_outdated_is_an_error() {
    let dintero = Dintero::start([]).await;
    let clock = dintero.clock.clone();
    let builder = dintero.builder().observer(move |exchange| {
        if exchange.operation() == "transactions.get" {
            clock.advance(TOO_LONG);
        }
    });
    let client = builder.build().unwrap();
    let error = capture_once(&client).await.unwrap_err();
    assert!(matches!(error, GuardError::Outdated) && !error.maybe_sent(), "{error:?}");
    assert!(error.to_string().contains("make the same call again"), "{error}");
    assert_eq!(dintero.arrived(), ["GET"; 3]);
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// Dintero receives the request, and its runtime shuts down half a minute later. The next call, on another runtime, must
/// wait for the event: the request was under way until the runtime shut down.
#[test]
fn request_that_a_runtime_cut_off_is_remembered_from_then_on() {
    let host = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let dintero = host.block_on(Dintero::start([Does::HangsAndActsLate(2)]));
    let first = runtime();
    first.block_on(async {
        let arrives = async {
            while dintero.sent().is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            result = capture_once(&dintero.client) => panic!("{result:?}"),
            () = arrives => {}
        }
    });
    dintero.clock.advance(Duration::from_secs(30));
    first.shutdown_background();
    let made_by = runtime().block_on(capture_once(&dintero.client)).unwrap();
    assert_eq!((made_by, dintero.sent().len()), (MadeBy::AnotherCall, 1));
    host.shutdown_background();
}

/// The same, if the program's own code panics in the task of the call.
#[tokio::test]
async fn request_that_a_panic_cut_off_is_remembered_from_then_on() {
    let dintero = Dintero::start([Does::ActsLateAndReturns(503, 2)]).await;
    let clock = dintero.clock.clone();
    let builder = dintero.builder().observer(move |exchange| {
        if exchange.operation() == "transactions.capture" {
            clock.advance(Duration::from_secs(30));
            panic!("a mistake in the observer");
        }
    });
    let client = builder.build().unwrap();
    let call = tokio::spawn({
        let client = client.clone();
        async move { capture_once(&client).await }
    });
    assert!(call.await.unwrap_err().is_panic());
    assert_eq!(capture_once(&client).await.unwrap(), MadeBy::AnotherCall);
    assert_eq!(dintero.sent().len(), 1);
}
