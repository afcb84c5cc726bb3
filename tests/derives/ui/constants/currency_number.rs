use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
#[dintero(currency = 578)]
struct Cart {
    merchant_reference: String,
    amount: i64,
}

fn main() {}
