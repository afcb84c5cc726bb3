//! Absent and empty values are left out, at every level.

use dintero_api::{DinteroAddress, DinteroOrder, DinteroOrderItem, DinteroValue};
use serde_json::json;

use crate::assert_order;

#[derive(DinteroOrder)]
struct Cart {
    #[dintero(to = merchant_reference)]
    id: String,
    currency: String,
    #[dintero(to = items)]
    lines: Option<Vec<Line>>,
    #[dintero(to = shipping_address)]
    ship_to: Option<Addr>,
    #[dintero(to = billing_address)]
    bill_to: Option<Box<Addr>>,
    #[dintero(to = merchant_reference_2)]
    note: Option<String>,
}

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(to = id)]
    sku: Option<String>,
    #[dintero(to = description)]
    name: Option<String>,
    #[dintero(to = quantity)]
    qty: Option<u32>,
    #[dintero(to = amount)]
    gross_ore: i64,
    vat: Option<u8>,
    #[dintero(to = thumbnail_url)]
    image: Option<Url>,
}

#[derive(DinteroValue)]
struct Url(String);

#[derive(DinteroAddress)]
struct Addr {
    #[dintero(to = first_name)]
    first: String,
    #[dintero(to = last_name)]
    last: String,
    #[dintero(to = address_line)]
    street: String,
    #[dintero(to = address_line_2)]
    street2: Option<String>,
    #[dintero(to = postal_code)]
    zip: String,
    #[dintero(to = postal_place)]
    city: String,
    country: String,
    #[dintero(to = phone_number)]
    phone: String,
    email: Option<String>,
}

#[test]
fn optional_fields_omitted() {
    let donation = Line {
        sku: None,
        name: Some("Donation".into()),
        qty: None,
        gross_ore: 10000,
        vat: None,
        image: None,
    };
    let kari = Addr {
        first: "Kari".into(),
        last: "Nordmann".into(),
        street: "Gata 1".into(),
        street2: Some(String::new()),
        zip: "0349".into(),
        city: "Oslo".into(),
        country: "NO".into(),
        phone: String::new(),
        email: None,
    };
    let cart = Cart {
        id: "O-1".into(),
        currency: "NOK".into(),
        lines: Some(vec![donation]),
        ship_to: None,
        bill_to: Some(Box::new(kari)),
        note: None,
    };
    let expected = json!({
        "amount": 10000, "currency": "NOK", "merchant_reference": "O-1", "vat_amount": 0,
        "billing_address": {
            "first_name": "Kari", "last_name": "Nordmann", "address_line": "Gata 1",
            "postal_code": "0349", "postal_place": "Oslo", "country": "NO",
        },
        "items": [{"line_id": "1", "description": "Donation", "quantity": 1, "amount": 10000}],
    });
    assert_order(&cart, &expected);
}

#[test]
fn present_fields_are_sent() {
    let line = Line {
        sku: Some("D".into()),
        name: None,
        qty: Some(2),
        gross_ore: 500,
        vat: Some(25),
        image: Some(Url("https://shop.example/d.png".into())),
    };
    let cart = Cart {
        id: "O-2".into(),
        currency: "NOK".into(),
        lines: Some(vec![line]),
        ship_to: None,
        bill_to: None,
        note: Some("B".into()),
    };
    let expected = json!({
        "amount": 500, "currency": "NOK", "merchant_reference": "O-2", "vat_amount": 100,
        "merchant_reference_2": "B",
        "items": [{
            "id": "D", "line_id": "1", "quantity": 2, "amount": 500, "vat_amount": 100, "vat": 25,
            "thumbnail_url": "https://shop.example/d.png",
        }],
    });
    assert_order(&cart, &expected);
}
