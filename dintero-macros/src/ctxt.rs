//! The error sink, which collects every mistake in a type and reports all of them at once, in source order.

use std::cell::{Cell, RefCell};
use std::thread;

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::Error;

use crate::parse::span;

/// Collects errors in source order. Dropping the value without calling [`Ctxt::finish`] panics.
pub(crate) struct Ctxt {
    errors: RefCell<Option<Vec<(usize, Error)>>>,
    mentions: RefCell<Vec<TokenStream>>,
    position: Cell<usize>,
    /// Whether an attribute could not be read. A field that seems to be missing may be mapped in that attribute.
    unfinished: Cell<bool>,
}

/// The position after all others. Errors about missing fields use this position, because a missing field does not
/// appear in the source.
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

    /// Sets the position of the errors that are reported from now on. Spans cannot be compared on stable Rust, so a
    /// position is a number: 0 is everything before the first field, 1 is the first field, and so on.
    pub(crate) fn enter(&self, position: usize) {
        self.position.set(position);
    }

    pub(crate) fn position(&self) -> usize {
        self.position.get()
    }

    pub(crate) fn error(&self, span: Span, message: impl Into<String>) {
        self.push(Error::new(span, message.into()));
    }

    /// Reports an error that rustc shows under all of `tokens`, from the first to the last.
    pub(crate) fn error_under(&self, tokens: impl ToTokens, message: impl Into<String>) {
        let call_site = Span::call_site();
        let (first, last) = span::ends(tokens.to_token_stream()).unwrap_or((call_site, call_site));
        let mut under = quote_spanned!(first=> _);
        under.extend(quote_spanned!(last=> _));
        self.push(Error::new_spanned(under, message.into()));
    }

    /// Returns the number of errors reported so far.
    pub(crate) fn count(&self) -> usize {
        self.errors.borrow().as_ref().map_or(0, Vec::len)
    }

    /// Records one of the merchant's expressions. If there are errors, the stand-in impl mentions the expression,
    /// because rustc would otherwise report the names in the expression as unused.
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

    /// Runs `work` and discards its errors, which follow from an error that has already been reported.
    pub(crate) fn without_errors<R>(&self, work: impl FnOnce() -> R) -> R {
        let before = self.errors.replace(Some(Vec::new()));
        let result = work();
        self.errors.replace(before);
        result
    }

    /// Records that an attribute could not be read. Missing fields are then not reported, because the attribute may map
    /// them.
    pub(crate) fn leave_unfinished(&self) {
        self.unfinished.set(true);
    }

    pub(crate) fn is_unfinished(&self) -> bool {
        self.unfinished.get()
    }

    /// Returns the reported errors as a [`Mistakes`], or `Ok` if there are none.
    pub(crate) fn finish(self) -> Result<(), Mistakes> {
        let errors = self.errors.borrow_mut().take().unwrap_or_default();
        if errors.is_empty() {
            return Ok(());
        }
        let errors = errors.iter().map(|(_, error)| error.to_compile_error()).collect();
        Err(Mistakes { errors, mentions: self.mentions.take() })
    }
}

/// The mistakes in a type.
#[derive(Default)]
pub(crate) struct Mistakes {
    /// A `compile_error!` for each mistake.
    pub(crate) errors: TokenStream,
    /// The expressions from the merchant's attributes.
    pub(crate) mentions: Vec<TokenStream>,
}

impl Drop for Ctxt {
    fn drop(&mut self) {
        if !thread::panicking() && self.errors.borrow().is_some() {
            panic!("`Ctxt` was dropped before `finish` was called");
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
    #[should_panic(expected = "`Ctxt` was dropped before `finish` was called")]
    fn forgotten_errors_are_a_bug() {
        drop(Ctxt::new());
    }
}
