use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    #[dintero(to)]
    id: String,
    #[dintero(to =)]
    number: String,
    #[dintero(with)]
    amount: i64,
}

fn main() {}
