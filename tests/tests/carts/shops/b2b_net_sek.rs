//! A shop for companies: prices without VAT, two addresses, and an organization number.

use std::sync::Arc;

use dintero_api::money::MoneyError;
use dintero_api::{
    DinteroAddress, DinteroOrder, DinteroOrderItem, DinteroValue, Percent, ToPercent,
};
use serde_json::{Value, json};

use crate::{assert_order, assert_session};

#[derive(DinteroOrder)]
#[dintero(
    shipping_address = |self| Delivery { business_name: &self.buyer.name, to: &self.deliver_to },
    session.configuration.default_customer_type = B2b,
)]
struct B2bOrder {
    #[dintero(to = merchant_reference)]
    po_number: PoNumber,
    currency: String,
    #[dintero(to = billing_address)]
    #[dintero(to = session.customer.email, with = |buyer| buyer.contact.email.clone())]
    #[dintero(to = session.customer.phone_number, with = |buyer| buyer.contact.phone.clone())]
    buyer: Company,
    #[dintero(skip)]
    deliver_to: Address,
    #[dintero(to = items)]
    lines: Vec<Line>,
}

#[derive(DinteroValue)]
struct PoNumber(String);

#[derive(DinteroAddress)]
struct Company {
    #[dintero(to = business_name)]
    name: String,
    #[dintero(to = organization_number)]
    org_no: String,
    #[dintero(flatten)]
    contact: Person,
    #[dintero(flatten)]
    invoice_address: Address,
    #[dintero(to = customer_reference)]
    reference: String,
    cost_center: Option<String>,
}

#[derive(DinteroAddress)]
struct Person {
    #[dintero(to = first_name)]
    first: String,
    #[dintero(to = last_name)]
    last: String,
    email: String,
    #[dintero(to = phone_number)]
    phone: String,
}

#[derive(DinteroAddress)]
struct Address {
    #[dintero(to = address_line)]
    street: String,
    #[dintero(to = postal_code)]
    zip: String,
    #[dintero(to = postal_place)]
    city: String,
    country: String,
}

/// The buyer's name is also on the parcel.
#[derive(DinteroAddress)]
struct Delivery<'a> {
    business_name: &'a str,
    #[dintero(flatten)]
    to: &'a Address,
}

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(to = id)]
    article: Arc<str>,
    #[dintero(to = description)]
    text: String,
    #[dintero(to = quantity)]
    qty: u32,
    #[dintero(to = net_unit_price)]
    unit_net_ore: i64,
    #[dintero(to = vat)]
    tax: Tax,
}

#[expect(dead_code, reason = "one order does not contain all rates of a shop")]
enum Tax {
    Standard,
    Food,
    Books,
    Zero,
}

impl ToPercent for Tax {
    fn to_percent(&self) -> Result<Percent, MoneyError> {
        Ok(Percent::from(match self {
            Self::Standard => 25,
            Self::Food => 12,
            Self::Books => 6,
            Self::Zero => 0,
        }))
    }
}

fn b2b_order() -> B2bOrder {
    let address = |street: &str, zip: &str, city: &str| Address {
        street: street.into(),
        zip: zip.into(),
        city: city.into(),
        country: "SE".into(),
    };
    let contact = Person {
        first: "Eva".into(),
        last: "Lind".into(),
        email: "eva@bolts.example".into(),
        phone: "+46701234567".into(),
    };
    let buyer = Company {
        name: "Nordic Bolts AB".into(),
        org_no: "5566778899".into(),
        contact,
        invoice_address: address("Box 12", "11122", "Stockholm"),
        reference: "E. Lind".into(),
        cost_center: Some("4410".into()),
    };
    let drill = Line {
        article: "DRILL-PRO".into(),
        text: "Drill Pro".into(),
        qty: 10,
        unit_net_ore: 125_000,
        tax: Tax::Standard,
    };
    let course = Line {
        article: "COURSE".into(),
        text: "Safety course".into(),
        qty: 1,
        unit_net_ore: 500_000,
        tax: Tax::Zero,
    };
    B2bOrder {
        po_number: PoNumber("PO-2026-118".into()),
        currency: "SEK".into(),
        buyer,
        deliver_to: address("Verkstadsgatan 3", "41701", "Göteborg"),
        lines: vec![drill, course],
    }
}

fn expected_order() -> Value {
    json!({
        "amount": 2_062_500, "currency": "SEK", "merchant_reference": "PO-2026-118",
        "vat_amount": 312_500,
        "billing_address": {
            "first_name": "Eva", "last_name": "Lind", "business_name": "Nordic Bolts AB",
            "organization_number": "5566778899", "address_line": "Box 12",
            "postal_code": "11122", "postal_place": "Stockholm", "country": "SE",
            "email": "eva@bolts.example", "phone_number": "+46701234567",
            "customer_reference": "E. Lind", "cost_center": "4410",
        },
        "shipping_address": {
            "business_name": "Nordic Bolts AB", "address_line": "Verkstadsgatan 3",
            "postal_code": "41701", "postal_place": "Göteborg", "country": "SE",
        },
        "items": [
            {
                "id": "DRILL-PRO", "line_id": "1", "description": "Drill Pro", "quantity": 10,
                "amount": 1_562_500, "vat_amount": 312_500, "vat": 25,
            },
            {
                "id": "COURSE", "line_id": "2", "description": "Safety course", "quantity": 1,
                "amount": 500_000, "vat_amount": 0, "vat": 0,
            },
        ],
    })
}

#[test]
fn b2b_net_sek() {
    assert_order(&b2b_order(), &expected_order());
    let session = json!({
        "profile_id": "default",
        "url": {"return_url": "https://shop.example/thanks"},
        "order": expected_order(),
        "configuration": {"default_customer_type": "b2b"},
        "customer": {"email": "eva@bolts.example", "phone_number": "+46701234567"},
    });
    assert_session(&b2b_order(), &session);
}
