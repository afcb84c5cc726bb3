//! An order that is being mapped, and the steps that finish it: lines, coupons, totals and the check.

use super::context::{Context, PriceBasis};
use super::coupon::{self, AfterCoupons};
use super::discount::Reduction;
use super::draft::Draft;
use super::line_id::LineIds;
use super::lines::{Lines, ToOrderItems};
use super::places::{Places, of_session};
use super::pointers::pointers;
use super::run::{self, Outcome, Paths};
use super::shipping::{self, BareShipping};
use super::steps::Steps;
use super::total::{self, OwnTotals};
use super::tree::{self, Flat};
use crate::order::Blank as _;
use crate::order::{OrderError, Report, Rule, check};
use crate::types::{OrderLine, SessionOrder, SessionProfile, SessionUrls};
use crate::{Currency, MinorUnits, Percent};

/// A cart that can be sent to Dintero as an order.
///
/// `#[derive(DinteroOrder)]` implements this trait.
///
/// # Examples
///
/// ```
/// use dintero_api::{DinteroOrder, DinteroOrderItem, ToOrder};
///
/// #[derive(DinteroOrder)]
/// #[dintero(currency = "NOK", merchant_reference = "order-1001")]
/// struct Cart {
///     items: Vec<Line>,
/// }
///
/// #[derive(DinteroOrderItem)]
/// struct Line {
///     unit_price: i64,
///     quantity: u32,
///     vat: u8,
/// }
///
/// let cart = Cart { items: vec![Line { unit_price: 14950, quantity: 2, vat: 25 }] };
/// let order = cart.to_order()?;
/// assert_eq!(order.amount.get(), 29900);
/// assert_eq!(order.vat_amount.map(|vat| vat.get()), Some(5980));
/// // A line without an `id` only causes a warning, because few payment methods require the `id`.
/// let reported = cart.to_order_with_report()?;
/// assert_eq!(reported.report.warnings()[0].path, "items[0]");
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent as a Dintero order",
    label = "does not implement `ToOrder`",
    note = "add `#[derive(DinteroOrder)]` to `{Self}`"
)]
pub trait ToOrder {
    #[doc(hidden)]
    fn map_order(&self, to: &mut OrderMapping<'_>);

    /// Returns the order. Lines are rounded, totals are calculated or checked, and [`SessionOrder::check`] finds no
    /// errors.
    ///
    /// This method does not return the warnings of the check; use [`to_order_with_report`](Self::to_order_with_report)
    /// to get them.
    ///
    /// # Errors
    ///
    /// Returns an error if values of the cart cannot be mapped, or if the order is invalid. The error lists all problems
    /// at once, each with its path in the cart (`lines[2].price`) and the rule that it breaks. Nothing that
    /// depends on an invalid value is checked: a total is only compared with the sum of the lines if all prices are
    /// valid and all coupons can be taken off. A further problem with a value that already has one, or with a part of
    /// it, may be reported only after the first is fixed.
    fn to_order(&self) -> Result<SessionOrder, OrderError> {
        finish_order(Paths::ForErrors, &|to| self.map_order(to)).map(|reported| reported.order)
    }

    /// Returns the order together with the warnings of [`SessionOrder::check`], such as a negative total or more than
    /// 100 lines.
    ///
    /// Warnings have paths in the cart, as errors do. Because these paths are recorded from the start, this method is
    /// slower than [`to_order`](Self::to_order).
    ///
    /// # Errors
    ///
    /// Returns an error in the same cases as [`to_order`](Self::to_order).
    fn to_order_with_report(&self) -> Result<ReportedOrder, OrderError> {
        finish_order(Paths::ForReport, &|to| self.map_order(to))
    }
}

/// A cart that can become a checkout session. Every type that implements [`ToOrder`] implements this trait.
///
/// # Examples
///
/// ```
/// use dintero_api::types::SessionUrls;
/// use dintero_api::{DinteroOrder, ToSession};
///
/// #[derive(DinteroOrder)]
/// #[dintero(currency = "NOK")]
/// struct Cart {
///     merchant_reference: String,
///     amount: i64,
///     #[dintero(to = session.customer.email)]
///     mail: String,
/// }
///
/// let cart = Cart { merchant_reference: "1".into(), amount: 29990, mail: "kari@example.no".into() };
/// let session = cart.to_session("default", SessionUrls::new("https://shop.example.com/thanks"))?;
/// assert!(session.customer.is_some());
/// // A callback URL on this machine only causes a warning, because the account may be a sandbox account.
/// let local = SessionUrls::new("http://localhost:3000/thanks").callback_url("http://localhost:3000/callback");
/// let reported = cart.to_session_with_report("default", local)?;
/// assert_eq!(reported.report.warnings()[0].path, "url.callback_url");
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
pub trait ToSession: ToOrder {
    /// Returns a session for the cart. `profile_id` is the id of a payment profile of the account.
    ///
    /// Every account has a profile named `default`. The session contains everything that the cart maps to `session.…`.
    ///
    /// # Errors
    ///
    /// Returns an error in the same cases as [`ToOrder::to_order`], and if [`SessionProfile::check`] finds errors in
    /// the session.
    fn to_session(&self, profile_id: &str, urls: SessionUrls)
    -> Result<SessionProfile, OrderError>;

    /// Returns the session together with the warnings of [`SessionProfile::check`].
    ///
    /// # Errors
    ///
    /// Returns an error in the same cases as [`to_session`](Self::to_session).
    fn to_session_with_report(
        &self,
        profile_id: &str,
        urls: SessionUrls,
    ) -> Result<ReportedSession, OrderError>;
}

/// An order with warnings to review before it is sent. Returned by [`ToOrder::to_order_with_report`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReportedOrder {
    /// The order.
    pub order: SessionOrder,
    /// The report, which contains only warnings, not errors.
    pub report: Report,
}

/// A session with warnings to review before it is sent. Returned by [`ToSession::to_session_with_report`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReportedSession {
    /// The session.
    pub session: SessionProfile,
    /// The report, which contains only warnings, not errors.
    pub report: Report,
}

impl<C: ToOrder + ?Sized> ToSession for C {
    fn to_session(
        &self,
        profile_id: &str,
        urls: SessionUrls,
    ) -> Result<SessionProfile, OrderError> {
        let around = Around { profile_id, urls: &urls };
        finish_session(Paths::ForErrors, &around, &|to| self.map_order(to))
            .map(|reported| reported.session)
    }

    fn to_session_with_report(
        &self,
        profile_id: &str,
        urls: SessionUrls,
    ) -> Result<ReportedSession, OrderError> {
        let around = Around { profile_id, urls: &urls };
        finish_session(Paths::ForReport, &around, &|to| self.map_order(to))
    }
}

/// A function that maps a cart to an order.
type MapOrder<'m> = &'m dyn Fn(&mut OrderMapping<'_>);

fn finish_order(paths: Paths, map: MapOrder<'_>) -> Result<ReportedOrder, OrderError> {
    run::repeatedly(paths, &|cx| {
        let mut mapping = OrderMapping::new(cx);
        map(&mut mapping);
        mapping
            .finish(None)
            .map(|Finished { order, report, .. }| ReportedOrder { order: *order, report })
    })
}

fn finish_session(
    paths: Paths,
    around: &Around<'_>,
    map: MapOrder<'_>,
) -> Result<ReportedSession, OrderError> {
    run::repeatedly(paths, &|cx| {
        let mut mapping = OrderMapping::new(cx);
        map(&mut mapping);
        mapping.finish(Some(around)).map(|Finished { order, mut session, report }| {
            session.order = *order;
            ReportedSession { session: *session, report }
        })
    })
}

/// The parts of a session that do not come from the cart.
#[derive(Debug, Clone, Copy)]
struct Around<'a> {
    profile_id: &'a str,
    urls: &'a SessionUrls,
}

/// An order that is being mapped: the fields of `order` and `session`, the lines, and the inputs for the totals.
#[derive(Debug)]
pub struct OrderMapping<'c> {
    /// The order. Set the amount of the order in `total`, not in this field.
    pub order: Box<SessionOrder>,
    /// The values that the cart maps to fields of the session outside the order.
    pub session: Box<SessionProfile>,
    /// The lines.
    pub lines: Lines<'c>,
    /// The cart's own total, if the cart has one. This total is compared with the sum of the lines and the shipping
    /// option.
    pub total: Option<MinorUnits>,
    /// The largest gap between the total and the sum, in minor units, that a rounding line may close.
    pub rounding_line: Option<i64>,
    /// The location of the cart, or of the struct that is being flattened into the order.
    pub cx: Context<'c>,
    deposit: Option<Percent>,
    shipping: BareShipping,
    coupons: Vec<Reduction>,
    source: OrderSource,
}

/// The source of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OrderSource {
    /// The lines, coupons and totals of a cart.
    Cart,
    /// A complete order, which is sent unchanged.
    Order,
}

/// A finished order, and the session that contains the order.
struct Finished {
    order: Box<SessionOrder>,
    session: Box<SessionProfile>,
    report: Report,
}

impl<'c> OrderMapping<'c> {
    fn new(cx: Context<'c>) -> Self {
        Self {
            order: Box::blank(),
            session: Box::blank(),
            lines: Lines::new(cx),
            total: None,
            rounding_line: None,
            cx,
            deposit: None,
            shipping: BareShipping::NotMapped,
            coupons: Vec::new(),
            source: OrderSource::Cart,
        }
    }

    pub(super) fn put_coupons(&mut self, coupons: Vec<Reduction>) {
        self.coupons.extend(coupons);
    }

    pub(super) fn put_deposit(&mut self, deposit: Percent) {
        self.deposit = Some(deposit);
    }

    pub(super) fn put_shipping_price(&mut self, price: BareShipping) {
        self.shipping = price;
    }

    pub(super) fn put_basis(&mut self, basis: PriceBasis) {
        self.cx.set_price_basis(basis);
    }

    /// Maps the value of a flattened field into this order.
    pub(super) fn flatten<T: ToOrder + ?Sized>(&mut self, value: &T, field: &'static str) {
        let cx = self.cx;
        self.move_to(cx.field(field));
        cx.note_flattened(self.cx);
        value.map_order(self);
        self.move_to(cx);
    }

    fn move_to(&mut self, cx: Context<'c>) {
        self.cx = cx;
        self.lines.cx = cx;
    }

    /// Finishes the order and, if requested, the session that contains the order.
    ///
    /// Later steps run even if there are problems, as far as they have the values that they need, so that all problems
    /// are reported at once.
    fn finish(mut self, around: Option<&Around<'_>>) -> Outcome<Finished> {
        let cx = self.cx;
        self.finish_shipping();
        if !cx.run().is_clean() && !cx.run().is_traced() {
            return Outcome::Refused; // The cart is mapped again, with paths.
        }
        let mut steps = Steps::after_mapping(cx);
        let drafts = std::mem::take(&mut self.lines.store.drafts);
        let mut ids = LineIds::given(&drafts, self.order.shipping_option.as_ref());
        let Flat { lines: mut drafts, problems } = tree::flatten(drafts, &mut ids);
        steps.report_bundles(problems);
        if steps.know_lines() {
            let after = steps.coupons(|| self.take_coupons_off(&mut drafts));
            if steps.know_lines() && cx.run().wants_finished() {
                return Outcome::Again(after.finished);
            }
            drafts.extend(after.own_lines);
        }
        if steps.know_lines() {
            steps.totals(|| self.add_up(&mut drafts));
        }
        for draft in &mut drafts {
            ids.name(draft, None);
        }
        self.check(drafts, around, &steps)
    }

    fn take_coupons_off(&mut self, drafts: &mut [Draft]) -> AfterCoupons {
        let cx = self.cx;
        let coupons = std::mem::take(&mut self.coupons);
        if !coupons.is_empty() && self.source == OrderSource::Order {
            cx.problem(Rule::Value, ORDER_IS_UNCHANGED);
        } else if !coupons.is_empty() && !self.lines.are_mapped() {
            coupon::refuse_without_lines(coupons, cx);
        } else {
            return coupon::take_off(coupons, drafts, &mut self.order.discount_lines, cx);
        }
        AfterCoupons::default()
    }

    fn add_up(&mut self, drafts: &mut Vec<Draft>) {
        let (total, rounding_line, deposit) = (self.total, self.rounding_line, self.deposit);
        let own = OwnTotals { total, rounding_line, deposit };
        let has_own = total.is_some() || deposit.is_some();
        match self.source {
            OrderSource::Order if !drafts.is_empty() || has_own => {
                self.cx.problem(Rule::Value, ORDER_IS_UNCHANGED);
            }
            OrderSource::Order => {}
            OrderSource::Cart if self.lines.are_mapped() => {
                drafts.extend(total::add_up(own, &mut self.order, drafts, self.cx));
            }
            OrderSource::Cart => total::use_own(own, &mut self.order, self.cx),
        }
    }

    fn finish_shipping(&mut self) {
        let price = std::mem::replace(&mut self.shipping, BareShipping::NotMapped);
        shipping::put_bare(price, &mut self.order.shipping_option, self.cx);
        if let Some(option) = &mut self.order.shipping_option {
            shipping::complete(option);
        }
    }

    /// Checks the finished order. Problems are reported with paths in the cart.
    fn check(
        mut self,
        drafts: Vec<Draft>,
        around: Option<&Around<'_>>,
        steps: &Steps<'_>,
    ) -> Outcome<Finished> {
        let cx = self.cx;
        let mut lines = Vec::with_capacity(drafts.len());
        if !drafts.is_empty() {
            let mut items = Vec::with_capacity(drafts.len());
            for draft in drafts {
                lines.push(draft.path.unwrap_or_default());
                items.push(*draft.item);
            }
            self.order.items = Some(items);
        }
        let mut report = self.order.check();
        if let Some(Around { profile_id, urls }) = around {
            self.session.url = (*urls).clone();
            (*profile_id).clone_into(&mut self.session.profile_id);
            let mut outside = Report::default();
            check::around_order(&self.session, &self.order, &mut outside);
            report.extend(outside.map_paths(of_session));
        }
        report.errors.retain(|problem| steps.is_certain(problem));
        if cx.run().is_traced() {
            let places = Places { cx, lines };
            report = report.map_paths(|path| places.of(path));
        }
        steps.report(std::mem::take(&mut report.errors));
        if !cx.run().is_clean() {
            return Outcome::Refused;
        }
        Outcome::Finished(Finished { order: self.order, session: self.session, report })
    }
}

const ORDER_IS_UNCHANGED: &str = "a flattened order is sent unchanged and cannot have further lines, coupons or another total: map its lines to `items` instead";

#[diagnostic::do_not_recommend]
impl ToOrder for SessionOrder {
    #[inline]
    fn map_order(&self, to: &mut OrderMapping<'_>) {
        to.cx.note_own_type();
        to.cx.set_currency(self.currency);
        if to.source == OrderSource::Order {
            to.cx.problem(Rule::Value, "there is already an order: a cart can contain only one");
        }
        *to.order = self.clone();
        to.source = OrderSource::Order;
    }
}

pointers! {
    ToOrder { fn map_order(&self, to: &mut OrderMapping<'_>) -> (); }
}

/// Returns the lines of a part of a cart, without an order, for example for an updated order or a callback response.
///
/// Line ids, amounts and VAT are the same as in an order with only these lines.
///
/// # Errors
///
/// Returns an error if values cannot be mapped or a bundle is invalid. The error lists all problems at once, except
/// that a further problem with a value that already has one, or with a part of it, may be reported only after the first
/// is fixed.
///
/// # Examples
///
/// ```
/// use dintero_api::{Currency, DinteroOrderItem, order};
///
/// #[derive(DinteroOrderItem)]
/// struct Line {
///     net_unit_price: i64,
///     quantity: u32,
///     vat: u8,
/// }
///
/// let lines = order::order_lines(&[Line { net_unit_price: 8000, quantity: 2, vat: 25 }], Currency::NOK)?;
/// assert_eq!(lines[0].amount.map(|amount| amount.get()), Some(20000));
/// assert_eq!(lines[0].line_id.as_deref(), Some("1"));
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
pub fn order_lines<T: ToOrderItems + ?Sized>(
    lines: &T,
    currency: Currency,
) -> Result<Vec<OrderLine>, OrderError> {
    // `T` may be unsized, so the closure is the trait object rather than the value.
    finish_lines(currency, &|to| lines.order_items(to))
}

fn finish_lines(
    currency: Currency,
    map: &dyn Fn(&mut Lines<'_>),
) -> Result<Vec<OrderLine>, OrderError> {
    run::repeatedly(Paths::ForErrors, &|cx| {
        cx.set_currency(currency);
        let mut lines = Lines::new(cx);
        map(&mut lines);
        if !cx.run().is_clean() && !cx.run().is_traced() {
            return Outcome::Refused; // The lines are mapped again, with paths.
        }
        let mut ids = LineIds::given(&lines.store.drafts, None);
        let Flat { lines: mut drafts, problems } = tree::flatten(lines.store.drafts, &mut ids);
        Steps::after_mapping(cx).report(problems);
        if !cx.run().is_clean() {
            return Outcome::Refused;
        }
        if cx.run().wants_finished() {
            let after = coupon::take_off(Vec::new(), &mut drafts, &mut None, cx);
            return Outcome::Again(after.finished);
        }
        Outcome::Finished(drafts.into_iter().map(|draft| *draft.item).collect())
    })
}
