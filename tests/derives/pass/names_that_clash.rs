use dintero_api::{DinteroOrder, DinteroOrderItem, ToOrder};

struct Option;
struct Some;
struct None;
struct String;

/// Names that the expansions use, or have used in the past.
#[allow(non_upper_case_globals, dead_code)]
mod constants {
    pub const __to: u8 = 1;
    pub static __lines: u8 = 2;
    pub const __slot: u8 = 3;
    pub static __value: u8 = 4;
    pub const __v: u8 = 5;
    pub const __amount: u8 = 6;
    pub const __0: u8 = 7;
    pub const to: u8 = 8;
    pub static lines: u8 = 9;
    pub const value: u8 = 10;
    pub const amount: u8 = 11;
}
#[allow(unused_imports)]
use constants::*;

#[derive(DinteroOrderItem)]
#[dintero(splits = split)]
enum Row {
    Line {
        #[dintero(exponent = 2)]
        amount: std::option::Option<i64>,
        #[dintero(to = id, with = |sku| *sku + __to)]
        sku: u8,
        #[dintero(default = __slot)]
        quantity: std::option::Option<u8>,
    },
}

fn split(_: &Row, _: dintero_api::MinorUnits) -> Vec<dintero_api::types::PayoutSplit> {
    Vec::new()
}

#[derive(DinteroOrder)]
struct Result {
    currency: std::string::String,
    #[dintero(to = merchant_reference)]
    __order: std::string::String,
    #[dintero(to = merchant_reference_2)]
    __to: std::string::String,
    #[dintero(to = event_reference)]
    self_: std::string::String,
    #[dintero(to = items)]
    __lines: Vec<Ok>,
}

#[derive(DinteroOrderItem)]
struct Ok {
    amount: Text,
}

struct Text(i64);

impl Text {
    fn to_price(&self) -> ! {
        unreachable!("the inherent method is not called")
    }
}

impl dintero_api::ToPrice for Text {
    fn to_price(
        &self,
        currency: dintero_api::Currency,
    ) -> std::result::Result<dintero_api::Price, dintero_api::MoneyError> {
        self.0.to_price(currency)
    }
}

fn main() {
    let _ = (Option, Some, None, String);
    let cart = Result {
        currency: "NOK".into(),
        __order: "1".into(),
        __to: "2".into(),
        self_: "3".into(),
        __lines: vec![Ok { amount: Text(100) }],
    };
    let row = Row::Line {
        amount: std::option::Option::Some(100),
        sku: 6,
        quantity: std::option::Option::None,
    };
    let lines_of_row =
        dintero_api::order::order_lines(&row, dintero_api::Currency::NOK).expect("a line");
    assert_eq!(lines_of_row[0].id.as_deref(), std::option::Option::Some("7"));
    let order = cart.to_order().expect("an order");
    assert_eq!(order.event_reference.as_deref(), std::option::Option::Some("3"));
}
