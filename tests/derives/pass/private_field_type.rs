#![deny(warnings)]

pub mod shop {
    use dintero_api::{DinteroOrder, DinteroOrderItem, DinteroValue};

    #[derive(DinteroOrder)]
    pub struct Cart<T> {
        currency: Code,
        merchant_reference: T,
        items: Vec<Line>,
    }

    #[derive(DinteroValue)]
    struct Code(&'static str);

    #[derive(DinteroOrderItem)]
    struct Line {
        amount: i64,
    }

    impl<T> Cart<T> {
        pub fn new(merchant_reference: T) -> Self {
            Self { currency: Code("NOK"), merchant_reference, items: vec![Line { amount: 1 }] }
        }
    }
}

fn main() {
    use dintero_api::ToOrder;

    assert!(shop::Cart::new("1").to_order().is_ok());
}
