use dintero_api::DinteroDiscount;

#[derive(DinteroDiscount)]
struct Coupon {
    #[dintero(to = discount_id)]
    code: String,
}

fn main() {}
