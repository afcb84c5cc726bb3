//! Shipping options: what one is mapped from, on the order or among those that express offers.

use std::collections::VecDeque;

use super::context::Context;
use super::exact::Exact;
use super::forward::pointers;
use super::{rate, run};
use crate::money::{MoneyError, Price, Rounding};
use crate::order::Blank as _;
use crate::order::{OrderError, Rule, vat};
use crate::types::{MultiShipmentShippingOption, OrderShippingOption};
use crate::wire::FromJson as _;
use crate::{Currency, MinorUnits, Percent};

/// What can be a shipping option: a struct with `#[derive(DinteroShippingOption)]`, or an [`OrderShippingOption`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a shipping option in a Dintero order",
    label = "not a shipping option",
    note = "add `#[derive(DinteroShippingOption)]` to `{Self}`; an `Option` behind a type alias must be written out"
)]
pub trait ToShippingOption {
    /// Fills the shipping option.
    fn map_shipping_option(&self, to: &mut ShippingMapping<'_>);

    /// Returns the shipping option on its own, as for the answer to a callback.
    ///
    /// # Errors
    ///
    /// If a value cannot be mapped; all such values at once.
    fn to_shipping_option(&self, currency: Currency) -> Result<OrderShippingOption, OrderError> {
        run::alone(Some(currency), |cx| {
            let mut to = ShippingMapping::new(cx);
            self.map_shipping_option(&mut to);
            to.finish()
        })
    }
}

/// A collection of shipping options, as express offers them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a collection of shipping options",
    label = "not several shipping options",
    note = "use a `Vec`, slice, array or `Option` of a type with `#[derive(DinteroShippingOption)]`"
)]
pub trait ToShippingOptions {
    #[doc(hidden)]
    fn each_option(&self, each: &mut dyn FnMut(&dyn ToShippingOption));

    /// Returns the options as express has them: in the session, and in the answers to its callbacks.
    ///
    /// # Errors
    ///
    /// If a value cannot be mapped; all such values at once.
    fn to_shipping_options(
        &self,
        currency: Currency,
    ) -> Result<Vec<MultiShipmentShippingOption>, OrderError> {
        run::alone(Some(currency), |cx| collect(self, cx))
    }
}

/// A shipping option while it is mapped.
#[derive(Debug)]
pub struct ShippingMapping<'c> {
    /// The option as it will be sent. Without a line id it gets its `id`.
    pub option: OrderShippingOption,
    /// Where the option stands in the cart.
    pub cx: &'c Context<'c>,
    /// The price, and whether it is without VAT.
    pub(super) price: Option<(Price, bool)>,
    /// A price was given, even if it could not be read, or the option is whole as it is.
    is_priced: bool,
    /// The amount is calculated.
    settled: bool,
    /// Problems of the order when the option was begun.
    problems_before: usize,
}

impl<'c> ShippingMapping<'c> {
    fn new(cx: &'c Context<'c>) -> Self {
        Self {
            option: OrderShippingOption::blank(),
            cx,
            price: None,
            is_priced: false,
            settled: false,
            problems_before: cx.run().problem_count(),
        }
    }

    /// Maps a value that stands in a field of the cart.
    pub(super) fn field<T: ToShippingOption + ?Sized>(
        value: &T,
        field: &'static str,
        cx: &Context<'_>,
    ) -> OrderShippingOption {
        let cx = cx.field(field);
        let mut mapping = ShippingMapping::new(&cx);
        value.map_shipping_option(&mut mapping);
        mapping.finish()
    }

    /// Lets a value go on with this option.
    pub(super) fn flatten<T: ToShippingOption + ?Sized>(&mut self, value: &T, field: &'static str) {
        let cx = self.cx.field(field);
        let option = std::mem::replace(&mut self.option, OrderShippingOption::blank());
        let mut inner = ShippingMapping { option, cx: &cx, ..*self };
        value.map_shipping_option(&mut inner);
        let ShippingMapping { option, price, is_priced, settled, .. } = inner;
        (self.option, self.price) = (option, price);
        (self.is_priced, self.settled) = (is_priced, settled);
    }

    pub(super) fn set_price(&mut self, price: Option<Price>, net: bool) {
        self.is_priced = true;
        self.price = price.map(|price| (price, net));
    }

    /// Whether nothing is wrong with the option so far.
    pub(super) fn is_clean(&self) -> bool {
        self.cx.run().problem_count() == self.problems_before
    }

    /// Gives the option its amount, once.
    pub(super) fn settle(&mut self) {
        if self.settled {
            return;
        }
        self.settled = true;
        if !self.is_priced && self.is_clean() {
            let message = "the shipping option has no price: its price is absent here";
            self.cx.problem(Rule::Required, message);
        }
        let Some((price, net)) = self.price else { return };
        // A rate that was refused is not missed once more.
        if net && self.option.vat.is_none() && !self.is_clean() {
            return;
        }
        match amount(price, net, self.option.vat) {
            Ok(amount) => self.option.amount = amount,
            Err((rule, message)) => self.cx.problem(rule, message),
        }
    }

    fn finish(mut self) -> OrderShippingOption {
        self.settle();
        complete(&mut self.option);
        self.option
    }
}

/// Gives an option what follows from the rest: the line id from the id, the VAT from the amount.
pub(super) fn complete(option: &mut OrderShippingOption) {
    if option.line_id.is_empty() {
        option.line_id.clone_from(&option.id);
    }
    if option.vat_amount.is_none() {
        option.vat_amount = option.vat.and_then(|rate| vat::contained(option.amount, rate));
    }
}

fn amount(price: Price, net: bool, rate: Option<Percent>) -> Result<MinorUnits, (Rule, String)> {
    let mut total = Exact::decimal(price.in_minor_units());
    if net {
        total = rate::added(total, rate)?;
    }
    let amount = total.round(Rounding::default());
    amount.map(MinorUnits::new).ok_or_else(|| (Rule::Value, MoneyError::TooLarge.to_string()))
}

/// Every option of a collection, each at its place in it.
pub(super) fn collect<C: ToShippingOptions + ?Sized, O: FromShippingOption>(
    options: &C,
    cx: &Context<'_>,
) -> Vec<O> {
    let mut collected = Vec::new();
    options.each_option(&mut |option| {
        let cx = cx.index(collected.len());
        let mut mapping = ShippingMapping::new(&cx);
        option.map_shipping_option(&mut mapping);
        match O::from_option(mapping.finish()) {
            Some(option) => collected.push(option),
            None => {
                cx.problem(Rule::Shipments, "an option that express offers cannot have shipments")
            }
        }
    });
    collected
}

/// The types of the API that a shipping option can become.
#[doc(hidden)]
pub trait FromShippingOption: Sized {
    fn from_option(option: OrderShippingOption) -> Option<Self>;
}

impl FromShippingOption for OrderShippingOption {
    fn from_option(option: OrderShippingOption) -> Option<Self> {
        Some(option)
    }
}

/// By way of JSON, so that a field that either type gains needs no code here.
impl FromShippingOption for MultiShipmentShippingOption {
    #[inline]
    fn from_option(option: OrderShippingOption) -> Option<Self> {
        if option.shipments.is_some() {
            return None;
        }
        Self::from_json(serde_json::to_value(option).ok()?).ok()
    }
}

#[diagnostic::do_not_recommend]
impl ToShippingOption for OrderShippingOption {
    #[inline]
    fn map_shipping_option(&self, to: &mut ShippingMapping<'_>) {
        to.option = self.clone();
        to.is_priced = true;
    }
}

macro_rules! collections {
    ($($collection:ty $([$($constant:tt)*])?),*) => {$(
        impl<T: ToShippingOption $(, $($constant)*)?> ToShippingOptions for $collection {
            fn each_option(&self, each: &mut dyn FnMut(&dyn ToShippingOption)) {
                self.iter().for_each(|option| each(option));
            }
        }
    )*};
}

collections! { [T], Vec<T>, VecDeque<T>, Option<T>, [T; N] [const N: usize] }

pointers! {
    ToShippingOption { fn map_shipping_option(&self, to: &mut ShippingMapping<'_>) -> (); }
    ToShippingOptions { fn each_option(&self, each: &mut dyn FnMut(&dyn ToShippingOption)) -> (); }
}
