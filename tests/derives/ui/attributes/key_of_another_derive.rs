use dintero_api::{DinteroOrder, DinteroOrderItem};

#[derive(DinteroOrder)]
#[dintero(rounding = exact)]
struct Cart {
    currency: String,
    merchant_reference: String,
    amount: i64,
}

#[derive(DinteroOrderItem)]
#[dintero(as_items)]
struct Line {
    amount: i64,
}

fn main() {}
