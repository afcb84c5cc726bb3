use dintero_api::DinteroOrder;

type Money = f64;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    amount: Money,
}

fn main() {}
