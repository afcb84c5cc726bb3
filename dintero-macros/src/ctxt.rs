//! The error sink: collects every mistake of a type and reports all of them in one run, in source order.

use std::cell::{Cell, RefCell};
use std::thread;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Error;

use crate::parse::span;

/// Collects errors in source order. Dropping it without calling [`Ctxt::finish`] is a bug and panics.
pub(crate) struct Ctxt {
    errors: RefCell<Option<Vec<(usize, Error)>>>,
    mentions: RefCell<Vec<TokenStream>>,
    position: Cell<usize>,
    /// Set by a mistake in an attribute that may have provided what is missing elsewhere.
    unfinished: Cell<bool>,
}

/// The position after all others, for missing fields, which are nowhere in the source.
pub(crate) const LAST: usize = usize::MAX;

impl Ctxt {
    pub(crate) fn new() -> Self {
        Self {
            errors: RefCell::new(Some(Vec::new())),
            mentions: RefCell::default(),
            position: Cell::new(0),
            unfinished: Cell::new(false),
        }
    }

    /// Sets the position of the errors that follow. Spans cannot be compared on stable Rust, so positions are counted:
    /// 0 is everything before the first field, 1 is the first field, and so on.
    pub(crate) fn enter(&self, position: usize) {
        self.position.set(position);
    }

    pub(crate) fn position(&self) -> usize {
        self.position.get()
    }

    pub(crate) fn error(&self, span: Span, message: impl Into<String>) {
        self.push(Error::new(span, message.into()));
    }

    /// Reports an error under all of `tokens`, from the first to the last.
    pub(crate) fn error_under(&self, tokens: impl ToTokens, message: impl Into<String>) {
        let call_site = Span::call_site();
        let (first, last) = span::ends(tokens.to_token_stream()).unwrap_or((call_site, call_site));
        let mut under = quote_spanned!(first=> _);
        under.extend(quote_spanned!(last=> _));
        self.push(Error::new_spanned(under, message.into()));
    }

    /// Returns the number of errors so far.
    pub(crate) fn count(&self) -> usize {
        self.errors.borrow().as_ref().map_or(0, Vec::len)
    }

    /// Records an expression of the merchant's. If there are errors, the stand-in impl mentions the expression, or
    /// rustc would report the names in it as unused.
    pub(crate) fn mention(&self, expression: TokenStream) {
        self.mentions.borrow_mut().push(expression);
    }

    pub(crate) fn push(&self, error: Error) {
        if let Some(errors) = self.errors.borrow_mut().as_mut() {
            let position = self.position.get();
            let behind = errors.partition_point(|(other, _)| *other <= position);
            errors.insert(behind, (position, error));
        }
    }

    /// Runs `work` and discards its errors, because they follow from one that has been reported.
    pub(crate) fn without_errors<R>(&self, work: impl FnOnce() -> R) -> R {
        let before = self.errors.replace(Some(Vec::new()));
        let result = work();
        self.errors.replace(before);
        result
    }

    /// Records that an attribute could not be read: it may have provided what is missing elsewhere.
    pub(crate) fn leave_unfinished(&self) {
        self.unfinished.set(true);
    }

    pub(crate) fn is_unfinished(&self) -> bool {
        self.unfinished.get()
    }

    /// Returns the errors, if there are any.
    pub(crate) fn finish(self) -> Result<(), Mistakes> {
        let errors = self.errors.borrow_mut().take().unwrap_or_default();
        if errors.is_empty() {
            return Ok(());
        }
        let errors = errors.iter().map(|(_, error)| error.to_compile_error()).collect();
        Err(Mistakes { errors, mentions: self.mentions.take() })
    }
}

/// The mistakes found in a type.
#[derive(Default)]
pub(crate) struct Mistakes {
    /// One `compile_error!` each.
    pub(crate) errors: TokenStream,
    /// The expressions that the merchant wrote in attributes.
    pub(crate) mentions: Vec<TokenStream>,
}

impl Drop for Ctxt {
    fn drop(&mut self) {
        if !thread::panicking() && self.errors.borrow().is_some() {
            panic!("the errors were not looked at");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_come_in_the_order_of_the_source() {
        let ctxt = Ctxt::new();
        for (position, message) in [(LAST, "missing"), (2, "second"), (1, "first"), (2, "third")] {
            ctxt.enter(position);
            ctxt.error(Span::call_site(), message);
        }
        let errors = ctxt.finish().expect_err("errors").errors.to_string();
        let at = |message: &str| errors.find(message).expect("the message");
        assert!(
            at("first") < at("second") && at("second") < at("third") && at("third") < at("missing"),
            "{errors}"
        );
    }

    #[test]
    #[should_panic(expected = "the errors were not looked at")]
    fn forgotten_errors_are_a_bug() {
        drop(Ctxt::new());
    }
}
