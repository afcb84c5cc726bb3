//! From a merchant's cart to an order: the traits that the derives implement, and the arithmetic of lines and totals.

mod address;
mod context;
mod discount;
#[doc(hidden)]
pub mod engine;
mod exact;
mod forward;
mod line;
mod lines;
mod mapped;
mod mapping;
mod rate;
mod run;
mod shipping;
mod slot;
mod tree;
mod values;

pub use address::{AddressMapping, ToAddress};
pub use context::Context;
pub use discount::{DiscountMapping, ToDiscount};
pub use lines::{LineMapping, Lines, ToOrderItems};
pub use mapping::{OrderMapping, ToOrder, ToSession, Total, order_lines};
pub use shipping::{ShippingMapping, ToShippingOption, ToShippingOptions};
#[doc(hidden)]
pub use values::ToNumber;
pub use values::{ToPercent, ToPrice, ToQuantity, ToText};
