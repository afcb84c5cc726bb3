//! Tests addresses and customers: companies, flattened parts, paths, and fields that are left out.

use std::rc::Rc;

use dintero_api::order::Rule;
use dintero_api::{DinteroAddress, DinteroOrder};
use serde_json::{Value, json};

use crate::{assert_order, assert_refused, assert_session};

#[derive(DinteroAddress, Default)]
struct Contact {
    #[dintero(to = first_name)]
    first: &'static str,
    #[dintero(to = last_name)]
    last: Option<String>,
    #[dintero(to = phone_number)]
    phone: &'static str,
    #[dintero(flatten)]
    place: Option<Rc<Place>>,
}

#[derive(DinteroAddress)]
struct Place {
    #[dintero(to = postal_code)]
    zip: u16,
    country: &'static str,
    #[dintero(to = latitude, with = |position| position.map(|(latitude, _)| latitude))]
    #[dintero(to = longitude, with = |position| position.map(|(_, longitude)| longitude))]
    position: Option<(f64, f64)>,
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1", amount = 100)]
struct Visit {
    #[dintero(to = shipping_address)]
    to: Option<Contact>,
    #[dintero(to = billing_address.business_name)]
    company: Option<&'static str>,
    #[dintero(to = billing_address.organization_number)]
    org_no: Option<&'static str>,
    #[dintero(to = billing_address.phone_number)]
    #[dintero(to = session.customer.phone_number)]
    switchboard: Option<&'static str>,
}

fn visit(to: Option<Contact>) -> Visit {
    Visit { to, company: None, org_no: None, switchboard: None }
}

fn expected(addresses: Value) -> Value {
    let mut order = json!({"amount": 100, "currency": "NOK", "merchant_reference": "order-1"});
    for (name, address) in addresses.as_object().expect("addresses") {
        order[name] = address.clone();
    }
    order
}

#[test]
fn parts_of_an_address() {
    let place = Place { zip: 4010, country: "NO", position: Some((58.97, 5.73)) };
    let contact = Contact {
        first: "Kari",
        last: Some("Nordmann".into()),
        phone: "+47 (22) 33-44-55",
        place: Some(Rc::new(place)),
    };
    let address = json!({
        "first_name": "Kari", "last_name": "Nordmann", "phone_number": "+4722334455",
        "postal_code": "4010", "country": "NO", "latitude": 58.97, "longitude": 5.73,
    });
    assert_order(&visit(Some(contact)), &expected(json!({"shipping_address": address})));
}

#[test]
fn an_empty_address_is_left_out() {
    assert_order(&visit(Some(Contact::default())), &expected(json!({})));
    let empty =
        Visit { company: Some(""), org_no: Some(""), switchboard: Some(" "), ..visit(None) };
    assert_order(&empty, &expected(json!({})));
}

#[test]
fn an_address_field_by_field() {
    let cart = Visit {
        company: Some("Bolts AS"),
        org_no: Some("987654321"),
        switchboard: Some("22334455"),
        to: None,
    };
    let billing = json!({
        "business_name": "Bolts AS", "organization_number": "987654321",
        "phone_number": "22334455",
    });
    let order = expected(json!({"billing_address": billing}));
    assert_order(&cart, &order);
    let session = json!({
        "profile_id": "default", "url": {"return_url": "https://shop.example/thanks"},
        "order": order, "customer": {"phone_number": "22334455"},
    });
    assert_session(&cart, &session);
}

#[test]
fn codes_and_numbers_have_the_form_of_the_api() {
    let at = |country, phone| {
        let place = Some(Rc::new(Place { zip: 150, country, position: None }));
        visit(Some(Contact { phone, place, ..Contact::default() }))
    };
    for country in ["no", "NOR", "Norway", "N1"] {
        assert_refused(&at(country, ""), "to.place.country", Rule::Value);
    }
    assert_refused(&at("NO", "12 34"), "to.phone", Rule::Phone);
    let cart = Visit { switchboard: Some("0800-BOLTS"), ..visit(None) };
    let problems = crate::problems(&cart);
    let expected = ("switchboard".to_owned(), Rule::Phone);
    assert!(problems.iter().all(|problem| *problem == expected), "{problems:?}");
}

/// The position is unknown, so the coordinates are absent instead of zero.
#[test]
fn a_function_may_leave_a_field_out() {
    let place = Place { zip: 150, country: "", position: None };
    let contact = Contact { place: Some(Rc::new(place)), ..Contact::default() };
    let address = json!({"postal_code": "150"});
    assert_order(&visit(Some(contact)), &expected(json!({"shipping_address": address})));
}
