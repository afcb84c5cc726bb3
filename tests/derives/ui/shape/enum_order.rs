use dintero_api::DinteroOrder;

#[derive(DinteroOrder)]
enum Cart {
    Empty,
}

fn main() {}
