use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    #[dintero(exponent = 2)]
    merchant_reference: String,
    #[dintero(exponent = 40)]
    amount: i64,
    #[dintero(with = major, exponent = 2)]
    vat_amount: i64,
}

fn major(ore: &i64) -> i64 {
    ore / 100
}

fn main() {}
