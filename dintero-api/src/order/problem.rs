//! Problems with an order, with their paths and rules, and the error and report types that contain them.

use std::fmt;

/// A problem with an order: its path, the violated rule, and a message.
///
/// Messages contain amounts and line ids, never names, addresses or telephone numbers.
///
/// # Examples
///
/// ```
/// use dintero_api::Currency;
/// use dintero_api::types::{OrderLine, SessionOrder};
///
/// let chair = OrderLine::new().id("CHAIR-1").line_id("1").quantity(1).amount(29990).vat(2500);
/// let order = SessionOrder::new(29990, Currency::NOK, "").items([chair]);
/// let report = order.check();
/// let shown: Vec<String> =
///     report.errors().iter().map(|problem| format!("{}: {:?}", problem.path, problem.rule)).collect();
/// assert_eq!(shown, ["merchant_reference: Required", "items[0].vat: Vat"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The path of the problem. For an order mapped from a cart, this is a path in the merchant's cart
    /// (`lines[2].price`); for an order built by hand, it is a path in the order or session (`items[2].line_id`). For a
    /// capture or refund, the path names the chosen part: `line "2"`, `shipping` or `everything`. The path is empty if
    /// the problem concerns the entire order, capture or refund.
    ///
    /// For a value that is computed with `|self| …`, or set on the struct, the path ends with the target field:
    /// `lines[2].splits`.
    pub path: String,
    /// The paths of the other cart fields, if the value is set from several fields: an amount may be calculated from a
    /// price and a quantity.
    pub other_paths: Vec<String>,
    /// The rule that is violated.
    pub rule: Rule,
    /// A description of the problem and, in most cases, of its solution.
    pub message: String,
}

impl Problem {
    pub(crate) fn new(path: impl Into<String>, rule: Rule, message: impl Into<String>) -> Self {
        Self { path: path.into(), other_paths: Vec::new(), rule, message: message.into() }
    }

    /// Creates a problem with a value that was set from the fields at `paths`. Without paths, the problem concerns the
    /// entire order.
    #[cfg(feature = "derive")]
    pub(crate) fn at(paths: Vec<String>, rule: Rule, message: impl Into<String>) -> Self {
        let mut problem = Self::new("", rule, message);
        problem.put(paths);
        problem
    }

    /// Replaces the paths of the problem.
    #[cfg(feature = "derive")]
    pub(crate) fn put(&mut self, paths: Vec<String>) {
        let mut paths = paths.into_iter();
        self.path = paths.next().unwrap_or_default();
        self.other_paths = paths.collect();
    }

    /// Returns all paths: `path`, followed by `other_paths`.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.path.as_str()).chain(self.other_paths.iter().map(String::as_str))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            f.write_str(&self.path)?;
            for path in &self.other_paths {
                write!(f, ", {path}")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.message)
    }
}

/// A rule for orders, captures and refunds.
///
/// The tables of [`SessionOrder::check`](crate::types::SessionOrder::check) and
/// [`SessionProfile::check`](crate::types::SessionProfile::check) list what each rule requires, where it applies, and
/// whether a violation is an error or a warning. The tables do not contain `Value` or `Bundle`, which apply only to
/// mapped carts. `Sum`, `Int32` and `Quantity` also apply to captures and refunds.
///
/// # Examples
///
/// ```
/// use dintero_api::Currency;
/// use dintero_api::order::{Capture, Rule};
/// use dintero_api::types::{OrderLine, SessionOrder};
///
/// let mugs = OrderLine::new().id("MUG").line_id("1").quantity(3).amount(10000).vat(25);
/// let order = SessionOrder::new(10000, Currency::NOK, "order-1001").items([mugs]);
///
/// // The order has no shipping option to capture.
/// let error = Capture::first(&order).line("1", 1).shipping().request().unwrap_err();
/// let problem = &error.problems()[0];
/// assert_eq!((problem.path.as_str(), problem.rule), ("shipping", Rule::Quantity));
/// assert_eq!(problem.message, "the order has no shipping option");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// For carts only: every value can be converted to the API's type. For example, an invalid country code and a
    /// number that is not finite break this rule.
    Value,
    /// Required fields are present.
    Required,
    /// The currency is an ISO 4217 code with a minor unit.
    Currency,
    /// A VAT rate is a percentage with at most two decimals, and the VAT amount matches the rate and the amount.
    Vat,
    /// Totals add up, and are not below zero.
    Sum,
    /// Line ids are not empty, and are unique across items and shipping options.
    LineId,
    /// The amounts of orders, captures, refunds and splits fit in 32 bits.
    Int32,
    /// A discount is the amount taken off, so it is not negative, except on a line whose amount is zero or below. In
    /// a cart, a discount does not exceed the price that it reduces.
    Discount,
    /// For carts only: a bundle has parts with prices.
    Bundle,
    /// Splits add up to the amount that they divide, and each split names its seller.
    Splits,
    /// A telephone number is 5 to 15 digits, optionally after a `+`.
    Phone,
    /// A country is an upper-case ISO 3166-1 code.
    Country,
    /// An order has at most one gift card. A gift card is only allowed in an express session, and not together with
    /// splits.
    GiftCard,
    /// An order that is delivered in shipments has at least two shipments. Each shipment contains goods of the order.
    /// Splits are set on the shipments, not on the shipping option.
    Shipments,
    /// The chosen shipping option is one of the options that the express session offers, compared by `id` and
    /// `line_id`.
    Express,
    /// The URLs that the customer returns to, or that Dintero calls, are valid and reachable.
    Url,
    /// No amount is captured automatically before the splits of that amount are known.
    AutoCapture,
    /// The order does not have more lines than Dintero is known to accept.
    LineCount,
    /// A line has the fields that some payment methods require: `id`, `line_id`, `quantity`, `amount`.
    Advised,
    /// The quantity of a line is not zero, and a capture or refund does not exceed the remaining quantities of the
    /// order's lines.
    ///
    /// For example, a capture or refund breaks this rule if it names a line or a shipping option that the order does
    /// not have, if it contains more units than are left, or if the transaction does not permit the operation.
    Quantity,
}

/// Why an order, capture or refund is invalid. Contains at least one problem.
///
/// Nothing was sent.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use dintero_api::{DinteroOrder, DinteroOrderItem, ToOrder};
///
/// #[derive(DinteroOrder)]
/// #[dintero(currency = "NOK", merchant_reference = "order-1001")]
/// struct Cart {
///     #[dintero(to = items)]
///     lines: Vec<Line>,
/// }
///
/// #[derive(DinteroOrderItem)]
/// struct Line {
///     #[dintero(to = unit_price)]
///     price: i64,
///     quantity: f64,
///     vat: f64,
/// }
///
/// let line = Line { price: 100, quantity: f64::NAN, vat: -1.0 };
/// let error = Cart { lines: vec![line] }.to_order().unwrap_err();
/// let paths: Vec<&str> = error.problems().iter().map(|problem| problem.path.as_str()).collect();
/// assert_eq!(paths, ["lines[0].quantity", "lines[0].vat"]); // all of them at once
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderError {
    problems: Vec<Problem>,
}

impl OrderError {
    /// Creates an error from its problems; there must be at least one.
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        debug_assert!(!problems.is_empty(), "an order error has at least one problem");
        Self { problems }
    }

    /// Returns all problems.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for OrderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.as_slice() {
            [problem] => problem.fmt(f),
            problems => {
                write!(f, "{} problems:", problems.len())?;
                for problem in problems {
                    write!(f, "\n- {problem}")?;
                }
                Ok(())
            }
        }
    }
}

impl std::error::Error for OrderError {}

/// The result of a check: errors, which make an order invalid, and warnings, which do not.
///
/// # Examples
///
/// ```
/// use dintero_api::Currency;
/// use dintero_api::order::Rule;
/// use dintero_api::types::{OrderLine, SessionOrder};
///
/// let chair = OrderLine::new().id("CHAIR-1").line_id("1").quantity(1).amount(29990).vat(25);
/// let order = SessionOrder::new(30000, Currency::NOK, "order-1001").items([chair]);
/// let report = order.check();
/// assert!(!report.is_ok());
/// assert_eq!(report.errors()[0].rule, Rule::Sum);
/// assert_eq!(report.errors()[0].path, "amount");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use = "a report only lists problems; it does not prevent an order from being sent"]
pub struct Report {
    pub(crate) errors: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
}

impl Report {
    /// Returns the problems that must be fixed.
    #[must_use]
    pub fn errors(&self) -> &[Problem] {
        &self.errors
    }

    /// Returns the warnings: problems that matter only to some payment methods, and likely mistakes.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Returns whether the report has no errors; it may have warnings.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.errors.is_empty()
    }

    /// Returns the warnings, or an [`OrderError`] with the errors if there are any.
    ///
    /// # Errors
    ///
    /// Returns an error if the report contains errors.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::types::SessionOrder;
    /// use dintero_api::{Currency, OrderError};
    ///
    /// /// Logs warnings, and refuses an order with errors.
    /// fn checked(order: SessionOrder) -> Result<SessionOrder, OrderError> {
    ///     for warning in order.check().into_result()? {
    ///         eprintln!("{}: {warning}", order.merchant_reference);
    ///     }
    ///     Ok(order)
    /// }
    ///
    /// assert!(checked(SessionOrder::new(29990, Currency::NOK, "order-1001")).is_ok());
    /// assert!(checked(SessionOrder::new(29990, Currency::NOK, "")).is_err());
    /// ```
    pub fn into_result(self) -> Result<Vec<Problem>, OrderError> {
        if self.errors.is_empty() { Ok(self.warnings) } else { Err(OrderError::new(self.errors)) }
    }

    /// Replaces the paths of every problem.
    #[cfg(feature = "derive")]
    pub(crate) fn map_paths(mut self, paths: impl Fn(&str) -> Vec<String>) -> Self {
        for problem in self.errors.iter_mut().chain(&mut self.warnings) {
            let elsewhere = paths(&problem.path);
            problem.put(elsewhere);
        }
        self
    }

    #[cfg(feature = "derive")]
    pub(crate) fn extend(&mut self, other: Self) {
        self.errors.extend(other.errors);
        self.warnings.extend(other.warnings);
    }

    pub(crate) fn error(
        &mut self,
        path: impl Into<String>,
        rule: Rule,
        message: impl Into<String>,
    ) {
        self.errors.push(Problem::new(path, rule, message));
    }

    pub(crate) fn warning(
        &mut self,
        path: impl Into<String>,
        rule: Rule,
        message: impl Into<String>,
    ) {
        self.warnings.push(Problem::new(path, rule, message));
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = "";
        for (word, problems) in [("error", &self.errors), ("warning", &self.warnings)] {
            for problem in problems {
                write!(f, "{line}{word}: {problem}")?;
                line = "\n";
            }
        }
        Ok(())
    }
}
