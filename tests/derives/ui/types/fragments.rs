//! An error in a fragment of a `macro_rules!` is reported in the caller's code.

use dintero_api::DinteroOrderItem;

macro_rules! line {
    ($name:ident, $price:ty, $vat:literal, $to:ident, $with:expr) => {
        #[derive(DinteroOrderItem)]
        #[dintero(vat = $vat)]
        struct $name {
            amount: $price,
            #[dintero(to = $to, with = $with)]
            d: u8,
        }
    };
}

line!(Price, f64, 25, description, u8::to_string);
line!(Rate, i64, "x", description, u8::to_string);
line!(Function, i64, 25, description, 3);
line!(Sum, Option<f32>, 25, descripton, u8::to_string);

fn main() {}
