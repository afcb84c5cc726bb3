//! Tests pairs of a product and a quantity.

use dintero_api::DinteroOrderItem;
use dintero_api::order::Rule;
use serde_json::json;

use super::{CUP, Product, WholeLine};
use crate::{assert_order, assert_refused, basket, message, order};

/// Three cups at 49.90 cost 149.70, including VAT of 29.94, and 1.5 kg at 20.00 costs 30.00.
#[test]
fn a_product_and_its_quantity() {
    let flour = Product { sku: "FLOUR", price: 2000, vat: 15 };
    let expected = json!({
        "amount": 17970, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 3385,
        "items": [
            {"id": "CUP", "line_id": "1", "quantity": 3, "amount": 14970, "vat_amount": 2994, "vat": 25},
            {"id": "FLOUR", "line_id": "2", "quantity": 1.5, "amount": 3000, "vat_amount": 391, "vat": 15},
        ],
    });
    assert_order(&basket(vec![(CUP, 3.0), (flour, 1.5)]), &expected);
    let one = [(Some(CUP), 2_u32), (None, 5)];
    assert_eq!(order(&basket(one)).amount.get(), 9980);
}

/// The line of a pair needs a unit price and no quantity of its own, because the pair's quantity must be applied
/// exactly once.
#[test]
fn a_pair_needs_the_price_of_one_unit() {
    let line = |quantity| WholeLine { amount: 100, quantity };
    assert_refused(&basket([(line(None), 3)]), "lines[0].1", Rule::Quantity);
    assert_refused(&basket([(line(Some(2)), 3)]), "lines[0].1", Rule::Quantity);
    assert_refused(&basket([(vec![CUP, CUP], 3)]), "lines[0].1", Rule::Quantity);
    assert_refused(&basket([(CUP, f64::NAN)]), "lines[0].1", Rule::Value);
    let words = message(&basket([(line(None), 3)]));
    assert!(words.contains("`unit_price`"), "{words}");
}

#[derive(DinteroOrderItem)]
struct Engraved {
    #[dintero(flatten)]
    cups: (Product, u32),
    #[dintero(to = description)]
    text: &'static str,
}

#[test]
fn a_pair_in_a_line() {
    let expected = json!({
        "amount": 14970, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 2994,
        "items": [{
            "id": "CUP", "line_id": "1", "description": "K", "quantity": 3, "amount": 14970,
            "vat_amount": 2994, "vat": 25,
        }],
    });
    assert_order(&basket([Engraved { cups: (CUP, 3), text: "K" }]), &expected);
}
