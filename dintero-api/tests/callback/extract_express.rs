//! Tests the extractor for express callbacks in a router: what the handler receives, and the response to an invalid
//! callback.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::DefaultBodyLimit;
use axum::http::{Request, StatusCode};
use axum::routing::post;
use dintero_api::Timestamp;
use dintero_api::callback::{
    CallbackResponse, CallbackVerifier, DiscountResponseBuilder, ExpressCallbackError,
    ShippingResponseBuilder, VerifiedExpressCallback,
};
use dintero_api::types::{
    DiscountCodesCallbackResponse, DiscountCodesOrderUpdateItem, MultiShipmentShippingOption,
    ShippingAddressCallbackResponse,
};
use serde_json::{Value, json};
use tower::ServiceExt as _;

const HOST: &str = "https://shop.example.com";

fn verifier() -> CallbackVerifier {
    let now = Timestamp::from_second(1_582_236_537).unwrap();
    let builder = CallbackVerifier::builder("T12345678", ["hunter2"]).clock(move || now);
    builder.public_url(HOST).build().unwrap()
}

fn home() -> MultiShipmentShippingOption {
    MultiShipmentShippingOption::new("home", "home", 7900, "Home delivery", "Bring")
}

async fn address(
    express: VerifiedExpressCallback,
) -> Result<ShippingAddressCallbackResponse, CallbackResponse> {
    assert_eq!(express.delivery_id.as_deref(), Some("d1"));
    assert_eq!(express.signed_at.as_second(), 1_582_236_537);
    let response = ShippingResponseBuilder::new(&express.callback, [home()]).build();
    response.map_err(|_| CallbackResponse::NotYet)
}

async fn discount(
    express: Result<VerifiedExpressCallback, ExpressCallbackError>,
) -> Result<DiscountCodesCallbackResponse, ExpressCallbackError> {
    let callback = express?.callback;
    let chair = DiscountCodesOrderUpdateItem::new().line_id("1").amount(19990);
    Ok(DiscountResponseBuilder::new(&callback, [home()], [chair])
        .accept(["SPRING"])
        .build()
        .unwrap())
}

fn router() -> Router {
    let express = Router::new().route("/address", post(address)).route("/discount", post(discount));
    // The router is nested, as in a real shop.
    Router::new().nest("/express", express).with_state(verifier())
}

fn request(path: &str, body: impl Into<Body>) -> Request<Body> {
    let signature = verifier().sign("POST", path).unwrap();
    let request = Request::builder().method("POST").uri(path).header("event-delivery", "d1");
    request.header("Dintero-Signature", signature).body(body.into()).unwrap()
}

async fn respond(router: Router, request: Request<Body>) -> (StatusCode, Value) {
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    if status == StatusCode::OK {
        assert_eq!(response.headers()["content-type"], "application/json");
    }
    let body = to_bytes(response.into_body(), 10_000).await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

/// Returns a minimal session for one item.
fn session() -> Value {
    let chair = json!({"id": "chair", "line_id": "1", "quantity": 1, "amount": 29990, "vat": 25});
    json!({
        "order": {
            "amount": 29990, "currency": "NOK", "merchant_reference": "order-17", "items": [chair],
            "discount_codes": ["SPRING"],
        },
        "express": {"shipping_options": []},
        "url": {"return_url": "https://shop.example.com/thanks"},
    })
}

#[tokio::test]
async fn verified_session_arrives_and_its_response_is_json() {
    // The callback is accepted with any configuration, and with invalid descriptive values.
    let mut whole = session();
    whole["configuration"] = json!({"channel": "ecommerce"});
    let mut odd = session();
    odd["configuration"] = Value::Null;
    odd["order"]["shipping_address"] = json!({"first_name": "Kari", "country": "Norway"});
    odd["created_at"] = "yesterday".into();
    odd["url"] = json!({"return_url": ["https://shop.example.com/thanks"]});
    let mut without_urls = session();
    without_urls.as_object_mut().unwrap().remove("url");
    for body in [session(), whole, odd, without_urls] {
        for path in ["/express/address?shop=1", "/express/discount"] {
            let (status, response) = respond(router(), request(path, body.to_string())).await;
            assert_eq!(status, StatusCode::OK, "{path}: {body}");
            assert_eq!(response["shipping_options"][0]["amount"], 7900);
        }
    }
}

#[tokio::test]
async fn unsigned_bodies_are_not_read() {
    let path = "/express/address?shop=1";
    let body = session().to_string();
    let unsigned = Request::builder().method("POST").uri(path).body(body.clone().into()).unwrap();
    assert_eq!(respond(router(), unsigned).await.0, StatusCode::UNAUTHORIZED);
    let mut elsewhere = request("/express/address?shop=2", body);
    *elsewhere.uri_mut() = path.parse().unwrap();
    assert_eq!(respond(router(), elsewhere).await.0, StatusCode::UNAUTHORIZED);
    // A request without a signature is refused before its body is read, however long the body is.
    let endless = cut_after(usize::MAX);
    let unsigned = Request::builder().method("POST").uri(path).body(endless).unwrap();
    assert_eq!(respond(router(), unsigned).await.0, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn body_errors_have_the_status_that_retries_need() {
    let path = "/express/address";
    let mut without_amount = session();
    without_amount["order"].as_object_mut().unwrap().remove("amount");
    for body in [
        "".to_owned(),
        "{".to_owned(),
        "[]".to_owned(),
        "{}".to_owned(),
        without_amount.to_string(),
    ] {
        let (status, _) = respond(router(), request(path, body.clone())).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
    }
    let small = router().layer(DefaultBodyLimit::max(100));
    assert_eq!(
        respond(small, request(path, session().to_string())).await.0,
        StatusCode::BAD_REQUEST
    );
    let cut = cut_after(2);
    assert_eq!(respond(router(), request(path, cut)).await.0, StatusCode::SERVICE_UNAVAILABLE);
}

#[test]
fn error_says_what_to_do() {
    for (error, words, status) in [
        (ExpressCallbackError::TooLarge, "`DefaultBodyLimit`", 400),
        (ExpressCallbackError::Incomplete, "did not arrive completely", 503),
    ] {
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(error.response().status_code(), status);
    }
}

/// Returns a body that yields some chunks and then fails, as if the connection were lost.
fn cut_after(pieces: usize) -> Body {
    let pieces = std::iter::repeat_with(|| Ok(Bytes::from_static(b"{"))).take(pieces);
    let gone =
        std::iter::once_with(|| Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)));
    Body::from_stream(futures_util::stream::iter(pieces.chain(gone)))
}
