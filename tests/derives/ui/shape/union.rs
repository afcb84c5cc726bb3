use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
union Cart {
    amount: i64,
}

fn main() {}
