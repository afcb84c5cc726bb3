//! The trait for a merchant's addresses, and the conversion of telephone numbers to the format that the API requires.

use super::context::Context;
use super::pointers::pointers;
use super::run;
use crate::order::Blank as _;
use crate::order::OrderError;
use crate::order::check::is_phone;
use crate::types::{OrderAddress, ShippingOptionPickUpAddress};

/// Calls a macro with every field of an address. The structs are destructured without `..`, so that adding a field to a
/// type without listing it here is a compile error.
macro_rules! address_fields {
    ($macro:ident) => {
        $macro! {
            first_name last_name address_line address_line_2 co_address business_name postal_code postal_place country
            phone_number email latitude longitude comment organization_number organization_type customer_reference
            cost_center
        }
    };
}

/// A type that can be used as an address: a struct with `#[derive(DinteroAddress)]`, or an [`OrderAddress`].
///
/// To implement the trait by hand, set the fields of `to.address`.
///
/// # Examples
///
/// ```
/// use dintero_api::order::AddressMapping;
/// use dintero_api::types::OrderAddress;
/// use dintero_api::ToAddress;
///
/// struct Parcel {
///     street: String,
///     number: u16,
/// }
///
/// impl ToAddress for Parcel {
///     fn map_address(&self, to: &mut AddressMapping<'_>) {
///         to.address = OrderAddress::new().address_line(format!("{} {}", self.street, self.number));
///     }
/// }
///
/// let address = Parcel { street: "Storgata".into(), number: 1 }.to_address()?;
/// assert_eq!(address.address_line.as_deref(), Some("Storgata 1"));
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as an address in a Dintero order",
    label = "not an address",
    note = "add `#[derive(DinteroAddress)]` to `{Self}`; an `Option` behind a type alias must be written out"
)]
pub trait ToAddress {
    /// Fills the address.
    fn map_address(&self, to: &mut AddressMapping<'_>);

    /// Returns the address on its own, without an order.
    ///
    /// # Errors
    ///
    /// Returns an error if a value does not have the format that the API requires. The error lists all such values.
    fn to_address(&self) -> Result<OrderAddress, OrderError> {
        run::map_part(None, &|cx| AddressMapping::map(self, cx).unwrap_or_else(OrderAddress::blank))
    }
}

/// An address that is being mapped; see [`ToAddress`] for an example.
#[derive(Debug)]
pub struct AddressMapping<'c> {
    /// The address to send.
    pub address: OrderAddress,
    /// The location of the address in the cart.
    pub cx: Context<'c>,
}

impl<'c> AddressMapping<'c> {
    /// Maps a value. Returns `None` if the value sets no field of the address.
    pub(super) fn map<T: ToAddress + ?Sized>(value: &T, cx: Context<'c>) -> Option<OrderAddress> {
        let mut mapping = Self { address: OrderAddress::blank(), cx };
        value.map_address(&mut mapping);
        Some(mapping.address).filter(|address| *address != OrderAddress::blank())
    }

    /// Maps the value of a flattened field into this address.
    pub(super) fn flatten<T: ToAddress + ?Sized>(&mut self, value: &T, field: &'static str) {
        let cx = self.cx;
        self.cx = cx.field(field);
        cx.note_flattened(self.cx);
        value.map_address(self);
        self.cx = cx;
    }
}

/// Returns an address in which the fields of `over` replace those of `base`, for example for a delivery to an address
/// that differs from the customer's in some fields.
///
/// Every field that `over` sets replaces the same field of `base`. If `over` sets the street (`address_line`), the
/// other lines of the street in `base` (`address_line_2`, `co_address`) are left out, because the customer's apartment
/// number is not valid on another street.
///
/// ```
/// use dintero_api::order::overlay;
/// use dintero_api::{DinteroAddress, ToAddress};
///
/// #[derive(DinteroAddress)]
/// struct Customer {
///     first_name: String,
///     address_line: String,
///     address_line_2: Option<String>,
///     country: String,
/// }
///
/// #[derive(DinteroAddress)]
/// struct Delivery {
///     address_line: String,
/// }
///
/// let customer = Customer {
///     first_name: "Kari".into(),
///     address_line: "Storgata 1".into(),
///     address_line_2: Some("H0402".into()),
///     country: "NO".into(),
/// };
/// let delivery = Some(Delivery { address_line: "Kaien 2".into() });
/// // On an order: #[dintero(shipping_address = |self| overlay(&self.customer, self.delivery.as_ref()))]
/// let address = overlay(&customer, delivery.as_ref()).to_address()?;
/// assert_eq!(address.first_name.as_deref(), Some("Kari"));
/// assert_eq!(address.address_line.as_deref(), Some("Kaien 2"));
/// assert_eq!(address.address_line_2, None);
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
pub fn overlay<'a, A: ToAddress + ?Sized, B: ToAddress + ?Sized>(
    base: &'a A,
    over: Option<&'a B>,
) -> Overlay<'a, A, B> {
    Overlay { base, over }
}

/// An address with some fields replaced by those of another address; see [`overlay`].
#[derive(Debug, Clone, Copy)]
pub struct Overlay<'a, A: ?Sized, B: ?Sized> {
    base: &'a A,
    over: Option<&'a B>,
}

impl<A: ToAddress + ?Sized, B: ToAddress + ?Sized> ToAddress for Overlay<'_, A, B> {
    fn map_address(&self, to: &mut AddressMapping<'_>) {
        self.base.map_address(to);
        if let Some(over) = self.over.and_then(|over| AddressMapping::map(over, to.cx)) {
            lay_over(&mut to.address, over);
        }
    }
}

/// Replaces the fields that `over` sets.
fn lay_over(base: &mut OrderAddress, over: OrderAddress) {
    if over.address_line.is_some() {
        (base.address_line_2, base.co_address) = (None, None);
    }
    macro_rules! lay {
        ($($field:ident)*) => {
            let OrderAddress { $($field),* } = over;
            $(base.$field = $field.or(base.$field.take());)*
        };
    }
    address_fields! { lay }
}

/// A type of the API that is created from an address.
#[doc(hidden)]
pub trait FromAddress: Sized {
    fn from_address(address: OrderAddress) -> Self;
}

impl FromAddress for OrderAddress {
    fn from_address(address: OrderAddress) -> Self {
        address
    }
}

impl FromAddress for ShippingOptionPickUpAddress {
    fn from_address(address: OrderAddress) -> Self {
        macro_rules! convert {
            ($($field:ident)*) => {{
                let OrderAddress { $($field),* } = address;
                Self { $($field,)* website_url: None, opening_hours: None, distance: None }
            }};
        }
        address_fields! { convert }
    }
}

/// Removes spaces, hyphens, dots, slashes and parentheses. Returns `None` unless 5 to 15 digits remain, optionally
/// after a `+`.
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
        to.cx.note_own_type();
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
    fn separators_are_removed_from_telephone_numbers() {
        assert_eq!(clean_phone("22 33 44 55").as_deref(), Some("22334455"));
        assert_eq!(clean_phone("+47 (22) 33-44-55").as_deref(), Some("+4722334455"));
        for text in ["", "1234", "call me", "1234567890123456", "22+334455", "+", "22334455x"] {
            assert_eq!(clean_phone(text), None, "{text}");
        }
    }
}
