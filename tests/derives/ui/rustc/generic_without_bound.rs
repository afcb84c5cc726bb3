use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
#[dintero(bound())]
struct Cart<T> {
    currency: String,
    merchant_reference: String,
    amount: T,
}

fn main() {}
