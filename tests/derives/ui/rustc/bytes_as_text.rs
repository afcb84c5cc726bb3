use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: Vec<u8>,
    amount: i64,
}

fn main() {}
