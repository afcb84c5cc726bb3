//! Reads the value of each key, and reports values that the key does not accept.

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Lit, LitInt, Path, Token};

use super::attr::{Bounds, Computed, Constant, ConstantValue, Fallback, To, TotalMismatch};
use super::expr::{Expr, Form, guarded};
use super::item::{Item, Value};
use crate::ctxt::Ctxt;
use crate::message;
use crate::table::place::Place;
use crate::table::{Family, Kind};

impl Item {
    pub(super) fn flag(&self, ctxt: &Ctxt) -> Option<Span> {
        let message = || message::takes_no_value(&self.key.text());
        match &self.value {
            Value::None | Value::Broken => {}
            Value::Missing(equals) => ctxt.error(*equals, message()),
            Value::Expr(_) | Value::Target(_) | Value::List(..) => {
                ctxt.error(self.key.span(), message())
            }
        }
        Some(self.key.span())
    }

    pub(super) fn needs_value(&self, ctxt: &Ctxt, example: &str) {
        ctxt.error(self.key.span(), message::needs_value(&self.key.text(), example));
    }

    pub(super) fn to(self, ctxt: &Ctxt, family: Family) -> To {
        match &self.value {
            Value::Target(target) => return To::Target(target.clone()),
            Value::Expr(expr) => match &expr.form {
                Form::Literal(Lit::Str(text)) => {
                    ctxt.error(text.span(), message::unquoted(&text.value()));
                    if let Ok(target) = text.parse() {
                        return To::Target(target);
                    }
                }
                _ => ctxt.error_under(expr, message::expected_target(family.facts().example)),
            },
            Value::None | Value::Missing(_) | Value::List(..) => {
                self.needs_value(ctxt, family.facts().example);
            }
            Value::Broken => {}
        }
        ctxt.leave_unfinished();
        To::Broken
    }

    pub(super) fn function(self, ctxt: &Ctxt) -> Option<Expr> {
        match self.value {
            Value::Expr(expr) => match &expr.form {
                Form::Closure(closure) if closure.parameters_after_self().is_some() => {
                    ctxt.error_under(&expr, message::with_of_self());
                }
                Form::Path(_) | Form::Closure(_) | Form::Enclosed => {
                    ctxt.mention(expr.to_token_stream());
                    return Some(expr);
                }
                _ => ctxt.error_under(&expr, message::expected_function()),
            },
            Value::None | Value::Missing(_) | Value::Target(_) | Value::List(..) => {
                self.needs_value(ctxt, "path::to::function")
            }
            Value::Broken => {}
        }
        None
    }

    pub(super) fn default(self, ctxt: &Ctxt) -> Option<Fallback> {
        match self.value {
            Value::Expr(expr) if matches!(expr.form, Form::Closure(_)) => {
                ctxt.error_under(&expr, message::closure_as_default());
            }
            Value::Expr(expr) => {
                // A word may be an API value. Whether it is a name in the merchant's code depends on the target.
                if expr.word().is_none() {
                    ctxt.mention(expr.to_token_stream());
                }
                return Some(Fallback::Value(expr));
            }
            Value::None => return Some(Fallback::Blank),
            Value::List(span, _) => ctxt.error(span, message::default_without_value()),
            Value::Missing(equals) => ctxt.error(equals, message::default_without_value()),
            Value::Target(_) | Value::Broken => {}
        }
        None
    }

    pub(super) fn exponent(&self, ctxt: &Ctxt) -> Option<u32> {
        match &self.value {
            Value::Expr(expr) => {
                let exponent = expr.integer().filter(|exponent| *exponent <= 18);
                if exponent.is_none() {
                    ctxt.error_under(expr, message::expected_exponent());
                }
                return exponent;
            }
            Value::None | Value::Missing(_) | Value::Target(_) | Value::List(..) => {
                self.needs_value(ctxt, "2")
            }
            Value::Broken => {}
        }
        None
    }

    pub(super) fn path(self, ctxt: &Ctxt) -> Option<Path> {
        match self.value {
            Value::Expr(expr) => match expr.form {
                Form::Path(path) if path.qself.is_none() => return Some(path.path),
                _ => ctxt.error_under(expr, message::expected_path("crate")),
            },
            Value::None | Value::Missing(_) | Value::Target(_) | Value::List(..) => {
                self.needs_value(ctxt, "path::to::dintero_api")
            }
            Value::Broken => {}
        }
        None
    }

    pub(super) fn bounds(self, ctxt: &Ctxt) -> Option<Bounds> {
        match self.value {
            Value::List(span, tokens) => match Parser::parse2(Bounds::parse_terminated, tokens) {
                Ok(bounds) => return Some(bounds),
                Err(error) => ctxt.error(span, format!("{error}\n{}", message::expected_bounds())),
            },
            Value::None | Value::Missing(_) | Value::Expr(_) | Value::Target(_) => {
                ctxt.error(self.key.span(), message::expected_bounds())
            }
            Value::Broken => {}
        }
        None
    }

    pub(super) fn total_mismatch(&self, ctxt: &Ctxt) -> Option<TotalMismatch> {
        match &self.value {
            Value::Expr(expr) if expr.is("error") => return Some(TotalMismatch::Error),
            Value::Expr(expr) => match Parser::parse2(rounding_line, expr.to_token_stream()) {
                Ok(max) if max > 0 => return Some(TotalMismatch::RoundingLine { max }),
                _ => ctxt.error_under(expr, message::expected_total_mismatch()),
            },
            Value::None | Value::Missing(_) | Value::Target(_) | Value::List(..) => {
                self.needs_value(ctxt, "rounding_line(max = 10)");
            }
            Value::Broken => {}
        }
        None
    }

    pub(super) fn rounding(&self, ctxt: &Ctxt) -> Option<Ident> {
        match &self.value {
            Value::Expr(expr) => {
                let known = |(word, _): &&(&str, &str)| expr.is(word);
                let rounding = ROUNDINGS.iter().find(known).zip(expr.ident());
                if rounding.is_none() {
                    ctxt.error_under(expr, message::expected_rounding());
                }
                return rounding.map(|((_, variant), word)| Ident::new(variant, word.span()));
            }
            Value::None | Value::Missing(_) | Value::Target(_) | Value::List(..) => {
                self.needs_value(ctxt, "half_to_even")
            }
            Value::Broken => {}
        }
        None
    }

    /// Returns the item as a constant: a target and its value.
    pub(super) fn constant(self, ctxt: &Ctxt, family: Family) -> Constant {
        let value = match self.value {
            Value::Expr(expr) => Some(ConstantValue::of(expr)),
            Value::None | Value::Missing(_) | Value::Target(_) | Value::List(..) => {
                // An unknown name is reported later, when the name is resolved.
                if let Ok(place) = Place::find(family, &self.key) {
                    let is_currency = matches!(place.leaf().kind, Kind::Code("Currency"));
                    self.needs_value(ctxt, if is_currency { "\"NOK\"" } else { "..." });
                }
                None
            }
            Value::Broken => None,
        };
        Constant { target: self.key, value }
    }
}

impl ConstantValue {
    fn of(expr: Expr) -> Self {
        let others = match &expr.form {
            Form::Closure(closure) => closure.parameters_after_self(),
            _ => None,
        };
        match (expr.form, others) {
            (Form::Closure(closure), Some(others)) => Self::Computed(Computed { closure, others }),
            (form, _) => Self::Expr(Expr { form, ..expr }),
        }
    }

    /// Records the expression as used, unless it may be an API value rather than a name in the merchant's code.
    pub(crate) fn mention(&self, ctxt: &Ctxt, place: Option<&Place>) {
        match self {
            Self::Computed(computed) => ctxt.mention(computed.closure()),
            Self::Expr(expr) => {
                let is_name = expr.word().is_none()
                    || place.is_some_and(|place| !place.leaf().kind.has_words());
                if is_name {
                    ctxt.mention(expr.to_token_stream());
                }
            }
        }
    }
}

impl Computed {
    /// Returns the closure, in which `self` is the `self` of the generated method, and `return` and `?` leave only the
    /// closure.
    pub(crate) fn guarded(&self) -> TokenStream {
        guarded(&self.closure(), &quote!(__dintero))
    }

    pub(super) fn closure(&self) -> TokenStream {
        let others = if self.others.is_empty() { quote!(_) } else { self.others.clone() };
        with_own_self(self.closure.with_parameters(&others))
    }
}

/// Makes every `self` refer to the `self` of the generated method. Because of hygiene, a `self` in the body of a
/// `macro_rules!` would otherwise be a different variable.
fn with_own_self(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(mut ident) if ident == "self" => {
                ident.set_span(ident.span().resolved_at(Span::call_site()));
                TokenTree::Ident(ident)
            }
            TokenTree::Group(group) => {
                let mut own = Group::new(group.delimiter(), with_own_self(group.stream()));
                own.set_span(group.span());
                TokenTree::Group(own)
            }
            token => token,
        })
        .collect()
}

/// The possible values of `rounding`, with the corresponding variants of the engine's `Rounding`.
const ROUNDINGS: [(&str, &str); 3] = [
    ("half_away_from_zero", "HalfAwayFromZero"),
    ("half_to_even", "HalfToEven"),
    ("exact", "Exact"),
];

/// Reads the maximum, in minor units, from `rounding_line(max = 10)`.
fn rounding_line(input: ParseStream<'_>) -> syn::Result<u32> {
    let content;
    let function: Ident = input.parse()?;
    syn::parenthesized!(content in input);
    let key: Ident = content.parse()?;
    content.parse::<Token![=]>()?;
    let most: LitInt = content.parse()?;
    content.parse::<Option<Token![,]>>()?;
    match function == "rounding_line" && key == "max" {
        true => most.base10_parse(),
        false => Err(content.error(message::expected_total_mismatch())),
    }
}
