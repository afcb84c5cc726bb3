use dintero_api::types::PayoutSplit;
use dintero_api::{DinteroOrder, DinteroOrderItem, MinorUnits};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = true, partial_payment = "yes", billing_address.country = "Norway")]
struct Cart {
    amount: i64,
}

#[derive(DinteroOrderItem)]
#[dintero(amount = 12.5, vat = "25", splits = |amount| split(amount), description = || "none")]
struct Line {
    id: String,
}

fn split(_: MinorUnits) -> Vec<PayoutSplit> {
    Vec::new()
}

fn main() {}
