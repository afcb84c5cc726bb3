//! Tests one client on several runtimes, including runtimes that are not being driven, that shut down, or that have no
//! timer or I/O driver.

use std::pin::Pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

use super::*;

const TOO_LONG: Duration = Duration::from_secs(10);

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn in_time<T>(runtime: &Runtime, future: impl Future<Output = T>) -> T {
    let call = async { tokio::time::timeout(TOO_LONG, future).await };
    runtime.block_on(call).expect("the call hangs")
}

/// Starts a server that runs on its own runtime and issues tokens after a short delay.
fn server() -> Server {
    Server::on_thread(|request, before| match is_token(request) {
        true => Reply::Late(Duration::from_millis(300), Box::new(token_reply(before))),
        false if request.target.contains("limit=") => Reply::json(200, &json!([])),
        false => Reply::json(200, &json!({})),
    })
}

/// Polls a call for a moment on a runtime that is then no longer driven.
fn begin<T>(runtime: &Runtime, call: impl Future<Output = T>) {
    let moment = Duration::from_millis(50);
    let ended = runtime.block_on(async { tokio::time::timeout(moment, call).await });
    assert!(ended.is_err(), "the token arrived too early");
}

#[test]
fn runtime_that_is_not_driven_blocks_no_other() {
    let server = server();
    let client = client(&server);
    let still = runtime();
    let other = client.clone();
    still.spawn(async move { drop(get(&other).await) });
    begin(&still, std::future::pending::<()>());
    in_time(&runtime(), get(&client)).unwrap();
    assert_eq!(server.token_calls().len(), 2);
}

#[test]
fn call_may_move_to_another_runtime_while_it_waits_for_the_token() {
    let server = server();
    let client = client(&server);
    let still = runtime();
    let mut call = Box::pin(get(&client));
    begin(&still, &mut call);
    in_time(&runtime(), call).unwrap();
}

/// The page that the other runtime was fetching is requested again, which is harmless.
#[test]
fn listing_may_move_to_another_runtime() {
    let page = || Reply::Late(Duration::from_millis(300), Box::new(Reply::json(200, &json!([]))));
    let server = Server::on_thread(move |request, before| match is_token(request) {
        true => token_reply(before),
        false => page(),
    });
    let client = client(&server);
    let transactions = client.transactions();
    let mut list = transactions.list_all(|list| list);
    let still = runtime();
    begin(&still, list.try_next());
    assert!(in_time(&runtime(), list.try_next()).unwrap().is_none());
}

#[test]
fn token_from_another_runtime_is_shared() {
    let server = server();
    let client = client(&server);
    in_time(&runtime(), get(&client)).unwrap();
    for _ in 0..5 {
        in_time(&runtime(), get(&client)).unwrap();
    }
    assert_eq!(server.token_calls().len(), 1);
}

/// Each runtime is dropped with its tasks, as when several `#[tokio::test]`s share a `static` client.
#[test]
fn runtimes_that_shut_down_do_not_wedge_a_static_client() {
    static SERVER: LazyLock<Server> = LazyLock::new(server);
    static CLIENT: LazyLock<Client> = LazyLock::new(|| client(&SERVER));
    // These runtimes are dropped while they fetch a token.
    for _ in 0..5 {
        begin(&runtime(), get(&CLIENT));
    }
    let threads: Vec<_> = (0..8)
        .map(|_| {
            std::thread::spawn(|| {
                for _ in 0..5 {
                    in_time(&runtime(), get(&CLIENT)).unwrap();
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

/// A runtime is dropped while it fetches a token that a call on another thread is waiting for.
#[test]
fn call_outlives_the_runtime_of_its_fetch() {
    let server = server();
    let client = client(&server);
    let short = runtime();
    let mut call = Box::pin(get(&client));
    begin(&short, &mut call);
    let _within = short.handle().clone();
    let _entered = _within.enter();
    short.shutdown_background();
    let Poll::Ready(Err(error)) = poll_once(&mut call) else { panic!("the call is still waiting") };
    assert!(!error.maybe_sent());
    let shown = everything_shown(&error);
    assert!(shown.contains("its runtime shut down, or it panicked"), "{shown}");
}

/// If the observer panics, the calls that wait for the token return an error; their tasks do not panic.
#[tokio::test]
async fn fetch_that_panics_is_an_error() {
    let server = start(|_| Reply::json(200, &json!({}))).await;
    let client = builder(&server)
        .observer(|exchange| assert_ne!(exchange.operation(), "auth.token", "on purpose"))
        .build()
        .unwrap();
    let error = tokio::time::timeout(TOO_LONG, get(&client)).await.unwrap().unwrap_err();
    assert!(matches!(error, Error::Auth(_)) && !error.maybe_sent(), "{error:?}");
}

fn poll_once<T>(future: &mut Pin<Box<impl Future<Output = T>>>) -> Poll<T> {
    future.as_mut().poll(&mut Context::from_waker(Waker::noop()))
}

/// Without a runtime, a timer or an I/O driver, a call returns an error that says what to do, and nothing is sent.
#[test]
fn missing_driver_is_an_error() {
    let server = server();
    let with_token = client(&server);
    let with_key =
        Client::builder_with_api_key("T12345678", "key").base_url(server.url()).build().unwrap();
    let no_timer = || Builder::new_current_thread().enable_io().build().unwrap();
    let no_io = || Builder::new_current_thread().enable_time().build().unwrap();
    for client in [&with_token, &with_key] {
        let Poll::Ready(Err(error)) = poll_once(&mut Box::pin(get(client))) else {
            panic!("the call waits")
        };
        is_lack(&error, "there is no tokio runtime here");
        is_lack(&no_timer().block_on(get(client)).unwrap_err(), "has no timer");
        is_lack(&no_io().block_on(get(client)).unwrap_err(), "has no I/O driver");
    }
    assert_eq!((server.token_calls().len(), server.calls().len()), (0, 0));
    in_time(&runtime(), get(&with_token)).unwrap();
}

fn is_lack(error: &Error, problem: &str) {
    let shown = everything_shown(error);
    assert!(shown.contains(problem), "{shown}");
    assert!(!error.maybe_sent() && !error.is_retryable(), "{error:?}");
}
