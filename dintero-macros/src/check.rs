//! What needs the table or two attributes to be judged: a value against its target, and a whole struct against what is
//! required.

use syn::Lit;

use crate::attr::{ConstantValue, FieldAttr};
use crate::ctxt::{Ctxt, LAST};
use crate::currency;
use crate::expr::{Expr, Form};
use crate::family::Group;
use crate::message;
use crate::model::{Access, Body, Cart, Shape};
use crate::place::{Place, takes};
use crate::suggest;
use crate::target::{Family, Kind, Target};
use crate::ty;

/// Holds a field against the target it is mapped to.
pub(crate) fn field(ctxt: &Ctxt, place: &Place, access: &Access<'_>, attr: &FieldAttr) {
    let target = place.leaf();
    let function = place.function();
    let option = ty::option(access.ty);
    match (&attr.default, option) {
        (Some((span, _)), None) => ctxt.error(*span, message::default_without_option()),
        (Some((span, None)), Some(_)) if !target.required => {
            ctxt.error(*span, message::default_of_optional(&place.text()));
        }
        (None, Some(inner)) if attr.with.is_none() && target.required && !may_be_none(place) => {
            let (written, inner) = (ty::text(access.ty), ty::text(inner));
            ctxt.error_under(
                access.ty,
                message::optional_for_required(&place.text(), &written, &inner),
            );
        }
        _ => {}
    }
    if let Some((span, _)) = attr.exponent
        && !function.is_money()
    {
        ctxt.error(span, message::exponent_without_money(&place.text(), takes(&target.kind)));
    }
    if function.is_money()
        && attr.with.is_none()
        && let Some(float) = ty::float(access.ty)
    {
        ctxt.error_under(access.ty, message::float_money(float, option.is_some()));
    }
}

/// Required targets that the engine can make itself: the id of an option's variant is by default that of the option, and
/// the amount of an order is the sum of its lines.
fn has_default(place: &Place) -> bool {
    matches!(
        (place.owner(), place.leaf().name),
        (Some(Family::ShippingOption), "line_id") | (Some(Family::Order), "amount")
    )
}

/// Whether `None` says all that a required target needs: no collection is an empty one.
fn may_be_none(place: &Place) -> bool {
    has_default(place) || place.function().is_collection()
}

/// Holds a constant against its target, as far as its tokens show what it is.
pub(crate) fn constant(ctxt: &Ctxt, place: &Place, target: &str, value: &ConstantValue) {
    let ConstantValue::Expr(expr) = value else { return };
    if place.leaf().name == "splits" && !matches!(expr.form, Form::Path(_)) {
        return ctxt.error_under(expr, message::expected_splits());
    }
    if let Form::Closure(_) = expr.form {
        return ctxt.error_under(expr, message::bare_self(target));
    }
    match (&place.leaf().kind, word(expr)) {
        (Kind::Enum(_, variants), Some(word)) => {
            return variant(ctxt, expr, target, &word, variants);
        }
        (Kind::Code("Currency"), Some(word)) => return currency_code(ctxt, expr, &word),
        _ => {}
    }
    let Form::Literal(literal) = &expr.form else { return };
    match (&place.leaf().kind, literal) {
        (Kind::Code(_), Lit::Str(code)) => {
            let code = code.value();
            if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
                ctxt.error_under(expr, message::unknown_country(&code));
            }
        }
        (Kind::Code("Currency"), _) => {
            ctxt.error_under(expr, message::expected_string(target, "NOK"))
        }
        (Kind::Code(_), _) => ctxt.error_under(expr, message::expected_string(target, "NO")),
        (Kind::Amount, Lit::Float(_)) => ctxt.error_under(expr, message::float_constant()),
        (Kind::Amount | Kind::Quantity | Kind::Percent, Lit::Int(_) | Lit::Float(_)) => {}
        (Kind::Amount | Kind::Quantity | Kind::Percent, _) => {
            ctxt.error_under(expr, message::expected_number(target))
        }
        (Kind::Text | Kind::Phone, Lit::Bool(_) | Lit::Float(_) | Lit::ByteStr(_)) => {
            ctxt.error_under(expr, message::expected_string(target, "..."));
        }
        (Kind::Value("bool"), Lit::Bool(_)) => {}
        (Kind::Value("bool"), _) => ctxt.error_under(expr, message::expected_bool(target)),
        _ => {}
    }
}

/// A currency, as text or bare. What is written bare and only near to a code is a mistake, unless it looks like a
/// constant of the merchant's own: `EUROS`.
fn currency_code(ctxt: &Ctxt, expr: &Expr, word: &Word) {
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

/// A value of an open enum, named by its variant or its text.
fn variant(ctxt: &Ctxt, expr: &Expr, target: &str, word: &Word, variants: &[(&str, &str)]) {
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
        // Any text may be a value that this release does not know, and any bare word a name of the merchant's; one that is
        // nearly a known value is a mistake.
        Word::Text(text) | Word::Bare(text) => {
            match suggest::nearest(text, variants.iter().map(|(_, text)| *text)) {
                Some(near) => (Vec::new(), Some(near)),
                None => return,
            }
        }
    };
    ctxt.error_under(expr, message::unknown_variant(target, word.text(), near, &names));
}

/// A constant that can be a value of an open enum, or a currency.
pub(crate) enum Word {
    /// `Physical`
    Variant(String),
    /// `"physical"`
    Text(String),
    /// `physical`, `NOK`; where it is neither value nor code, `line_type` and `LINE_TYPE` are the merchant's own.
    Bare(String),
}

impl Word {
    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Variant(text) | Self::Text(text) | Self::Bare(text) => text,
        }
    }
}

/// Returns the word that an expression is, if it is one.
pub(crate) fn word(expr: &Expr) -> Option<Word> {
    if let Form::Literal(Lit::Str(text)) = &expr.form {
        return Some(Word::Text(text.value()));
    }
    let name = expr.word()?.to_string();
    let camel_case = name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase);
    Some(if camel_case { Word::Variant(name) } else { Word::Bare(name) })
}

/// Holds the whole struct against what its family needs.
pub(crate) fn cart(ctxt: &Ctxt, cart: &Cart<'_>) {
    let family = cart.family;
    let container = &cart.container;
    ctxt.enter(0);
    if let Some(span) = container.bundle
        && !cart.bodies().iter().any(|body| body.is_open() || maps(family, body, "items"))
    {
        ctxt.error(span, message::bundle_without_parts());
    }
    if let Some((span, _)) = container.rounding_line
        && !cart.bodies().iter().any(|body| body.is_open() || maps(family, body, "amount"))
    {
        ctxt.error(span, message::no_total_to_compare());
    }
    for body in cart.bodies() {
        net_has_vat(ctxt, family, body);
    }
    if ctxt.is_unfinished() {
        return;
    }
    match &cart.shape {
        Shape::Struct(body) => complete(ctxt, cart, body),
        Shape::Enum(variants) => {
            for variant in
                variants.iter().filter(|variant| !variant.skip && !variant.body.is_open())
            {
                if !variant.body.covers_group(Group::Price) {
                    ctxt.enter(variant.last_position);
                    ctxt.error(
                        variant.ident.span(),
                        message::variant_without_price(&variant.ident.to_string()),
                    );
                }
                ctxt.enter(LAST);
                missing(ctxt, cart, &variant.body);
            }
        }
    }
}

fn maps(family: Family, body: &Body<'_>, target: &str) -> bool {
    Place::known(family, target).is_some_and(|place| body.covers(&place))
}

fn net_has_vat(ctxt: &Ctxt, family: Family, body: &Body<'_>) {
    if body.is_open() || body.covers_group(Group::Vat) {
        return;
    }
    for mapping in body.mappings() {
        if let Some(name @ ("net_amount" | "net_unit_price")) = mapping.place.own_name()
            && family.group(name).is_some()
        {
            ctxt.enter(mapping.position);
            ctxt.error_under(&mapping.target, message::net_without_vat());
        }
    }
}

/// Reports what a struct does not map.
fn complete(ctxt: &Ctxt, cart: &Cart<'_>, body: &Body<'_>) {
    if body.is_open() {
        return;
    }
    let name = &cart.input.ident;
    ctxt.enter(LAST);
    match cart.family {
        Family::OrderItem if !body.covers_group(Group::Price) => {
            ctxt.error(name.span(), message::no_price(cart.family));
        }
        Family::Discount
            if !maps(cart.family, body, "amount") && !maps(cart.family, body, "percentage") =>
        {
            ctxt.error(name.span(), message::discount_without_value());
        }
        _ => {}
    }
    missing(ctxt, cart, body);
}

/// Reports the required fields that nothing is mapped to: the family's own, and those of every struct that a path leads
/// into.
fn missing(ctxt: &Ctxt, cart: &Cart<'_>, body: &Body<'_>) {
    let mut missing = Vec::new();
    required(cart.family, cart.family.target(), "", body, &mut missing);
    let mut entered: Vec<String> = Vec::new();
    for place in body.mappings().map(|mapping| &mapping.place) {
        let mut path = place.in_session.then(|| "session".to_owned());
        for (depth, step) in place.steps().iter().enumerate().take(place.steps().len() - 1) {
            let text = path
                .take()
                .map_or_else(|| step.name.to_owned(), |above| format!("{above}.{}", step.name));
            if let Some(target) = place.entered(depth)
                && !entered.contains(&text)
            {
                required(cart.family, target, &text, body, &mut missing);
                entered.push(text.clone());
            }
            path = Some(text);
        }
    }
    if !missing.is_empty() {
        ctxt.error(cart.input.ident.span(), message::missing(cart.family, &missing));
    }
}

fn required(
    family: Family,
    target: &Target,
    above: &str,
    body: &Body<'_>,
    missing: &mut Vec<String>,
) {
    for field in target.fields.iter().filter(|field| field.required) {
        let path = if above.is_empty() {
            field.name.to_owned()
        } else {
            format!("{above}.{}", field.name)
        };
        let Some(place) = Place::known(family, &path) else { continue };
        let priced = place.group().is_some_and(|group| body.covers_group(group));
        let summed = family == Family::Order && path == "amount";
        if body.covers(&place)
            || priced
            || !summed && has_default(&place)
            || summed && maps(family, body, "items")
        {
            continue;
        }
        missing.push(if summed { "`items` or `amount`".to_owned() } else { format!("`{path}`") });
    }
}
