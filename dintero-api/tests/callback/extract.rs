//! Tests the extractor in a router: what the handler receives, and the response to an invalid callback.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::FromRef;
use axum::http::{HeaderValue, Request, StatusCode, request};
use axum::routing::{any, get};
use dintero_api::Timestamp;
use dintero_api::callback::{
    CallbackError, CallbackResponse, CallbackVerifier, CallbackVerifierBuilder, VerifiedCallback,
};
use tower::ServiceExt as _;

const QUERY: &str = "transaction_id=T1.x&session_id=T1.s&merchant_reference=order+17";

fn builder() -> CallbackVerifierBuilder {
    let now = Timestamp::from_second(1_582_236_537).expect("a time");
    CallbackVerifier::builder("T12345678", ["hunter2"]).clock(move || now)
}

fn behind(public_url: &str) -> CallbackVerifier {
    builder().public_url(public_url).build().expect("a verifier")
}

/// The state of a shop's router, which contains the verifier.
#[derive(Clone)]
struct Shop {
    verifier: CallbackVerifier,
}

impl FromRef<Shop> for CallbackVerifier {
    fn from_ref(shop: &Shop) -> Self {
        shop.verifier.clone()
    }
}

async fn show(callback: VerifiedCallback, body: Bytes) -> String {
    let VerifiedCallback { query, delivery_id, signed_at, .. } = callback;
    let time = signed_at.as_second();
    format!("{} {delivery_id:?} {time} {} bytes", query.merchant_reference, body.len())
}

fn router(verifier: CallbackVerifier) -> Router {
    Router::new().route("/callback", any(show)).with_state(Shop { verifier })
}

/// Returns the builder of a request that is signed for `url`. The test itself sets the URL of the request.
fn signed(verifier: &CallbackVerifier, method: &str, url: &str) -> request::Builder {
    let signature = verifier.sign(method, url).expect("the URL is whole");
    Request::builder().method(method).header("Dintero-Signature", signature)
}

async fn response(router: Router, request: Request<Body>) -> (StatusCode, String) {
    let response = router.oneshot(request).await.expect("a router is infallible");
    let status = response.status();
    let body = to_bytes(response.into_body(), 10_000).await.expect("the body is short");
    (status, String::from_utf8(body.to_vec()).expect("it is text"))
}

#[tokio::test]
async fn signed_call_arrives_by_either_method() {
    let verifier = behind("https://shop.example.com");
    let path = format!("/callback?{QUERY}");
    for (method, body) in [("GET", ""), ("POST", "{}")] {
        let request = signed(&verifier, method, &path).uri(&path).header("Host", "10.0.0.7:3000");
        let request = request.header("event-delivery", "d1").body(Body::from(body));
        let response = response(router(verifier.clone()), request.expect("a request")).await;
        let expected = format!("order 17 Some(\"d1\") 1582236537 {} bytes", body.len());
        assert_eq!(response, (StatusCode::OK, expected));
    }
}

#[tokio::test]
async fn without_a_public_url_the_host_is_that_of_the_request() {
    let verifier = builder().build().expect("a verifier");
    let whole = format!("https://shop.example.com/callback?{QUERY}");
    let path = format!("/callback?{QUERY}");
    // HTTP/1, and HTTP/2.
    let http1 = signed(&verifier, "GET", &whole).uri(&path).header("Host", "Shop.example.com:8443");
    let http2 = signed(&verifier, "GET", &whole).uri(&whole);
    for request in [http1, http2] {
        let request = request.body(Body::empty()).expect("a request");
        assert_eq!(response(router(verifier.clone()), request).await.0, StatusCode::OK);
    }
    let other = signed(&verifier, "GET", &whole).uri(&path).header("Host", "other.example.com");
    let other = other.body(Body::empty()).expect("a request");
    assert_eq!(response(router(verifier.clone()), other).await.0, StatusCode::UNAUTHORIZED);
    // The request has no host and the shop has not configured a public URL, so the verifier cannot know the signed URL.
    let none = signed(&verifier, "GET", &whole).uri(&path).body(Body::empty()).expect("a request");
    let (status, text) = response(router(verifier), none).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(text, "", "the caller does not learn the reason");
}

/// A request for `/callback` with `Host: shop.example.com/a` is not mistaken for a request for `/a/callback`.
#[tokio::test]
async fn path_cannot_be_moved_into_the_host() {
    let verifier = builder().build().expect("a verifier");
    let whole = format!("https://shop.example.com/a/callback?{QUERY}");
    let request = signed(&verifier, "GET", &whole)
        .uri(format!("/callback?{QUERY}"))
        .header("Host", "shop.example.com/a")
        .body(Body::empty());
    let (status, _) = response(router(verifier), request.expect("a request")).await;
    assert_ne!(status, StatusCode::OK);
}

#[tokio::test]
async fn nested_router_and_proxy_prefix_do_not_matter() {
    let verifier = behind("https://shop.example.com/api");
    let inside = format!("/dintero/callback?{QUERY}");
    let public = builder().build().expect("a verifier");
    let request = signed(&public, "GET", &format!("https://shop.example.com/api{inside}"));
    let request = request.uri(&inside).body(Body::empty()).expect("a request");
    let nested = Router::new().nest("/dintero", router(verifier));
    assert_eq!(response(nested, request).await.0, StatusCode::OK);
}

#[tokio::test]
async fn invalid_calls_get_a_final_response() {
    let verifier = behind("https://shop.example.com");
    let path = format!("/callback?{QUERY}");
    let signature = verifier.sign("GET", &path).expect("there is a host");
    let call = async |path: &str, signatures: &[&str]| {
        let mut request = Request::builder().uri(path);
        for signature in signatures {
            let signature = HeaderValue::from_bytes(signature.as_bytes()).expect("a value");
            request = request.header("dintero-signature", signature);
        }
        let request = request.body(Body::empty()).expect("a request");
        let (status, text) = response(router(verifier.clone()), request).await;
        assert!(status == StatusCode::OK || text.is_empty(), "{text}");
        status.as_u16()
    };
    assert_eq!(call(&path, &[&signature]).await, 200);
    assert_eq!(call(&path, &[]).await, 401);
    assert_eq!(call(&format!("{path}&a=1"), &[&signature]).await, 401);
    assert_eq!(call(&path, &["t=1"]).await, 400);
    assert_eq!(call(&path, &["å"]).await, 400);
    assert_eq!(call(&path, &[&signature, &signature]).await, 400);

    let no_reference = "/callback?transaction_id=T1.x";
    let signature = verifier.sign("GET", no_reference).expect("there is a host");
    assert_eq!(call(no_reference, &[&signature]).await, 400);
}

#[tokio::test]
async fn handler_can_respond_and_see_the_error() {
    async fn handle(
        callback: Result<VerifiedCallback, CallbackError>,
    ) -> Result<CallbackResponse, CallbackError> {
        callback.map(|callback| match callback.query.merchant_reference.as_str() {
            "known" => CallbackResponse::Handled,
            _ => CallbackResponse::NotYet,
        })
    }
    let verifier = behind("https://shop.example.com");
    for (reference, status) in [("known", 200), ("unknown", 503)] {
        let path = format!("/?merchant_reference={reference}");
        let request = signed(&verifier, "GET", &path).uri(&path).body(Body::empty());
        let router = Router::new().route("/", get(handle)).with_state(verifier.clone());
        let (responded, text) = response(router, request.expect("a request")).await;
        assert_eq!((responded.as_u16(), text.as_str()), (status, ""));
    }
    let router = Router::new().route("/", get(handle)).with_state(verifier);
    let request = Request::builder().uri("/").body(Body::empty()).expect("a request");
    assert_eq!(response(router, request).await.0, StatusCode::UNAUTHORIZED);
}
