//! Prices as floats, and a total that the shop calculated without rounding its lines.

use dintero_api::money::decimal_from_f64;
use dintero_api::{DinteroOrder, DinteroOrderItem};
use serde_json::json;

use crate::assert_order;

#[derive(DinteroOrder)]
#[dintero(total_mismatch = rounding_line(max = 10))]
struct Cart {
    #[dintero(to = merchant_reference)]
    number: String,
    currency: String,
    #[dintero(to = items)]
    rows: Vec<Row>,
    #[dintero(to = amount, with = decimal_from_f64)]
    total: f64,
}

#[derive(DinteroOrderItem)]
struct Row {
    #[dintero(to = id)]
    sku: String,
    #[dintero(to = description)]
    text: String,
    #[dintero(to = quantity)]
    count: u32,
    #[dintero(to = unit_price, with = decimal_from_f64)]
    price: f64,
    vat: f64,
}

fn row(sku: &str, count: u32, price: f64) -> Row {
    Row { sku: sku.into(), text: format!("Screw {sku}"), count, price, vat: 25.0 }
}

#[test]
fn f64_prices_rounding_line() {
    let rows = vec![row("A", 1, 1.005), row("B", 1, 8.95), row("C", 1, 33.335), row("D", 3, 19.99)];
    let cart = Cart { number: "F-7".into(), currency: "NOK".into(), rows, total: 103.26 };
    let screw = |index: usize, quantity: u32, amount: i64, vat_amount: i64| {
        let sku = ["A", "B", "C", "D"][index];
        json!({
            "id": sku, "line_id": (index + 1).to_string(), "description": format!("Screw {sku}"),
            "quantity": quantity, "amount": amount, "vat_amount": vat_amount, "vat": 25,
        })
    };
    let expected = json!({
        "amount": 10326, "currency": "NOK", "merchant_reference": "F-7", "vat_amount": 2065,
        "items": [
            screw(0, 1, 101, 20),
            screw(1, 1, 895, 179),
            screw(2, 1, 3334, 667),
            screw(3, 3, 5997, 1199),
            {
                "id": "rounding", "line_id": "rounding", "description": "Rounding", "quantity": 1,
                "amount": -1, "vat_amount": 0, "vat": 0, "type": "surcharge",
            },
        ],
    });
    assert_order(&cart, &expected);
}
