use std::collections::HashMap;

use dintero_api::{DinteroOrder, DinteroOrderItem, DinteroValue};

#[derive(DinteroValue, PartialEq, Eq, Hash)]
struct Sku(u64);

#[derive(DinteroOrder)]
#[dintero(currency = NOK, merchant_reference = "1")]
struct Cart {
    items: HashMap<Sku, Line>,
}

#[derive(DinteroOrderItem)]
struct Line {
    amount: i64,
}

fn main() {}
