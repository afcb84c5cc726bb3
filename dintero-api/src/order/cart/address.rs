//! Addresses: what one is mapped from, and the form that the API wants of telephone numbers.

use super::context::Context;
use super::forward::pointers;
use super::run;
use crate::order::Blank as _;
use crate::order::OrderError;
use crate::order::check::is_phone;
use crate::types::{OrderAddress, ShippingOptionPickUpAddress};
use crate::wire::FromJson as _;

/// What can be an address: a struct with `#[derive(DinteroAddress)]`, or an [`OrderAddress`].
///
/// By hand, set the fields of `to.address`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as an address in a Dintero order",
    label = "not an address",
    note = "add `#[derive(DinteroAddress)]` to `{Self}`; an `Option` behind a type alias must be written out"
)]
pub trait ToAddress {
    /// Fills the address.
    fn map_address(&self, to: &mut AddressMapping<'_>);

    /// Returns the address on its own.
    ///
    /// # Errors
    ///
    /// If a value has not the form that the API wants; all such values at once.
    fn to_address(&self) -> Result<OrderAddress, OrderError> {
        run::alone(None, |cx| {
            let mut to = AddressMapping::new(cx);
            self.map_address(&mut to);
            to.address
        })
    }
}

/// An address while it is mapped.
#[derive(Debug)]
pub struct AddressMapping<'c> {
    /// The address as it will be sent.
    pub address: OrderAddress,
    /// Where the address stands in the cart.
    pub cx: &'c Context<'c>,
}

impl<'c> AddressMapping<'c> {
    fn new(cx: &'c Context<'c>) -> Self {
        Self { address: OrderAddress::blank(), cx }
    }

    /// Maps a value that stands in a field of the cart. An address with nothing in it is none.
    pub(super) fn field<T: ToAddress + ?Sized>(
        value: &T,
        field: &'static str,
        cx: &Context<'_>,
    ) -> Option<OrderAddress> {
        let cx = cx.field(field);
        let mut mapping = AddressMapping::new(&cx);
        value.map_address(&mut mapping);
        Some(mapping.address).filter(|address| *address != OrderAddress::blank())
    }

    /// Lets a value go on with this address.
    pub(super) fn flatten<T: ToAddress + ?Sized>(&mut self, value: &T, field: &'static str) {
        let cx = self.cx.field(field);
        let address = std::mem::replace(&mut self.address, OrderAddress::blank());
        let mut inner = AddressMapping { address, cx: &cx };
        value.map_address(&mut inner);
        self.address = inner.address;
    }
}

/// The types of the API that an address can become.
#[doc(hidden)]
pub trait FromAddress: Sized {
    fn from_address(address: OrderAddress) -> Option<Self>;
}

impl FromAddress for OrderAddress {
    fn from_address(address: OrderAddress) -> Option<Self> {
        Some(address)
    }
}

/// By way of JSON, so that a field that either type gains needs no code here.
impl FromAddress for ShippingOptionPickUpAddress {
    #[inline]
    fn from_address(address: OrderAddress) -> Option<Self> {
        Self::from_json(serde_json::to_value(address).ok()?).ok()
    }
}

/// Takes out spaces, hyphens, dots and brackets; what is left must be 5 to 15 digits, with a `+` in front at most.
pub(super) fn clean_phone(text: &str) -> Option<String> {
    let is_filling =
        |c: char| c.is_whitespace() || matches!(c, '-' | '.' | '/' | '(' | ')' | '\u{a0}');
    let phone: String = text.chars().filter(|c| !is_filling(*c)).collect();
    is_phone(&phone).then_some(phone)
}

#[diagnostic::do_not_recommend]
impl ToAddress for OrderAddress {
    #[inline]
    fn map_address(&self, to: &mut AddressMapping<'_>) {
        to.address = self.clone();
    }
}

pointers! {
    ToAddress { fn map_address(&self, to: &mut AddressMapping<'_>) -> (); }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_lose_what_people_put_between_digits() {
        assert_eq!(clean_phone("22 33 44 55").as_deref(), Some("22334455"));
        assert_eq!(clean_phone("+47 (22) 33-44-55").as_deref(), Some("+4722334455"));
        for text in ["", "1234", "call me", "1234567890123456", "22+334455", "+", "22334455x"] {
            assert_eq!(clean_phone(text), None, "{text}");
        }
    }
}
