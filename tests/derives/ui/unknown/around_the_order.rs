use dintero_api::DinteroOrder;

struct Customer;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    amount: i64,
    #[dintero(to = customer.email)]
    mail: String,
    customer: Customer,
}

fn main() {}
