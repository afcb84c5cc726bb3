//! From a merchant's cart to an order: the traits that the derives implement, and the arithmetic of lines and totals.
//!
//! Dependencies point in one direction. They start at `derive`, the interface for the derives, which no other module
//! uses. From there, they lead to the order, the lines to send, the parts of a cart, the state of a run and, finally,
//! the numbers. The modules below are listed in this sequence. Only `line` and `lines` depend on each other, because
//! lines can contain lines.

pub(crate) mod derive;

mod order;

mod coupon;
mod line_id;
mod places;
mod steps;
mod total;
mod tree;

mod draft;
mod line;
mod lines;
mod price;

mod address;
mod discount;
mod shipping;

mod pointers;
mod run;
mod values;

mod context;
mod origin;

mod exact;
mod rate;

pub use address::{AddressMapping, Overlay, ToAddress, overlay};
pub use context::Context;
pub use discount::{DiscountDetails, DiscountMapping, ToDiscount};
pub use line::LineMapping;
#[doc(hidden)]
pub use lines::SortedKey;
pub use lines::{Keyed, Lines, ToOrderItems, keyed};
pub use order::{OrderMapping, ReportedOrder, ReportedSession, ToOrder, ToSession, order_lines};
pub use shipping::{ShippingMapping, ToShippingOption, ToShippingOptions};
#[doc(hidden)]
pub use values::{ToCode, ToFlag, ToNumber};
pub use values::{ToPercent, ToPrice, ToQuantity, ToText};
