use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    #[dintero(to = "merchant_reference")]
    id: String,
    amount: i64,
}

fn main() {}
