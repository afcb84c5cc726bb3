//! Takes coupons off the product lines: each coupon is either spread across these lines or sent as negative lines.
//!
//! In either form, coupons apply one after another, each to the amount that remains after the previous coupon. The form
//! therefore changes how a coupon is sent, but never the amount that the customer pays.

use rust_decimal::Decimal;

use super::context::{Context, FinishedAmounts, PriceBasis};
use super::discount::{Reduction, TakenOff, add_descriptions};
use super::draft::{Draft, Shares, is_product, splits_of};
use super::exact::Exact;
use super::rate::{self, NoGross, TaxedPart, VatOf};
use crate::money::{Rounding, allocate};
use crate::order::{Problem, Rule};
use crate::types::{DiscountItem, OrderLine, PayoutSplit};
use crate::{MinorUnits, Percent, Quantity, StringOrNumber};

/// The lines of an order while coupons are being applied.
#[derive(Debug)]
struct Coupons<'d> {
    lines: &'d mut [Draft],
    /// For each line, the amounts taken off by the coupons that are sent as negative lines.
    left: Vec<Left>,
    /// The negative lines of coupons.
    own_lines: Vec<Draft>,
    /// Whether amounts include VAT by default.
    basis: PriceBasis,
}

/// The amounts taken off a line by coupons that are sent as negative lines. These amounts determine the remaining
/// amount of the line.
#[derive(Debug, Default)]
struct Left {
    /// The amount that each coupon took off.
    off: Vec<MinorUnits>,
}

/// The result of applying all coupons.
#[derive(Debug, Default)]
pub(super) struct AfterCoupons {
    /// The negative lines of coupons.
    pub(super) own_lines: Vec<Draft>,
    /// The final amounts of the cart's lines, by line number.
    pub(super) finished: Vec<FinishedAmounts>,
}

/// Takes all coupons off the lines. A coupon that cannot be taken off is reported as a problem and left out.
pub(super) fn take_off(
    coupons: Vec<Reduction>,
    lines: &mut [Draft],
    described: &mut Option<Vec<DiscountItem>>,
    cx: Context<'_>,
) -> AfterCoupons {
    if coupons.is_empty() && !cx.run().wants_finished() {
        return AfterCoupons::default();
    }
    let mut taken = Coupons::on(lines, cx.run().price_basis());
    for (index, coupon) in coupons.into_iter().enumerate() {
        if let Err(problem) = taken.take_off(coupon, index + 1, described) {
            cx.run().push(problem);
        }
    }
    taken.finish()
}

/// Refuses the coupons of a cart that does not map `items`: its total is used as it is, so the coupons would be lost.
pub(super) fn refuse_without_lines(coupons: Vec<Reduction>, cx: Context<'_>) {
    let message = "a coupon is taken off the lines, but the cart does not map `items`: map a discount that the total already includes to `discount_lines`";
    for coupon in coupons {
        let path = coupon.path.unwrap_or_default();
        cx.run().push(Problem::new(path, Rule::Discount, message));
    }
}

impl<'d> Coupons<'d> {
    fn on(lines: &'d mut [Draft], basis: PriceBasis) -> Self {
        let left = lines.iter().map(|_| Left::default()).collect();
        Self { lines, left, own_lines: Vec::new(), basis }
    }

    /// Takes a coupon off the lines, or adds it as negative lines. `number` is the coupon's position among the coupons.
    fn take_off(
        &mut self,
        coupon: Reduction,
        number: usize,
        described: &mut Option<Vec<DiscountItem>>,
    ) -> Result<(), Problem> {
        let chosen: Vec<usize> =
            (0..self.lines.len()).filter(|index| self.takes_coupon(*index)).collect();
        let weights: Vec<MinorUnits> = chosen.iter().map(|index| self.left_of(*index)).collect();
        let off = self.off(&coupon, &chosen, &weights)?;
        let parts = allocate(off, &weights).unwrap_or_default();
        if coupon.as_items {
            self.add_own_lines(&coupon, number, &chosen, &parts);
            return Ok(());
        }
        for (index, part) in chosen.into_iter().zip(parts) {
            let line = &mut self.lines[index];
            line.set_amount(less(line.amount(), part));
        }
        add_descriptions(described, coupon.describe(off));
        Ok(())
    }

    fn finish(self) -> AfterCoupons {
        let mut amounts = Vec::new();
        for (line, left) in self.lines.iter().zip(&self.left) {
            let Some(number) = line.number else { continue };
            if amounts.len() <= number {
                amounts.resize(number + 1, FinishedAmounts::default());
            }
            amounts[number] = left.finished(line.amount());
        }
        AfterCoupons { own_lines: self.own_lines, finished: amounts }
    }

    fn left_of(&self, index: usize) -> MinorUnits {
        self.left[index].of(self.lines[index].amount())
    }

    /// Returns whether a coupon applies to a line. Coupons apply to products with a remaining amount above zero, but
    /// not to shipping, surcharges, gift cards, negative lines, or lines that the shop exempts.
    fn takes_coupon(&self, index: usize) -> bool {
        let item = &self.lines[index].item;
        self.left_of(index) > MinorUnits::ZERO
            && item.eligible_for_discount != Some(false)
            && is_product(item)
    }

    /// Returns the amount that a coupon takes off the chosen lines. `weights` are the remaining amounts of these lines.
    fn off(
        &self,
        coupon: &Reduction,
        chosen: &[usize],
        weights: &[MinorUnits],
    ) -> Result<MinorUnits, Problem> {
        let problem = |message: String| {
            Problem::new(coupon.path.clone().unwrap_or_default(), Rule::Discount, message)
        };
        let total =
            weights.iter().try_fold(MinorUnits::ZERO, |sum, weight| sum.checked_add(*weight));
        let total = total.ok_or_else(|| problem("the sum of the lines is too large".to_owned()))?;
        let taxed = |(index, amount): (&usize, &MinorUnits)| TaxedPart {
            amount: *amount,
            vat: self.lines[*index].item.vat,
        };
        let taxed: Vec<TaxedPart> = chosen.iter().zip(weights).map(taxed).collect();
        let vat = VatOf::Parts(&taxed);
        let of = TakenOff { total: Exact::integer(total.get()), vat, basis: self.basis };
        let off = coupon.off(of).and_then(|off| {
            off.round(Rounding::default()).map(MinorUnits::new).ok_or(NoGross::TooLarge)
        });
        let off = off.map_err(|reason| {
            problem(match reason {
                NoGross::NoRate => {
                    "a coupon without VAT needs the VAT rate of every line that it applies to"
                        .to_owned()
                }
                NoGross::NoParts => "there are no lines that the coupon applies to".to_owned(),
                NoGross::TooLarge => {
                    "the discount is too large or has too many digits to be exact".to_owned()
                }
            })
        })?;
        if off < MinorUnits::ZERO {
            return Err(problem(format!(
                "a discount must not be negative, but this discount is {off}: the amount to take off is positive"
            )));
        }
        if off > total {
            let remedy = coupon.remedy_for_excess();
            return Err(problem(format!(
                "the discount of {off} is more than the remaining {total} of the lines that it applies to (products, not shipping, gift cards, surcharges or lines that are not eligible); {remedy}"
            )));
        }
        Ok(off)
    }

    /// Adds one negative line for each combination of VAT rate and [`SplitsKind`], in the order in which the
    /// combinations first appear.
    fn add_own_lines(
        &mut self,
        coupon: &Reduction,
        number: usize,
        chosen: &[usize],
        parts: &[MinorUnits],
    ) {
        let mut shares: Vec<CouponLine> = Vec::new();
        for (&index, &part) in chosen.iter().zip(parts) {
            let splits = self.splits_for(index, part);
            let vat_amount = self.vat_for(index, part);
            self.left[index].off.push(part);
            if part == MinorUnits::ZERO {
                continue;
            }
            let (vat, kind) = (self.lines[index].item.vat, SplitsKind::of(splits.as_deref()));
            let known = shares.iter().position(|line| line.vat == vat && line.kind == kind);
            let position = known.unwrap_or_else(|| {
                shares.push(CouponLine::new(vat, kind));
                shares.len() - 1
            });
            let line = &mut shares[position];
            // Cannot overflow: the sum is at most the total of all lines.
            line.off = line.off.checked_add(part).unwrap_or(line.off);
            line.add_vat(vat_amount);
            line.add_splits(splits);
        }
        let name = coupon_name(coupon, number);
        self.own_lines.extend(shares.into_iter().map(|line| line.into_draft(coupon, &name)));
    }

    /// Returns the change in a line's VAT when the next coupon takes `part` off the line, if the line's VAT amount is
    /// known but its rate is not.
    fn vat_for(&self, index: usize, part: MinorUnits) -> Option<MinorUnits> {
        let item = &self.lines[index].item;
        let stated = item.vat_amount.filter(|_| item.vat.is_none())?;
        let before = self.left_of(index);
        let of = |left| rate::in_proportion(stated, left, item.amount?);
        of(less(before, part))?.checked_sub(of(before)?)
    }

    /// Returns the change in each seller's share of a line when the next coupon takes `part` off the line.
    fn splits_for(&self, index: usize, part: MinorUnits) -> Option<Vec<PayoutSplit>> {
        let line = &self.lines[index];
        let before = self.left_of(index);
        let sent = line.item.splits.as_deref()?;
        let (had, have) = match &line.shares {
            Shares::Calculated { after_coupons } => {
                let coupons = self.left[index].off.len();
                let had = match coupons {
                    0 => Some(sent),
                    count => after_coupons.get(count - 1).map(Vec::as_slice),
                };
                (had?.to_vec(), after_coupons.get(coupons)?.clone())
            }
            Shares::Given => {
                let at = |amount| splits_of(sent, amount, Some(line.amount()));
                match (at(before), at(less(before, part))) {
                    (Some(had), Some(have)) => (had, have),
                    _ => return sent.is_empty().then(Vec::new),
                }
            }
        };
        Some(difference(&have, &had))
    }
}

impl Left {
    fn of(&self, amount: MinorUnits) -> MinorUnits {
        self.off.iter().fold(amount, |left, off| less(left, *off))
    }

    fn finished(&self, sent: MinorUnits) -> FinishedAmounts {
        let after = |left: &mut MinorUnits, off: &MinorUnits| {
            *left = less(*left, *off);
            Some(*left)
        };
        FinishedAmounts { sent, left: self.off.iter().scan(sent, after).collect() }
    }
}

/// Subtracts one amount from another. The amount of a line and the amount taken off have the same sign, so the
/// subtraction does not overflow.
fn less(amount: MinorUnits, off: MinorUnits) -> MinorUnits {
    amount.checked_sub(off).unwrap_or(MinorUnits::ZERO)
}

/// Returns the change in each seller's share from `had` to `have`. The change is usually negative.
fn difference(have: &[PayoutSplit], had: &[PayoutSplit]) -> Vec<PayoutSplit> {
    let mut difference = Vec::new();
    for split in have {
        add_split(&mut difference, split.clone());
    }
    for split in had {
        let mut split = split.clone();
        split.amount = split.amount.checked_neg().unwrap_or(split.amount);
        add_split(&mut difference, split);
    }
    difference
}

fn add_split(splits: &mut Vec<PayoutSplit>, split: PayoutSplit) {
    let id = &split.payout_destination_id;
    match splits.iter_mut().find(|known| known.payout_destination_id == *id) {
        Some(known) => {
            known.amount = known.amount.checked_add(split.amount).unwrap_or(known.amount)
        }
        None => splits.push(split),
    }
}

/// How the lines that a coupon applies to are split among sellers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum SplitsKind {
    Unsplit,
    /// An empty list: the splits are sent with the capture.
    AtCapture,
    Split,
}

impl SplitsKind {
    fn of(splits: Option<&[PayoutSplit]>) -> Self {
        match splits {
            None => Self::Unsplit,
            Some([]) => Self::AtCapture,
            Some(_) => Self::Split,
        }
    }
}

/// A coupon's negative line for one VAT rate and one kind of splits.
#[derive(Debug)]
struct CouponLine {
    vat: Option<Percent>,
    kind: SplitsKind,
    off: MinorUnits,
    /// The VAT amount of lines whose rate is not known.
    vat_amount: Option<MinorUnits>,
    splits: Option<Vec<PayoutSplit>>,
}

impl CouponLine {
    fn new(vat: Option<Percent>, kind: SplitsKind) -> Self {
        Self { vat, kind, off: MinorUnits::ZERO, vat_amount: None, splits: None }
    }

    fn add_vat(&mut self, vat_amount: Option<MinorUnits>) {
        if let Some(more) = vat_amount {
            let sum = self.vat_amount.unwrap_or(MinorUnits::ZERO).checked_add(more);
            self.vat_amount = sum.or(self.vat_amount);
        }
    }

    fn add_splits(&mut self, splits: Option<Vec<PayoutSplit>>) {
        let Some(splits) = splits else { return };
        let all = self.splits.get_or_insert_default();
        for split in splits {
            add_split(all, split);
        }
    }

    fn into_draft(self, coupon: &Reduction, name: &str) -> Draft {
        let mut item = OrderLine::new().quantity(Quantity::from(Decimal::ONE));
        item.id = coupon.details.discount_id.clone();
        item.description = coupon.details.description.clone();
        item.vat = self.vat;
        item.splits = self.splits.map(|mut splits| {
            splits.retain(|split| split.amount != MinorUnits::ZERO);
            splits
        });
        let id = match self.vat {
            Some(rate) => format!("{name}-{rate}"),
            None => name.to_owned(),
        };
        let mut line = Draft::calculated(item, id, coupon.path.clone());
        // The splits already add up to the negative amount, so `set_amount` must not change them.
        line.shares = Shares::Calculated { after_coupons: Vec::new() };
        line.set_amount(self.off.checked_neg().unwrap_or(MinorUnits::ZERO));
        line.item.vat_amount = line.item.vat_amount.or(self.vat_amount);
        line
    }
}

/// Returns the prefix of a coupon's line ids, before the rate: the coupon's own line id, or `coupon-` followed by the
/// coupon's discount id or position.
fn coupon_name(coupon: &Reduction, number: usize) -> String {
    match (&coupon.details.line_id, &coupon.details.discount_id) {
        (Some(StringOrNumber::Text(id)), _) => id.clone(),
        (Some(StringOrNumber::Number(id)), _) => id.to_string(),
        (None, Some(code)) => format!("coupon-{code}"),
        (None, None) => format!("coupon-{number}"),
    }
}
