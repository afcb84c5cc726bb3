use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: Option<String>,
    amount: i64,
}

fn main() {}
