use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
#[dintero(bundle)]
enum Entry {
    Single {
        amount: i64,
        #[dintero(to = items)]
        add_ons: Vec<Line>,
    },
    #[dintero(bundle)]
    Bundle {
        amount: i64,
        #[dintero(to = items)]
        parts: Vec<Line>,
    },
    #[dintero(bundle)]
    Empty { amount: i64 },
}

#[derive(DinteroOrderItem)]
struct Line {
    amount: i64,
}

fn main() {}
