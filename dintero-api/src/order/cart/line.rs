//! One line while it is mapped, and how it becomes a draft.

use std::mem;

use super::context::{Context, FinishedAmounts, PriceBasis};
use super::discount::Reduction;
use super::draft::{Draft, LinePosition, Shares};
use super::lines::{Lines, Pair, ToOrderItems};
use super::price::{LinePrice, PriceOf, PricedLine, Terms, Unpriced};
use super::rate::{NoGross, TaxedPart, VatOf};
use crate::money::{MoneyError, Price, Rounding};
use crate::order::{Problem, Rule, vat};
use crate::types::{OrderLine, PayoutSplit};
use crate::{MinorUnits, Percent, Quantity};

/// One line while it is mapped: its fields, and the inputs that its amount is made from.
///
/// For the derives; by hand, [`Lines::push`] takes a whole line.
#[derive(Debug)]
pub struct LineMapping<'c> {
    /// The line as it will be sent. In a box, because it is large and goes through several hands.
    pub item: Box<OrderLine>,
    /// Where the line is in the cart.
    pub cx: Context<'c>,
    /// Lines under this one: add-ons, or the parts of a bundle.
    pub children: Lines<'c>,
    /// How the amount is rounded.
    pub rounding: Rounding,
    /// The price belongs to the lines under this one, which are sent in its place.
    pub bundle: bool,
    /// The amount is taken off the order.
    pub negative: bool,
    price: Option<LinePrice>,
    /// How deep the struct of the price is flattened.
    priced_in: Option<u32>,
    /// A price was given, even if it could not be read, or the line is whole as it is.
    is_priced: bool,
    basis: Option<PriceBasis>,
    reductions: Vec<Reduction>,
    shares: Shares,
    /// How many structs that are flattened into one another the line is in.
    pub(super) flattened: u32,
    /// Problems of the order when the line was begun.
    problems_before: usize,
    pub(super) number: usize,
    pub(super) position: LinePosition,
    /// The quantity beside the line, as in `(product, 2)`.
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

    /// Takes a price, or notes that there was one that could not be read. The price of a struct replaces that of a struct that
    /// is flattened into it.
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
        self.reductions.push(reduction);
    }

    /// Takes a whole line as it is. Its amount is its price, for what a struct around it takes off.
    pub(super) fn put_whole(&mut self, item: OrderLine) {
        let price = |amount| LinePrice {
            price: Price::from(amount),
            of: PriceOf::Line,
            basis: Some(PriceBasis::Gross),
        };
        self.put_price(item.amount.map(price));
        *self.item = item;
    }

    /// Puts the splits of each of the finished amounts.
    pub(super) fn put_splits(&mut self, mut splits: Vec<Vec<PayoutSplit>>) {
        if !splits.is_empty() {
            self.item.splits = Some(splits.remove(0));
            self.shares = Shares::Calculated { after_coupons: splits };
        }
    }

    /// Lets a value that is one line, and is in a field, go on with this one.
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

    /// Goes on in another context.
    pub(super) fn move_to(&mut self, cx: Context<'c>) {
        self.cx = cx;
        self.children.cx = cx;
    }

    /// Whether nothing is wrong with the line so far.
    fn is_clean(&self) -> bool {
        self.cx.run().problem_count() == self.problems_before
    }

    /// What the line costs in the end, coupons and bundles included; `None` while it is not known.
    pub(super) fn finished_amounts(&mut self) -> Option<FinishedAmounts> {
        // So that a bundle with splits is refused in the first run as well.
        self.shares = Shares::Calculated { after_coupons: Vec::new() };
        self.cx.run().finished(self.number)
    }

    /// Gives the line its amount and VAT. What cannot be calculated is a problem, and the line stays without.
    pub(super) fn finish(mut self) -> Draft {
        self.take_pair();
        let quantity = *self.item.quantity.get_or_insert(Quantity::from(1));
        if !self.is_priced && self.is_clean() {
            let message = "the line has no price: its price is absent here";
            self.cx.problem(Rule::Required, message);
        }
        let discounted = self.price.take().and_then(|price| self.price_line(price, quantity));
        if self.item.vat_amount.is_none() {
            self.item.vat_amount = contained(self.item.amount, self.item.vat);
        }
        self.refuse_shares_of_bundle();
        let mut draft = Draft {
            item: self.item,
            children: self.children.store.drafts,
            position: self.position,
            number: Some(self.number),
            is_bundle: self.bundle,
            shares: self.shares,
            path: self.cx.path(),
        };
        if let Some(after) = discounted {
            draft.set_amount(after);
        }
        if self.negative && draft.negate().is_none() {
            self.cx.problem(Rule::Value, MoneyError::TooLarge);
        }
        draft
    }

    /// A bundle is not sent, so what it said of its sellers would be lost.
    fn refuse_shares_of_bundle(&self) {
        let is_split = self.item.splits.is_some() || !matches!(self.shares, Shares::Given);
        for (field, is_lost) in [("splits", is_split), ("fee_split", self.item.fee_split.is_some())]
        {
            if self.bundle && is_lost {
                let message = format!("a bundle is sent as its parts: map `{field}` in the parts");
                self.cx.problem_with(field, Rule::Splits, message);
            }
        }
    }

    /// The quantity beside a product is that of its line, whose price must be of one unit.
    fn take_pair(&mut self) {
        let Some(pair) = self.pair.take() else { return };
        if self.item.quantity.is_some() {
            let message =
                "the line has a quantity of its own: in a pair, the quantity is beside the line";
            pair.cx.problem(Rule::Quantity, message);
        } else if self.price.is_none_or(|price| price.of == PriceOf::Line) && self.is_clean() {
            let message = "a quantity beside a line needs a price of one unit: map `unit_price` or `net_unit_price` in the line";
            pair.cx.problem(Rule::Quantity, message);
        }
        self.item.quantity = Some(pair.quantity);
    }

    /// Whether the price holds VAT: as it says itself, or its line, or its order.
    fn basis_of(&self, price: LinePrice) -> PriceBasis {
        if price.basis == Some(PriceBasis::Net) && self.basis == Some(PriceBasis::Gross) {
            let message = "the price is mapped as one without VAT, and `price_includes_vat` says that it has VAT: map `amount` or `unit_price`";
            self.cx.problem_with("price_includes_vat", Rule::Value, message);
        }
        price.basis.unwrap_or_else(|| self.default_basis())
    }

    /// Whether what does not say it itself holds VAT.
    fn default_basis(&self) -> PriceBasis {
        self.basis.unwrap_or_else(|| self.cx.run().price_basis())
    }

    /// Puts the price of the line before discounts, and returns what is left after them.
    fn price_line(&mut self, price: LinePrice, quantity: Quantity) -> Option<MinorUnits> {
        let basis = self.basis_of(price);
        // A rate that was refused is not missed once more.
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
        let described = self.item.discount_lines.take().unwrap_or_default();
        match terms.price(mem::take(&mut self.reductions), described) {
            Ok(PricedLine { before, after, described }) => {
                self.item.discount_lines =
                    Some(described).filter(|described| !described.is_empty());
                self.item.amount = Some(before);
                Some(after)
            }
            Err(reason) => {
                self.refuse(reason);
                None
            }
        }
    }

    /// What a bundle is sent as.
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
                let message = "a bundle whose price is without VAT needs the rate of VAT of every part, or one of its own";
                cx.problem(Rule::Vat, message);
            }
            Unpriced::NoGross(NoGross::NoRate) => {
                let message = "a price without VAT needs the rate of VAT, and this line has none";
                cx.problem(Rule::Vat, message);
            }
            Unpriced::NoGross(NoGross::NoParts) => {
                let message = "the price of the bundle cannot be spread: its parts need prices of their own, none of them negative";
                cx.problem(Rule::Bundle, message);
            }
            Unpriced::NoGross(NoGross::TooLarge) => cx.problem(Rule::Value, MoneyError::TooLarge),
        }
    }
}

fn contained(amount: Option<MinorUnits>, rate: Option<Percent>) -> Option<MinorUnits> {
    vat::contained(amount?, rate?)
}
