//! Maps fields of the API back to the merchant's fields, so that problems found in the finished order are reported with
//! paths in the cart.

use std::collections::{BTreeMap, BTreeSet};

/// Pairs of a target (`shipping_address`, `session.customer.email`) and the merchant's field that is mapped to the target.
type Fields = &'static [(&'static str, &'static str)];

/// The facts that a mapping run records about the values of a cart, by the path of the value.
#[derive(Debug, Default)]
pub(super) struct Origins {
    /// The targets of the struct at a path.
    fields: BTreeMap<String, Vec<Fields>>,
    /// The paths of the values that are flattened into the struct at a path.
    flattened: BTreeMap<String, Vec<String>>,
    /// The paths of values that have the API's own type.
    own_types: BTreeSet<String>,
    /// The paths of fields that are `None` and therefore set no target.
    absent: BTreeSet<String>,
}

impl Origins {
    pub(super) fn note_fields(&mut self, path: String, fields: Fields) {
        self.fields.entry(path).or_default().push(fields);
    }

    pub(super) fn note_flattened(&mut self, path: String, inner: String) {
        self.flattened.entry(path).or_default().push(inner);
    }

    pub(super) fn note_absent(&mut self, path: String) {
        self.absent.insert(path);
    }

    pub(super) fn note_own_type(&mut self, path: String) {
        self.own_types.insert(path);
    }

    /// Returns the paths of the cart fields, within the value at `path`, from which a field of the API
    /// (`splits[0].amount`) was set. The list is empty if no path is known.
    ///
    /// If `shares` is mapped to `splits` in the struct at `lines[2]`, the path is `lines[2].shares`, or
    /// `lines[2].shares[0].amount` if `shares` has the API's own type.
    pub(super) fn sources(&self, path: &str, field: &str) -> Vec<String> {
        if field.is_empty() {
            return vec![path.to_owned()];
        }
        if self.own_types.contains(path) {
            return vec![join(path, field)];
        }
        let present = |targets: &[&str]| {
            let mut sources: Vec<String> =
                targets.iter().flat_map(|target| self.mapped(path, target)).collect();
            sources.retain(|source| !self.absent.contains(source));
            (!sources.is_empty()).then_some(sources)
        };
        present(&[field])
            .or_else(|| stand_ins(field).iter().find_map(|targets| present(targets)))
            // A missing value is reported at its field.
            .unwrap_or_else(|| self.mapped(path, field))
    }

    /// Returns the paths of the cart fields that are mapped to the field itself, not to a target from which it is
    /// calculated.
    fn mapped(&self, path: &str, field: &str) -> Vec<String> {
        let mut sources = Vec::new();
        let pairs = || self.fields.get(path).into_iter().flatten().copied().flatten();
        for (target, merchant) in pairs() {
            if let Some(rest) = rest_below(field, target) {
                sources.extend(self.below(&join(path, merchant), rest));
            }
        }
        // A problem with `shipping_option` may concern everything that is mapped into it.
        if sources.is_empty() {
            let inside = |target: &str| rest_below(target, field).is_some();
            sources.extend(
                pairs()
                    .filter(|(target, _)| inside(target))
                    .map(|(_, merchant)| join(path, merchant)),
            );
        }
        for inner in self.flattened.get(path).into_iter().flatten() {
            let known = if self.own_types.contains(inner) {
                vec![join(inner, field)]
            } else {
                self.mapped(inner, field)
            };
            sources.extend(known);
        }
        let mut seen = BTreeSet::new();
        sources.retain(|source| seen.insert(source.clone()));
        sources
    }

    /// Returns the sources of `rest`, the remainder of a field path, within the value at `path`. If no source is known,
    /// returns the path of the list element to which `rest` leads, or `path` if that element is unknown too.
    fn below(&self, path: &str, rest: &str) -> Vec<String> {
        let mut sources = self.sources(path, rest);
        if sources.is_empty()
            && let Some(end) = rest.starts_with('[').then(|| rest.find(']')).flatten()
        {
            let (index, rest) = rest.split_at(end + 1);
            let element = format!("{path}{index}");
            if self.knows(&element) {
                sources = self.sources(&element, rest.trim_start_matches('.'));
                if sources.is_empty() {
                    sources.push(element);
                }
            }
        }
        if sources.is_empty() {
            sources.push(path.to_owned());
        }
        sources
    }

    fn knows(&self, path: &str) -> bool {
        self.fields.contains_key(path)
            || self.flattened.contains_key(path)
            || self.own_types.contains(path)
    }
}

/// Returns the targets that a field of the API may be calculated from if the field is not mapped itself, in order of
/// preference.
fn stand_ins(field: &str) -> &'static [&'static [&'static str]] {
    match field {
        "amount" => &[
            &["net_amount", "unit_price", "net_unit_price", "quantity", "deposit_percent"],
            &["items", "shipping_option"],
        ],
        "vat" => &[&["vat_basis_points", "vat_fraction"]],
        "vat_amount" => {
            &[&["vat", "vat_basis_points", "vat_fraction"], &["items", "shipping_option"]]
        }
        "discount_lines" => &[&["discount", "net_discount"]],
        // The line id of a shipping option defaults to the option's id.
        "line_id" => &[&["id"]],
        _ => &[],
    }
}

/// Returns the remainder of the path `field` after `target` (`[0].amount` for `splits[0].amount` and `splits`), or
/// `None` if `field` is not within `target`.
fn rest_below<'f>(field: &'f str, target: &str) -> Option<&'f str> {
    let rest = field.strip_prefix(target)?;
    match rest.as_bytes().first() {
        None | Some(b'[') => Some(rest),
        Some(b'.') => Some(&rest[1..]),
        Some(_) => None,
    }
}

fn join(path: &str, field: &str) -> String {
    let dot = if path.is_empty() || field.is_empty() || field.starts_with('[') { "" } else { "." };
    format!("{path}{dot}{field}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The origins of a cart that maps `wallet` to `gift_cards`, and of lines that map `shares` to `splits`.
    fn origins() -> Origins {
        let mut origins = Origins::default();
        let cart: Fields = &[
            ("gift_cards", "wallet"),
            ("items", "lines"),
            ("items", "extras"),
            ("shipping_address", "buyer"),
            ("shipping_option.amount", "freight"),
            ("shipping_option.title", "freight_name"),
            ("session.express.shipping_options", "offers"),
        ];
        origins.note_fields(String::new(), cart);
        origins.note_fields(
            "lines[0]".into(),
            &[("splits", "shares"), ("unit_price", "price"), ("quantity", "count")],
        );
        origins.note_flattened("lines[0]".into(), "lines[0].article".into());
        origins.note_fields("lines[0].article".into(), &[("vat_basis_points", "rate")]);
        origins.note_fields("buyer".into(), &[("country", "land")]);
        origins.note_fields("lines[2]".into(), &[("vat_amount", "tax"), ("vat", "rate")]);
        origins.note_absent("lines[2].tax".into());
        origins.note_own_type("offers[1]".into());
        origins.note_own_type("lines[1].shares".into());
        origins.note_fields("lines[1]".into(), &[("splits", "shares")]);
        origins
    }

    #[test]
    fn fields_of_the_api_are_those_of_the_merchant() {
        for (path, field, expected) in [
            ("", "gift_cards", &["wallet"][..]),
            ("", "gift_cards[0].amount", &["wallet"]),
            ("", "items", &["lines", "extras"]),
            ("", "amount", &["lines", "extras", "freight", "freight_name"]),
            ("", "shipping_address.country", &["buyer.land"]),
            ("", "shipping_address.postal_code", &["buyer"]),
            ("", "shipping_option", &["freight", "freight_name"]),
            ("", "shipping_option.title", &["freight_name"]),
            ("", "session.express.shipping_options[1].line_id", &["offers[1].line_id"]),
            ("", "session.express.shipping_options[0].line_id", &["offers"]),
            ("", "merchant_reference", &[]),
            ("lines[0]", "splits[0].amount", &["lines[0].shares"]),
            ("lines[1]", "splits[0].amount", &["lines[1].shares[0].amount"]),
            ("lines[0]", "amount", &["lines[0].price", "lines[0].count"]),
            ("lines[0]", "vat_amount", &["lines[0].article.rate"]),
            ("lines[0]", "line_id", &[]),
            ("lines[2]", "vat_amount", &["lines[2].rate"]),
        ] {
            assert_eq!(origins().sources(path, field), expected, "{path} {field}");
        }
    }
}
