//! Decides, after problems have been found, which later steps can still run and which of their problems are only
//! consequences.

use super::context::Context;
use crate::order::{Problem, Rule};

/// The targets from which the amounts of an order are calculated.
const AMOUNTS: [&str; 9] = [
    "items",
    "shipping_option",
    "discount",
    "amount",
    "vat_amount",
    "deposit_percent",
    "partial_payment",
    "currency",
    "price_includes_vat",
];

/// The targets that the chosen shipping option is compared with.
const OFFERS: [&str; 1] = ["session.express"];

/// What is known about an order after the steps so far. A problem that a later step finds in an unknown value would only
/// repeat an earlier problem.
#[derive(Debug)]
pub(super) struct Steps<'c> {
    cx: Context<'c>,
    amounts: Amounts,
    offers: Offers,
}

/// The amounts that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Amounts {
    All,
    /// The amounts of the lines, but not the totals of the order.
    OfLines,
    /// Any amount may be missing, because a value from which amounts are calculated is invalid.
    Unknown,
}

/// Whether the options of the express session are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offers {
    Known,
    Unknown,
}

impl<'c> Steps<'c> {
    /// Returns what is known after the values of the cart have been mapped. If there are problems, paths must have been
    /// recorded.
    pub(super) fn after_mapping(cx: Context<'c>) -> Self {
        let problems = cx.run().problems();
        let concern = |targets: &[&str]| problems.iter().any(|found| concerns(found, targets, cx));
        let amounts = if concern(&AMOUNTS) { Amounts::Unknown } else { Amounts::All };
        let offers = if concern(&OFFERS) { Offers::Unknown } else { Offers::Known };
        Self { cx, amounts, offers }
    }

    /// Returns whether the amounts of the lines and of the shipping option are known.
    pub(super) fn know_lines(&self) -> bool {
        self.amounts != Amounts::Unknown
    }

    /// Reports the problems with bundles, after which the amounts of the parts are unknown.
    pub(super) fn report_bundles(&mut self, problems: Vec<Problem>) {
        if !problems.is_empty() {
            self.amounts = Amounts::Unknown;
            self.report(problems);
        }
    }

    /// Runs the step that takes coupons off the lines.
    pub(super) fn coupons<R>(&mut self, step: impl FnOnce() -> R) -> R {
        self.run(Amounts::Unknown, step)
    }

    /// Runs the step that sets the totals.
    pub(super) fn totals<R>(&mut self, step: impl FnOnce() -> R) -> R {
        self.run(Amounts::OfLines, step)
    }

    /// Runs a step. `otherwise` are the amounts that are known if the step finds problems.
    fn run<R>(&mut self, otherwise: Amounts, step: impl FnOnce() -> R) -> R {
        let before = self.cx.run().problem_count();
        let result = step();
        if self.cx.run().problem_count() > before {
            self.amounts = otherwise;
        }
        result
    }

    /// Returns whether a problem with the finished order is certain, although some of the order's values are unknown. The
    /// path of the problem is a path in the order, or begins with `session`.
    pub(super) fn is_certain(&self, problem: &Problem) -> bool {
        let Problem { path, rule, .. } = problem;
        let is_total = matches!(path.as_str(), "amount" | "vat_amount")
            || path.starts_with("gift_cards[") && path.ends_with(".amount");
        let depends_on_offers = matches!(rule, Rule::Express | Rule::GiftCard);
        if depends_on_offers && self.offers == Offers::Unknown {
            return false;
        }
        match self.amounts {
            Amounts::All => true,
            Amounts::OfLines => !is_total,
            Amounts::Unknown => !is_total && !depends_on_amounts(*rule),
        }
    }

    /// Reports the problems that a step has found, except those that follow from earlier problems.
    pub(super) fn report(&self, problems: Vec<Problem>) {
        let earlier = self.cx.run().problems();
        for problem in problems {
            if !earlier.iter().any(|known| follows(&problem, known)) {
                self.cx.run().push(problem);
            }
        }
    }
}

/// Returns whether a rule can seem broken only because an amount, a line or a shipping option is missing. This does not
/// include the totals of the order.
fn depends_on_amounts(rule: Rule) -> bool {
    match rule {
        Rule::Required
        | Rule::Currency
        | Rule::Vat
        | Rule::Sum
        | Rule::Int32
        | Rule::LineId
        | Rule::Phone
        | Rule::Country
        | Rule::GiftCard
        | Rule::Url
        | Rule::AutoCapture => false,
        Rule::Value
        | Rule::Discount
        | Rule::Bundle
        | Rule::Splits
        | Rule::Shipments
        | Rule::Express
        | Rule::LineCount
        | Rule::Advised
        | Rule::Quantity => true,
    }
}

/// Returns whether a problem concerns any of these targets. A problem without a path may concern every target.
fn concerns(problem: &Problem, targets: &[&str], cx: Context<'_>) -> bool {
    let sources = targets.iter().flat_map(|target| cx.run().sources("", target));
    // The path of a target that is not mapped is empty.
    let sources: Vec<String> = sources.filter(|source| !source.is_empty()).collect();
    problem.paths().any(|path| {
        path.is_empty()
            || sources.iter().any(|source| is_within(path, source) || is_within(source, path))
    })
}

/// Returns whether a problem probably follows from an earlier one: it concerns the same value or, if its rule
/// [depends on other values](depends_on_others), a part of that value or a value that contains it. One problem with the
/// currency is enough, wherever it is reported.
fn follows(problem: &Problem, earlier: &Problem) -> bool {
    if problem.rule == Rule::Currency && earlier.rule == Rule::Currency {
        return true;
    }
    problem.paths().any(|path| {
        let mut known = earlier.paths().filter(|known| !known.is_empty() && !path.is_empty());
        known.any(|known| match depends_on_others(problem.rule) {
            true => is_within(path, known) || is_within(known, path),
            false => path == known,
        })
    })
}

/// Returns whether a rule can seem broken only because another value is missing. A line id, a telephone number, a country or a
/// URL is compared only with values of the same kind.
fn depends_on_others(rule: Rule) -> bool {
    !matches!(rule, Rule::LineId | Rule::Phone | Rule::Country | Rule::Url)
}

/// Returns whether `path` is `outer`, or a path inside the value at `outer`.
fn is_within(path: &str, outer: &str) -> bool {
    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
