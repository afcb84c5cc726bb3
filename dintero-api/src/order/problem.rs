//! What is wrong with an order: problems with their places and rules, and the error and the report that hold them.

use std::fmt;

/// One thing that is wrong: where, which rule, and in words.
///
/// The words name amounts and line ids, never names, addresses or telephone numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where: a path in the merchant's own cart (`lines[2].price`) for what was mapped from one, and in the order or session
    /// (`items[2].line_id`) for what was built by hand. For captures and refunds, what was chosen: `line "2"`, `shipping`
    /// or `everything`. Empty for the whole.
    ///
    /// A value that is computed with `|self| …`, or given on the struct, has the name of its target: `lines[2].splits`.
    pub path: String,
    /// The other fields of the cart that the value comes from, if there are several: an amount may be calculated from a price
    /// and a quantity.
    pub other_paths: Vec<String>,
    /// The rule that does not hold.
    pub rule: Rule,
    /// What is wrong and what to do.
    pub message: String,
}

impl Problem {
    pub(crate) fn new(path: impl Into<String>, rule: Rule, message: impl Into<String>) -> Self {
        Self { path: path.into(), other_paths: Vec::new(), rule, message: message.into() }
    }

    /// Creates a problem with a value that comes from several places; with the whole, if there are none.
    #[cfg(feature = "derive")]
    pub(crate) fn at(paths: Vec<String>, rule: Rule, message: impl Into<String>) -> Self {
        let mut problem = Self::new("", rule, message);
        problem.put(paths);
        problem
    }

    /// Moves the problem to other places.
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
/// What each of them asks of an order or session, where it holds and how much it weighs, is in the tables of
/// [`SessionOrder::check`](crate::types::SessionOrder::check) and
/// [`SessionProfile::check`](crate::types::SessionProfile::check). Carts that are mapped are also held to `Value` and `Bundle`,
/// and captures and refunds to `Sum`, `Int32` and `Quantity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// Only of carts: a merchant's value can become the value of the API. A number that is not finite cannot, nor a text that
    /// is no code.
    Value,
    /// What is required is there.
    Required,
    /// The currency is one of ISO 4217.
    Currency,
    /// A rate of VAT is percent with two decimals at most, and the VAT is what the amount contains.
    Vat,
    /// Amounts are what they are the sum of, and not below zero.
    Sum,
    /// Line ids are not empty, and unique over items and shipping options.
    LineId,
    /// Amounts of an order, of captures, refunds and splits fit 32 bits.
    Int32,
    /// A discount is described as what is taken off; in a cart it is at most what it is taken off.
    Discount,
    /// Only of carts: a bundle has parts with prices.
    Bundle,
    /// Splits add up to the amount that they split, among sellers who are named.
    Splits,
    /// A telephone number is 5 to 15 digits, with a `+` in front at most.
    Phone,
    /// A country is a code of ISO 3166-1 in upper case.
    Country,
    /// One gift card at most, only in express, never with splits.
    GiftCard,
    /// Shipments are two or more, hold goods of the order, and carry the splits themselves.
    Shipments,
    /// The chosen shipping option is one of those that express offers, by `id` and `line_id`.
    Express,
    /// Where the customer returns to, and what Dintero calls, are URLs that can be opened.
    Url,
    /// Nothing is captured by itself while its splits are not known.
    AutoCapture,
    /// Not more lines than Dintero is known to take.
    LineCount,
    /// What some payment methods want of a line: `id`, `line_id`, `quantity`, `amount`.
    Advised,
    /// A line is of something; a capture or refund is of what the order has and is left.
    Quantity,
}

/// Why a cart did not become an order: every problem, in the order of the cart.
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

/// What a check found: errors, which keep an order from being right, and warnings, which do not.
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
#[must_use = "a report says what is wrong, it does not stop anything"]
pub struct Report {
    pub(crate) errors: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
}

impl Report {
    /// Returns what must be put right.
    #[must_use]
    pub fn errors(&self) -> &[Problem] {
        &self.errors
    }

    /// Returns what should be looked at: it may be refused by some payment methods, or be shown wrongly.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Returns whether there is no error; there may be warnings.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        self.errors.is_empty()
    }

    /// Turns errors into an [`OrderError`], and returns the warnings otherwise.
    ///
    /// # Errors
    ///
    /// If there is an error in the report.
    pub fn into_result(self) -> Result<Vec<Problem>, OrderError> {
        if self.errors.is_empty() { Ok(self.warnings) } else { Err(OrderError::new(self.errors)) }
    }

    /// Moves every problem to other places.
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
