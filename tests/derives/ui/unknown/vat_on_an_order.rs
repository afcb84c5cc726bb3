use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
#[dintero(vat = 25)]
struct Cart {
    currency: String,
    merchant_reference: String,
    amount: i64,
    tax: i64,
}

fn main() {}
