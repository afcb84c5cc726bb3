//! A closure may be a fragment of a `macro_rules!`, or be in parentheses.

use dintero_api::order::order_lines;
use dintero_api::{Currency, DinteroOrderItem};

macro_rules! line {
    ($name:ident, $with:expr, $vat:expr, $kind:expr) => {
        #[derive(DinteroOrderItem)]
        #[dintero(vat = $vat, type = $kind)]
        struct $name {
            amount: i64,
            #[dintero(to = id, with = $with)]
            sku: u8,
        }
    };
}

line!(Plain, |sku| sku.to_string(), 25, physical);
line!(Enclosed, (|sku| sku.to_string()), (25), "physical");
line!(Computed, |sku: &u8| -> String { sku.to_string() }, |self| self.amount - 75, Physical);
line!(Calculated, { u8::to_string }, 20 + 5, r#physical);

#[derive(DinteroOrderItem)]
#[dintero(description = (|self| self.sku), type = r#physical)]
struct Written {
    amount: i64,
    #[dintero(to = id, with = (|sku| sku.to_string()))]
    sku: u8,
}

fn main() {
    let lines = [
        order_lines(&Plain { amount: 100, sku: 7 }, Currency::NOK),
        order_lines(&Enclosed { amount: 100, sku: 7 }, Currency::NOK),
        order_lines(&Computed { amount: 100, sku: 7 }, Currency::NOK),
        order_lines(&Calculated { amount: 100, sku: 7 }, Currency::NOK),
    ];
    for line in lines {
        let line = line.expect("a line").remove(0);
        assert_eq!(line.id.as_deref(), Some("7"));
        assert_eq!(line.vat_amount.map(|vat| vat.get()), Some(20));
    }
    let line = order_lines(&Written { amount: 100, sku: 7 }, Currency::NOK).expect("a line").remove(0);
    assert_eq!((line.id.as_deref(), line.description.as_deref()), (Some("7"), Some("7")));
}
