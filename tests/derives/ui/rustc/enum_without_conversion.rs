use dintero_api::DinteroOrderItem;

enum Kind {
    Book,
}

#[derive(DinteroOrderItem)]
struct Line {
    amount: i64,
    #[dintero(to = type)]
    kind: Kind,
}

fn main() {}
