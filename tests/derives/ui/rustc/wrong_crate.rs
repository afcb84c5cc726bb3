use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
#[dintero(crate = not_there)]
struct Cart {
    currency: String,
    merchant_reference: String,
    amount: i64,
}

fn main() {}
