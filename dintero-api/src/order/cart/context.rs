//! Where a mapping stands in the merchant's cart, and what all of its parts share: the currency and the problems.

use std::cell::{Cell, RefCell};
use std::fmt::{self, Display, Write as _};

use crate::order::{Problem, Rule};
use crate::{Currency, MinorUnits};

/// What one run over a cart shares.
#[derive(Debug, Default)]
pub(crate) struct Run {
    problems: RefCell<Vec<Problem>>,
    currency: Cell<Option<Currency>>,
    /// Lines begun so far; the number of a line is the same in every run over one cart.
    begun: Cell<usize>,
    /// Finished amounts by the number of the line, once a first run has found them.
    finished: Option<Vec<MinorUnits>>,
    /// Whether a line asked for its finished amount before it was known.
    wants_finished: Cell<bool>,
    /// Whether lines keep their paths: only for the words of an error.
    traced: bool,
    /// Where the order's shipping option comes from, if that is kept.
    shipping_option: RefCell<Option<String>>,
}

impl Run {
    pub(crate) fn with_finished(finished: Vec<MinorUnits>) -> Self {
        Self { finished: Some(finished), ..Self::default() }
    }

    pub(crate) fn traced(finished: Option<Vec<MinorUnits>>) -> Self {
        Self { finished, traced: true, ..Self::default() }
    }

    pub(crate) fn with_currency(currency: Currency) -> Self {
        let run = Self::default();
        run.currency.set(Some(currency));
        run
    }

    pub(crate) fn begin_line(&self) -> usize {
        let number = self.begun.get();
        self.begun.set(number + 1);
        number
    }

    /// The finished amount of a line. One that was not there in the first run (a cart that is not the same each time) costs
    /// nothing, and is not asked for again: its splits will not add up.
    pub(crate) fn finished(&self, number: usize) -> Option<MinorUnits> {
        let Some(amounts) = &self.finished else {
            self.wants_finished.set(true);
            return None;
        };
        Some(amounts.get(number).copied().unwrap_or(MinorUnits::ZERO))
    }

    pub(crate) fn wants_finished(&self) -> bool {
        self.wants_finished.get()
    }

    pub(crate) fn set_currency(&self, currency: Currency) {
        self.currency.set(Some(currency));
    }

    pub(crate) fn is_traced(&self) -> bool {
        self.traced
    }

    pub(crate) fn note_shipping_option(&self, place: &Context<'_>) {
        if self.traced {
            *self.shipping_option.borrow_mut() = Some(place.to_string());
        }
    }

    /// Where the order's shipping option comes from.
    pub(crate) fn shipping_option(&self) -> Option<String> {
        self.shipping_option.borrow().clone()
    }

    pub(crate) fn is_clean(&self) -> bool {
        self.problem_count() == 0
    }

    pub(crate) fn problem_count(&self) -> usize {
        self.problems.borrow().len()
    }

    pub(crate) fn push(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }
}

/// A place in the merchant's cart. The path is only put together when something is wrong there.
#[derive(Debug, Clone, Copy)]
pub struct Context<'c> {
    run: &'c Run,
    parent: Option<&'c Context<'c>>,
    segment: Segment<'c>,
}

#[derive(Debug, Clone, Copy)]
enum Segment<'c> {
    Whole,
    Field(&'static str),
    Index(usize),
    Key(&'c str),
}

impl<'c> Context<'c> {
    pub(crate) fn new(run: &'c Run) -> Self {
        Self { run, parent: None, segment: Segment::Whole }
    }

    pub(crate) fn field<'s>(&'s self, name: &'static str) -> Context<'s> {
        Context { run: self.run, parent: Some(self), segment: Segment::Field(name) }
    }

    pub(crate) fn index<'s>(&'s self, index: usize) -> Context<'s> {
        Context { run: self.run, parent: Some(self), segment: Segment::Index(index) }
    }

    pub(crate) fn key<'s>(&'s self, key: &'s str) -> Context<'s> {
        Context { run: self.run, parent: Some(self), segment: Segment::Key(key) }
    }

    pub(crate) fn run(&self) -> &'c Run {
        self.run
    }

    /// Returns the currency of the order; `None` if the cart's could not be read, which is a problem already.
    #[must_use]
    pub fn currency(&self) -> Option<Currency> {
        self.run.currency.get()
    }

    /// Says that something is wrong here. The order is refused, with all problems at once.
    pub fn problem(&self, rule: Rule, message: impl Display) {
        self.run.push(Problem::new(self.to_string(), rule, message.to_string()));
    }

    pub(crate) fn problem_at(&self, field: &'static str, rule: Rule, message: impl Display) {
        self.field(field).problem(rule, message);
    }
}

/// The path: `lines[2].price`.
impl Display for Context<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut path = String::new();
        write_path(self, &mut path)?;
        f.write_str(&path)
    }
}

fn write_path(context: &Context<'_>, path: &mut String) -> fmt::Result {
    if let Some(parent) = context.parent {
        write_path(parent, path)?;
    }
    match context.segment {
        // What a value forwards (a discount that is a bare price) has no name of its own.
        Segment::Whole | Segment::Field("") => Ok(()),
        Segment::Field(name) if path.is_empty() => write!(path, "{name}"),
        Segment::Field(name) => write!(path, ".{name}"),
        Segment::Index(index) => write!(path, "[{index}]"),
        Segment::Key(key) => write!(path, "[{key:?}]"),
    }
}
