//! A priced line before it is sent, with the lines under it: bundles and coupons may still change its amount.

use super::rate::{self, TaxedPart};
use crate::money::allocate;
use crate::order::vat;
use crate::types::{OrderLine, PayoutSplit};
use crate::{MinorUnits, Percent};

/// A finished line, with those under it.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) item: Box<OrderLine>,
    pub(super) children: Vec<Draft>,
    pub(super) position: LinePosition,
    /// The number of the line in every run over the cart; `None` for a line that no value of the cart is.
    pub(super) number: Option<usize>,
    /// Its price belongs to the lines under it, which are sent in its place.
    pub(super) is_bundle: bool,
    pub(super) shares: Shares,
    /// Where it comes from, if paths are kept.
    pub(super) path: Option<String>,
}

/// What a line is called if it has no line id.
#[derive(Debug, Clone)]
pub(super) enum LinePosition {
    /// Its position, from 1.
    Number(usize),
    /// Its key in a map.
    Key(String),
    /// A line that is calculated, with the line id that it would like.
    Named(String),
}

/// Where the splits of a line come from.
#[derive(Debug, Clone)]
pub(super) enum Shares {
    /// They were given with the line, for its price: they follow the price.
    Given,
    /// A function made them of what the line costs in the end, and of what each coupon leaves that is sent as lines of its
    /// own.
    Calculated { after_coupons: Vec<Vec<PayoutSplit>> },
}

impl Draft {
    /// A line that is calculated: nothing in the cart is it.
    pub(super) fn calculated(item: OrderLine, line_id: String, path: Option<String>) -> Self {
        Self {
            item: Box::new(item),
            children: Vec::new(),
            position: LinePosition::Named(line_id),
            number: None,
            is_bundle: false,
            shares: Shares::Given,
            path,
        }
    }

    pub(super) fn amount(&self) -> MinorUnits {
        self.item.amount.unwrap_or(MinorUnits::ZERO)
    }

    /// Changes the amount, and with it the VAT and the splits that were stated for the amount before.
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

    /// Takes the line off the order instead of adding it, with all that is under it. `None` if an amount has no opposite.
    pub(super) fn negate(&mut self) -> Option<()> {
        let mut amounts: Vec<&mut MinorUnits> = Vec::new();
        amounts.extend(&mut self.item.amount);
        amounts.extend(&mut self.item.vat_amount);
        let described = self.item.discount_lines.iter_mut().flatten();
        amounts.extend(described.filter_map(|discount| discount.amount.as_mut()));
        // What is calculated is calculated from the amount in the end.
        if matches!(self.shares, Shares::Given) {
            let splits = self.item.splits.iter_mut().flatten();
            amounts.extend(splits.map(|split| &mut split.amount));
        }
        for amount in amounts {
            *amount = amount.checked_neg()?;
        }
        self.children.iter_mut().try_for_each(Self::negate)
    }

    /// Takes what a part of a bundle has from the bundle, unless it says so itself.
    pub(super) fn inherit(&mut self, bundle: &OrderLine) {
        if self.item.vat.is_none() && bundle.vat.is_some() {
            self.item.vat = bundle.vat;
            self.item.vat_amount = vat_of(self.amount(), bundle.vat, None, None);
        }
        if self.item.groups.is_none() {
            self.item.groups.clone_from(&bundle.groups);
        }
    }

    /// What is sent of this line, as the parts of a bundle: itself, or what is under it.
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

/// Spreads the VAT of a bundle over parts of which nobody says what VAT they hold.
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

/// The VAT of a line whose amount has changed: by its rate, or in proportion where only the VAT itself is known.
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

/// Splits of an amount that were given for another one, in proportion. `None` if they did not add up to that one, or one of
/// them is negative: then they are not touched, and the check says what is wrong.
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
