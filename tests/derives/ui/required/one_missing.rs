use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    merchant_reference: String,
    amount: i64,
}

fn main() {}
