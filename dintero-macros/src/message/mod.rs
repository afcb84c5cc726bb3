//! The text of every compile error that the derives report. Messages begin with a lowercase letter, do not end with a
//! period, and put code in backticks. A second line, if there is one, says what to do.

mod attributes;

use proc_macro2::Ident;

pub(crate) use attributes::*;

use crate::table::Family;
use crate::table::engine::{Share, without_noise};
use crate::table::place::{Reason, Unresolved};

/// Where an unresolved name was written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// The field's own name.
    Field,
    /// The value of `to`.
    To,
    /// A constant on the struct or a variant.
    Constant,
}

// Shapes

pub(crate) fn tuple_struct(derive: &str) -> String {
    format!("`{derive}` needs a struct with named fields; a tuple struct has no names to map")
}

pub(crate) fn unit_struct(derive: &str) -> String {
    format!("`{derive}` needs fields to map, but this struct has none")
}

pub(crate) fn no_enum(derive: &str) -> String {
    format!(
        "`{derive}` cannot be derived for an enum; `DinteroOrderItem`, `DinteroShippingOption` and `DinteroDiscount` can"
    )
}

pub(crate) fn no_union(derive: &str) -> String {
    format!("`{derive}` cannot be derived for a union")
}

/// A derive uses syn without its grammar of expressions.
pub(crate) fn unreadable_expression(derive: &str) -> String {
    format!(
        "`{derive}` cannot read this expression\n\
         give the value a name with `const`, and write the name instead, as in `[u8; LENGTH]`"
    )
}

pub(crate) fn no_newtype() -> String {
    "`DinteroValue` needs a struct with exactly one field that is not skipped; mark the other fields `#[dintero(skip)]`"
        .to_owned()
}

pub(crate) fn not_on_newtype(key: &str) -> String {
    format!(
        "`{key}` has no effect on a newtype; `DinteroValue` only accepts `crate`, and `skip` on a field"
    )
}

// Names that do not resolve

pub(crate) fn unresolved(
    family: Family,
    unresolved: &Unresolved,
    asked: Asked,
    keys: &str,
) -> String {
    let Unresolved { name, owner, reason, .. } = unresolved;
    let first = unresolved.segment == 0;
    match reason {
        Reason::ReadOnly => format!("`{name}` is set by Dintero and cannot be sent"),
        Reason::NoTarget => {
            "`session` alone is not a target\nwrite a path into it, such as `session.customer.email`".to_owned()
        }
        Reason::NoStruct(takes) => format!("{owner} takes {takes}, so it has no field `{name}`"),
        Reason::Alias(path) if asked == Asked::Field => {
            format!("{owner} has no field `{name}`; did you mean `#[dintero(to = {path})]`?")
        }
        Reason::Alias(near) | Reason::Near(near) => format!("{owner} has no field `{name}`; did you mean `{near}`?"),
        Reason::Price => format!(
            "{owner} has no field `{name}`; say which price it is\n{}",
            which_price(family, &above(owner, first))
        ),
        Reason::Vat => {
            let above = above(owner, first);
            format!(
                "{owner} has no field `{name}`; say which unit the VAT rate is in\n\
                 `to = {above}vat` for percent (25), `to = {above}vat_fraction` for a fraction (0.25), \
                 `to = {above}vat_basis_points` for 2500"
            )
        }
        Reason::VatOfOrder => format!(
            "{owner} has no field `{name}`; say what it is\n\
             `to = vat_amount` for the VAT of the whole order, as an amount; map a VAT rate in the line type, which derives \
             `DinteroOrderItem`"
        ),
        Reason::Shipping => format!(
            "{owner} has no field `{name}`; say what it is\n\
             `to = shipping_option` for a struct with `#[derive(DinteroShippingOption)]`; `to = shipping_option.amount` for a bare \
             price, with `shipping_option.id`, `shipping_option.title` and `shipping_option.operator` given on the struct"
        ),
        Reason::Elsewhere(Family::Order) => format!("`{name}` is a field of the order, not of {owner}"),
        Reason::Elsewhere(other) => format!(
            "`{name}` is a field of {}, not of {owner}; derive `{}` for the {} type",
            other.facts().with_article,
            other.facts().derive,
            if *other == Family::OrderItem { "line" } else { other.facts().noun },
        ),
        Reason::Unknown => match asked {
            Asked::Field => format!(
                "{owner} has no field `{name}`; map it with `#[dintero(to = ...)]` or leave it out with `#[dintero(skip)]`"
            ),
            Asked::Constant if first => {
                format!("unknown dintero attribute `{name}`; expected a field of {owner}, or one of {keys}")
            }
            Asked::To | Asked::Constant if first => {
                format!("{owner} has no field `{name}`\nsee the documentation of `{}` for a list of fields", family.facts().derive)
            }
            Asked::To | Asked::Constant => format!("{owner} has no field `{name}`"),
        },
    }
}

/// Returns the path before a name, followed by a dot, as in `shipping_option.`, or an empty string for the first name.
fn above(owner: &str, first: bool) -> String {
    if first { String::new() } else { format!("{}.", owner.trim_matches('`')) }
}

fn which_price(family: Family, above: &str) -> String {
    match family {
        Family::OrderItem => {
            "`to = unit_price` for one unit with VAT, `to = net_unit_price` without; `to = amount` for the whole line \
             with VAT, `to = net_amount` without"
                .to_owned()
        }
        _ => format!("`to = {above}amount` for a price with VAT, `to = {above}net_amount` for a price without"),
    }
}

pub(crate) fn nameless_field(family: Family, index: usize) -> String {
    format!(
        "field {index} has no name to map; map it with `#[dintero(to = {})]`, or write `#[dintero(flatten)]` or \
         `#[dintero(skip)]`",
        family.facts().example
    )
}

// Missing fields

/// The item that lacks required fields.
pub(crate) enum Lacking<'a> {
    Struct,
    Variant(&'a Ident),
}

pub(crate) fn missing(family: Family, lacking: &Lacking<'_>, fields: &[String]) -> String {
    let facts = family.facts();
    let (subject, place) = match lacking {
        Lacking::Struct => (format!("this {}", facts.noun), "struct"),
        Lacking::Variant(name) => (format!("variant `{name}`"), "variant"),
    };
    let plural = if fields.len() == 1 { "" } else { "s" };
    let constant = match fields.iter().any(|field| field == "`currency`") {
        true => "currency = \"NOK\"".to_owned(),
        false => format!("{} = ...", fields[0].split('`').nth(1).unwrap_or(facts.example)),
    };
    format!(
        "{subject} is missing required field{plural}: {}\n\
         give a field that name, or write `#[dintero(to = ...)]` on a field, or set a value on the {place}, e.g. \
         `#[dintero({constant})]`",
        fields.join(", ")
    )
}

pub(crate) fn no_price(family: Family) -> String {
    let prices = match family {
        Family::ShippingOption => "`amount` or `net_amount`",
        _ => "`amount`, `unit_price`, `net_amount` or `net_unit_price`",
    };
    format!("{} needs a price: map {prices}", family.facts().with_article)
}

pub(crate) fn variant_without_price(variant: &str) -> String {
    format!("variant `{variant}` has no price; map one or leave it out with `#[dintero(skip)]`")
}

pub(crate) fn variant_without_discount(variant: &str) -> String {
    format!(
        "variant `{variant}` has no discount; map `amount`, `net_amount`, `percentage` or `fraction`, or leave it out with `#[dintero(skip)]`"
    )
}

/// Returns the message for a net price without a VAT rate. `above` is the path to the struct that contains the price,
/// followed by a dot.
pub(crate) fn net_without_vat(above: &str) -> String {
    format!(
        "a price without VAT needs the VAT rate: map `{above}vat`, `{above}vat_basis_points` or `{above}vat_fraction`"
    )
}

pub(crate) fn basis_without_vat() -> String {
    "a price that may exclude VAT needs the VAT rate: map `vat`, `vat_basis_points` or `vat_fraction`".to_owned()
}

pub(crate) fn discount_without_value() -> String {
    "a discount needs an amount or a percentage: map `amount`, `net_amount`, `percentage` or `fraction`"
        .to_owned()
}

pub(crate) fn bundle_on_enum() -> String {
    "`bundle` belongs on the variant whose price is spread over its `items`: on the enum, it would turn every \
     variant with `items` into a bundle"
        .to_owned()
}

pub(crate) fn bundle_without_parts() -> String {
    "a bundle needs its parts: map a field to `items`".to_owned()
}

pub(crate) fn no_total_to_compare() -> String {
    "`total_mismatch` compares the sum of the lines with the cart's own total: map a field to `amount`".to_owned()
}

pub(crate) fn coupon_without_lines() -> String {
    "a coupon on the order is taken off its lines: map a field to `items`, or map a discount that `amount` already \
     includes to `discount_lines`"
        .to_owned()
}

// Conflicts

/// The field or attribute that mapped a target first.
pub(crate) enum Claimant {
    Field(String),
    Struct,
    Enum,
    Variant,
}

pub(crate) fn claimed(family: Family, target: &str, first: &str, by: &Claimant) -> String {
    let noun = family.facts().noun;
    let by = mapped_by(first, by);
    match first.strip_prefix(target).is_some_and(|below| below.starts_with('.')) {
        true => format!(
            "{noun} field `{target}` cannot be mapped as a whole: `{first}` is already {by}"
        ),
        // `target` is `first`, or a path into `first`.
        false => format!("{noun} field `{first}` is already {by}"),
    }
}

pub(crate) fn second_price(family: Family, first: &str, by: &Claimant) -> String {
    format!(
        "{} takes one price: `{first}` is already {}",
        family.facts().with_article,
        mapped_by(first, by)
    )
}

pub(crate) fn conflict(
    family: Family,
    target: &str,
    first: &str,
    by: &Claimant,
    why: &str,
) -> String {
    format!(
        "{} field `{target}` contradicts `{first}`, which is {}: {why}",
        family.facts().noun,
        mapped_by(first, by)
    )
}

pub(crate) fn second_vat(first: &str, by: &Claimant) -> String {
    format!("the VAT rate is already {}", mapped_by(first, by))
}

fn mapped_by(target: &str, by: &Claimant) -> String {
    match by {
        Claimant::Field(field) => format!("mapped by field `{field}`"),
        Claimant::Struct => format!("set by `#[dintero({target} = ...)]` on the struct"),
        Claimant::Enum => format!("set by `#[dintero({target} = ...)]` on the enum"),
        Claimant::Variant => format!("set by `#[dintero({target} = ...)]` on the variant"),
    }
}

// Types and constants

pub(crate) fn optional_for_required(target: &str, ty: &str, inner: &str) -> String {
    format!(
        "`{target}` is required, but this field is `{ty}`; add `default = ...`, or make it `{inner}`"
    )
}

pub(crate) fn float_money(ty: &str, in_option: bool) -> String {
    let with = match (ty, in_option) {
        ("f64", false) => "dintero_api::money::decimal_from_f64",
        ("f64", true) => "dintero_api::money::decimal_from_f64_option",
        _ => "path::to::function",
    };
    format!(
        "money must not be a floating-point number: `{ty}` cannot hold most decimal amounts exactly\n\
         use an integer in the currency's minor unit (12345 is NOK 123.45) or `rust_decimal::Decimal`, or convert with \
         `#[dintero(with = {with})]`"
    )
}

pub(crate) fn float_constant() -> String {
    "money must not be a floating-point number: write minor units (12345 is NOK 123.45)".to_owned()
}

pub(crate) fn float_default_with_exponent() -> String {
    "money must not be a floating-point number: write a whole number in the unit that `exponent` sets".to_owned()
}

pub(crate) fn expected_string(target: &str, example: &str) -> String {
    format!("expected a string: `{target} = \"{example}\"`")
}

pub(crate) fn expected_number(target: &str) -> String {
    format!("expected a number: `{target} = 25`")
}

/// Returns the message for a rate that is almost certainly in a different unit from its target. `suggestions` are the
/// attributes that the merchant may have meant.
///
/// `key` is the name before the equals sign: the target, or `default`.
pub(crate) fn share_in_another_unit(
    key: &str,
    target: &str,
    share: Share,
    number: f64,
    suggestions: &[String],
) -> String {
    let (unit, percent, example) = match share {
        Share::Fraction(_) => ("a fraction", without_noise(number * 100.0), "0.25"),
        Share::Percent(_) | Share::None => ("in percent", number, "25"),
    };
    let help = match suggestions {
        [] => format!("write `{key} = {example}` for 25 %"),
        suggestions => format!("write {}", suggestions.join(", or ")),
    };
    format!("`{target}` is {unit}, so this is {percent} %\n{help}")
}

pub(crate) fn expected_bool(target: &str) -> String {
    format!("expected `{target} = true` or `{target} = false`")
}

pub(crate) fn unknown_currency(code: &str, near: Option<&str>) -> String {
    match near {
        Some(near) => format!("`{code}` is not an ISO 4217 currency; did you mean `{near}`?"),
        None => format!("`{code}` is not an ISO 4217 currency"),
    }
}

pub(crate) fn unknown_country(code: &str) -> String {
    format!(
        "`{code}` is not an ISO 3166-1 country code; expected two capital letters, such as `NO`"
    )
}

pub(crate) fn unknown_variant(
    target: &str,
    value: &str,
    near: Option<&str>,
    variants: &[&str],
) -> String {
    match near {
        Some(near) => format!("`{target}` has no value `{value}`; did you mean `{near}`?"),
        None => {
            let variants: Vec<_> = variants.iter().map(|variant| format!("`{variant}`")).collect();
            format!("`{target}` has no value `{value}`; expected one of {}", variants.join(", "))
        }
    }
}

pub(crate) fn bare_self(target: &str) -> String {
    format!("to compute the value from the struct, write `{target} = |self| ...`")
}

pub(crate) fn parameter_beside_self(target: &str) -> String {
    format!("only the function for `splits` takes an amount; write `{target} = |self| ...`")
}

pub(crate) fn expected_splits() -> String {
    "expected a function of the line and its amount: `splits = path` or `splits = |self, amount| ...`".to_owned()
}

// Bugs

pub(crate) fn bug(derive: &str, panic: &str) -> String {
    format!(
        "`{derive}` panicked: {panic}\nthis is a bug in dintero-macros {}; please report it, and include the type",
        env!("CARGO_PKG_VERSION")
    )
}
