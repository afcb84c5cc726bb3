//! From a merchant's cart to a correct order: the traits that the derives implement, the arithmetic of lines and totals,
//! and the checks.
//!
//! Amounts are exact until they are rounded, once for each line, half away from zero. An order that [`ToOrder::to_order`]
//! returns adds up to the last minor unit; one that does not is an [`OrderError`] with every problem, before anything is
//! sent. What was built by hand is checked by [`SessionOrder::check`](crate::types::SessionOrder::check).

mod address;
mod blank;
mod check;
mod context;
mod discount;
#[doc(hidden)]
pub mod engine;
mod forward;
mod line;
mod lines;
mod mapped;
mod mapping;
mod problem;
mod run;
mod settle;
mod shipping;
mod slot;
mod tree;
mod values;
mod vat;

pub use address::{AddressMapping, ToAddress};
#[doc(hidden)]
pub use blank::Blank;
pub use context::Context;
pub use discount::{DiscountMapping, ToDiscount};
pub use lines::{LineMapping, Lines, ToOrderItems};
pub use mapping::{OrderMapping, ToOrder, ToSession, Total, order_lines};
pub use problem::{OrderError, Problem, Report, Rule};
pub use settle::{Capture, Refund};
pub use shipping::{ShippingMapping, ToShippingOption, ToShippingOptions};
#[doc(hidden)]
pub use values::ToNumber;
pub use values::{ToPercent, ToPrice, ToQuantity, ToText};
