use dintero_api::{DinteroOrder, DinteroOrderItem};

#[derive(DinteroOrder)]
#[dintero(currency = nok)]
struct Cart {
    merchant_reference: String,
    amount: i64,
}

#[derive(DinteroOrderItem)]
#[dintero(type = phisical)]
struct Line {
    amount: i64,
}

fn main() {}
