//! Discounts: what one is mapped from, and how it lowers a line or an order.

use std::collections::VecDeque;

use rust_decimal::Decimal;

use super::context::Context;
use super::engine;
use super::exact::Exact;
use super::forward::pointers;
use super::lines::{Draft, Place};
use super::values::{Scaled, ToNumber};
use crate::money::{Price, Rounding, spread};
use crate::order::{Problem, Rule};
use crate::types::{DiscountItem, OrderItemType, OrderLine};
use crate::{MinorUnits, Percent, Quantity, StringOrNumber};

/// What can be a discount: a struct with `#[derive(DinteroDiscount)]`, a bare price, several of them, or none.
///
/// On a line (`to = discount`) it lowers the line. On an order it is a coupon: spread over the product lines, or sent as
/// negative lines of its own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a discount in a Dintero order",
    label = "not a discount",
    note = "add `#[derive(DinteroDiscount)]` to `{Self}`, or use a price"
)]
pub trait ToDiscount {
    /// Fills the discount.
    fn map_discount(&self, to: &mut DiscountMapping<'_>);
}

/// One discount while it is mapped.
#[derive(Debug)]
pub struct DiscountMapping<'c> {
    /// How the discount is described; `percentage` counts, `amount` is calculated.
    pub discount: DiscountItem,
    /// A coupon becomes negative lines, one for each rate of VAT, instead of being spread over the lines.
    pub as_items: bool,
    /// Where the discount stands in the cart.
    pub cx: &'c Context<'c>,
    pub(super) amount: Option<Price>,
    /// Those before this one, if there are several.
    before: Vec<Reduction>,
}

/// A mapped discount.
#[derive(Debug)]
pub(super) struct Reduction {
    pub(super) item: DiscountItem,
    pub(super) as_items: bool,
    amount: Option<Price>,
    pub(super) path: String,
}

impl<'c> DiscountMapping<'c> {
    fn new(cx: &'c Context<'c>) -> Self {
        Self {
            discount: DiscountItem::default(),
            as_items: false,
            cx,
            amount: None,
            before: Vec::new(),
        }
    }

    /// Maps a value that stands in a field of the cart.
    pub(super) fn field<T: ToDiscount + ?Sized>(
        value: &T,
        field: &'static str,
        cx: &Context<'_>,
    ) -> Vec<Reduction> {
        let cx = cx.field(field);
        let mut mapping = DiscountMapping::new(&cx);
        value.map_discount(&mut mapping);
        mapping.all()
    }

    /// Lets a value go on with this discount.
    pub(super) fn flatten<T: ToDiscount + ?Sized>(&mut self, value: &T, field: &'static str) {
        let cx = self.cx.field(field);
        let mut inner = DiscountMapping::new(&cx);
        std::mem::swap(&mut inner.discount, &mut self.discount);
        value.map_discount(&mut inner);
        let DiscountMapping { discount, as_items, amount, before, .. } = inner;
        self.discount = discount;
        self.as_items |= as_items;
        self.amount = amount.or(self.amount);
        self.before.extend(before);
    }

    fn all(self) -> Vec<Reduction> {
        let Self { discount: item, as_items, cx, amount, mut before } = self;
        if amount.is_some() || item != DiscountItem::default() {
            before.push(Reduction { item, as_items, amount, path: cx.to_string() });
        }
        before
    }

    fn elements<'t, T: ToDiscount + 't>(&mut self, elements: impl Iterator<Item = &'t T>) {
        let cx = self.cx;
        for (index, element) in elements.enumerate() {
            let cx = cx.index(index);
            let mut mapping = DiscountMapping::new(&cx);
            element.map_discount(&mut mapping);
            self.before.extend(mapping.all());
        }
    }
}

impl Reduction {
    /// A share, with nothing to say about it.
    pub(super) fn percent(percentage: Percent, cx: &Context<'_>) -> Self {
        let item = DiscountItem::new().percentage(percentage);
        Self { item, as_items: false, amount: None, path: cx.to_string() }
    }

    /// What it takes off `total`, exactly; `None` if it cannot be calculated.
    pub(super) fn off(&self, total: Exact) -> Option<Exact> {
        match (self.amount, self.item.percentage) {
            (Some(amount), _) => Some(Exact::decimal(amount.in_minor_units())),
            (None, Some(percentage)) => {
                Some(total.times(Exact::decimal(percentage.value()))?.percent())
            }
            (None, None) => Some(Exact::integer(0)),
        }
    }

    /// Whether there is more to say than the amount.
    fn is_described(&self) -> bool {
        self.item.discount_id.is_some()
            || self.item.description.is_some()
            || self.item.discount_type.is_some()
    }

    /// What is sent about it, as the next of `lines`.
    pub(super) fn describe(self, amount: MinorUnits, lines: &mut Option<Vec<DiscountItem>>) {
        if self.is_described() {
            let lines = lines.get_or_insert_default();
            let position = i64::try_from(lines.len()).unwrap_or(i64::MAX).saturating_add(1);
            let mut item = self.item;
            item.amount = Some(amount);
            item.line_id.get_or_insert_with(|| StringOrNumber::from(position));
            lines.push(item);
        }
    }

    /// A discount that is described and nothing else.
    pub(super) fn described(self, cx: &Context<'_>, position: usize) -> DiscountItem {
        let amount = self.amount.and_then(|amount| match amount.round(Rounding::default()) {
            Ok(amount) => Some(amount),
            Err(error) => {
                cx.problem(Rule::Value, error);
                None
            }
        });
        let mut item = self.item;
        item.amount = amount.or(item.amount);
        let position = i64::try_from(position).unwrap_or(i64::MAX);
        item.line_id.get_or_insert_with(|| StringOrNumber::from(position));
        item
    }
}

/// Takes a coupon off the lines, or adds it as lines of its own.
pub(super) fn take_off(
    coupon: Reduction,
    number: usize,
    lines: &mut Vec<Draft>,
    described: &mut Option<Vec<DiscountItem>>,
    cx: &Context<'_>,
) {
    let chosen: Vec<usize> =
        (0..lines.len()).filter(|index| takes_coupon(&lines[*index].item)).collect();
    let weights: Vec<MinorUnits> = chosen.iter().map(|index| amount_of(&lines[*index])).collect();
    let total = weights.iter().try_fold(MinorUnits::ZERO, |sum, weight| sum.checked_add(*weight));
    let problem = |message: String| {
        cx.run().push(Problem::new(coupon.path.as_str(), Rule::Discount, message))
    };
    let Some(total) = total else { return problem("the lines are too large to add up".to_owned()) };
    let off =
        coupon.off(Exact::integer(total.get())).and_then(|off| off.round(Rounding::default()));
    let Some(off) = off.map(MinorUnits::new) else {
        return problem("the discount is too large or has too many digits to be exact".to_owned());
    };
    if off < MinorUnits::ZERO {
        return problem(format!(
            "a discount is not negative, and this is {off}: give what is taken off"
        ));
    }
    if off > total {
        return problem(format!(
            "the discount of {off} is more than the {total} of the lines that it falls on (products, not shipping, gift cards, surcharges or lines that are not eligible)"
        ));
    }
    if coupon.as_items {
        lines.extend(negative_lines(&coupon, off, number, lines, &chosen));
        return;
    }
    for (index, part) in chosen.into_iter().zip(spread(off, &weights).unwrap_or_default()) {
        let amount = amount_of(&lines[index]).checked_sub(part).unwrap_or(MinorUnits::ZERO);
        lines[index].set_amount(amount);
    }
    coupon.describe(off, described);
}

fn amount_of(line: &Draft) -> MinorUnits {
    line.item.amount.unwrap_or(MinorUnits::ZERO)
}

/// Coupons fall on products: not on shipping, fees, gift cards, what is taken off already, or what the shop exempts.
fn takes_coupon(item: &OrderLine) -> bool {
    use OrderItemType::{GiftCard, Shipping, Surcharge};
    item.amount.is_some_and(|amount| amount > MinorUnits::ZERO)
        && item.eligible_for_discount != Some(false)
        && !matches!(item.kind, Some(GiftCard | Shipping | Surcharge))
}

/// One negative line for each rate of VAT, in the order in which the rates first appear.
fn negative_lines(
    coupon: &Reduction,
    off: MinorUnits,
    number: usize,
    lines: &[Draft],
    chosen: &[usize],
) -> Vec<Draft> {
    let mut rates: Vec<(Option<Percent>, MinorUnits)> = Vec::new();
    for line in chosen.iter().map(|index| &lines[*index]) {
        match rates.iter_mut().find(|(rate, _)| *rate == line.item.vat) {
            // Below the total of all, which fits.
            Some((_, sum)) => *sum = sum.checked_add(amount_of(line)).unwrap_or(*sum),
            None => rates.push((line.item.vat, amount_of(line))),
        }
    }
    let weights: Vec<MinorUnits> = rates.iter().map(|(_, sum)| *sum).collect();
    let parts = spread(off, &weights).unwrap_or_default();
    let id = match &coupon.item.line_id {
        Some(StringOrNumber::Text(id)) => id.clone(),
        Some(StringOrNumber::Number(id)) => id.to_string(),
        None => format!("discount-{number}"),
    };
    let mut negative = Vec::new();
    for ((rate, _), part) in rates.into_iter().zip(parts) {
        if part == MinorUnits::ZERO {
            continue;
        }
        let mut item = OrderLine::new().quantity(Quantity::from(Decimal::ONE));
        item.id = coupon.item.discount_id.clone();
        item.description = coupon.item.description.clone();
        item.vat = rate;
        item.line_id = Some(format!("{id}.{}", negative.len() + 1));
        let mut line = Draft {
            item: Box::new(item),
            children: Vec::new(),
            place: Place::Position(0),
            number: usize::MAX,
            vat_is_ours: true,
            bundle: false,
            path: Some(coupon.path.clone()),
        };
        line.set_amount(part.checked_neg().unwrap_or(MinorUnits::ZERO));
        negative.push(line);
    }
    if let [line] = negative.as_mut_slice() {
        line.item.line_id = Some(id);
    }
    negative
}

#[diagnostic::do_not_recommend]
impl ToDiscount for DiscountItem {
    #[inline]
    fn map_discount(&self, to: &mut DiscountMapping<'_>) {
        to.amount = self.amount.map(Price::from);
        to.discount = self.clone();
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

/// A bare price is a discount without a description.
macro_rules! prices {
    ($($price:ty),*) => {$(
        #[diagnostic::do_not_recommend]
        impl ToDiscount for $price {
            #[inline]
            fn map_discount(&self, to: &mut DiscountMapping<'_>) {
                engine::discount_amount(self, "", to);
            }
        }
    )*};
}

prices! {
    i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize, Decimal, MinorUnits, Price
}

/// The price is taken as it is: for the derives, where a number's unit is given by an attribute.
#[diagnostic::do_not_recommend]
impl<T: ToNumber + ?Sized> ToDiscount for Scaled<'_, T> {
    fn map_discount(&self, to: &mut DiscountMapping<'_>) {
        engine::discount_amount(self, "", to);
    }
}
