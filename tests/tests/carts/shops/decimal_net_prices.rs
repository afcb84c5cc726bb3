//! Prices without VAT in kroner, and rates as fractions. Each line is rounded once.

use dintero_api::{Decimal, DinteroOrder, DinteroOrderItem};
use serde_json::json;

use crate::{assert_order, decimal};

#[derive(DinteroOrder)]
struct Cart {
    #[dintero(to = merchant_reference)]
    id: u64,
    currency: &'static str,
    #[dintero(to = items)]
    lines: Vec<Line>,
}

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(to = id)]
    sku: String,
    #[dintero(to = description)]
    name: String,
    #[dintero(to = quantity)]
    qty: u32,
    #[dintero(to = net_unit_price)]
    unit_net: Decimal,
    #[dintero(to = vat_fraction)]
    vat_rate: Decimal,
}

fn line(sku: &str, name: &str, qty: u32, unit_net: &str, vat_rate: &str) -> Line {
    Line {
        sku: sku.into(),
        name: name.into(),
        qty,
        unit_net: decimal(unit_net),
        vat_rate: decimal(vat_rate),
    }
}

#[test]
fn decimal_net_prices() {
    let lines = vec![
        line("LAMP", "Lamp", 3, "79.99", "0.25"),
        line("BAR", "Muesli bar", 7, "12.345", "0.15"),
    ];
    let cart = Cart { id: 42, currency: "NOK", lines };
    let expected = json!({
        "amount": 39934, "currency": "NOK", "merchant_reference": "42", "vat_amount": 7295,
        "items": [
            {
                "id": "LAMP", "line_id": "1", "description": "Lamp", "quantity": 3,
                "amount": 29996, "vat_amount": 5999, "vat": 25,
            },
            {
                "id": "BAR", "line_id": "2", "description": "Muesli bar", "quantity": 7,
                "amount": 9938, "vat_amount": 1296, "vat": 15,
            },
        ],
    });
    assert_order(&cart, &expected);
}
