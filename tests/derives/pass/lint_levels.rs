//! The lint levels of a type, a variant or a field hold for the generated code too, and a deprecated type is reported only
//! where the merchant wrote it.

#![deny(warnings)]

use dintero_api::{DinteroOrderItem, DinteroValue, ToText};

#[deprecated]
#[derive(DinteroValue)]
pub struct OldId(String);

#[allow(deprecated)]
#[derive(DinteroValue)]
pub struct Allowed(OldId);

#[expect(deprecated)]
#[derive(DinteroValue)]
pub struct Expected(OldId);

#[derive(DinteroValue)]
pub struct OnTheField(#[allow(deprecated)] OldId);

#[deprecated]
pub trait OldText: ToText {}

#[allow(deprecated)]
#[derive(DinteroOrderItem)]
#[dintero(description = |self| old_text(&self.amount))]
pub struct OnTheStruct<T: OldText> {
    id: T,
    amount: i64,
}

#[deprecated]
fn old_text(amount: &i64) -> String {
    amount.to_string()
}

#[derive(DinteroOrderItem)]
pub struct Line {
    #[allow(deprecated, reason = "the new function is not ready")]
    #[dintero(to = description, with = old_text)]
    text: i64,
    #[allow(deprecated)]
    #[dintero(to = id, with = |id| id.map(|id| old_text(&id)), default = old_text(&1))]
    id: Option<i64>,
    #[allow(deprecated)]
    #[dintero(flatten)]
    old: OldLine,
}

#[deprecated]
#[derive(DinteroOrderItem)]
pub struct OldLine {
    amount: i64,
}

#[derive(DinteroOrderItem)]
pub enum Row {
    #[allow(deprecated)]
    #[dintero(description = |self| old_text(&1))]
    Old { amount: i64 },
    New {
        #[allow(deprecated)]
        #[dintero(to = id, with = old_text)]
        id: i64,
        amount: i64,
    },
}

fn main() {}
