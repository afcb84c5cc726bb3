use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    #[dintero]
    merchant_reference: String,
    #[dintero = "amount"]
    amount: i64,
}

fn main() {}
