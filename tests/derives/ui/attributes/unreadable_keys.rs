//! An unreadable key is one mistake: the keys after it are read, and missing fields are not reported.

use dintero_api::{DinteroOrder, DinteroOrderItem};

#[derive(DinteroOrder)]
#[dintero(3, currency = "NOK")]
struct Cart {
    #[dintero("merchant_reference")]
    number: u32,
    #[dintero(to. = x, with = str::len)]
    note: String,
    items: Vec<Line>,
}

#[derive(DinteroOrderItem)]
#[dintero(vat = 25 25, type = Physical, splits. , rounding = exact)]
struct Line {
    amount: i64,
}

fn main() {}
