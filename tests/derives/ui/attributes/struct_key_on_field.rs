use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    #[dintero(total_mismatch = error)]
    amount: i64,
}

fn main() {}
