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
use syn::parse::Parser;

use crate::cart::complete::check_cart_is_complete;
use crate::cart::model::Cart;
use crate::ctxt::{Ctxt, Mistakes};
use crate::expand::{impls, newtype};
use crate::parse::attr::Container;
use crate::table::{Derive, Family};

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
    entry(Derive::Mapping(Family::Order), input.into(), expand).into()
}

#[doc = include_str!("docs/order_item.md")]
#[doc = include_str!("generated/docs/order_item.md")]
#[proc_macro_derive(DinteroOrderItem, attributes(dintero))]
pub fn derive_order_item(input: TokenStream) -> TokenStream {
    entry(Derive::Mapping(Family::OrderItem), input.into(), expand).into()
}

#[doc = include_str!("docs/shipping_option.md")]
#[doc = include_str!("generated/docs/shipping_option.md")]
#[proc_macro_derive(DinteroShippingOption, attributes(dintero))]
pub fn derive_shipping_option(input: TokenStream) -> TokenStream {
    entry(Derive::Mapping(Family::ShippingOption), input.into(), expand).into()
}

#[doc = include_str!("docs/address.md")]
#[doc = include_str!("generated/docs/address.md")]
#[proc_macro_derive(DinteroAddress, attributes(dintero))]
pub fn derive_address(input: TokenStream) -> TokenStream {
    entry(Derive::Mapping(Family::Address), input.into(), expand).into()
}

#[doc = include_str!("docs/discount.md")]
#[doc = include_str!("generated/docs/discount.md")]
#[proc_macro_derive(DinteroDiscount, attributes(dintero))]
pub fn derive_discount(input: TokenStream) -> TokenStream {
    entry(Derive::Mapping(Family::Discount), input.into(), expand).into()
}

#[doc = include_str!("docs/value.md")]
#[proc_macro_derive(DinteroValue, attributes(dintero))]
pub fn derive_value(input: TokenStream) -> TokenStream {
    entry(Derive::Value, input.into(), expand).into()
}

/// Parses the input and expands it. A panic becomes a compile error that includes the version of this crate.
fn entry(
    derive: Derive,
    input: proc_macro2::TokenStream,
    expand: fn(Derive, &DeriveInput) -> proc_macro2::TokenStream,
) -> proc_macro2::TokenStream {
    let run = || match syn::parse2(input.clone()) {
        Ok(input) => expand(derive, &input),
        Err(error) => unreadable(derive, input, &error),
    };
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text =
            text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        let message = message::bug(derive.name(), text);
        syn::Error::new(proc_macro2::Span::call_site(), message).to_compile_error()
    })
}

fn expand(derive: Derive, input: &DeriveInput) -> proc_macro2::TokenStream {
    match derive {
        Derive::Mapping(family) => expand_mapping(family, input),
        Derive::Value => newtype::expand(input),
    }
}

/// Expands one of the five derives that map fields.
fn expand_mapping(family: Family, input: &DeriveInput) -> proc_macro2::TokenStream {
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

/// Returns the error for a type that syn cannot parse, with a stand-in impl if at least the type's name and generics can
/// be parsed. rustc accepts such a type: syn is used without its grammar of expressions, which a type may contain.
fn unreadable(
    derive: Derive,
    input: proc_macro2::TokenStream,
    error: &syn::Error,
) -> proc_macro2::TokenStream {
    let error = match error.to_string().contains("enable syn's features") {
        true => syn::Error::new(error.span(), message::unreadable_expression(derive.name())),
        false => error.clone(),
    };
    let errors = error.to_compile_error();
    let Ok(header) = parse::header.parse2(input) else { return errors };
    // Mistakes in the attributes are reported once the type can be read.
    let ctxt = Ctxt::new();
    match derive {
        Derive::Mapping(family) => {
            let container = Container::of_type(&ctxt, family, &header.attrs);
            let _ = ctxt.finish();
            let mistakes = Mistakes { errors, ..Mistakes::default() };
            impls::stand_in(&header, family, &container.krate(), &mistakes)
        }
        Derive::Value => {
            let krate = parse::newtype::krate(&ctxt, &header.attrs);
            let _ = ctxt.finish();
            let stand_in = newtype::stand_in(&header, &krate);
            quote::quote!(#errors #stand_in)
        }
    }
}
