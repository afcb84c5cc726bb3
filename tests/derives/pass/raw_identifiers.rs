use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
struct Line {
    amount: i64,
    #[dintero(to = r#type)]
    r#match: dintero_api::types::OrderItemType,
    #[dintero(to = description)]
    r#fn: String,
}

#[derive(DinteroOrderItem)]
struct Other {
    amount: i64,
    r#type: dintero_api::types::OrderItemType,
}

fn main() {}
