//! `|self| …` is an ordinary closure, in which a return type, `return`, `?` and `let … else` work.

#![deny(warnings, clippy::all)]

use dintero_api::order::order_lines;
use dintero_api::types::PayoutSplit;
use dintero_api::{Currency, DinteroDiscount, DinteroOrder, DinteroOrderItem, MinorUnits, ToOrder};

#[derive(DinteroOrderItem)]
#[dintero(
    description = |self| { let Some(note) = &self.note else { return None }; Some(note.trim()) },
    id = |self| Some(self.note.as_ref()?.len()),
    vat = |self| -> Result<u8, std::num::ParseIntError> { Ok(self.vat.parse::<u8>()?) },
    quantity = move |self| match self.count { 0 => return 1, count => count },
    splits = |self, amount| -> Vec<PayoutSplit> { if self.count == 0 { return Vec::new(); } whole(amount) },
)]
pub struct Line {
    pub unit_price: i64,
    #[dintero(skip)]
    pub note: Option<String>,
    #[dintero(skip)]
    pub vat: String,
    #[dintero(skip)]
    pub count: u32,
}

fn whole(amount: MinorUnits) -> Vec<PayoutSplit> {
    vec![PayoutSplit::new("seller", amount)]
}

#[derive(DinteroDiscount)]
#[dintero(description = |self| match self.code { Some(code) => Some(code), None => return None })]
pub struct Coupon {
    pub percentage: u8,
    #[dintero(skip)]
    pub code: Option<u8>,
}

#[derive(DinteroOrder)]
#[dintero(
    currency = NOK,
    merchant_reference = |self| { self.number },
    merchant_reference_2 = |self| 'found: { if self.number > 5 { break 'found "many" } "few" },
    event_reference = |self| -> u16 { 25 },
)]
pub struct Cart {
    pub items: Vec<Line>,
    pub discount: Option<Coupon>,
    #[dintero(skip)]
    pub number: u32,
}

fn line(note: Option<&str>) -> Line {
    Line { unit_price: 100, note: note.map(Into::into), vat: "25".into(), count: 2 }
}

fn main() {
    let items = vec![line(None), line(Some(" chair "))];
    let cart = Cart { items, discount: Some(Coupon { percentage: 10, code: None }), number: 7 };
    let order = cart.to_order().expect("an order");
    assert_eq!(order.amount.get(), 360, "neither a line nor the discount is lost");
    assert_eq!(order.merchant_reference_2.as_deref(), Some("many"));
    let lines = order.items.expect("lines");
    assert_eq!(lines[0].description, None);
    assert_eq!(lines[1].description.as_deref(), Some("chair"));
    assert_eq!(lines[1].id.as_deref(), Some("7"));

    let wrong = Line { vat: "a quarter".into(), ..line(None) };
    let error = order_lines(&wrong, Currency::NOK).expect_err("no rate");
    assert!(error.to_string().contains("invalid digit"), "{error}");
}
