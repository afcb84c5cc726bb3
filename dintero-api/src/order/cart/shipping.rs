//! The traits for a merchant's shipping options: the option of an order, and the options of an express session.

use std::collections::VecDeque;

use super::context::{Context, PriceBasis};
use super::exact::Exact;
use super::pointers::pointers;
use super::rate::{self, NoGross};
use super::run;
use crate::money::{MoneyError, Price, Rounding};
use crate::order::Blank as _;
use crate::order::{OrderError, Rule, vat};
use crate::types::{MultiShipmentShippingOption, OrderShippingOption};
use crate::{Currency, MinorUnits, Percent};

/// A type that can be used as a shipping option: a struct with `#[derive(DinteroShippingOption)]`, or an
/// [`OrderShippingOption`].
///
/// # Examples
///
/// ```
/// use dintero_api::types::OrderShippingOption;
/// use dintero_api::{Currency, ToShippingOption};
///
/// let option = OrderShippingOption::new("post", "post", 7900, "Parcel", "Posten").vat(25);
/// let option = option.to_shipping_option(Currency::NOK)?;
/// assert_eq!(option.vat_amount.map(|vat| vat.get()), Some(1580)); // calculated
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
///
/// To implement the trait by hand, build an [`OrderShippingOption`] and call its `map_shipping_option`, or call
/// [`ShippingMapping::skip`]:
///
/// ```
/// use dintero_api::order::ShippingMapping;
/// use dintero_api::types::OrderShippingOption;
/// use dintero_api::{DinteroOrder, DinteroOrderItem, ToOrder, ToShippingOption};
///
/// enum Delivery {
///     Post { grams: i64 },
///     InStore,
/// }
///
/// impl ToShippingOption for Delivery {
///     fn map_shipping_option(&self, to: &mut ShippingMapping<'_>) {
///         match self {
///             Self::Post { grams } => {
///                 let price = if *grams <= 350 { 4900 } else { 7900 };
///                 let option = OrderShippingOption::new("post", "post", price, "Parcel", "Posten");
///                 option.vat(25).map_shipping_option(to);
///             }
///             Self::InStore => to.skip(),
///         }
///     }
/// }
///
/// #[derive(DinteroOrder)]
/// #[dintero(currency = "NOK", merchant_reference = "order-1001")]
/// struct Cart {
///     items: Vec<Line>,
///     #[dintero(to = shipping_option)]
///     delivery: Delivery,
/// }
///
/// #[derive(DinteroOrderItem)]
/// struct Line {
///     amount: i64,
/// }
///
/// let cart = |delivery| Cart { items: vec![Line { amount: 29990 }], delivery };
/// assert_eq!(cart(Delivery::Post { grams: 200 }).to_order()?.amount.get(), 34890);
/// assert_eq!(cart(Delivery::InStore).to_order()?.shipping_option, None);
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a shipping option in a Dintero order",
    label = "not a shipping option",
    note = "add `#[derive(DinteroShippingOption)]` to `{Self}`; an `Option` behind a type alias must be written out"
)]
pub trait ToShippingOption {
    /// Fills the shipping option.
    fn map_shipping_option(&self, to: &mut ShippingMapping<'_>);

    /// Returns the shipping option on its own, for example for a callback response.
    ///
    /// # Errors
    ///
    /// Returns an error if a value cannot be mapped, or if the value is skipped and there is no shipping option. The
    /// error lists all such problems.
    fn to_shipping_option(&self, currency: Currency) -> Result<OrderShippingOption, OrderError> {
        run::map_part(Some(currency), &|cx| {
            let option = ShippingMapping::map(self, cx);
            if option.is_none() {
                cx.problem(Rule::Required, "there is no shipping option: this value is skipped");
            }
            option.unwrap_or_else(OrderShippingOption::blank)
        })
    }
}

/// A collection of shipping options for an express session.
///
/// # Examples
///
/// ```
/// use dintero_api::{Currency, DinteroShippingOption, ToShippingOptions};
///
/// #[derive(DinteroShippingOption)]
/// #[dintero(operator = "Bring", vat = 25)]
/// struct Delivery {
///     id: String,
///     title: String,
///     amount: i64,
/// }
///
/// // For the response to an express callback.
/// let home = Delivery { id: "home".into(), title: "Home delivery".into(), amount: 9900 };
/// let options = vec![home].to_shipping_options(Currency::NOK)?;
/// assert_eq!(options[0].line_id, "home");
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a collection of shipping options",
    label = "not several shipping options",
    note = "use a `Vec`, slice, array or `Option` of a type with `#[derive(DinteroShippingOption)]`"
)]
pub trait ToShippingOptions {
    #[doc(hidden)]
    fn each_option(&self, each: &mut dyn FnMut(&dyn ToShippingOption));

    /// Returns the options in the form that express sessions and callback responses require.
    ///
    /// # Errors
    ///
    /// Returns an error if a value cannot be mapped. The error lists all such values.
    fn to_shipping_options(
        &self,
        currency: Currency,
    ) -> Result<Vec<MultiShipmentShippingOption>, OrderError> {
        run::map_part(Some(currency), &|cx| collect(self, cx))
    }
}

/// A shipping option that is being mapped; see [`ToShippingOption`] for an example.
#[derive(Debug)]
pub struct ShippingMapping<'c> {
    /// The option to send. An empty `line_id` is replaced by the `id`.
    pub option: OrderShippingOption,
    /// The location of the option in the cart.
    pub cx: Context<'c>,
    price: Option<ShippingPrice>,
    basis: Option<PriceBasis>,
    state: State,
    /// The number of problems that had been found when the option was begun.
    problems_before: usize,
}

/// A merchant's price of a shipping option.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShippingPrice {
    pub(super) price: Price,
    /// Whether the price includes VAT; `None` if `price_includes_vat` decides.
    pub(super) basis: Option<PriceBasis>,
}

/// The price of a shipping option whose other fields are set on the struct that is mapped to the order.
#[derive(Debug, Clone, Copy)]
pub(super) enum BareShipping {
    /// No price is mapped.
    NotMapped,
    /// The price is absent, so there is no shipping option, and the customer picks up the order.
    Absent,
    /// The price was reported as invalid.
    Unreadable,
    Priced(ShippingPrice),
}

/// The state of a shipping option that is being mapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unpriced,
    /// A price was given, even if it was invalid, or the complete option was given.
    Priced,
    /// The value does not represent a shipping option.
    Skipped,
}

impl<'c> ShippingMapping<'c> {
    /// Maps a value. Returns `None` if the value does not represent a shipping option.
    pub(super) fn map<T: ToShippingOption + ?Sized>(
        value: &T,
        cx: Context<'c>,
    ) -> Option<OrderShippingOption> {
        let mut mapping = Self {
            option: OrderShippingOption::blank(),
            cx,
            price: None,
            basis: None,
            state: State::Unpriced,
            problems_before: cx.run().problem_count(),
        };
        value.map_shipping_option(&mut mapping);
        if mapping.state == State::Skipped {
            return None;
        }
        mapping.set_amount();
        complete(&mut mapping.option);
        Some(mapping.option)
    }

    /// Maps the value of a flattened field into this option.
    pub(super) fn flatten<T: ToShippingOption + ?Sized>(&mut self, value: &T, field: &'static str) {
        let cx = self.cx;
        self.cx = cx.field(field);
        cx.note_flattened(self.cx);
        value.map_shipping_option(self);
        self.cx = cx;
    }

    /// Records that the value does not represent a shipping option, for example because the customer picks up the
    /// order.
    pub fn skip(&mut self) {
        self.state = State::Skipped;
    }

    /// Sets the price, or records that an invalid price was given.
    pub(super) fn put_price(&mut self, price: Option<ShippingPrice>) {
        self.state = State::Priced;
        self.price = price;
    }

    pub(super) fn put_basis(&mut self, basis: PriceBasis) {
        self.basis = Some(basis);
    }

    /// Returns whether no problem with the option has been found so far.
    pub(super) fn is_clean(&self) -> bool {
        self.cx.run().problem_count() == self.problems_before
    }

    /// Calculates the amount of the option, unless the complete option was given. The splits of a flattened struct need the
    /// amount before all of its inputs are known, so the amount is calculated again at the end.
    pub(super) fn set_amount(&mut self) {
        if self.state == State::Unpriced && self.is_clean() {
            let message =
                "the shipping option has no price: the value mapped to its price is absent";
            self.cx.problem(Rule::Required, message);
        }
        let Some(ShippingPrice { price, basis }) = self.price else { return };
        let basis = basis.or(self.basis).unwrap_or_else(|| self.cx.run().price_basis());
        // An invalid rate has already been reported, so it is not also reported as missing.
        if basis == PriceBasis::Net && self.option.vat.is_none() && !self.is_clean() {
            return;
        }
        match amount(price, basis, self.option.vat) {
            Ok(amount) => self.option.amount = amount,
            Err(_) if !self.is_clean() => {}
            Err(reason) => self.cx.problem(reason.rule(), no_gross(reason)),
        }
    }
}

/// Finishes an option whose price was mapped into the order's `shipping_option`, or leaves the option out.
pub(super) fn put_bare(
    bare: BareShipping,
    slot: &mut Option<OrderShippingOption>,
    cx: Context<'_>,
) {
    match (bare, slot.as_mut()) {
        (BareShipping::NotMapped | BareShipping::Unreadable, _) => {}
        (BareShipping::Absent, _) => *slot = None,
        (BareShipping::Priced(ShippingPrice { price, basis }), _) => {
            let option = slot.get_or_insert_with(OrderShippingOption::blank);
            let basis = basis.unwrap_or_else(|| cx.run().price_basis());
            match amount(price, basis, option.vat) {
                Ok(amount) => option.amount = amount,
                Err(_) if !cx.run().is_clean() => {}
                Err(reason) => {
                    cx.problem_with("shipping_option.amount", reason.rule(), no_gross(reason))
                }
            }
        }
    }
}

/// Derives missing fields of an option: the line id from the id, and the VAT amount from the amount and the rate.
pub(super) fn complete(option: &mut OrderShippingOption) {
    if option.line_id.is_empty() {
        option.line_id.clone_from(&option.id);
    }
    if option.vat_amount.is_none() {
        option.vat_amount = option.vat.and_then(|rate| vat::contained(option.amount, rate));
    }
}

fn amount(price: Price, basis: PriceBasis, rate: Option<Percent>) -> Result<MinorUnits, NoGross> {
    let total = Exact::decimal(price.in_minor_units());
    let total = match basis {
        PriceBasis::Gross => total,
        PriceBasis::Net => rate::added(total, rate)?,
    };
    total.round(Rounding::default()).map(MinorUnits::new).ok_or(NoGross::TooLarge)
}

fn no_gross(reason: NoGross) -> String {
    match reason {
        NoGross::TooLarge => MoneyError::TooLarge.to_string(),
        NoGross::NoRate | NoGross::NoParts => {
            "a price without VAT needs the VAT rate, but this shipping option has none".to_owned()
        }
    }
}

/// Maps every option of a collection, with paths that contain the index of the option.
pub(super) fn collect<C: ToShippingOptions + ?Sized, O: FromShippingOption>(
    options: &C,
    cx: Context<'_>,
) -> Vec<O> {
    let (mut collected, mut index) = (Vec::new(), 0);
    options.each_option(&mut |option| {
        let cx = cx.index(index);
        index += 1;
        let Some(option) = ShippingMapping::map(option, cx) else { return };
        match O::from_option(option) {
            Ok(option) => collected.push(option),
            Err(HasShipments) => {
                let message = "an express option cannot have shipments";
                cx.problem_with("shipments", Rule::Shipments, message);
            }
        }
    });
    collected
}

/// A type of the API that is created from a shipping option.
#[doc(hidden)]
pub trait FromShippingOption: Sized {
    fn from_option(option: OrderShippingOption) -> Result<Self, HasShipments>;
}

/// The error for an option with shipments where the API does not accept shipments.
#[doc(hidden)]
#[derive(Debug)]
pub struct HasShipments;

impl FromShippingOption for OrderShippingOption {
    fn from_option(option: OrderShippingOption) -> Result<Self, HasShipments> {
        Ok(option)
    }
}

/// Lists every field without `..`, so that adding a field to either type without handling it here is a compile error.
impl FromShippingOption for MultiShipmentShippingOption {
    fn from_option(option: OrderShippingOption) -> Result<Self, HasShipments> {
        macro_rules! convert {
            ($($field:ident)*) => {{
                let OrderShippingOption { shipments, $($field),* } = option;
                match shipments {
                    Some(_) => Err(HasShipments),
                    None => Ok(Self { $($field,)* shipment_id: None, shipment_items: None }),
                }
            }};
        }
        convert! {
            id line_id countries amount vat_amount vat title description delivery_method operator operator_product_id eta
            time_slot pick_up_address metadata environmental_data thumbnail_url pay_in_store fee_split splits
        }
    }
}

#[diagnostic::do_not_recommend]
impl ToShippingOption for OrderShippingOption {
    #[inline]
    fn map_shipping_option(&self, to: &mut ShippingMapping<'_>) {
        to.cx.note_own_type();
        to.option = self.clone();
        to.price = None;
        to.state = State::Priced;
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
