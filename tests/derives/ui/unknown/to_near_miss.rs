use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    #[dintero(to = merchant_referense)]
    id: String,
    amount: i64,
}

fn main() {}
