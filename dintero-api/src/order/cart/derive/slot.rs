//! The fields of the API's types that the derives fill: required or optional, with rules for each kind.

use super::super::address::FromAddress;
use super::super::context::{Context, PriceBasis};
use super::super::line::LineMapping;
use super::super::order::OrderMapping;
use super::super::shipping::{
    FromShippingOption, HasShipments, ShippingMapping, ToShippingOptions, collect,
};
use crate::order::Rule;
use crate::types::{OrderAddress, OrderShippingOption};
use crate::{Country, Currency};

/// A field to fill, required or optional.
pub trait Slot<T> {
    /// Fills the field.
    fn put(&mut self, value: T);
}

impl<T> Slot<T> for T {
    #[inline]
    fn put(&mut self, value: T) {
        *self = value;
    }
}

impl<T> Slot<T> for Option<T> {
    #[inline]
    fn put(&mut self, value: T) {
        *self = Some(value);
    }
}

/// A string field. An optional field is not set to an empty string, because Dintero refuses empty strings.
pub trait TextSlot {
    /// Fills the field.
    fn put_text(&mut self, text: &str);
}

impl TextSlot for String {
    #[inline]
    fn put_text(&mut self, text: &str) {
        text.clone_into(self);
    }
}

impl TextSlot for Option<String> {
    #[inline]
    fn put_text(&mut self, text: &str) {
        if !text.is_empty() {
            *self = Some(text.to_owned());
        }
    }
}

/// A field that takes an address.
pub trait AddressSlot {
    /// Fills the field.
    fn put_address(&mut self, address: OrderAddress);
}

impl<A: FromAddress> AddressSlot for Option<A> {
    fn put_address(&mut self, address: OrderAddress) {
        *self = Some(A::from_address(address));
    }
}

/// A field that takes a shipping option.
pub trait ShippingSlot {
    /// Fills the field.
    fn put_option(&mut self, option: OrderShippingOption, cx: Context<'_>);
}

impl<O: FromShippingOption> ShippingSlot for Option<O> {
    fn put_option(&mut self, option: OrderShippingOption, cx: Context<'_>) {
        match O::from_option(option) {
            Ok(option) => *self = Some(option),
            Err(HasShipments) => {
                let message = "this shipping option cannot have shipments";
                cx.problem_with("shipments", Rule::Shipments, message);
            }
        }
    }
}

/// A mapping to which a cart can map `price_includes_vat`.
pub trait BasisSlot {
    /// Sets whether the prices include VAT.
    fn put_basis(&mut self, basis: PriceBasis);

    /// Returns the location of the mapping in the cart.
    fn context(&self) -> Context<'_>;
}

macro_rules! basis_slots {
    ($($mapping:ident),*) => {$(
        impl BasisSlot for $mapping<'_> {
            fn put_basis(&mut self, basis: PriceBasis) {
                self.put_basis(basis);
            }

            fn context(&self) -> Context<'_> {
                self.cx
            }
        }
    )*};
}

basis_slots! { OrderMapping, LineMapping, ShippingMapping }

/// A field that takes several shipping options.
pub trait ShippingOptionsSlot {
    /// Fills the field.
    fn put_options<C: ToShippingOptions + ?Sized>(&mut self, options: &C, cx: Context<'_>);
}

impl<O: FromShippingOption> ShippingOptionsSlot for Vec<O> {
    fn put_options<C: ToShippingOptions + ?Sized>(&mut self, options: &C, cx: Context<'_>) {
        *self = collect(options, cx);
    }
}

impl<O: FromShippingOption> ShippingOptionsSlot for Option<Vec<O>> {
    fn put_options<C: ToShippingOptions + ?Sized>(&mut self, options: &C, cx: Context<'_>) {
        *self = Some(collect(options, cx));
    }
}

/// A field that takes a country or currency code.
pub trait CodeSlot {
    /// Fills the field, if the string is a valid code.
    fn put_code(&mut self, code: &str) -> Result<(), String>;
}

macro_rules! code_slots {
    ($($code:ty: $check:expr),*) => {$(
        impl CodeSlot for $code {
            fn put_code(&mut self, code: &str) -> Result<(), String> {
                *self = ($check)(code)?;
                Ok(())
            }
        }

        impl CodeSlot for Option<$code> {
            fn put_code(&mut self, code: &str) -> Result<(), String> {
                // An empty string means that there is no code, so the field is left out.
                *self = if code.is_empty() { None } else { Some(($check)(code)?) };
                Ok(())
            }
        }
    )*};
}

code_slots! { Currency: currency_of, Country: country_of }

pub(super) fn currency_of(code: &str) -> Result<Currency, String> {
    let currency = Currency::try_from(code).ok().filter(|currency| currency.exponent().is_some());
    currency.ok_or_else(|| {
        let upper = code.to_ascii_uppercase();
        let known = Currency::try_from(upper.as_str()).ok().and_then(Currency::exponent).is_some();
        let hint = if known && upper != code {
            format!("; did you mean `{upper}`?")
        } else {
            String::new()
        };
        format!("`{code}` is not an ISO 4217 currency, such as `NOK`{hint}")
    })
}

fn country_of(code: &str) -> Result<Country, String> {
    let upper = code.bytes().all(|byte| byte.is_ascii_uppercase());
    Country::try_from(code).ok().filter(|_| upper).ok_or_else(|| {
        "a country code is an upper-case ISO 3166-1 alpha-2 code, such as `NO`".to_owned()
    })
}
