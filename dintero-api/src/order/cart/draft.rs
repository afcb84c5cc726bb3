//! A priced line before it is sent, with its child lines. Bundles and coupons may still change the line's amount.

use super::discount::{add_description_of_bundle, add_descriptions};
use super::rate::{self, TaxedPart};
use crate::money::allocate;
use crate::order::vat;
use crate::types::{DiscountItem, OrderItemType, OrderLine, PayoutSplit};
use crate::{MinorUnits, Percent};

/// A priced line with its child lines.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) item: Box<OrderLine>,
    pub(super) children: Vec<Draft>,
    pub(super) position: LinePosition,
    /// The number of the line, the same in every run over the cart; `None` for a line that is not in the cart.
    pub(super) number: Option<usize>,
    /// Whether the price is spread across the child lines, which are sent instead of this line.
    pub(super) is_bundle: bool,
    /// The type that decides whether coupons apply to the line: its own or, if it has none, that of the innermost bundle
    /// around it that has a type.
    pub(super) decisive_kind: Option<OrderItemType>,
    pub(super) shares: Shares,
    /// The descriptions of the discounts that have lowered the price. They become part of the line when it is sent.
    pub(super) discounts: Vec<DiscountItem>,
    /// The location in the cart, if paths are recorded.
    pub(super) path: Option<String>,
}

/// The value from which the line id is generated, if the line has no id of its own.
#[derive(Debug, Clone)]
pub(super) enum LinePosition {
    /// The line's position, counted from 1.
    Number(usize),
    /// The line's key in a map.
    Key(String),
    /// A preferred line id, for a line that is not in the cart.
    Named(String),
}

/// The source of the splits of a line.
#[derive(Debug, Clone)]
pub(super) enum Shares {
    /// Given with the line, for the original price of the line; if the price changes, the splits change in proportion.
    Given,
    /// Calculated by a function, from the final amount of the line and from the remaining amount after each coupon that
    /// is sent as negative lines.
    Calculated { after_coupons: Vec<Vec<PayoutSplit>> },
}

impl Draft {
    /// Creates a calculated line, which is not in the cart.
    pub(super) fn calculated(item: OrderLine, line_id: String, path: Option<String>) -> Self {
        Self {
            decisive_kind: item.kind.clone(),
            item: Box::new(item),
            children: Vec::new(),
            position: LinePosition::Named(line_id),
            number: None,
            is_bundle: false,
            shares: Shares::Given,
            discounts: Vec::new(),
            path,
        }
    }

    pub(super) fn amount(&self) -> MinorUnits {
        self.item.amount.unwrap_or(MinorUnits::ZERO)
    }

    /// Changes the amount, the VAT, and the splits that were given for the previous amount.
    pub(super) fn set_amount(&mut self, amount: MinorUnits) {
        let before = self.item.amount.replace(amount);
        if before == Some(amount) {
            return;
        }
        self.item.vat_amount = vat_of(amount, self.item.vat, self.item.vat_amount, before);
        if let (Shares::Given, Some(splits)) = (&self.shares, &mut self.item.splits)
            && let Some(lowered) = splits_of(splits, amount, before)
        {
            *splits = lowered;
        }
    }

    /// Negates the amounts of the line and of its child lines, so that they are taken off the order. Returns `None` if
    /// an amount cannot be negated.
    pub(super) fn negate(&mut self) -> Option<()> {
        let mut amounts: Vec<&mut MinorUnits> = Vec::new();
        amounts.extend(&mut self.item.amount);
        amounts.extend(&mut self.item.vat_amount);
        let described = self.item.discount_lines.iter_mut().flatten().chain(&mut self.discounts);
        amounts.extend(described.filter_map(|discount| discount.amount.as_mut()));
        // Calculated splits already use the final amount.
        if matches!(self.shares, Shares::Given) {
            let splits = self.item.splits.iter_mut().flatten();
            amounts.extend(splits.map(|split| &mut split.amount));
        }
        for amount in amounts {
            *amount = amount.checked_neg()?;
        }
        self.children.iter_mut().try_for_each(Self::negate)
    }

    /// Copies values of the bundle to a part that does not set its own: the VAT rate, the groups, and whether coupons
    /// apply. The inner bundles around the part must have been copied first.
    pub(super) fn inherit(&mut self, bundle: &OrderLine) {
        if self.item.vat.is_none() && bundle.vat.is_some() {
            self.item.vat = bundle.vat;
            self.item.vat_amount = vat_of(self.amount(), bundle.vat, None, None);
        }
        if self.item.groups.is_none() {
            self.item.groups.clone_from(&bundle.groups);
        }
        let is_exempt = self.decisive_kind.is_none() && !is_product(bundle);
        if self.decisive_kind.is_none() {
            self.decisive_kind.clone_from(&bundle.kind);
        }
        let eligible = self.item.eligible_for_discount.or(bundle.eligible_for_discount);
        self.item.eligible_for_discount = eligible.or(is_exempt.then_some(false));
    }

    /// Adds the descriptions of the discounts to the line that is sent.
    pub(super) fn describe_discounts(&mut self) {
        add_descriptions(&mut self.item.discount_lines, self.discounts.drain(..));
    }

    /// Adds the lines that are sent for this line to `parts`: its child lines and, unless it is a bundle, the line
    /// itself.
    pub(super) fn taxed_parts(&self, parts: &mut Vec<TaxedPart>) {
        if !self.is_bundle {
            parts.push(TaxedPart { amount: self.amount(), vat: self.item.vat });
        }
        let first = parts.len();
        for child in &self.children {
            child.taxed_parts(parts);
        }
        if self.is_bundle {
            for part in &mut parts[first..] {
                part.vat = part.vat.or(self.item.vat);
            }
            let weights: Vec<MinorUnits> = parts[first..].iter().map(|part| part.amount).collect();
            let shares = allocate(self.amount(), &weights).unwrap_or_default();
            for (part, share) in parts[first..].iter_mut().zip(shares) {
                part.amount = share;
            }
        }
    }
}

/// Returns whether coupons can apply to the type of the line: not to a gift card, shipping or a surcharge.
pub(super) fn is_product(line: &OrderLine) -> bool {
    use OrderItemType::{GiftCard, Shipping, Surcharge};
    !matches!(line.kind, Some(GiftCard | Shipping | Surcharge))
}

/// Spreads the discounts of a bundle across its parts, which are sent in its place. The discounts that have lowered the
/// prices of the parts themselves are removed: they have only changed the weights of the parts, and nothing is taken off
/// a part's share for them. Mapped `discount_lines` lower nothing, so those of the parts are kept.
pub(super) fn spread_discounts(bundle: &mut Draft, weights: &[MinorUnits], parts: &mut [Draft]) {
    parts.iter_mut().for_each(|part| part.discounts.clear());
    for mapped in bundle.item.discount_lines.take().into_iter().flatten() {
        spread(&mapped, weights, parts, |part, share| {
            add_description_of_bundle(&mut part.item.discount_lines, share);
        });
    }
    for taken_off in bundle.discounts.drain(..) {
        spread(&taken_off, weights, parts, |part, share| part.discounts.push(share));
    }
}

/// Adds its share of a bundle's discount to each part whose share is not zero.
fn spread(
    discount: &DiscountItem,
    weights: &[MinorUnits],
    parts: &mut [Draft],
    add: impl Fn(&mut Draft, DiscountItem),
) {
    let shares = discount.amount.and_then(|amount| allocate(amount, weights));
    for (index, part) in parts.iter_mut().enumerate() {
        let share = shares.as_ref().and_then(|shares| shares.get(index).copied());
        if share != Some(MinorUnits::ZERO) {
            add(part, DiscountItem { amount: share, ..discount.clone() });
        }
    }
}

/// Spreads the VAT of a bundle across its parts. Does nothing if any part has a VAT amount or a VAT rate.
pub(super) fn spread_vat(vat_amount: MinorUnits, parts: &mut [Draft]) {
    let is_known = |part: &Draft| part.item.vat.is_some() || part.item.vat_amount.is_some();
    let size = |part: &Draft| part.amount().get().checked_abs().map(MinorUnits::new);
    let weights: Option<Vec<MinorUnits>> = parts.iter().map(size).collect();
    if parts.iter().any(is_known) {
        return;
    }
    let shares = weights.and_then(|weights| allocate(vat_amount, &weights)).unwrap_or_default();
    for (part, share) in parts.iter_mut().zip(shares) {
        part.item.vat_amount = Some(share);
    }
}

/// Returns the VAT of a line whose amount has changed: calculated from the rate, or in proportion to the amount if only
/// the VAT amount is known.
pub(super) fn vat_of(
    amount: MinorUnits,
    rate: Option<Percent>,
    stated: Option<MinorUnits>,
    before: Option<MinorUnits>,
) -> Option<MinorUnits> {
    match rate {
        Some(rate) => vat::contained(amount, rate),
        None => rate::in_proportion(stated?, amount, before?),
    }
}

/// Scales splits that were given for another amount. Returns `None` if there are no splits, or if the splits are
/// invalid: they do not add up to that amount, or a split has the wrong sign. Invalid splits stay unchanged, and the
/// check reports the problem.
pub(super) fn splits_of(
    splits: &[PayoutSplit],
    amount: MinorUnits,
    before: Option<MinorUnits>,
) -> Option<Vec<PayoutSplit>> {
    let before = before?;
    let sum: i128 = splits.iter().map(|split| i128::from(split.amount.get())).sum();
    if splits.is_empty() || sum != i128::from(before.get()) {
        return None;
    }
    let is_negative = before < MinorUnits::ZERO;
    let weight = |split: &PayoutSplit| match is_negative {
        true => split.amount.checked_neg(),
        false => Some(split.amount),
    };
    let weights: Vec<MinorUnits> = splits.iter().map(weight).collect::<Option<_>>()?;
    let mut lowered = splits.to_vec();
    for (split, share) in lowered.iter_mut().zip(allocate(amount, &weights)?) {
        split.amount = share;
    }
    Some(lowered)
}
