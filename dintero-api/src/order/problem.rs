//! Problems with an order, with their paths and rules, and the error and report types that contain them.

use std::fmt;

/// A problem with an order: its path, the violated rule, and a message.
///
/// Messages contain amounts and line ids, never names, addresses or telephone numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The path of the problem. For an order mapped from a cart, it is a path in the merchant's cart
    /// (`lines[2].price`); for one built by hand, a path in the order or session (`items[2].line_id`). For captures and
    /// refunds, it is the chosen part: `line "2"`, `shipping` or `everything`. Empty if the problem concerns the whole.
    ///
    /// For a value that is computed with `|self| …`, or given on the struct, the path ends with the target field:
    /// `lines[2].splits`.
    pub path: String,
    /// The paths of the other cart fields, if the value comes from several: an amount may be calculated from a price
    /// and a quantity.
    pub other_paths: Vec<String>,
    /// The rule that is violated.
    pub rule: Rule,
    /// What is wrong and what to do.
    pub message: String,
}

impl Problem {
    pub(crate) fn new(path: impl Into<String>, rule: Rule, message: impl Into<String>) -> Self {
        Self { path: path.into(), other_paths: Vec::new(), rule, message: message.into() }
    }

    /// Creates a problem with a value that comes from several paths; without paths, the problem concerns the whole.
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

    /// Returns every path: the first and the others.
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

/// The rules of an order.
///
/// The tables of [`SessionOrder::check`](crate::types::SessionOrder::check) and
/// [`SessionProfile::check`](crate::types::SessionProfile::check) list what each rule requires, where it applies, and
/// whether a violation is an error or a warning. `Value` and `Bundle` also apply to mapped carts, and `Sum`, `Int32`
/// and `Quantity` to captures and refunds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// For carts only: a merchant's value can be converted to the API's type. A number that is not finite cannot, nor
    /// can a text that is not a valid code.
    Value,
    /// Required fields are present.
    Required,
    /// The currency is in ISO 4217.
    Currency,
    /// A VAT rate is a percentage with at most two decimals, and the VAT amount matches the rate and the amount.
    Vat,
    /// Totals add up, and are not below zero.
    Sum,
    /// Line ids are not empty, and are unique across items and shipping options.
    LineId,
    /// Amounts of an order, of captures, refunds and splits fit 32 bits.
    Int32,
    /// A discount is stated as the amount taken off; in a cart, it is at most the price it reduces.
    Discount,
    /// For carts only: a bundle has parts with prices.
    Bundle,
    /// Splits add up to the amount they divide, and each names its seller.
    Splits,
    /// A telephone number is 5 to 15 digits, optionally after a `+`.
    Phone,
    /// A country is an upper-case ISO 3166-1 code.
    Country,
    /// There is at most one gift card, only in express sessions, and never with splits.
    GiftCard,
    /// There are two or more shipments; they contain goods of the order and have their own splits.
    Shipments,
    /// The chosen shipping option is one of those that express offers, by `id` and `line_id`.
    Express,
    /// The URLs that the customer returns to, or that Dintero calls, are valid and reachable.
    Url,
    /// Nothing is captured automatically before its splits are known.
    AutoCapture,
    /// There are no more lines than Dintero is known to accept.
    LineCount,
    /// A line has the fields that some payment methods require: `id`, `line_id`, `quantity`, `amount`.
    Advised,
    /// The quantity of a line is not zero; a capture or refund takes only what the order has left.
    Quantity,
}

/// Why an order, capture or refund is invalid: every problem at once, in the sequence of the cart.
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
        debug_assert!(!problems.is_empty(), "an error has a reason");
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
#[must_use = "a report only lists problems; it does not stop anything"]
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

    /// Returns the problems to look into: some payment methods may refuse the order, or show it incorrectly.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Returns whether there is no error; there may be warnings.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.errors.is_empty()
    }

    /// Returns the warnings, or an [`OrderError`] with the errors if there are any.
    ///
    /// # Errors
    ///
    /// If the report contains an error.
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
