use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    amount: i64,
    #[dintero(to = session.express.discount_codes)]
    codes: Codes,
}

struct Codes;

fn main() {}
