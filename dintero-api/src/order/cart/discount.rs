//! Maps discounts, and calculates how much they take off.

use std::cmp::Reverse;
use std::collections::VecDeque;

use rust_decimal::Decimal;

use super::context::{Context, PriceBasis};
use super::exact::Exact;
use super::pointers::pointers;
use super::rate::{self, NoGross, VatOf};
use super::values::{Scaled, ToPercent, ToPrice};
use crate::money::{Price, Rounding};
use crate::order::Rule;
use crate::types::{DiscountItem, DiscountType};
use crate::{MinorUnits, Percent, StringOrNumber};

/// A type that can be used as a discount: a type with `#[derive(DinteroDiscount)]`, a bare price, or a collection or
/// `Option` of discounts.
///
/// On a line (`to = discount`), a discount lowers the price of the line. On an order, a discount is a coupon, which is
/// either spread across the product lines or sent as negative lines. To implement the trait by hand, call one of the
/// `take_…` methods, and describe the discount in `to.discount`:
///
/// ```
/// use dintero_api::order::{DiscountMapping, ToDiscount};
/// use dintero_api::{DinteroOrder, DinteroOrderItem, ToOrder};
///
/// enum Coupon {
///     /// In øre, with VAT.
///     Fixed(i64),
///     /// In percent.
///     Share(u8),
/// }
///
/// impl ToDiscount for Coupon {
///     fn map_discount(&self, to: &mut DiscountMapping<'_>) {
///         match self {
///             Self::Fixed(amount) => to.take_amount(amount),
///             Self::Share(percent) => to.take_percent(percent),
///         }
///         to.discount.discount_id = Some("SPRING".to_owned());
///     }
/// }
///
/// #[derive(DinteroOrder)]
/// #[dintero(currency = "NOK", merchant_reference = "1")]
/// struct Cart {
///     items: Vec<Line>,
///     #[dintero(to = discount)]
///     coupon: Coupon,
/// }
///
/// #[derive(DinteroOrderItem)]
/// struct Line {
///     amount: i64,
/// }
///
/// let cart = |coupon| Cart { items: vec![Line { amount: 20000 }], coupon };
/// assert_eq!(cart(Coupon::Fixed(1000)).to_order()?.amount.get(), 19000);
/// assert_eq!(cart(Coupon::Share(10)).to_order()?.amount.get(), 18000);
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a discount in a Dintero order",
    label = "not a discount",
    note = "add `#[derive(DinteroDiscount)]` to `{Self}`, or use a price"
)]
pub trait ToDiscount {
    /// Fills the discount.
    fn map_discount(&self, to: &mut DiscountMapping<'_>);
}

/// A discount that is being mapped.
///
/// # Examples
///
/// ```
/// use dintero_api::order::{DiscountMapping, ToDiscount};
/// use dintero_api::{DinteroOrder, DinteroOrderItem, ToOrder};
///
/// /// Points of a loyalty program, each worth 0.50 without VAT.
/// struct Points(u32);
///
/// impl ToDiscount for Points {
///     fn map_discount(&self, to: &mut DiscountMapping<'_>) {
///         to.discount.description = Some(format!("{} points", self.0));
///         to.capped = true; // takes off at most the price of the goods
///         to.take_net_amount(&(50 * self.0));
///     }
/// }
///
/// #[derive(DinteroOrder)]
/// #[dintero(currency = "NOK", merchant_reference = "order-1001")]
/// struct Cart {
///     items: Vec<Line>,
///     #[dintero(to = discount)]
///     points: Points,
/// }
///
/// #[derive(DinteroOrderItem)]
/// struct Line {
///     amount: i64,
///     vat: u8,
/// }
///
/// let cart = |points| Cart { items: vec![Line { amount: 10000, vat: 25 }], points: Points(points) };
/// let order = cart(40).to_order()?;
/// assert_eq!(order.amount.get(), 7500); // 20.00 without VAT is 25.00 with VAT
/// assert_eq!(cart(900).to_order()?.amount.get(), 0);
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
#[derive(Debug)]
pub struct DiscountMapping<'c> {
    /// The description of the discount, without the amount or percentage, which `take_amount` and the other `take_…`
    /// methods set.
    pub discount: DiscountDetails,
    /// Whether a coupon is sent as negative lines, one for each VAT rate, instead of being spread across the lines.
    pub as_items: bool,
    /// Whether a discount that exceeds the remaining amount takes off the remaining amount instead of being refused.
    pub capped: bool,
    /// The location of the discount in the cart.
    pub cx: Context<'c>,
    amount: Option<Amount>,
    percentage: Option<Percent>,
    /// The nesting depth of the flattened struct that is being mapped into the discount.
    flattened: u32,
    /// The nesting depth of the flattened struct that contains the amount.
    amount_in: Option<u32>,
    /// The nesting depth of the flattened struct that contains the percentage.
    percentage_in: Option<u32>,
    /// The discounts that were mapped before this discount, if there are several.
    before: Vec<Reduction>,
}

/// The description of a discount, without the amount that it takes off; see [`DiscountMapping`] for an example.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DiscountDetails {
    /// Your id for the discount, such as a coupon code.
    pub discount_id: Option<String>,
    /// The text that the customer sees.
    pub description: Option<String>,
    /// The type of the discount.
    pub discount_type: Option<DiscountType>,
    /// The id of the discount within its line or order. Defaults to the position of the discount.
    pub line_id: Option<StringOrNumber>,
}

/// A fixed amount to take off.
#[derive(Debug, Clone, Copy)]
struct Amount {
    price: Price,
    /// Whether the amount includes VAT; `None` if `price_includes_vat` decides.
    basis: Option<PriceBasis>,
}

/// A mapped discount.
#[derive(Debug)]
pub(super) struct Reduction {
    pub(super) details: DiscountDetails,
    pub(super) as_items: bool,
    pub(super) capped: bool,
    amount: Option<Amount>,
    percentage: Option<Percent>,
    turn: Turn,
    pub(super) path: Option<String>,
}

/// The order in which the discounts of a line apply, regardless of the order of the struct's fields.
///
/// The discounts of flattened structs come first; within a struct, `discount` comes first, then `net_discount`, then
/// `discount_percent` or `discount_fraction`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Turn {
    flattened: Reverse<u32>,
    input: DiscountInput,
}

/// The target on a line to which a discount is mapped. `Percent` is `discount_percent` or `discount_fraction`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum DiscountInput {
    Discount,
    NetDiscount,
    Percent,
}

/// The amount from which a discount is taken off.
#[derive(Debug, Clone, Copy)]
pub(super) struct TakenOff<'l> {
    /// The remaining amount, with VAT.
    pub(super) total: Exact,
    pub(super) vat: VatOf<'l>,
    /// Whether amounts include VAT by default.
    pub(super) basis: PriceBasis,
}

impl DiscountMapping<'_> {
    /// Takes off an amount with VAT, or without VAT if `price_includes_vat` of the line or order is `false`.
    pub fn take_amount<P: ToPrice + ?Sized>(&mut self, amount: &P) {
        self.put_amount(amount, None, self.cx);
    }

    /// Takes off an amount without VAT, plus the VAT on that amount.
    pub fn take_net_amount<P: ToPrice + ?Sized>(&mut self, amount: &P) {
        self.put_amount(amount, Some(PriceBasis::Net), self.cx);
    }

    /// Takes off a percentage: 10 is 10 %. If an amount is taken off as well, the percentage only describes that
    /// amount.
    pub fn take_percent<P: ToPercent + ?Sized>(&mut self, percent: &P) {
        self.put_percentage(percent, rate::discount_percent, self.cx);
    }

    /// Takes off a fraction: 0.1 is 10 %.
    pub fn take_fraction<P: ToPercent + ?Sized>(&mut self, fraction: &P) {
        self.put_percentage(fraction, rate::discount_fraction, self.cx);
    }

    /// Takes off an amount. Problems with the amount are reported at `at`.
    pub(super) fn put_amount<P: ToPrice + ?Sized>(
        &mut self,
        amount: &P,
        basis: Option<PriceBasis>,
        at: Context<'_>,
    ) {
        if self.amount_in.replace(self.flattened) == Some(self.flattened) {
            let message = "the discount has two amounts: only one of `amount` and `net_amount` may have a value";
            at.problem(Rule::Discount, message);
        }
        self.amount = at.price(amount).map(|price| Amount { price, basis });
    }

    /// Takes off a share, converted to a percentage by `percent`.
    pub(super) fn put_percentage<P: ToPercent + ?Sized>(
        &mut self,
        share: &P,
        percent: fn(Decimal) -> Result<Percent, String>,
        at: Context<'_>,
    ) {
        if self.percentage_in.replace(self.flattened) == Some(self.flattened) {
            let message = "the discount has two percentages: only one of `percentage` and `fraction` may have a value";
            at.problem(Rule::Discount, message);
        }
        let Some(share) = at.valid(Rule::Value, share.to_percent()) else { return };
        if let Some(percentage) = at.valid(Rule::Discount, percent(share.get())) {
            self.percentage = Some(percentage);
        }
    }

    /// Maps the value of a flattened field into this discount.
    pub(super) fn flatten<T: ToDiscount + ?Sized>(&mut self, value: &T, field: &'static str) {
        let cx = self.cx;
        self.cx = cx.field(field);
        cx.note_flattened(self.cx);
        self.flattened += 1;
        value.map_discount(self);
        self.flattened -= 1;
        self.cx = cx;
    }
}

impl<'c> DiscountMapping<'c> {
    fn new(cx: Context<'c>) -> Self {
        Self {
            discount: DiscountDetails::default(),
            as_items: false,
            capped: false,
            cx,
            amount: None,
            percentage: None,
            flattened: 0,
            amount_in: None,
            percentage_in: None,
            before: Vec::new(),
        }
    }

    /// Maps a value to the discounts that it contains.
    pub(super) fn map<T: ToDiscount + ?Sized>(value: &T, cx: Context<'c>) -> Vec<Reduction> {
        let mut mapping = DiscountMapping::new(cx);
        value.map_discount(&mut mapping);
        mapping.all()
    }

    fn all(self) -> Vec<Reduction> {
        let Self {
            discount: details, as_items, capped, cx, amount, percentage, mut before, ..
        } = self;
        if amount.is_some() || percentage.is_some() || details != DiscountDetails::default() {
            let (turn, path) = (Turn::first(), cx.path());
            before.push(Reduction { details, as_items, capped, amount, percentage, turn, path });
        }
        before
    }

    fn elements<'t, T: ToDiscount + 't>(&mut self, elements: impl Iterator<Item = &'t T>) {
        for (index, element) in elements.enumerate() {
            let mut element = DiscountMapping::map(element, self.cx.index(index));
            self.before.append(&mut element);
        }
    }
}

impl Turn {
    fn first() -> Self {
        Self::new(0, DiscountInput::Discount)
    }

    /// Returns when a discount applies, relative to the other discounts of the line. `flattened` is the flattening
    /// depth of the struct that contains the discount; `input` is the target to which the discount is mapped.
    pub(super) fn new(flattened: u32, input: DiscountInput) -> Self {
        Self { flattened: Reverse(flattened), input }
    }

    /// Returns whether only one discount of a line may have this turn. The amounts of several discounts add up; two shares
    /// are more likely one discount in two units.
    pub(super) fn takes_one(self) -> bool {
        self.input == DiscountInput::Percent
    }
}

impl Reduction {
    /// Creates a percentage discount without a `discount_id`, a `description` or a `discount_type`.
    pub(super) fn percent(percentage: Percent, at: Context<'_>) -> Self {
        Self { percentage: Some(percentage), ..Self::bare(at) }
    }

    /// Creates a discount without a `discount_id`, a `description` or a `discount_type`, from an amount without VAT.
    pub(super) fn net(price: Price, at: Context<'_>) -> Self {
        Self { amount: Some(Amount { price, basis: Some(PriceBasis::Net) }), ..Self::bare(at) }
    }

    fn bare(at: Context<'_>) -> Self {
        Self {
            details: DiscountDetails::default(),
            as_items: false,
            capped: false,
            amount: None,
            percentage: None,
            turn: Turn::first(),
            path: at.path(),
        }
    }

    pub(super) fn in_turn(self, turn: Turn) -> Self {
        Self { turn, ..self }
    }

    pub(super) fn turn(&self) -> Turn {
        self.turn
    }

    /// Returns the exact amount that the discount takes off, with VAT.
    pub(super) fn off(
        &self,
        TakenOff { total, vat, basis }: TakenOff<'_>,
    ) -> Result<Exact, NoGross> {
        match (self.amount, self.percentage) {
            (Some(amount), _) => {
                let price = Exact::decimal(amount.price.in_minor_units());
                if self.capped && total.signum() == 0 && price.signum() >= 0 {
                    // Nothing is left, so the VAT of the price need not be known.
                    return Ok(Exact::integer(0));
                }
                let off = match amount.basis.unwrap_or(basis) {
                    PriceBasis::Gross => price,
                    PriceBasis::Net => vat.added_to(price)?,
                };
                Ok(if self.capped { off.at_most(total) } else { off })
            }
            (None, Some(percentage)) => total
                .times(Exact::decimal(percentage.get()))
                .map(Exact::percent)
                .ok_or(NoGross::TooLarge),
            (None, None) => Ok(Exact::integer(0)),
        }
    }

    /// Returns the end of the message for a discount that exceeds the price: only an amount can be capped.
    pub(super) fn remedy_for_excess(&self) -> String {
        match (self.amount, self.percentage) {
            (None, Some(percentage)) => {
                let percentage = percentage.get().normalize();
                format!("a discount is at most 100 percent, but this one is {percentage} percent")
            }
            _ => {
                "to take off at most what is left, map a `DinteroDiscount` with `capped`".to_owned()
            }
        }
    }

    /// Returns the description of a discount that took `amount` off, if the discount has a `discount_id`, a
    /// `description` or a `discount_type`. Without these, a description would only repeat the difference between two
    /// prices.
    pub(super) fn describe(self, amount: MinorUnits) -> Option<DiscountItem> {
        let DiscountDetails { discount_id, description, discount_type, line_id: _ } = &self.details;
        let is_named = discount_id.is_some() || description.is_some() || discount_type.is_some();
        is_named.then(|| self.item(Some(amount)))
    }

    /// Returns the description of a discount that does not lower the price. The mapped amount of the discount is
    /// rounded and sent; a net amount is reported as a problem.
    pub(super) fn described(self, cx: Context<'_>) -> DiscountItem {
        let amount = self.amount.and_then(|amount| match amount.basis {
            None | Some(PriceBasis::Gross) => {
                cx.valid(Rule::Value, amount.price.round(Rounding::default()))
            }
            Some(PriceBasis::Net) => {
                let message = "a discount that is only described needs its amount with VAT: map `amount` instead of `net_amount`";
                cx.problem(Rule::Discount, message);
                None
            }
        });
        self.item(amount)
    }

    fn item(self, amount: Option<MinorUnits>) -> DiscountItem {
        let DiscountDetails { discount_id, description, discount_type, line_id } = self.details;
        DiscountItem {
            amount,
            percentage: self.percentage,
            discount_type,
            discount_id,
            description,
            line_id,
        }
    }
}

/// Adds descriptions of discounts to a line or an order. A description without an id of its own gets its position or, if
/// another description has that number, the next free one.
pub(super) fn add_descriptions(
    to: &mut Option<Vec<DiscountItem>>,
    descriptions: impl IntoIterator<Item = DiscountItem>,
) {
    for mut description in descriptions {
        let known = to.get_or_insert_default();
        description.line_id.get_or_insert_with(|| free_number(known));
        known.push(description);
    }
}

/// Adds the description of a bundle's discount to a part. The `line_id` of the description is replaced by a free number if
/// a description of the part already has that id.
pub(super) fn add_description_of_bundle(
    to: &mut Option<Vec<DiscountItem>>,
    mut description: DiscountItem,
) {
    let known = to.get_or_insert_default();
    if description.line_id.as_ref().is_some_and(|id| is_used(known, id)) {
        description.line_id = None;
    }
    add_descriptions(to, [description]);
}

/// Returns the first free number from the position of the next description.
fn free_number(known: &[DiscountItem]) -> StringOrNumber {
    let numbers = (known.len()..).map(|before| i64::try_from(before + 1).unwrap_or(i64::MAX));
    let mut free = numbers.map(StringOrNumber::from).filter(|number| !is_used(known, number));
    free.next().expect("among more numbers than descriptions, one is free")
}

/// Returns whether a description has this id. The text `"1"` is the same id as the number 1.
fn is_used(known: &[DiscountItem], id: &StringOrNumber) -> bool {
    let text = |id: &StringOrNumber| match id {
        StringOrNumber::Text(text) => text.clone(),
        StringOrNumber::Number(number) => number.to_string(),
    };
    let id = text(id);
    known.iter().filter_map(|it| it.line_id.as_ref()).any(|used| text(used) == id)
}

#[diagnostic::do_not_recommend]
impl ToDiscount for DiscountItem {
    fn map_discount(&self, to: &mut DiscountMapping<'_>) {
        let Self { amount, percentage, discount_type, discount_id, description, line_id } =
            self.clone();
        to.cx.note_own_type();
        to.discount = DiscountDetails { discount_id, description, discount_type, line_id };
        if let Some(amount) = amount {
            to.take_amount(&amount);
        }
        if let Some(percentage) = percentage {
            to.take_percent(&percentage);
        }
    }
}

impl<T: ToDiscount> ToDiscount for Option<T> {
    fn map_discount(&self, to: &mut DiscountMapping<'_>) {
        if let Some(value) = self {
            value.map_discount(to);
        }
    }
}

macro_rules! collections {
    ($($collection:ty $([$($constant:tt)*])?),*) => {$(
        impl<T: ToDiscount $(, $($constant)*)?> ToDiscount for $collection {
            fn map_discount(&self, to: &mut DiscountMapping<'_>) {
                to.elements(self.iter());
            }
        }
    )*};
}

collections! { [T], Vec<T>, VecDeque<T>, [T; N] [const N: usize] }

pointers! {
    ToDiscount { fn map_discount(&self, to: &mut DiscountMapping<'_>) -> (); }
}

/// A bare price is a discount without a `discount_id`, a `description` or a `discount_type`, and so is a number whose unit
/// is set by the attribute `exponent`.
macro_rules! prices {
    ($($price:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl ToDiscount for $price {
            #[inline]
            fn map_discount(&self, to: &mut DiscountMapping<'_>) {
                to.take_amount(self);
            }
        }
    )*};
}

prices! {
    i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, Decimal, MinorUnits, Price, Scaled
}
