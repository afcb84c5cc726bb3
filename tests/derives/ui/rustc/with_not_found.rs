use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    #[dintero(with = not_there)]
    amount: i64,
}

fn main() {}
