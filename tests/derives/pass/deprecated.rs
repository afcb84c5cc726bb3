#![deny(warnings)]
#![allow(dead_code)]

use dintero_api::{DinteroOrder, DinteroOrderItem};

#[deprecated]
#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    #[deprecated]
    amount: i64,
}

#[deprecated]
#[derive(DinteroOrderItem)]
enum Line {
    #[deprecated]
    Product { amount: i64 },
}

fn main() {}
