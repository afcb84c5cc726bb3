use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    amount: i64,
    #[dintero(to = session.customer.emial)]
    mail: String,
    #[dintero(to = merchant_reference_2.email)]
    second: String,
    #[dintero(to = session)]
    session: String,
}

fn main() {}
