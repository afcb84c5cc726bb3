use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    #[dintero(rename = merchant_reference)]
    id: String,
    amount: i64,
    #[dintero(ignore)]
    note: String,
}

fn main() {}
