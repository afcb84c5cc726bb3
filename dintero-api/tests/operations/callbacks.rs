//! Tests Dintero's callbacks to the merchant: the query, the body and the response of the four operations below
//! `/examples`.

use dintero_api::types::*;
use serde_core::Serialize;
use serde_core::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::document::{self, Documented};
use crate::schema::{self, Find};
use crate::story;

const SESSION: &str = "/examples/session_url_callback";
pub(crate) const SHIPPING: &str = "/examples/shipping_address_callback_url";
pub(crate) const DISCOUNT: &str = "/examples/discount_code_callback_url";

#[test]
fn all_documented_callbacks_are_tried() {
    let found = document::callbacks();
    let mut found: Vec<_> = found.iter().map(|found| (found.method, found.path)).collect();
    found.sort_unstable();
    let expected = [("get", SESSION), ("post", DISCOUNT), ("post", SESSION), ("post", SHIPPING)];
    assert_eq!(found, expected);
}

/// Returns a query with an example of every parameter (or every required parameter), and the same parameters as JSON.
fn examples(documented: &Documented, only_required: bool) -> (String, Value) {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut json = Map::new();
    for parameter in documented.parameters_in("query") {
        if only_required && parameter["required"] != true {
            continue;
        }
        let name = parameter["name"].as_str().expect("a parameter has a name");
        if json.contains_key(name) {
            continue;
        }
        let of_parameter = parameter.get("example").cloned();
        let example = of_parameter.unwrap_or_else(|| schema::sample(&parameter["schema"]));
        let text = |example: &Value| match example {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        match &example {
            Value::Array(items) => {
                query.extend_pairs(items.iter().map(|item| (name, text(item))));
            }
            one => drop(query.append_pair(name, &text(one))),
        }
        json.insert(name.to_owned(), example);
    }
    (query.finish(), json.into())
}

fn assert_same(read: &impl Serialize, expected: &Value) {
    let read = serde_json::to_value(read).expect("the value can be serialized");
    assert_eq!(schema::differences(expected, &read), [""; 0]);
}

#[test]
fn documented_queries_are_read_completely() {
    for only_required in [false, true] {
        let (query, json) = examples(&document::operation("get", SESSION), only_required);
        assert_same(&SessionCallbackQuery::from_query(&query).expect("it is read"), &json);
        let (query, json) = examples(&document::operation("post", SESSION), only_required);
        let read = SessionWithTransactionCallbackQuery::from_query(&query);
        assert_same(&read.expect("it is read"), &json);
    }
}

/// The query that Dintero sends if the shop's callback URL contains `order=17` and
/// `report_event=REFUND&report_event=VOID&report_error=true`.
#[test]
fn query_with_the_merchants_own_parameters_is_read() {
    let query = "order=17&report_event=REFUND&report_event=VOID&report_error=true\
        &merchant_reference=Kari+%26+Ola%2F17&time=2026-03-01T12%3A00%3A00.123Z&error=cancelled&sid=T1.s";
    let read = SessionCallbackQuery::from_query(query).expect("it is read");
    assert_eq!(read.merchant_reference, "Kari & Ola/17");
    assert_eq!((read.report_error, read.delay_callback), (Some(true), None));
    let written = serde_json::to_value(&read).expect("the value can be serialized");
    assert_eq!(written["report_event"], json!(["REFUND", "VOID"]));
    assert_eq!((read.session_id.as_deref(), read.sid.as_deref()), (None, Some("T1.s")));
    assert_eq!((read.transaction_id, read.error.as_deref()), (None, Some("cancelled")));
    assert_eq!(read.time.as_millisecond(), 1_772_366_400_123);
}

/// The shop itself writes these settings into its callback URL. A callback must not be lost because a setting is
/// invalid.
#[test]
fn query_with_invalid_settings_is_read() {
    let outcome = "merchant_reference=17&time=2026-03-01T12%3A00%3A00Z&method=POST";
    for settings in [
        "report_error=1&delay_callback=30s",
        "report_error=True&delay_callback=true",
        "report_error=&delay_callback=",
        "report_error&delay_callback",
    ] {
        let query = format!("{settings}&{outcome}");
        let read = SessionCallbackQuery::from_query(&query).expect("it is read");
        assert_eq!(read.merchant_reference, "17");
        assert_eq!((read.report_error, read.delay_callback), (None, None), "{settings}");
        let read = SessionWithTransactionCallbackQuery::from_query(&query).expect("it is read");
        assert_eq!((read.report_error, read.delay_callback), (None, None), "{settings}");
    }
}

#[test]
fn query_without_its_reference_is_refused() {
    let error = SessionCallbackQuery::from_query("time=2026-03-01T12%3A00%3A00Z").unwrap_err();
    assert!(error.to_string().contains("`merchant_reference` is missing"), "{error}");
}

/// The error for an invalid query does not repeat values from the query.
#[test]
fn values_of_an_invalid_query_are_not_shown() {
    let query = "merchant_reference=kari&time=hunter2";
    let error = SessionCallbackQuery::from_query(query).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    assert!(error.to_string().contains("`time`"), "{error}");
}

/// Reads the documented body of a callback with every property, and serializes it again.
fn body_is_read_whole<T: Serialize + DeserializeOwned>(path: &str) {
    let (schema, _) = document::operation("post", path).body().expect("the callback has a body");
    let sample = schema::sample(schema);
    let read: T = serde_json::from_value(sample.clone()).expect("the body is read");
    assert_same(&read, &sample);
}

#[test]
fn documented_bodies_are_read_completely() {
    body_is_read_whole::<Transaction>(SESSION);
    body_is_read_whole::<ExpressCallback>(DISCOUNT);
    // The document has the same session schema for both callbacks.
    body_is_read_whole::<ExpressCallback>(SHIPPING);
}

#[test]
fn body_of_a_paid_session_is_read() {
    let read: Transaction =
        serde_json::from_value(story::transaction("T12345678.1")).expect("it is read");
    assert_eq!(read.status, Some(TransactionStatus::Authorized));
}

pub(crate) fn response_schema(path: &str) -> &'static Value {
    let successes = document::operation("post", path).successes();
    let [(200, contents)] = &successes[..] else {
        panic!("{path} must have exactly one success response, 200")
    };
    contents[0].1
}

/// Returns the problems with a response that the merchant sends.
fn response_problems(path: &str, response: &impl Serialize) -> Vec<String> {
    let schema = response_schema(path);
    let response = serde_json::to_value(response).expect("a response can be serialized");
    let mut problems = schema::problems(schema, &response);
    problems.extend(schema::find(Find::Unknown, schema, &response));
    problems.extend(schema::find(Find::ReadOnly, schema, &response));
    problems
}

fn delivery() -> MultiShipmentShippingOption {
    MultiShipmentShippingOption::new("express", "delivery-1", 3900, "Home delivery", "Bring")
        .vat(25)
}

#[test]
fn responses_to_a_new_address_match_the_document() {
    let order = ShippingAddressOrderUpdate::new(33890).vat_amount(6778);
    for response in [
        ShippingAddressCallbackResponse::new([]),
        ShippingAddressCallbackResponse::new([delivery()]).order(order),
    ] {
        assert_eq!(response_problems(SHIPPING, &response), [""; 0]);
    }
    let undeliverable = ShippingAddressCallbackResponse::new([]);
    let written = serde_json::to_value(undeliverable).expect("it can be written");
    assert_eq!(written, json!({"shipping_options": []}));
}

#[test]
fn responses_to_a_discount_code_match_the_document() {
    let item = DiscountCodesOrderUpdateItem::new().line_id("1").amount(19990);
    let order = DiscountCodesOrderUpdate::new(23890).items([item]).discount_codes(["SPRING"]);
    let response = DiscountCodesCallbackResponse::new([delivery()]).order(order);
    assert_eq!(response_problems(DISCOUNT, &response), [""; 0]);
}

/// A shop can read its own response again without losing a property.
#[test]
fn documented_responses_are_read_completely() {
    let sample = schema::sample(response_schema(SHIPPING));
    let read: ShippingAddressCallbackResponse =
        serde_json::from_value(sample.clone()).expect("the response is read");
    assert_same(&read, &sample);
    let sample = schema::sample(response_schema(DISCOUNT));
    let read: DiscountCodesCallbackResponse =
        serde_json::from_value(sample.clone()).expect("the response is read");
    assert_same(&read, &sample);
}
