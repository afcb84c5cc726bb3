//! An express checkout with three shipping options, one of which is chosen.

use dintero_api::types::ShippingOptionDeliveryMethod;
use dintero_api::{DinteroAddress, DinteroOrder, DinteroOrderItem, DinteroShippingOption};
use serde_json::{Value, json};

use crate::{assert_order, assert_session};

#[derive(DinteroOrder)]
#[dintero(
    shipping_option = |self| self.chosen.and_then(|index| self.options.get(index)),
    session.express.shipping_mode = ShippingRequired,
)]
struct Checkout {
    #[dintero(to = merchant_reference)]
    id: String,
    currency: String,
    #[dintero(to = items)]
    lines: Vec<Line>,
    #[dintero(to = session.express.shipping_options)]
    options: Vec<Ship>,
    #[dintero(skip)]
    chosen: Option<usize>,
}

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(to = id)]
    sku: String,
    #[dintero(to = description)]
    name: String,
    #[dintero(to = quantity)]
    qty: u32,
    #[dintero(to = unit_price)]
    unit_ore: i64,
    vat: u8,
}

#[derive(DinteroShippingOption)]
struct Ship {
    #[dintero(to = id)]
    product: String,
    #[dintero(to = line_id)]
    line: String,
    title: String,
    #[dintero(to = operator)]
    carrier: String,
    #[dintero(to = amount)]
    gross_ore: i64,
    vat: u8,
    #[dintero(to = delivery_method)]
    method: Method,
    #[dintero(to = pick_up_address)]
    #[dintero(to = operator_product_id, with = Point::id)]
    point: Option<Point>,
}

#[derive(Clone, Copy)]
enum Method {
    Delivery,
    PickUp,
}

impl From<Method> for ShippingOptionDeliveryMethod {
    fn from(method: Method) -> Self {
        match method {
            Method::Delivery => Self::Delivery,
            Method::PickUp => Self::PickUp,
        }
    }
}

#[derive(DinteroAddress)]
struct Point {
    #[dintero(skip)]
    id: String,
    #[dintero(to = business_name)]
    name: String,
    #[dintero(to = address_line)]
    street: String,
    #[dintero(to = postal_code)]
    zip: String,
    #[dintero(to = postal_place)]
    city: String,
    country: String,
}

impl Point {
    fn id(point: &Option<Self>) -> Option<String> {
        point.as_ref().map(|point| point.id.clone())
    }
}

fn ship(product: &str, line: &str, gross_ore: i64, method: Method, point: Option<Point>) -> Ship {
    let (title, carrier) = match product {
        "bring" => ("Home delivery", "Bring"),
        "store" => ("Collect in store", "Shop"),
        _ => ("Pick up", "Bring"),
    };
    Ship {
        product: product.into(),
        line: line.into(),
        title: title.into(),
        carrier: carrier.into(),
        gross_ore,
        vat: 25,
        method,
        point,
    }
}

fn checkout(chosen: Option<usize>) -> Checkout {
    let kiosk = Point {
        id: "0150".into(),
        name: "Kiwi Sentrum".into(),
        street: "Storgata 1".into(),
        zip: "0150".into(),
        city: "Oslo".into(),
        country: "NO".into(),
    };
    let tent = Line { sku: "TENT".into(), name: "Tent".into(), qty: 1, unit_ore: 60000, vat: 25 };
    let options = vec![
        ship("bring", "bring-home", 9900, Method::Delivery, None),
        ship("bring-pickup", "bring-pickup-0150", 4900, Method::PickUp, Some(kiosk)),
        ship("store", "store-oslo", 0, Method::PickUp, None),
    ];
    Checkout { id: "E-2".into(), currency: "NOK".into(), lines: vec![tent], options, chosen }
}

fn expected_options() -> [Value; 3] {
    [
        json!({
            "id": "bring", "line_id": "bring-home", "amount": 9900, "vat_amount": 1980, "vat": 25,
            "title": "Home delivery", "operator": "Bring", "delivery_method": "delivery",
        }),
        json!({
            "id": "bring-pickup", "line_id": "bring-pickup-0150", "amount": 4900,
            "vat_amount": 980, "vat": 25, "title": "Pick up", "operator": "Bring",
            "delivery_method": "pick_up", "operator_product_id": "0150",
            "pick_up_address": {
                "business_name": "Kiwi Sentrum", "address_line": "Storgata 1",
                "postal_code": "0150", "postal_place": "Oslo", "country": "NO",
            },
        }),
        json!({
            "id": "store", "line_id": "store-oslo", "amount": 0, "vat_amount": 0, "vat": 25,
            "title": "Collect in store", "operator": "Shop", "delivery_method": "pick_up",
        }),
    ]
}

fn expected_order() -> Value {
    json!({
        "amount": 64900, "currency": "NOK", "merchant_reference": "E-2", "vat_amount": 12980,
        "items": [{
            "id": "TENT", "line_id": "1", "description": "Tent", "quantity": 1,
            "amount": 60000, "vat_amount": 12000, "vat": 25,
        }],
        "shipping_option": expected_options()[1],
    })
}

fn expected_session(order: &Value) -> Value {
    json!({
        "profile_id": "default",
        "url": {"return_url": "https://shop.example/thanks"},
        "order": order,
        "express": {
            "shipping_options": expected_options(),
            "shipping_mode": "shipping_required",
        },
    })
}

#[test]
fn express_several_shipping_options() {
    assert_order(&checkout(Some(1)), &expected_order());
    assert_session(&checkout(Some(1)), &expected_session(&expected_order()));
}

#[test]
fn nothing_is_chosen_yet() {
    let mut order = expected_order();
    order["amount"] = json!(60000);
    order["vat_amount"] = json!(12000);
    order.as_object_mut().expect("an object").remove("shipping_option");
    assert_order(&checkout(None), &order);
    assert_session(&checkout(None), &expected_session(&order));
}
