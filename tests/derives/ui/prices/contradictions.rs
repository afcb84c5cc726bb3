use dintero_api::{DinteroDiscount, DinteroOrder, DinteroOrderItem};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "1", deposit_percent = 0.2)]
struct Cart {
    items: Vec<Line>,
    amount: i64,
}

#[derive(DinteroOrderItem)]
#[dintero(vat = 0.25, discount_fraction = 10)]
struct Line {
    net_unit_price: i64,
    price_includes_vat: bool,
}

#[derive(DinteroOrderItem)]
struct Unrated {
    unit_price: i64,
    price_includes_vat: bool,
}

#[derive(DinteroDiscount)]
#[dintero(percentage = 0.1)]
struct Coupon {
    discount_id: u8,
}

fn main() {}
