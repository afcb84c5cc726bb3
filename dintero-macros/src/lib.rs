//! The derives that map a merchant's own cart onto the order types of `dintero-api`.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro::TokenStream;
use syn::DeriveInput;

use crate::attr::Container;
use crate::ctxt::Ctxt;
use crate::model::Cart;
use crate::target::Family;

mod attr;
mod bounds;
mod call;
mod check;
mod ctxt;
mod currency;
mod expand;
mod family;
#[rustfmt::skip]
mod generated {
    pub(crate) mod target;
}
mod message;
mod model;
mod place;
mod suggest;
mod target;
#[cfg(test)]
mod tests;
mod ty;
mod value;

/// Maps a struct onto an order.
#[proc_macro_derive(DinteroOrder, attributes(dintero))]
pub fn derive_order(input: TokenStream) -> TokenStream {
    entry("DinteroOrder", input.into(), |input| derive(Family::Order, input)).into()
}

/// Maps a struct onto a line of an order, or an enum onto one line or another.
#[proc_macro_derive(DinteroOrderItem, attributes(dintero))]
pub fn derive_order_item(input: TokenStream) -> TokenStream {
    entry("DinteroOrderItem", input.into(), |input| derive(Family::OrderItem, input)).into()
}

/// Maps a struct onto a shipping option.
#[proc_macro_derive(DinteroShippingOption, attributes(dintero))]
pub fn derive_shipping_option(input: TokenStream) -> TokenStream {
    entry("DinteroShippingOption", input.into(), |input| derive(Family::ShippingOption, input))
        .into()
}

/// Maps a struct onto an address.
#[proc_macro_derive(DinteroAddress, attributes(dintero))]
pub fn derive_address(input: TokenStream) -> TokenStream {
    entry("DinteroAddress", input.into(), |input| derive(Family::Address, input)).into()
}

/// Maps a struct onto a discount.
#[proc_macro_derive(DinteroDiscount, attributes(dintero))]
pub fn derive_discount(input: TokenStream) -> TokenStream {
    entry("DinteroDiscount", input.into(), |input| derive(Family::Discount, input)).into()
}

/// Gives a newtype the value traits of what it holds.
#[proc_macro_derive(DinteroValue, attributes(dintero))]
pub fn derive_value(input: TokenStream) -> TokenStream {
    entry("DinteroValue", input.into(), value::expand).into()
}

/// Parses and expands; a panic becomes an error with the version in it.
fn entry(
    name: &str,
    input: proc_macro2::TokenStream,
    expand: fn(&DeriveInput) -> proc_macro2::TokenStream,
) -> proc_macro2::TokenStream {
    let run = || match syn::parse2(input) {
        Ok(input) => expand(&input),
        Err(error) => error.to_compile_error(),
    };
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text =
            text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        syn::Error::new(proc_macro2::Span::call_site(), message::bug(name, text)).to_compile_error()
    })
}

/// Expands one of the five derives that map fields.
fn derive(family: Family, input: &DeriveInput) -> proc_macro2::TokenStream {
    let ctxt = Ctxt::new();
    let container = Container::of_type(&ctxt, family, &input.attrs);
    let krate = container.krate();
    let cart = Cart::build(&ctxt, family, input, container);
    if let Some(cart) = &cart {
        check::cart(&ctxt, cart);
    }
    match (ctxt.finish(), &cart) {
        (Ok(()), Some(cart)) => expand::cart(cart, &krate),
        (errors, _) => {
            let mut tokens = errors.err().unwrap_or_default();
            tokens.extend(expand::fallback(input, family, &krate));
            tokens
        }
    }
}
