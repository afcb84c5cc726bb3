//! Checks that a struct or variant maps every target that its derive and its keys require. The check runs after all
//! mappings of the type are known.

use proc_macro2::{Ident, Span};

use super::model::{Body, Cart, Shape, Variant};
use crate::ctxt::{Ctxt, LAST};
use crate::message::{self, Lacking};
use crate::parse::attr::TotalMismatch;
use crate::table::engine::Function;
use crate::table::family::{Group, Role};
use crate::table::place::Place;
use crate::table::{Family, Target};

/// Checks that a cart maps every target that its derive and its keys require.
pub(crate) fn check_cart_is_complete(ctxt: &Ctxt, cart: &Cart<'_>) {
    ctxt.enter(0);
    check_bundles_have_parts(ctxt, cart);
    check_total_is_compared(ctxt, cart);
    check_coupons_have_lines(ctxt, cart);
    for body in cart.bodies().into_iter().filter(|body| !cart.is_bundle(body)) {
        check_net_price_has_vat(ctxt, body);
    }
    if ctxt.is_unfinished() {
        return;
    }
    match &cart.shape {
        Shape::Struct(body) if !body.is_open() => {
            ctxt.enter(LAST);
            check_struct_has_value(ctxt, cart.family, body, &cart.input.ident);
            check_required_fields(ctxt, cart, body, &Lacking::Struct);
        }
        Shape::Struct(_) => {}
        Shape::Enum(variants) => {
            let closed = |variant: &&Variant<'_>| !variant.own.skip && !variant.body.is_open();
            for variant in variants.iter().filter(closed) {
                ctxt.enter(variant.last_position);
                check_variant_has_value(ctxt, cart.family, variant);
                check_required_fields(ctxt, cart, &variant.body, &Lacking::Variant(variant.ident));
            }
        }
    }
}

/// Rejects `bundle` without `items`, because a bundle's price is spread over its `items`.
fn check_bundles_have_parts(ctxt: &Ctxt, cart: &Cart<'_>) {
    let has_parts = |body: &Body<'_>| body.is_open() || maps(cart.family, body, "items");
    let without_parts = |span: Option<Span>, body: &Body<'_>| span.filter(|_| !has_parts(body));
    match &cart.shape {
        Shape::Struct(body) => {
            if let Some(span) = without_parts(cart.container.bundle, body) {
                ctxt.error(span, message::bundle_without_parts());
            }
        }
        Shape::Enum(variants) => {
            for variant in variants.iter().filter(|variant| !variant.own.skip) {
                if let Some(span) = without_parts(variant.own.bundle, &variant.body) {
                    ctxt.enter(variant.first_position);
                    ctxt.error(span, message::bundle_without_parts());
                }
            }
            ctxt.enter(0);
        }
    }
}

/// Rejects `total_mismatch = rounding_line(max = 10)` without `amount`, because there is then no total to compare with
/// the sum of the lines.
fn check_total_is_compared(ctxt: &Ctxt, cart: &Cart<'_>) {
    let has_total = |body: &&Body<'_>| body.is_open() || maps(cart.family, body, "amount");
    if let Some((span, TotalMismatch::RoundingLine { .. })) = cart.container.total_mismatch
        && !cart.bodies().iter().any(has_total)
    {
        ctxt.error(span, message::no_total_to_compare());
    }
}

/// Rejects coupons on an order that maps `amount` but not `items`: the amount is sent as it is, so the coupons would have
/// no effect.
fn check_coupons_have_lines(ctxt: &Ctxt, cart: &Cart<'_>) {
    let has_only_total = |body: &&Body<'_>| {
        let maps = |target| maps(Family::Order, body, target);
        !body.is_open() && maps("amount") && !maps("items")
    };
    if cart.family != Family::Order {
        return;
    }
    for mapping in cart.bodies().into_iter().filter(has_only_total).flat_map(Body::mappings) {
        if mapping.place.function() == Function::Coupons {
            ctxt.enter(mapping.position);
            ctxt.error_under(&mapping.target, message::coupon_without_lines());
        }
    }
    ctxt.enter(0);
}

fn maps(family: Family, body: &Body<'_>, target: &str) -> bool {
    Place::known(family, target).is_some_and(|place| body.covers(&place))
}

/// Rejects net prices and `price_includes_vat` without a VAT rate, because the amount sent to Dintero includes VAT.
fn check_net_price_has_vat(ctxt: &Ctxt, body: &Body<'_>) {
    if body.is_open() || body.covers_group(Group::Vat) {
        return;
    }
    for mapping in body.mappings() {
        let place = &mapping.place;
        ctxt.enter(mapping.position);
        if place.role() == Role::NetPrice {
            let above = if place.own_name().is_some() { "" } else { "shipping_option." };
            ctxt.error_under(&mapping.target, message::net_without_vat(above));
        } else if place.function() == Function::PriceIncludesVat && place.family != Family::Order {
            ctxt.error_under(&mapping.target, message::basis_without_vat());
        }
    }
}

/// Checks that a line has a price, and that a discount has an amount, a percentage or a fraction.
fn check_struct_has_value(ctxt: &Ctxt, family: Family, body: &Body<'_>, name: &Ident) {
    match family {
        Family::OrderItem if !body.covers_group(Group::Price) => {
            ctxt.error(name.span(), message::no_price(family));
        }
        Family::Discount if !takes_something_off(body) => {
            ctxt.error(name.span(), message::discount_without_value());
        }
        _ => {}
    }
}

/// Checks a variant in the way that [`check_struct_has_value`] checks a struct. The messages also suggest `skip`.
fn check_variant_has_value(ctxt: &Ctxt, family: Family, variant: &Variant<'_>) {
    let name = variant.ident.to_string();
    match family {
        Family::OrderItem if !variant.body.covers_group(Group::Price) => {
            ctxt.error(variant.ident.span(), message::variant_without_price(&name));
        }
        Family::Discount if !takes_something_off(&variant.body) => {
            ctxt.error(variant.ident.span(), message::variant_without_discount(&name));
        }
        _ => {}
    }
}

fn takes_something_off(body: &Body<'_>) -> bool {
    let targets = ["amount", "net_amount", "percentage", "fraction"];
    targets.into_iter().any(|target| maps(Family::Discount, body, target))
}

/// Checks that every required field is mapped, both in the API type that the derive fills and in each nested struct
/// that a path leads into.
///
/// ```text
/// #[dintero(to = shipping_option.amount)] freight: i64    the option's id, title and operator are missing
/// ```
fn check_required_fields(ctxt: &Ctxt, cart: &Cart<'_>, body: &Body<'_>, lacking: &Lacking<'_>) {
    let mut missing = Vec::new();
    collect_missing(cart.family, cart.family.facts().target, "", body, &mut missing);
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
                collect_missing(cart.family, target, &text, body, &mut missing);
                entered.push(text.clone());
            }
            path = Some(text);
        }
    }
    if !missing.is_empty() {
        let span = match lacking {
            Lacking::Struct => cart.input.ident.span(),
            Lacking::Variant(name) => name.span(),
        };
        ctxt.error(span, message::missing(cart.family, lacking, &missing));
    }
}

fn collect_missing(
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
        let summed = place.function() == Function::Total;
        if body.covers(&place)
            || priced
            || !summed && place.has_default()
            || summed && maps(family, body, "items")
        {
            continue;
        }
        missing.push(if summed { "`items` or `amount`".to_owned() } else { format!("`{path}`") });
    }
}
