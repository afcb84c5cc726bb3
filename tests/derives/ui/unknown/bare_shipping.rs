use dintero_api::{DinteroOrder, DinteroOrderItem};

#[derive(DinteroOrder)]
#[dintero(
    currency = "NOK",
    merchant_reference = "1",
    shipping_option.id = "post",
    shipping_option.title = "Post",
    shipping_option.carrier = "Posten"
)]
struct Cart {
    items: Vec<Line>,
    #[dintero(to = shipping_option.price)]
    freight: i64,
}

#[derive(DinteroOrder)]
#[dintero(
    currency = "NOK",
    merchant_reference = "1",
    shipping_option.id = "post",
    shipping_option.title = "Post",
    shipping_option.operator = "Posten"
)]
struct Net {
    items: Vec<Line>,
    #[dintero(to = shipping_option.net_amount)]
    freight: i64,
}

#[derive(DinteroOrderItem)]
struct Line {
    amount: i64,
    vat_bps: u32,
}

fn main() {}
