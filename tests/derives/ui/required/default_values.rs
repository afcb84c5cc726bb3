use dintero_api::types::OrderItemType;
use dintero_api::{DinteroOrderItem, DinteroShippingOption};

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(default = 0.5, exponent = 0)]
    amount: Option<i64>,
    #[dintero(default = 0.25)]
    vat: Option<f64>,
    #[dintero(to = type, default = phisical)]
    kind: Option<OrderItemType>,
}

#[derive(DinteroShippingOption)]
#[dintero(id = "post", title = "Post")]
struct Freight {
    #[dintero(default)]
    operator: Option<String>,
    #[dintero(default)]
    amount: Option<i64>,
}

fn main() {}
