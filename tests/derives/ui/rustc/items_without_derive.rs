use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
struct Cart {
    currency: String,
    merchant_reference: String,
    #[dintero(to = items)]
    lines: Vec<Line>,
}

struct Line;

fn main() {}
