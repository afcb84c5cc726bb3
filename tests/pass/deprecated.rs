#![deny(warnings)]
#![allow(dead_code)]

use dintero_api::{DinteroOrder, DinteroOrderItem};

#[deprecated]
#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    #[deprecated]
    items: Vec<Line>,
}

#[deprecated]
#[derive(DinteroOrderItem)]
enum Line {
    #[deprecated]
    Product { amount: i64 },
}

fn main() {}
