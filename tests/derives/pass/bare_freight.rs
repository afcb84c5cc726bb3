use dintero_api::{Decimal, DinteroOrder, DinteroOrderItem};

#[derive(DinteroOrder)]
#[dintero(
    currency = "NOK",
    shipping_option.id = "post",
    shipping_option.title = "Post",
    shipping_option.operator = "Posten",
    shipping_option.vat = 25,
)]
struct Cart {
    merchant_reference: String,
    items: Vec<Line>,
    #[dintero(to = shipping_option.amount)]
    shipping: Decimal,
}

#[derive(DinteroOrderItem)]
struct Line {
    amount: i64,
}

fn main() {}
