use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
#[dintero(currency = "NKO")]
struct Cart {
    merchant_reference: String,
    amount: i64,
}

fn main() {}
