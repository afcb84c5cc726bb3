use dintero_api::{DinteroAddress, DinteroDiscount, DinteroShippingOption};

#[derive(DinteroDiscount)]
#[dintero(negative_lines)]
enum Coupon {
    #[dintero(spread, as_items)]
    Fixed(#[dintero(to = amount)] i64),
    Text(#[dintero(to = description)] String),
    #[dintero(skip)]
    Used,
}

#[derive(DinteroShippingOption)]
#[dintero(operator = "Posten")]
enum Freight {
    Home { id: String, title: String, amount: i64 },
    #[dintero(id = "kiosk")]
    Kiosk { title: String },
    #[dintero(skip)]
    PickUp,
}

#[derive(DinteroAddress)]
enum Address {
    Home { country: String },
}

fn main() {}
