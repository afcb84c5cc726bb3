//! Checks that a value suits its target, using only the tokens of the value. rustc checks the types.

use syn::Lit;

use super::model::Access;
use crate::ctxt::Ctxt;
use crate::message;
use crate::parse::attr::{ConstantValue, Fallback, FieldAttr};
use crate::parse::expr::{Expr, Form, Word};
use crate::parse::ty;
use crate::suggest;
use crate::table::Kind;
use crate::table::currency;
use crate::table::engine::{Function, Share, without_noise};
use crate::table::place::{Place, takes};

/// Checks a field and its keys against the field's target.
pub(super) fn check_field_suits_target(
    ctxt: &Ctxt,
    place: &Place,
    access: &Access<'_>,
    attr: &FieldAttr,
) {
    check_default(ctxt, place, access, attr);
    check_option_for_required(ctxt, place, access, attr);
    check_exponent(ctxt, place, attr);
    check_float_money(ctxt, place, access, attr);
}

/// Checks `default`, the value for an `Option` that is `None`.
///
/// ```text
/// #[dintero(default = 1)] quantity: u32           error: the field is never absent
/// #[dintero(default)] description: Option<String> error: an optional target needs no default
/// #[dintero(default)] amount: Option<i64>         error: an absent amount is not zero
/// #[dintero(default = 0.25)] vat: Option<f64>     error: a quarter of a percent
/// ```
fn check_default(ctxt: &Ctxt, place: &Place, access: &Access<'_>, attr: &FieldAttr) {
    let Some((span, default)) = &attr.default else { return };
    if ty::option(access.ty).is_none() {
        return ctxt.error(*span, message::default_without_option());
    }
    let target = place.text();
    match default {
        Fallback::Blank if !place.leaf().required => {
            ctxt.error(*span, message::default_of_optional(&target));
        }
        Fallback::Blank if !takes_blank(place) => {
            ctxt.error(*span, message::default_without_blank(&target));
        }
        Fallback::Blank => {}
        Fallback::Value(expr) => match &expr.form {
            Form::Literal(Lit::Float(_))
                if attr.exponent.is_some() && place.function().is_money() =>
            {
                ctxt.error_under(expr, message::float_default_with_exponent());
            }
            _ => check_value(ctxt, place, Written::Default { target: &target }, expr),
        },
    }
}

/// Returns whether the blank value of a required target, such as an empty string, is sent. A blank currency or reference is
/// refused, and so is an absent price. An absent `line_id` needs no default: it becomes the `id`.
fn takes_blank(place: &Place) -> bool {
    let function = place.function();
    !matches!(function, Function::Currency | Function::MerchantReference)
        && !function.is_money()
        && !place.has_default()
}

/// Rejects an `Option` for a required target, which needs a value in every cart.
///
/// ```text
/// merchant_reference: Option<String>              error: nothing to send for `None`
/// items: Option<Vec<Line>>                        fine: `None` means no lines
/// ```
fn check_option_for_required(ctxt: &Ctxt, place: &Place, access: &Access<'_>, attr: &FieldAttr) {
    let may_be_none =
        !place.leaf().required || place.has_default() || place.function().takes_none();
    if attr.default.is_some() || attr.with.is_some() || may_be_none {
        return;
    }
    if let Some(inner) = ty::option(access.ty) {
        let (written, inner) = (ty::text(access.ty), ty::text(inner));
        let message = message::optional_for_required(&place.text(), &written, &inner);
        ctxt.error_under(access.ty, message);
    }
}

/// Rejects `exponent`, which sets the unit of an amount of money, on a target that is not an amount of money.
///
/// ```text
/// #[dintero(exponent = 2)] quantity: u32          error: a quantity is not money
/// ```
fn check_exponent(ctxt: &Ctxt, place: &Place, attr: &FieldAttr) {
    if let Some((span, _)) = attr.exponent
        && !place.function().is_money()
    {
        let takes = takes(&place.leaf().kind);
        ctxt.error(span, message::exponent_without_money(&place.text(), takes));
    }
}

/// Rejects a float as an amount of money, unless `with` converts the float.
///
/// ```text
/// unit_price: f64                                 error: a float cannot hold 149.90 exactly
/// #[dintero(with = decimal_from_f64)] unit_price: f64    fine
/// ```
fn check_float_money(ctxt: &Ctxt, place: &Place, access: &Access<'_>, attr: &FieldAttr) {
    if place.function().is_money()
        && attr.with.is_none()
        && let Some(float) = ty::float(access.ty)
    {
        let message = message::float_money(float, ty::option(access.ty).is_some());
        ctxt.error_under(access.ty, message);
    }
}

/// Checks a constant against its target.
pub(super) fn check_constant_suits_target(
    ctxt: &Ctxt,
    place: &Place,
    target: &str,
    value: &ConstantValue,
) {
    let expr = match value {
        ConstantValue::Expr(expr) => expr,
        ConstantValue::Computed(computed) => {
            if !computed.others.is_empty() && !place.function().is_splits() {
                ctxt.error_under(&computed.others, message::parameter_beside_self(target));
            }
            return;
        }
    };
    if place.function().is_splits() && !matches!(expr.form, Form::Path(_)) {
        return ctxt.error_under(expr, message::expected_splits());
    }
    if let Form::Closure(_) = expr.form {
        return ctxt.error_under(expr, message::bare_self(target));
    }
    check_value(ctxt, place, Written::Constant(target), expr);
}

/// How a value is written.
#[derive(Clone, Copy)]
enum Written<'a> {
    /// `target = ...` on a struct.
    Constant(&'a str),
    /// `default = ...` on a field.
    Default { target: &'a str },
}

impl<'a> Written<'a> {
    fn key(self) -> &'a str {
        match self {
            Self::Constant(target) => target,
            Self::Default { .. } => "default",
        }
    }

    fn target(self) -> &'a str {
        match self {
            Self::Constant(target) | Self::Default { target } => target,
        }
    }
}

/// Checks a constant or a default against its target.
fn check_value(ctxt: &Ctxt, place: &Place, written: Written<'_>, expr: &Expr) {
    match (&place.leaf().kind, expr.word()) {
        (Kind::Enum(_, variants), Some(word)) => {
            check_variant_exists(ctxt, expr, written.target(), &word, variants);
        }
        (Kind::Code("Currency"), Some(word)) => check_currency_exists(ctxt, expr, &word),
        _ => check_literal_suits_kind(ctxt, place, written, expr),
    }
}

/// ```text
/// currency = 578                                  error: expected a string
/// unit_price = 149.9                              error: money is not a float
/// store.address.country = "Norway"                error: expected two letters
/// ```
fn check_literal_suits_kind(ctxt: &Ctxt, place: &Place, written: Written<'_>, expr: &Expr) {
    let Form::Literal(literal) = &expr.form else { return };
    let key = written.key();
    let message = match (&place.leaf().kind, literal) {
        (Kind::Code(_), Lit::Str(code)) => {
            let code = code.value();
            match code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
                true => return,
                false => message::unknown_country(&code),
            }
        }
        (Kind::Code("Currency"), _) => message::expected_string(key, "NOK"),
        (Kind::Code(_), _) => message::expected_string(key, "NO"),
        (Kind::Amount, Lit::Float(_)) => message::float_constant(),
        (Kind::Percent, Lit::Int(_) | Lit::Float(_)) => {
            return check_share_is_in_its_unit(ctxt, place, written, expr);
        }
        (Kind::Amount | Kind::Quantity, Lit::Int(_) | Lit::Float(_)) => return,
        (Kind::Amount | Kind::Quantity | Kind::Percent, _) => message::expected_number(key),
        (Kind::Text | Kind::Phone, Lit::Bool(_) | Lit::Float(_) | Lit::ByteStr(_)) => {
            message::expected_string(key, "...")
        }
        (Kind::Value("bool"), Lit::Bool(_)) => return,
        (Kind::Value("bool"), _) => message::expected_bool(key),
        _ => return,
    };
    ctxt.error_under(expr, message);
}

/// ```text
/// vat = 0.25                                      error: a quarter of a percent
/// vat_fraction = 25                               error: 2500 %
/// ```
fn check_share_is_in_its_unit(ctxt: &Ctxt, place: &Place, written: Written<'_>, expr: &Expr) {
    let number: Option<f64> = match &expr.form {
        Form::Literal(Lit::Int(number)) => number.base10_parse().ok(),
        Form::Literal(Lit::Float(number)) => number.base10_parse().ok(),
        _ => None,
    };
    let Some(number) = number else { return };
    let function = place.function();
    let (others, meant) = match function.share() {
        Share::Percent(others) if number > 0.0 && number < 1.0 => (others, number * 100.0),
        Share::Fraction(others) if number > 1.0 => (others, number / 100.0),
        _ => return,
    };
    let meant = without_noise(meant);
    let (key, target) = (written.key(), written.target());
    let above = target.rsplit_once('.').map_or(String::new(), |(above, _)| format!("{above}."));
    // A default is in the unit of its field, so another target would not help.
    let is_constant = matches!(written, Written::Constant(_));
    let other_units = others.iter().filter(|other| is_constant && other.accepts(number));
    let suggestions: Vec<String> = function
        .accepts(meant)
        .then(|| format!("`{key} = {meant}`"))
        .into_iter()
        .chain(other_units.map(|other| format!("`{above}{} = {number}`", other.name())))
        .collect();
    ctxt.error_under(
        expr,
        message::share_in_another_unit(key, target, function.share(), number, &suggestions),
    );
}

/// Checks a currency written as a string or as a bare word: `currency = "NKO"`, `currency = nok`. A bare word that is
/// close to a currency code is a mistake, unless the word looks like one of the merchant's own constants, such as
/// `EUROS`.
fn check_currency_exists(ctxt: &Ctxt, expr: &Expr, word: &Word) {
    let code = word.text();
    let near = suggest::nearest(&code.to_ascii_uppercase(), currency::codes());
    let is_mistake = match word {
        Word::Text(_) => true,
        Word::Variant(_) | Word::Bare(_) => near.is_some() && code.contains(char::is_lowercase),
    };
    if is_mistake && !currency::is_known(code) {
        ctxt.error_under(expr, message::unknown_currency(code, near));
    }
}

/// Checks a value of an open enum, written as a variant, a string or a bare word: `type = Phisical`, `type =
/// "phisical"`, `type = phisical`.
fn check_variant_exists(
    ctxt: &Ctxt,
    expr: &Expr,
    target: &str,
    word: &Word,
    variants: &[(&str, &str)],
) {
    let known = |variant: &&(&str, &str)| word.text() == variant.0 || word.text() == variant.1;
    if variants.iter().any(|variant| known(&variant)) {
        return;
    }
    let (names, near) = match word {
        Word::Variant(name) => {
            let names: Vec<_> = variants.iter().map(|(name, _)| *name).collect();
            let near = suggest::nearest(name, names.iter().copied());
            (names, near)
        }
        // A string may be an API value that this release does not know, and a bare word may be a name in the merchant's
        // code. An unknown value is only reported if it is close to a known value.
        Word::Text(text) | Word::Bare(text) => {
            match suggest::nearest(text, variants.iter().map(|(_, text)| *text)) {
                Some(near) => (Vec::new(), Some(near)),
                None => return,
            }
        }
    };
    ctxt.error_under(expr, message::unknown_variant(target, word.text(), near, &names));
}
