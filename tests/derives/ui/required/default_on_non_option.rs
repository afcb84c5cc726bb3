use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    #[dintero(default = "none")]
    merchant_reference: String,
    amount: i64,
}

fn main() {}
