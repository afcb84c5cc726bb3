//! Tests of single rules at their limits: currencies, collections, deliveries, nested lines, bundles, carts without lines,
//! coupons on all kinds of lines, numbers that are out of range, and several problems at once.

mod bundles;
mod captures;
mod collections;
mod coupons;
mod currencies;
mod deliveries;
mod discounts;
mod empty;
mod inputs;
mod kinds;
mod limits;
mod line_ids;
mod nested;
mod parties;
mod parts;
mod price_basis;
mod problems;
mod quantities;
mod splits;
mod totals;
mod vat;

use dintero_api::DinteroOrderItem;

/// A product with a unit price, for tests that are not about the line itself.
#[derive(DinteroOrderItem, Clone)]
struct Product {
    #[dintero(to = id)]
    sku: &'static str,
    #[dintero(to = unit_price)]
    price: i64,
    vat: u8,
}

const CUP: Product = Product { sku: "CUP", price: 4990, vat: 25 };

/// A line with a total amount instead of a unit price.
#[derive(DinteroOrderItem, Clone)]
struct WholeLine {
    amount: i64,
    quantity: Option<u8>,
}
