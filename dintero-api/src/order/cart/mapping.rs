//! An order while it is mapped, and how it is finished: lines, coupons, totals, and the check.

use std::borrow::Cow;

use super::context::Context;
use super::discount::{self, Reduction};
use super::forward::pointers;
use super::lines::{Draft, Lines, Place, ToOrderItems};
use super::slot::Slot;
use super::{run, shipping, tree};
use crate::order::Blank as _;
use crate::order::{OrderError, Problem, Report, Rule, check};
use crate::types::{OrderItemType, OrderLine, SessionOrder, SessionProfile, SessionUrls};
use crate::{Currency, MinorUnits, Percent, Quantity};

/// A cart that can be sent to Dintero as an order.
///
/// `#[derive(DinteroOrder)]` implements it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as a Dintero order",
    label = "does not implement `ToOrder`",
    note = "add `#[derive(DinteroOrder)]` to `{Self}`"
)]
pub trait ToOrder {
    #[doc(hidden)]
    fn map_order(&self, to: &mut OrderMapping<'_>);

    /// Returns the order: lines rounded, totals calculated or checked, and nothing that [`SessionOrder::check`] refuses.
    ///
    /// # Errors
    ///
    /// If values of the cart cannot be mapped: every one of them, with its path in the cart (`lines[2].price`) and the rule. If
    /// they can, but the order is not right: everything that is wrong with it.
    fn to_order(&self) -> Result<SessionOrder, OrderError> {
        run::cart(&|to| self.map_order(to), |to| to.finish(|_| Vec::new()).map(|(order, _)| *order))
    }
}

/// A cart that can become a checkout session: every [`ToOrder`].
pub trait ToSession: ToOrder {
    /// Returns the session of the cart, under a payment profile of the account.
    ///
    /// Every account has a profile `default`. What the cart maps to `session.…` is in it.
    ///
    /// # Errors
    ///
    /// As [`ToOrder::to_order`], and for what [`SessionProfile::check`] refuses.
    fn to_session(&self, profile_id: &str, urls: SessionUrls)
    -> Result<SessionProfile, OrderError>;
}

impl<C: ToOrder + ?Sized> ToSession for C {
    fn to_session(
        &self,
        profile_id: &str,
        urls: SessionUrls,
    ) -> Result<SessionProfile, OrderError> {
        let around = |session: &mut SessionProfile| {
            session.url = urls.clone();
            profile_id.clone_into(&mut session.profile_id);
            let mut report = Report::default();
            check::around_order(session, &mut report);
            report.errors
        };
        let finished = |(order, mut session): (Box<_>, Box<SessionProfile>)| {
            session.order = *order;
            *session
        };
        run::cart(&|to| self.map_order(to), |to| to.finish(around).map(finished))
    }
}

/// An order while it is mapped: the fields of `order` and `session`, the lines, and what decides about the totals.
#[derive(Debug)]
pub struct OrderMapping<'c> {
    /// The order; its amount is not set here but by `total`.
    pub order: Box<SessionOrder>,
    /// What the cart says of the session around the order.
    pub session: Box<SessionProfile>,
    /// The lines.
    pub lines: Lines<'c>,
    /// The cart's own total, if it has one: it must be the sum.
    pub total: Total,
    /// The largest difference, in minor units, that a rounding line may settle.
    pub rounding_line: Option<i64>,
    /// The whole cart.
    pub cx: &'c Context<'c>,
    pub(super) coupons: Vec<Reduction>,
    /// Taken as it is, where a cart is an order already.
    given: bool,
}

/// The total of a cart, with the field that it came from.
#[derive(Debug, Default)]
pub struct Total {
    amount: Option<MinorUnits>,
    field: Cow<'static, str>,
}

impl Slot<MinorUnits> for Total {
    fn put(&mut self, amount: MinorUnits, field: &'static str) {
        *self = Self { amount: Some(amount), field: Cow::Borrowed(field) };
    }
}

/// How a run over a cart ended.
#[derive(Debug)]
pub(super) enum Outcome<R> {
    Finished(R),
    /// Lines asked for their finished amounts, which are these.
    Again(Vec<MinorUnits>),
    /// There are problems.
    Refused,
}

impl<R> Outcome<R> {
    fn map<S>(self, then: impl FnOnce(R) -> S) -> Outcome<S> {
        match self {
            Self::Finished(result) => Outcome::Finished(then(result)),
            Self::Again(amounts) => Outcome::Again(amounts),
            Self::Refused => Outcome::Refused,
        }
    }
}

fn outcome_of<R>(cx: &Context<'_>, problems: Vec<Problem>, result: R) -> Outcome<R> {
    if problems.is_empty() {
        return Outcome::Finished(result);
    }
    for problem in problems {
        cx.run().push(problem);
    }
    Outcome::Refused
}

impl<'c> OrderMapping<'c> {
    pub(super) fn new(cx: &'c Context<'c>) -> Self {
        Self {
            order: Box::blank(),
            session: Box::blank(),
            lines: Lines::new(cx),
            total: Total::default(),
            rounding_line: None,
            cx,
            coupons: Vec::new(),
            given: false,
        }
    }

    /// Lets a value go on with this order.
    pub(super) fn flatten<T: ToOrder + ?Sized>(&mut self, value: &T, field: &'static str) {
        let cx = self.cx.field(field);
        let mut inner = OrderMapping::new(&cx);
        std::mem::swap(&mut inner.order, &mut self.order);
        std::mem::swap(&mut inner.session, &mut self.session);
        std::mem::swap(&mut inner.lines.store, &mut self.lines.store);
        std::mem::swap(&mut inner.coupons, &mut self.coupons);
        value.map_order(&mut inner);
        let OrderMapping { order, session, lines, total, rounding_line, coupons, .. } = inner;
        (self.order, self.session, self.coupons) = (order, session, coupons);
        self.lines.store = lines.store;
        if total.amount.is_some() {
            let field = format!("{cx}.{}", total.field).into();
            self.total = Total { field, ..total };
        }
        self.rounding_line = self.rounding_line.or(rounding_line);
    }

    /// The finished order, and the session around it, of which `around` tells the problems.
    fn finish(
        mut self,
        around: impl FnOnce(&mut SessionProfile) -> Vec<Problem>,
    ) -> Outcome<(Box<SessionOrder>, Box<SessionProfile>)> {
        let cx = self.cx;
        if !cx.run().is_clean() {
            return Outcome::Refused;
        }
        let mut drafts = match tree::flatten(std::mem::take(&mut self.lines.store.drafts)) {
            Ok(drafts) => drafts,
            Err(problems) => return outcome_of(cx, problems, (self.order, self.session)),
        };
        for (index, coupon) in std::mem::take(&mut self.coupons).into_iter().enumerate() {
            discount::take_off(coupon, index + 1, &mut drafts, &mut self.order.discount_lines, cx);
        }
        if !cx.run().is_clean() {
            return Outcome::Refused;
        }
        if cx.run().wants_finished() {
            return Outcome::Again(finished_amounts(&drafts));
        }
        if let Some(option) = &mut self.order.shipping_option {
            shipping::complete(option);
        }
        if !self.given
            && let Err(problem) = self.add_up(&mut drafts)
        {
            return outcome_of(cx, vec![problem], (self.order, self.session));
        }
        let lines = drafts.iter_mut().map(|draft| draft.path.take()).collect();
        let total = self.total.amount.map(|_| self.total.field.to_string());
        let origins = Origins { lines, total, shipping_option: cx.run().shipping_option() };
        if !drafts.is_empty() {
            self.order.items = Some(drafts.into_iter().map(|draft| *draft.item).collect());
        }
        let mut problems = self.order.check().errors;
        // The checks of a session look at its order, which has its place there for so long.
        std::mem::swap(&mut self.session.order, &mut self.order);
        problems.extend(around(&mut self.session));
        std::mem::swap(&mut self.session.order, &mut self.order);
        origins.translate(&mut problems);
        outcome_of(cx, problems, (self.order, self.session))
    }

    /// Gives the order its totals, from the lines and the shipping option.
    fn add_up(&mut self, drafts: &mut Vec<Draft>) -> Result<(), Problem> {
        let shipping = self.order.shipping_option.as_ref();
        let amounts = drafts.iter().filter_map(|draft| draft.item.amount);
        let sum = sum(amounts.chain(shipping.map(|option| option.amount)))?;
        if drafts.is_empty() {
            // Nothing to add up: the cart's own total counts, which the derive asks for where no items are mapped.
            self.order.amount = self.total.amount.ok_or_else(|| {
                Problem::new("", Rule::Required, "the cart has no lines, and no total of its own")
            })?;
            return Ok(());
        }
        self.order.amount = match self.total.amount {
            None => sum,
            Some(total) if total == sum => sum,
            Some(total) if self.order.partial_payment == Some(true) && total < sum => total,
            Some(total) => {
                drafts.push(self.rounding_line(total, sum)?);
                total
            }
        };
        if self.order.vat_amount.is_none() {
            let shipping = self.order.shipping_option.as_ref();
            let lines = drafts.iter().filter_map(|draft| draft.item.vat_amount);
            let shipping = shipping.and_then(|option| option.vat_amount);
            self.order.vat_amount = Some(self::sum(lines.chain(shipping))?);
        }
        Ok(())
    }

    /// The line that closes the gap between the cart's total and the sum, if the cart allows it.
    fn rounding_line(&self, total: MinorUnits, sum: MinorUnits) -> Result<Draft, Problem> {
        let gap = i128::from(total.get()) - i128::from(sum.get());
        let allowed = i128::from(self.rounding_line.unwrap_or(0));
        let amount = i64::try_from(gap).ok().filter(|_| gap.abs() <= allowed);
        let Some(amount) = amount else {
            let way = if gap > 0 { "more" } else { "less" };
            let hint = match self.rounding_line {
                Some(max) => format!("a rounding line may settle {max}"),
                None => "map what is missing, or allow a rounding line with `total_mismatch = rounding_line(max = …)`".to_owned(),
            };
            let size = gap.abs();
            return Err(Problem::new(
                self.total.field.as_ref(),
                Rule::Sum,
                format!(
                    "the total {total} is {size} {way} than {sum}, the sum of the lines and the shipping option; {hint}"
                ),
            ));
        };
        let item = OrderLine::new()
            .id("rounding")
            .line_id("rounding")
            .description("Rounding")
            .quantity(Quantity::from(1))
            .amount(amount)
            .vat_amount(0)
            .vat(Percent::from(0))
            .kind(OrderItemType::Surcharge);
        Ok(Draft {
            item: Box::new(item),
            children: Vec::new(),
            place: Place::Position(0),
            number: usize::MAX,
            vat_is_ours: false,
            bundle: false,
            path: None,
        })
    }
}

fn sum(amounts: impl Iterator<Item = MinorUnits>) -> Result<MinorUnits, Problem> {
    let mut amounts = amounts;
    amounts
        .try_fold(MinorUnits::ZERO, |sum, amount| sum.checked_add(amount))
        .ok_or_else(|| Problem::new("", Rule::Int32, "the amounts are too large to add up"))
}

/// Amounts by the number of the line; a line that is not sent, such as a bundle, has none.
fn finished_amounts(drafts: &[Draft]) -> Vec<MinorUnits> {
    let mut amounts = Vec::new();
    for draft in drafts {
        if draft.number == usize::MAX {
            continue;
        }
        if amounts.len() <= draft.number {
            amounts.resize(draft.number + 1, MinorUnits::ZERO);
        }
        amounts[draft.number] = draft.item.amount.unwrap_or(MinorUnits::ZERO);
    }
    amounts
}

/// Where the parts of an order come from in the cart.
struct Origins {
    lines: Vec<Option<String>>,
    total: Option<String>,
    shipping_option: Option<String>,
}

impl Origins {
    /// Problems of the order as problems of the cart: `items[3].line_id` is `lines[2].line_id` if that line came from there.
    fn translate(&self, problems: &mut [Problem]) {
        for problem in problems {
            if let Some(path) = self.place(&problem.path) {
                problem.path = path;
            }
        }
    }

    fn place(&self, path: &str) -> Option<String> {
        let path = path.strip_prefix("order.").unwrap_or(path);
        if let Some(rest) = path.strip_prefix("shipping_option") {
            return Some(format!("{}{rest}", self.shipping_option.as_ref()?));
        }
        if path == "amount" {
            return self.total.clone();
        }
        let (index, rest) = path.strip_prefix("items[")?.split_once(']')?;
        let line = self.lines.get(index.parse::<usize>().ok()?)?.as_deref()?;
        Some(format!("{line}{rest}"))
    }
}

#[diagnostic::do_not_recommend]
impl ToOrder for SessionOrder {
    #[inline]
    fn map_order(&self, to: &mut OrderMapping<'_>) {
        to.cx.run().set_currency(self.currency);
        *to.order = self.clone();
        to.given = true;
    }
}

pointers! {
    ToOrder { fn map_order(&self, to: &mut OrderMapping<'_>) -> (); }
}

/// Returns the lines of a part of a cart on their own, as for an updated order or the answer to a callback.
///
/// Line ids, amounts and VAT are those that a whole order of these lines would have.
///
/// # Errors
///
/// If a value cannot be mapped; all such values at once.
pub fn order_lines<T: ToOrderItems + ?Sized>(
    lines: &T,
    currency: Currency,
) -> Result<Vec<OrderLine>, OrderError> {
    run::cart(
        &|to| {
            to.cx.run().set_currency(currency);
            to.lines.field(lines, "");
        },
        |to| {
            let cx = to.cx;
            if !cx.run().is_clean() {
                return Outcome::Refused;
            }
            match tree::flatten(to.lines.store.drafts) {
                Ok(drafts) if cx.run().wants_finished() => {
                    Outcome::Again(finished_amounts(&drafts))
                }
                Ok(drafts) => {
                    Outcome::Finished(drafts.into_iter().map(|draft| *draft.item).collect())
                }
                Err(problems) => outcome_of(cx, problems, Vec::new()),
            }
        },
    )
}
