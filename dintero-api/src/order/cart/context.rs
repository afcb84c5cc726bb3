//! What all parts of one run over a cart share: the currency, the problems found, and the path of every value.

use std::cell::{Cell, RefCell};
use std::fmt::{self, Display, Write as _};

use super::origin::Origins;
use crate::order::{Problem, Rule};
use crate::{Currency, MinorUnits};

/// What one run over a cart shares.
#[derive(Debug, Default)]
pub(crate) struct Run {
    problems: RefCell<Vec<Problem>>,
    currency: Cell<Option<Currency>>,
    price_basis: Cell<PriceBasis>,
    /// Whether a price was read on that basis.
    basis_is_used: Cell<bool>,
    /// Lines begun so far; the number of a line is the same in every run over one cart.
    begun: Cell<usize>,
    /// Finished amounts by the number of the line, once a first run has found them.
    finished: Option<Vec<FinishedAmounts>>,
    /// Whether a line asked for its finished amounts before they were known.
    wants_finished: Cell<bool>,
    /// Paths and where they come from; kept only for the words of an error or a report, because they cost time.
    trace: Option<RefCell<Trace>>,
}

/// Whether a price that does not say it itself holds VAT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PriceBasis {
    /// With VAT.
    #[default]
    Gross,
    /// Without VAT.
    Net,
}

/// What a line costs in the end, for splits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FinishedAmounts {
    /// The amount that is sent.
    pub(crate) sent: MinorUnits,
    /// What is left of it after each coupon that is sent as negative lines of its own.
    pub(crate) left: Vec<MinorUnits>,
}

impl Default for FinishedAmounts {
    fn default() -> Self {
        Self { sent: MinorUnits::ZERO, left: Vec::new() }
    }
}

#[derive(Debug)]
struct Trace {
    /// Paths by number; the first is that of the whole cart.
    paths: Vec<String>,
    origins: Origins,
}

impl Run {
    /// Returns a run that knows what its lines cost in the end, if they asked for it.
    pub(super) fn again(finished: Option<Vec<FinishedAmounts>>) -> Self {
        Self { finished, ..Self::default() }
    }

    /// Lets the run keep paths.
    pub(super) fn traced(self) -> Self {
        let trace = Trace { paths: vec![String::new()], origins: Origins::default() };
        Self { trace: Some(RefCell::new(trace)), ..self }
    }

    pub(super) fn begin_line(&self) -> usize {
        let number = self.begun.get();
        self.begun.set(number + 1);
        number
    }

    /// The finished amounts of a line. One that was not there in the first run (a cart that is not the same each time) costs
    /// nothing, and is not asked for again: its splits will not add up.
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

    /// What prices hold that do not say it themselves.
    pub(super) fn price_basis(&self) -> PriceBasis {
        self.basis_is_used.set(true);
        self.price_basis.get()
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

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    /// Where in the cart a field of the API comes from, below the value at `path`; that path itself if no field of the
    /// merchant is known. Empty if no paths are kept.
    pub(super) fn sources(&self, path: &str, field: &str) -> Vec<String> {
        let Some(trace) = &self.trace else { return Vec::new() };
        let sources = trace.borrow().origins.sources(path, field);
        if sources.is_empty() { vec![path.to_owned()] } else { sources }
    }
}

/// A place in the merchant's cart, such as `lines[2].price`.
#[derive(Debug, Clone, Copy)]
pub struct Context<'c> {
    run: &'c Run,
    /// The number of its path; that of the whole cart where no paths are kept.
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

    /// The path, if paths are kept.
    pub(super) fn path(self) -> Option<String> {
        self.run.trace.as_ref().map(|trace| trace.borrow().paths[self.path].clone())
    }

    /// Notes which fields of the merchant's struct the fields of the API come from.
    #[inline]
    pub(super) fn note_fields(self, fields: &'static [(&'static str, &'static str)]) {
        if self.run.trace.is_none() {
            return;
        }
        self.note(|origins, path| origins.note_fields(path, fields));
    }

    /// Notes that the value of `field` goes on filling what the struct here fills.
    pub(super) fn note_flattened(self, field: Self) {
        let Some(inner) = field.path() else { return };
        self.note(|origins, path| origins.note_flattened(path, inner));
    }

    /// Notes that the value here has the API's own type, so that the API's fields are the merchant's.
    pub(super) fn note_own_type(self) {
        self.note(Origins::note_own_type);
    }

    /// Notes that a field of the merchant is `None`.
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

    /// Returns the currency of the order; `None` if the cart's currency could not be read, which is already a problem.
    #[must_use]
    pub fn currency(&self) -> Option<Currency> {
        self.run.currency.get()
    }

    /// Sets the currency of the order, which has one only.
    pub(super) fn set_currency(self, currency: Currency) {
        if let Some(known) = self.run.currency.replace(Some(currency))
            && known != currency
        {
            let message = format!("the order is in {known} already, and here it is in {currency}");
            self.problem(Rule::Currency, message);
        }
    }

    /// Sets what prices hold that do not say it themselves; it must be known before they are read.
    pub(super) fn set_price_basis(self, basis: PriceBasis) {
        if self.run.price_basis.replace(basis) != basis && self.run.basis_is_used.get() {
            let message = "`price_includes_vat` is in a struct that is flattened after prices have been read: map it in the order itself, or put the flattened field before `items`";
            self.problem_with("price_includes_vat", Rule::Value, message);
        }
    }

    /// Reports that something is wrong here. The order is refused, with all problems at once.
    pub fn problem(&self, rule: Rule, message: impl Display) {
        self.run.push(Problem::new(self.to_string(), rule, message.to_string()));
    }

    /// The value, or a problem here.
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

    /// Reports a problem with the merchant's `field` of the struct here.
    pub(super) fn problem_at(self, field: &'static str, rule: Rule, message: impl Display) {
        self.field(field).problem(rule, message);
    }

    /// Reports a problem with a field of the API, at the merchant's fields that it comes from.
    pub(super) fn problem_with(self, field: &str, rule: Rule, message: impl Display) {
        let path = self.path().unwrap_or_default();
        let sources = self.run.sources(&path, field);
        self.run.push(Problem::at(sources, rule, message.to_string()));
    }
}

/// Writes the path: `lines[2].price`. It is empty while a cart is mapped for the first time; paths are only kept once
/// something is wrong.
impl Display for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path() {
            Some(path) => f.write_str(&path),
            None => Ok(()),
        }
    }
}
