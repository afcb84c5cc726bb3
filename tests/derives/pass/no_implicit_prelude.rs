#![no_implicit_prelude]

use ::dintero_api::{DinteroAddress, DinteroOrder, DinteroOrderItem, DinteroValue};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", total_mismatch = rounding_line(max = 5))]
struct Cart {
    merchant_reference: Id,
    amount: ::std::option::Option<i64>,
    items: ::std::vec::Vec<Line>,
    shipping_address: ::std::option::Option<Address>,
}

#[derive(DinteroOrderItem)]
#[dintero(type = Digital)]
struct Line {
    #[dintero(exponent = 2)]
    unit_price: ::std::option::Option<i64>,
    #[dintero(default = 1)]
    quantity: ::std::option::Option<u32>,
}

#[derive(DinteroAddress)]
struct Address {
    email: ::std::string::String,
}

#[derive(DinteroValue)]
struct Id(u64);

fn main() {}
