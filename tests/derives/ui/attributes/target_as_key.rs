use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    #[dintero(merchant_reference)]
    id: String,
    amount: i64,
}

fn main() {}
