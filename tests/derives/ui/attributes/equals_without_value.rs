use dintero_api::{DinteroOrder, DinteroOrderItem};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK")]
struct Cart {
    #[dintero(to = merchant_reference, default = )]
    id: Option<String>,
    items: Vec<Line>,
    #[dintero(skip = )]
    note: u8,
}

#[derive(DinteroOrderItem)]
#[dintero(part = )]
struct Line {
    amount: i64,
}

fn main() {}
