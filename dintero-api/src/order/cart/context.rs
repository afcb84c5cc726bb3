//! State shared by all parts of one run over a cart: the currency, the problems found, and the path of every value.

use std::cell::{Cell, RefCell};
use std::fmt::{self, Display, Write as _};

use super::origin::Origins;
use crate::order::{Problem, Rule};
use crate::{Currency, MinorUnits};

/// State shared within one run over a cart.
#[derive(Debug, Default)]
pub(crate) struct Run {
    problems: RefCell<Vec<Problem>>,
    currency: Cell<Option<Currency>>,
    /// Whether prices include VAT by default; `None` if the cart does not map it.
    price_basis: Cell<Option<PriceBasis>>,
    /// Whether `price_basis` was used to read a price.
    basis_is_used: Cell<bool>,
    /// The number of lines begun so far, which is also the number of the next line. A line has the same number in every
    /// run over one cart.
    begun: Cell<usize>,
    /// The finished amounts from a previous run, by line number.
    finished: Option<Vec<FinishedAmounts>>,
    /// Whether a line asked for its finished amounts before they were known.
    wants_finished: Cell<bool>,
    /// Paths and their origins. Paths are only recorded for an error or a report, because recording them takes time.
    trace: Option<RefCell<Trace>>,
}

/// Whether prices include VAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PriceBasis {
    /// With VAT.
    #[default]
    Gross,
    /// Without VAT.
    Net,
}

/// The final amounts of a line, for calculating splits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FinishedAmounts {
    /// The amount to send.
    pub(crate) sent: MinorUnits,
    /// The remaining amount after each coupon that is sent as negative lines.
    pub(crate) left: Vec<MinorUnits>,
}

impl Default for FinishedAmounts {
    fn default() -> Self {
        Self { sent: MinorUnits::ZERO, left: Vec::new() }
    }
}

#[derive(Debug)]
struct Trace {
    /// Paths by number. The first path is that of the cart itself.
    paths: Vec<String>,
    origins: Origins,
}

impl Run {
    /// Creates a run. `finished` contains the final amounts of the lines if a line asked for them in a previous run.
    pub(super) fn again(finished: Option<Vec<FinishedAmounts>>) -> Self {
        Self { finished, ..Self::default() }
    }

    /// Makes the run record paths.
    pub(super) fn traced(self) -> Self {
        let trace = Trace { paths: vec![String::new()], origins: Origins::default() };
        Self { trace: Some(RefCell::new(trace)), ..self }
    }

    pub(super) fn begin_line(&self) -> usize {
        let number = self.begun.get();
        self.begun.set(number + 1);
        number
    }

    /// Returns the finished amounts of a line, or `None` if no amounts are known yet. A line that was not in the first
    /// run, because the cart's functions return different values each time, has amounts of zero, and its splits do not
    /// add up. The cart is not mapped again.
    pub(super) fn finished(&self, number: usize) -> Option<FinishedAmounts> {
        let Some(amounts) = &self.finished else {
            self.wants_finished.set(true);
            return None;
        };
        Some(amounts.get(number).cloned().unwrap_or_default())
    }

    pub(super) fn wants_finished(&self) -> bool {
        self.wants_finished.get()
    }

    /// Returns whether prices include VAT by default.
    pub(super) fn price_basis(&self) -> PriceBasis {
        self.basis_is_used.set(true);
        self.price_basis.get().unwrap_or_default()
    }

    pub(super) fn is_traced(&self) -> bool {
        self.trace.is_some()
    }

    pub(super) fn is_clean(&self) -> bool {
        self.problem_count() == 0
    }

    pub(super) fn problem_count(&self) -> usize {
        self.problems.borrow().len()
    }

    pub(super) fn push(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    /// Returns the problems that have been found so far.
    pub(super) fn problems(&self) -> Vec<Problem> {
        self.problems.borrow().clone()
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    /// Returns the paths of the cart fields, within the value at `path`, from which a field of the API was set. If no
    /// such field is known, returns `path` itself. The list is empty if paths are not recorded.
    pub(super) fn sources(&self, path: &str, field: &str) -> Vec<String> {
        let Some(trace) = &self.trace else { return Vec::new() };
        let sources = trace.borrow().origins.sources(path, field);
        if sources.is_empty() { vec![path.to_owned()] } else { sources }
    }
}

/// A location in the merchant's cart, such as `lines[2].price`.
#[derive(Debug, Clone, Copy)]
pub struct Context<'c> {
    run: &'c Run,
    /// The index of the path in the trace. If paths are not recorded, this is the index of the path of the cart itself.
    path: usize,
}

impl<'c> Context<'c> {
    pub(super) fn new(run: &'c Run) -> Self {
        Self { run, path: 0 }
    }

    #[inline]
    pub(super) fn field(self, name: &'static str) -> Self {
        if self.run.trace.is_none() {
            return self;
        }
        self.below(|path| {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(name);
        })
    }

    #[inline]
    pub(super) fn index(self, index: usize) -> Self {
        if self.run.trace.is_none() {
            return self;
        }
        self.below(|path| {
            // Writing to a `String` does not fail.
            let _ = write!(path, "[{index}]");
        })
    }

    pub(super) fn key(self, key: &str) -> Self {
        self.below(|path| {
            let _ = write!(path, "[{key:?}]");
        })
    }

    #[cold]
    fn below(self, extend: impl FnOnce(&mut String)) -> Self {
        let Some(trace) = &self.run.trace else { return self };
        let mut trace = trace.borrow_mut();
        let mut path = trace.paths[self.path].clone();
        extend(&mut path);
        trace.paths.push(path);
        Self { path: trace.paths.len() - 1, ..self }
    }

    pub(super) fn run(self) -> &'c Run {
        self.run
    }

    /// Returns the path, if paths are recorded.
    pub(super) fn path(self) -> Option<String> {
        self.run.trace.as_ref().map(|trace| trace.borrow().paths[self.path].clone())
    }

    /// Records the fields of the merchant's struct from which the fields of the API are set.
    #[inline]
    pub(super) fn note_fields(self, fields: &'static [(&'static str, &'static str)]) {
        if self.run.trace.is_none() {
            return;
        }
        self.note(|origins, path| origins.note_fields(path, fields));
    }

    /// Records that the value of `field` is flattened into the struct at this location.
    pub(super) fn note_flattened(self, field: Self) {
        let Some(inner) = field.path() else { return };
        self.note(|origins, path| origins.note_flattened(path, inner));
    }

    /// Records that the value at this location has the API's own type, so that the value's fields have the API's names.
    pub(super) fn note_own_type(self) {
        self.note(Origins::note_own_type);
    }

    /// Records that one of the merchant's fields is `None`.
    pub(super) fn note_absent(self, field: &'static str) {
        if self.run.is_traced() {
            self.field(field).note(Origins::note_absent);
        }
    }

    fn note(self, note: impl FnOnce(&mut Origins, String)) {
        let Some(trace) = &self.run.trace else { return };
        let mut trace = trace.borrow_mut();
        let path = trace.paths[self.path].clone();
        note(&mut trace.origins, path);
    }

    /// Returns the currency of the order, or `None` if the cart's currency is not set yet or was reported as invalid.
    #[must_use]
    pub fn currency(&self) -> Option<Currency> {
        self.run.currency.get()
    }

    /// Sets the currency of the order. Reports a problem if the order already has a different currency.
    pub(super) fn set_currency(self, currency: Currency) {
        if let Some(known) = self.run.currency.replace(Some(currency))
            && known != currency
        {
            let message =
                format!("the order is already in {known}, but the currency here is {currency}");
            self.problem(Rule::Currency, message);
        }
    }

    /// Sets whether prices include VAT by default. Reports a problem if another part of the cart has set a different
    /// value, or if a price has already been read with a different default.
    pub(super) fn set_price_basis(self, basis: PriceBasis) {
        let known = self.run.price_basis.replace(Some(basis));
        let message = match known {
            Some(known) if known != basis => {
                "`price_includes_vat` differs from its value in another part of the order: map it once"
            }
            None if basis != PriceBasis::default() && self.run.basis_is_used.get() => {
                "`price_includes_vat` is in a struct that is flattened after prices have been read: map it in the order itself, or put the flattened field before `items`"
            }
            _ => return,
        };
        self.problem_with("price_includes_vat", Rule::Value, message);
    }

    /// Reports a problem at this location. The order is refused, with all of its problems at once.
    pub fn problem(&self, rule: Rule, message: impl Display) {
        self.run.push(Problem::new(self.to_string(), rule, message.to_string()));
    }

    /// Returns the value, or reports the error as a problem at this location.
    #[inline]
    pub(super) fn valid<T>(self, rule: Rule, value: Result<T, impl Display>) -> Option<T> {
        match value {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(rule, error);
                None
            }
        }
    }

    /// Reports a problem with the field named `field` of the merchant's struct at this location.
    pub(super) fn problem_at(self, field: &'static str, rule: Rule, message: impl Display) {
        self.field(field).problem(rule, message);
    }

    /// Reports a problem with a field of the API, at the merchant's fields from which the API's field was set.
    pub(super) fn problem_with(self, field: &str, rule: Rule, message: impl Display) {
        let path = self.path().unwrap_or_default();
        let sources = self.run.sources(&path, field);
        self.run.push(Problem::at(sources, rule, message.to_string()));
    }
}

/// Writes the path, such as `lines[2].price`. The path is empty if paths are not recorded.
impl Display for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path() {
            Some(path) => f.write_str(&path),
            None => Ok(()),
        }
    }
}
