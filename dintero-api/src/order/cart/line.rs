//! A line that is being mapped, and its conversion to a draft.

use std::mem;

use super::context::{Context, FinishedAmounts, PriceBasis};
use super::discount::Reduction;
use super::draft::{Draft, LinePosition, Shares};
use super::lines::{Lines, Pair, ToOrderItems};
use super::price::{LinePrice, PriceOf, PricedLine, Terms, Unpriced};
use super::rate::{NoGross, TaxedPart, VatOf};
use crate::money::{MoneyError, Price, Rounding};
use crate::order::{Problem, Rule, vat};
use crate::types::{DiscountItem, OrderLine, PayoutSplit};
use crate::{MinorUnits, Percent, Quantity};

/// A line that is being mapped: its fields, and the inputs from which its amount is calculated.
///
/// Only the derives use this type. To add a line by hand, call [`Lines::push`].
#[derive(Debug)]
pub struct LineMapping<'c> {
    /// The line to send. Boxed, because the line is large and is moved several times.
    pub item: Box<OrderLine>,
    /// The location of the line in the cart.
    pub cx: Context<'c>,
    /// The child lines: add-ons, or the parts of a bundle.
    pub children: Lines<'c>,
    /// How the amount is rounded.
    pub rounding: Rounding,
    /// Whether the price is spread across the child lines, which are sent instead of this line.
    pub bundle: bool,
    /// Whether the amount is taken off the order.
    pub negative: bool,
    price: Option<LinePrice>,
    /// The nesting depth of the flattened struct that contains the price.
    priced_in: Option<u32>,
    /// Whether a price was given, even an invalid price.
    is_priced: bool,
    basis: Option<PriceBasis>,
    reductions: Vec<Reduction>,
    shares: Shares,
    /// The nesting depth of the flattened struct that is being mapped into the line.
    pub(super) flattened: u32,
    /// The number of problems that had been found when the line was begun.
    problems_before: usize,
    pub(super) number: usize,
    pub(super) position: LinePosition,
    /// The quantity of the pair that the line is in, as in `(product, 2)`.
    pub(super) pair: Option<Box<Pair<'c>>>,
}

impl<'c> LineMapping<'c> {
    pub(super) fn new(cx: Context<'c>, number: usize, position: LinePosition) -> Self {
        Self {
            item: Box::default(),
            cx,
            children: Lines::new(cx),
            rounding: Rounding::default(),
            bundle: false,
            negative: false,
            price: None,
            priced_in: None,
            is_priced: false,
            basis: None,
            reductions: Vec::new(),
            shares: Shares::Given,
            flattened: 0,
            problems_before: cx.run().problem_count(),
            number,
            position,
            pair: None,
        }
    }

    /// Sets the price, or records that an invalid price was given. The price of a struct takes precedence over the
    /// price of a struct that is flattened into it.
    pub(super) fn put_price(&mut self, price: Option<LinePrice>) {
        if self.priced_in == Some(self.flattened) {
            let message = "the line has two prices, from two structs that are flattened into it";
            self.cx.problem(Rule::Value, message);
        }
        self.priced_in = Some(self.flattened);
        self.is_priced = true;
        self.price = price;
    }

    pub(super) fn put_basis(&mut self, basis: PriceBasis) {
        self.basis = Some(basis);
    }

    pub(super) fn take_off(&mut self, reduction: Reduction) {
        let turn = reduction.turn();
        if turn.takes_one() && self.reductions.iter().any(|other| other.turn() == turn) {
            let message = "the line has two percentages, from one struct or from structs that are flattened side by side: only one of `discount_percent` and `discount_fraction` may have a value";
            self.cx.problem(Rule::Discount, message);
        }
        self.reductions.push(reduction);
    }

    /// Sets all fields of the line. The line's amount becomes its price, so that discounts of a surrounding struct
    /// apply to it.
    pub(super) fn put_whole(&mut self, item: OrderLine) {
        let price = |amount| LinePrice {
            price: Price::from(amount),
            of: PriceOf::Line,
            basis: Some(PriceBasis::Gross),
        };
        // An unknown amount is not zero: without another price, the line is refused.
        if let Some(amount) = item.amount {
            self.put_price(Some(price(amount)));
        }
        *self.item = item;
    }

    /// Sets the splits of the amount that is sent, followed by the splits after each coupon that is sent as negative
    /// lines.
    pub(super) fn put_splits(&mut self, mut splits: Vec<Vec<PayoutSplit>>) {
        if !splits.is_empty() {
            self.item.splits = Some(splits.remove(0));
            self.shares = Shares::Calculated { after_coupons: splits };
        }
    }

    /// Maps the value of a flattened field, which must be a single line, into this line.
    pub(super) fn flatten<T: ToOrderItems + ?Sized>(&mut self, value: &T, field: &'static str) {
        let cx = self.cx;
        let inner_cx = cx.field(field);
        cx.note_flattened(inner_cx);
        let blank = LineMapping::new(cx, self.number, self.position.clone());
        let mut line = mem::replace(self, blank);
        line.flattened += 1;
        let mut inner = Lines::of_flattened(line, inner_cx);
        value.order_items(&mut inner);
        if !inner.store.drafts.is_empty() {
            let message = "`flatten` takes the fields of one line, not several lines";
            inner_cx.problem(Rule::Value, message);
        }
        if let Some(line) = inner.into_flattened() {
            *self = line;
            self.flattened -= 1;
            self.move_to(cx);
        }
    }

    /// Sets the location in the cart for the values that are mapped next.
    pub(super) fn move_to(&mut self, cx: Context<'c>) {
        self.cx = cx;
        self.children.cx = cx;
    }

    /// Returns whether no problem with the line has been found so far.
    fn is_clean(&self) -> bool {
        self.cx.run().problem_count() == self.problems_before
    }

    /// Returns the final amounts of the line, with coupons and bundles applied, or `None` while they are unknown.
    pub(super) fn finished_amounts(&mut self) -> Option<FinishedAmounts> {
        // Marks the splits as calculated even if the amounts are unknown, so that the first run refuses a bundle with
        // splits.
        self.shares = Shares::Calculated { after_coupons: Vec::new() };
        self.cx.run().finished(self.number)
    }

    /// Calculates the amount and VAT of the line. If that is not possible, a problem is reported, and the line has no
    /// amount.
    pub(super) fn finish(mut self) -> Draft {
        self.take_pair();
        let quantity = *self.item.quantity.get_or_insert(Quantity::from(1));
        if !self.is_priced && self.is_clean() {
            let message = "the line has no price: the value mapped to its price is absent";
            self.cx.problem(Rule::Required, message);
        }
        let discounted = self.price.take().and_then(|price| self.price_line(price, quantity));
        if self.item.vat_amount.is_none() {
            self.item.vat_amount = contained(self.item.amount, self.item.vat);
        }
        self.refuse_shares_of_bundle();
        let mut draft = Draft {
            decisive_kind: self.item.kind.clone(),
            item: self.item,
            children: self.children.store.drafts,
            position: self.position,
            number: Some(self.number),
            is_bundle: self.bundle,
            shares: self.shares,
            discounts: Vec::new(),
            path: self.cx.path(),
        };
        if let Some((after, discounts)) = discounted {
            draft.set_amount(after);
            draft.discounts = discounts;
        }
        if self.negative && draft.negate().is_none() {
            self.cx.problem(Rule::Value, MoneyError::TooLarge);
        }
        draft
    }

    /// Returns whether the line has splits, or a function that calculates them.
    pub(super) fn is_split(&self) -> bool {
        self.item.splits.is_some() || !matches!(self.shares, Shares::Given)
    }

    /// Refuses splits on a bundle: a bundle is not sent, so its splits would be lost.
    fn refuse_shares_of_bundle(&self) {
        let shares = [("splits", self.is_split()), ("fee_split", self.item.fee_split.is_some())];
        for (field, is_lost) in shares {
            if self.bundle && is_lost {
                let message = format!("a bundle is sent as its parts: map `{field}` in the parts");
                self.cx.problem_with(field, Rule::Splits, message);
            }
        }
    }

    /// Sets the quantity of the line from the pair that contains the line. The line must have a unit price and no
    /// quantity of its own.
    fn take_pair(&mut self) {
        let Some(pair) = self.pair.take() else { return };
        if self.item.quantity.is_some() {
            let message = "the line has a quantity of its own, but it is in a pair with a quantity";
            pair.cx.problem(Rule::Quantity, message);
        } else if self.price.is_none_or(|price| price.of == PriceOf::Line) && self.is_clean() {
            let message = "a line in a pair with a quantity needs the price of one unit: map `unit_price` or `net_unit_price` in the line";
            pair.cx.problem(Rule::Quantity, message);
        }
        self.item.quantity = Some(pair.quantity);
    }

    /// Returns whether the price includes VAT, as decided by the price itself, otherwise by the line, and otherwise by
    /// the order.
    fn basis_of(&self, price: LinePrice) -> PriceBasis {
        if price.basis == Some(PriceBasis::Net) && self.basis == Some(PriceBasis::Gross) {
            let message = "the price is mapped as a price without VAT, but `price_includes_vat` says that it includes VAT: map `amount` or `unit_price`";
            self.cx.problem_with("price_includes_vat", Rule::Value, message);
        }
        price.basis.unwrap_or_else(|| self.default_basis())
    }

    /// Returns whether amounts of the line include VAT by default.
    fn default_basis(&self) -> PriceBasis {
        self.basis.unwrap_or_else(|| self.cx.run().price_basis())
    }

    /// Sets the amount of the line before discounts. Returns the amount after discounts, and the descriptions of the
    /// discounts.
    fn price_line(
        &mut self,
        price: LinePrice,
        quantity: Quantity,
    ) -> Option<(MinorUnits, Vec<DiscountItem>)> {
        let basis = self.basis_of(price);
        // An invalid rate has already been reported, so it is not also reported as missing.
        if basis == PriceBasis::Net && self.item.vat.is_none() && !self.is_clean() {
            return None;
        }
        let parts = self.parts();
        let vat = match (self.bundle, self.item.vat) {
            (true, None) => VatOf::Parts(&parts),
            (_, vat) => VatOf::Line(vat),
        };
        let LinePrice { price, of, .. } = price;
        let (discount_basis, rounding) = (self.default_basis(), self.rounding);
        let terms = Terms { price, of, basis, discount_basis, quantity, vat, rounding };
        match terms.price(mem::take(&mut self.reductions)) {
            Ok(PricedLine { before, after, described }) => {
                self.item.amount = Some(before);
                Some((after, described))
            }
            Err(reason) => {
                self.refuse(reason);
                None
            }
        }
    }

    /// Returns the parts that are sent instead of a bundle. The list is empty for other lines.
    fn parts(&self) -> Vec<TaxedPart> {
        let mut parts = Vec::new();
        if self.bundle {
            self.children.store.drafts.iter().for_each(|child| child.taxed_parts(&mut parts));
        }
        parts
    }

    fn refuse(&self, reason: Unpriced) {
        let cx = self.cx;
        match reason {
            Unpriced::Discount { path, message } => {
                cx.run().push(Problem::new(path.unwrap_or_default(), Rule::Discount, message));
            }
            Unpriced::Fraction => {
                let message = "the amount of the line has a fraction of a minor unit, which `rounding = exact` forbids";
                cx.problem(Rule::Value, message);
            }
            Unpriced::NoGross(NoGross::NoRate) if self.bundle => {
                let message = "a bundle whose price is without VAT needs a VAT rate: its own, or one for every part";
                cx.problem(Rule::Vat, message);
            }
            Unpriced::NoGross(NoGross::NoRate) => {
                let message = "a price without VAT needs the VAT rate, but this line has none";
                cx.problem(Rule::Vat, message);
            }
            Unpriced::NoGross(NoGross::NoParts) => {
                let message = "the price of the bundle cannot be spread across its parts: the parts need prices of their own, none of them negative";
                cx.problem(Rule::Bundle, message);
            }
            Unpriced::NoGross(NoGross::TooLarge) => cx.problem(Rule::Value, MoneyError::TooLarge),
        }
    }
}

fn contained(amount: Option<MinorUnits>, rate: Option<Percent>) -> Option<MinorUnits> {
    vat::contained(amount?, rate?)
}
