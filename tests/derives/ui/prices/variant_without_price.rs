use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
enum Row {
    Product {
        amount: i64,
    },
    Note(#[dintero(to = description)] String),
    #[dintero(skip)]
    Comment(String),
    Rounding(i64),
    #[dintero(rounding = exact, to = amount)]
    Fee {
        amount: i64,
    },
}

fn main() {}
