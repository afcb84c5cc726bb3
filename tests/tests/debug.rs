//! Tests that `Debug` does not show secret and personal values, however deeply they are nested.

use std::collections::BTreeSet;

use dintero_tests::document::document;
use dintero_tests::models::{self, Model};
use dintero_tests::overlay;
use dintero_tests::shape::Found;
use dintero_tests::values;
use serde_json::{Value, json};

/// Returns the JSON pointers of all nodes in the document that the overlay marks as secret or personal.
fn hidden() -> BTreeSet<String> {
    let secret = overlay::places("x-rust-type", &json!("Secret"));
    let personal = overlay::places("x-redact", &json!(true));
    &secret | &personal
}

/// Properties with these names are secret or personal wherever they occur. For each name, the overlay must mark at
/// least one property.
#[test]
fn sensitive_names_are_in_the_overlay() {
    let hidden = hidden();
    let names: BTreeSet<_> = hidden.iter().filter_map(|place| place.rsplit('/').next()).collect();
    for name in [
        "access_token",
        "refresh_token",
        "payment_token",
        "recurrence_token",
        "session_token",
        "mfa_token",
        "first_name",
        "last_name",
        "business_name",
        "reason",
        "discount_codes",
        "callback_url",
        "redirect_url",
        "approval_url",
        "poll_url",
        "birth_date",
        "address_line",
        "postal_code",
        "latitude",
        "longitude",
        "phone_number",
        "email",
        "social_security_number",
        "customer_ip",
        "user_agent",
        "masked_pan",
        "bank_account_number",
        "expiry_date",
    ] {
        assert!(names.contains(name), "{name} would be shown");
    }
}

/// Properties may be sensitive even though their names do not suggest it.
#[test]
fn sensitive_values_with_harmless_names_are_hidden() {
    const PLACES: [&str; 11] = [
        "Individual/properties/name",
        "VerifiedIdentity/properties/name",
        "ApprovalsPayoutDestination/allOf/1/properties/form_submitter/properties/name",
        "ApprovalsPayoutDestination/allOf/1/properties/settlement_report_configuration/properties/emails",
        "UpdateSettlementReportConfigItem/properties/destinations/items/properties/destination_value",
        "EmdMarketplaceSellerInfo/properties/unique_account_identifier_seller/properties/other",
        "Transaction/allOf/1/properties/url/properties/redirect_url",
        "BamboraPaymentOperation/allOf/1/properties/href",
        "ApprovalsPayoutDestinationResponse/allOf/1/properties/links/items/properties/href",
        // With these values, anyone can act as the customer, or read the account's reports.
        "BamboraPaymentOperation/allOf/1/properties/session/properties/token",
        "ReportMetadata/properties/signed_url",
    ];
    let hidden = hidden();
    let places = PLACES.map(component_place);
    let shown: Vec<_> = places.iter().filter(|place| !hidden.contains(*place)).collect();
    assert!(shown.is_empty(), "these would be shown: {shown:#?}");
}

/// Returns the JSON pointer of a place in a component schema. Panics if the place does not exist, so that an outdated
/// place is noticed.
fn component_place(place: &str) -> String {
    let pointer = format!("/components/schemas/{place}");
    assert!(document().at(&pointer).is_object());
    pointer
}

#[test]
fn nothing_hidden_is_shown() {
    let hidden = hidden();
    let mut tried = BTreeSet::new();
    let mut shown = BTreeSet::new();
    for model in models::all() {
        for seed in [201, 202, 203, 207] {
            shown.extend(shown_by(&model, values::value(&model.schema, seed), &hidden, &mut tried));
        }
    }
    assert!(shown.is_empty(), "{} are shown: {shown:#?}", shown.len());
    let untried: Vec<_> =
        hidden.difference(&tried).filter(|place| place.starts_with("/components")).collect();
    assert!(untried.is_empty(), "never tried: {untried:#?}");
}

/// Puts a distinct marker into every hidden place of a value, and returns the places whose markers are in the `Debug`
/// output.
fn shown_by(
    model: &Model,
    mut value: Value,
    hidden: &BTreeSet<String>,
    tried: &mut BTreeSet<String>,
) -> Vec<String> {
    let mut found = Vec::new();
    document().shape(&model.schema).walk(&value, &mut |visit| {
        if let Found::Known(shape) = visit.found {
            let places: Vec<_> = shape.places().intersection(hidden).cloned().collect();
            if !places.is_empty() {
                found.push((
                    visit.at.to_owned(),
                    shape.texts("format").into_iter().collect::<String>(),
                ));
                tried.extend(places);
            }
        }
    });
    let mut markers = Vec::new();
    for (at, format) in &found {
        if let Some(place) = value.pointer_mut(at) {
            mark(place, at, format, &mut markers);
        }
    }
    let output =
        (model.debug)(value).expect("the value can be read whatever its hidden places contain");
    // Every marker contains one of these strings. Most outputs contain none of them, so the slow search for each of a
    // thousand markers is rarely needed.
    if !["marker:", "-03-17", "77000"].iter().any(|text| output.contains(text)) {
        return Vec::new();
    }
    let is_shown = |(_, marker): &(String, String)| output.contains(marker);
    markers
        .into_iter()
        .filter(is_shown)
        .map(|(at, _)| format!("{} shows {at}", model.name))
        .collect()
}

fn mark(value: &mut Value, at: &str, format: &str, markers: &mut Vec<(String, String)>) {
    let number = markers.len() % 1_000;
    let (marked, marker) = match value {
        Value::Array(values) => {
            return values.iter_mut().for_each(|value| mark(value, at, format, markers));
        }
        Value::Object(members) => {
            return members.iter_mut().for_each(|(_, value)| mark(value, at, format, markers));
        }
        // This year does not occur in any other value.
        Value::String(_) if format.starts_with("date") => {
            let date = format!("{}-03-17", 2_500 + number);
            (json!(if format == "date" { date.clone() } else { format!("{date}T12:00:00Z") }), date)
        }
        Value::String(_) => (json!(format!("marker:{number}:")), format!("marker:{number}:")),
        Value::Number(_) => (json!(77_000_123 + number), format!("{}", 77_000_123 + number)),
        Value::Null => return,
        other => panic!("{other} at {at} is too short to contain a marker"),
    };
    *value = marked;
    markers.push((at.to_owned(), marker));
}
