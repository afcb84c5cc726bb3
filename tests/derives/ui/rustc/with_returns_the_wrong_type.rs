use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    #[dintero(with = in_kroner)]
    amount: i64,
}

fn in_kroner(ore: &i64) -> f64 {
    *ore as f64 / 100.0
}

fn main() {}
