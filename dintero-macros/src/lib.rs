//! The derives that map a merchant's own cart onto the order types of `dintero-api`, which re-exports them.
//!
//! All derives except `DinteroValue` share one engine. Each type passes through three stages: `parse` reads the
//! attributes, `cart` resolves the target of each value and checks that nothing is missing, and `expand` writes the
//! impl. `table` lists the fields that can be filled; `cargo xtask codegen` generates most of the table
//! (`generated/target.rs`) from the same model as the API types. Traits of `dintero-api` make rustc check the types of
//! the fields. `ctxt` collects the mistakes and reports all of them at once.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro::TokenStream;
use syn::DeriveInput;

use crate::cart::complete::check_cart_is_complete;
use crate::cart::model::Cart;
use crate::ctxt::Ctxt;
use crate::expand::{impls, newtype};
use crate::parse::attr::Container;
use crate::table::Family;

mod cart;
mod ctxt;
mod expand;
#[rustfmt::skip]
mod generated {
    pub(crate) mod target;
}
mod message;
mod parse;
mod suggest;
mod table;
#[cfg(test)]
mod tests;

#[doc = include_str!("docs/order.md")]
#[doc = include_str!("generated/docs/order.md")]
#[doc = include_str!("docs/order_shipping.md")]
#[doc = include_str!("generated/docs/session.md")]
#[doc = include_str!("docs/types.md")]
#[proc_macro_derive(DinteroOrder, attributes(dintero))]
pub fn derive_order(input: TokenStream) -> TokenStream {
    entry("DinteroOrder", input.into(), |input| derive(Family::Order, input)).into()
}

#[doc = include_str!("docs/order_item.md")]
#[doc = include_str!("generated/docs/order_item.md")]
#[proc_macro_derive(DinteroOrderItem, attributes(dintero))]
pub fn derive_order_item(input: TokenStream) -> TokenStream {
    entry("DinteroOrderItem", input.into(), |input| derive(Family::OrderItem, input)).into()
}

#[doc = include_str!("docs/shipping_option.md")]
#[doc = include_str!("generated/docs/shipping_option.md")]
#[proc_macro_derive(DinteroShippingOption, attributes(dintero))]
pub fn derive_shipping_option(input: TokenStream) -> TokenStream {
    entry("DinteroShippingOption", input.into(), |input| derive(Family::ShippingOption, input))
        .into()
}

#[doc = include_str!("docs/address.md")]
#[doc = include_str!("generated/docs/address.md")]
#[proc_macro_derive(DinteroAddress, attributes(dintero))]
pub fn derive_address(input: TokenStream) -> TokenStream {
    entry("DinteroAddress", input.into(), |input| derive(Family::Address, input)).into()
}

#[doc = include_str!("docs/discount.md")]
#[doc = include_str!("generated/docs/discount.md")]
#[proc_macro_derive(DinteroDiscount, attributes(dintero))]
pub fn derive_discount(input: TokenStream) -> TokenStream {
    entry("DinteroDiscount", input.into(), |input| derive(Family::Discount, input)).into()
}

#[doc = include_str!("docs/value.md")]
#[proc_macro_derive(DinteroValue, attributes(dintero))]
pub fn derive_value(input: TokenStream) -> TokenStream {
    entry("DinteroValue", input.into(), newtype::expand).into()
}

/// Parses the input and expands it. A panic becomes a compile error that includes the version of this crate.
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
        check_cart_is_complete(&ctxt, cart);
    }
    match (ctxt.finish(), &cart) {
        (Ok(()), Some(cart)) => impls::cart(cart, &krate),
        (mistakes, _) => {
            let mistakes = mistakes.err().unwrap_or_default();
            impls::stand_in(input, family, &krate, &mistakes)
        }
    }
}
