use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
#[dintero(type = Fysical)]
struct Book {
    amount: i64,
}

#[derive(DinteroOrderItem)]
#[dintero(type = "phisical")]
struct Pen {
    amount: i64,
}

#[derive(DinteroOrderItem)]
#[dintero(type = Subscription)]
struct Paper {
    amount: i64,
}

fn main() {}
