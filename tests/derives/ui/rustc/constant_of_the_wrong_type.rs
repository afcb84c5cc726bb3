use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference_2 = |self| self.amount as f64)]
struct Cart {
    merchant_reference: String,
    amount: i64,
}

fn main() {}
