use dintero_api::{DinteroAddress, DinteroOrder};

#[derive(DinteroAddress, DinteroOrder)]
#[dintero(DinteroOrder(part, skip_unmaped), DinteroAddress(country = Norway, rounding = exact))]
struct Customer {
    #[dintero(DinteroOrder(to = session.customer.emial), DinteroAddress(to = email))]
    mail: String,
    #[dintero(DinteroAdress(skip))]
    country: String,
}

fn main() {}
