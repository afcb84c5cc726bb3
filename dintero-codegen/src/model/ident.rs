//! Turns words of the document into Rust identifiers. A name is a pure function of the text, so it never depends on the
//! names assigned before it.

use std::collections::HashMap;

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// The variant of an open enum or union that keeps unknown values.
pub(crate) const OTHER: &str = "Other";

/// Names that generated types and request builders use themselves. A field or parameter with one of these names gets a
/// trailing underscore.
const METHODS: &[&str] = &["body", "call", "default", "new", "send"];

/// Names that a group's module or method cannot have, because the client and its methods use them.
const CLIENT_NAMES: &[&str] = &[
    "account_id",
    "answer",
    "builder",
    "builder_with_api_key",
    "call",
    "client",
    "clone",
    "request",
    "types",
    "wire",
];

/// The module of types for which the overlay sets no module.
const DEFAULT_MODULE: &str = "common";

/// Returns the name of a method's request builder: `CreateSessionFromProfile` for `create_from_profile` in `sessions`.
pub(crate) fn builder_name(method: &str, group: &str) -> String {
    let (verb, rest) = method.split_once('_').unwrap_or((method, ""));
    let subject = if method == "list" { group.to_owned() } else { singular(group) };
    format!("{verb}_{subject}_{rest}").to_upper_camel_case()
}

/// Returns the name of a group's module, and of the client method that returns the group.
pub(crate) fn accessor(group: &str) -> String {
    let mut name = module_name(group);
    if CLIENT_NAMES.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// Returns the name of a type.
pub(crate) fn type_name(text: &str) -> String {
    let name = identifier(text).to_upper_camel_case();
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if !unicode_ident::is_xid_start(first) => format!("N{name}"),
        Some(_) if name == "Self" => "Self_".to_owned(),
        Some(_) => name,
    }
}

/// Returns the name of the static that describes a type in the derives' field table.
pub(crate) fn static_name(type_name: &str) -> String {
    type_name.to_shouty_snake_case()
}

/// Returns the name of the static that describes an operation's endpoint. Different methods can have the same static:
/// the upper case of `ß` is `SS`.
pub(crate) fn constant_name(method: &str) -> String {
    method.to_uppercase()
}

/// Returns the name of an enum variant.
pub(crate) fn variant_name(value: &str) -> String {
    let name = type_name(value);
    if name == OTHER { format!("{OTHER}Value") } else { name }
}

/// Returns the name of a field, method, argument or module.
pub(crate) fn value_name(text: &str) -> String {
    let name = identifier(text).to_snake_case();
    match name.chars().next() {
        None => "empty".to_owned(),
        Some(first) if !unicode_ident::is_xid_start(first) => format!("n{name}"),
        Some(_) if is_keyword(&name) => format!("{name}_"),
        Some(_) => name,
    }
}

/// Returns the name of a field or parameter, with a trailing underscore if generated types or request builders use the
/// name themselves.
pub(crate) fn member_name(text: &str) -> String {
    let name = value_name(text);
    if METHODS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

pub(crate) fn module(name: Option<&str>) -> String {
    name.map_or_else(|| DEFAULT_MODULE.to_owned(), module_name)
}

/// Returns the name of a module, which is also the name of its file.
pub(crate) fn module_name(text: &str) -> String {
    let ascii: String = text.chars().map(|c| if c.is_ascii() { c } else { ' ' }).collect();
    match value_name(&ascii).as_str() {
        "empty" => DEFAULT_MODULE.to_owned(),
        name => name.to_owned(),
    }
}

/// Replaces each character that is not allowed in identifiers with a word break.
fn identifier(text: &str) -> String {
    text.chars().map(|c| if unicode_ident::is_xid_continue(c) { c } else { ' ' }).collect()
}

fn is_keyword(name: &str) -> bool {
    // `gen` has been a keyword since the 2024 edition.
    matches!(name, "_" | "gen") || syn::parse_str::<syn::Ident>(name).is_err()
}

/// Returns the English singular of a plural. The rules cover the names of lists in API documents.
pub(crate) fn singular(plural: &str) -> String {
    let rules = [
        ("ies", "y"),
        ("sses", "ss"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("ss", "ss"),
        ("us", "us"),
        ("s", ""),
    ];
    let rule = rules.iter().find(|(end, _)| plural.ends_with(end) && plural.len() > end.len());
    rule.map_or_else(
        || plural.to_owned(),
        |(end, instead)| format!("{}{instead}", &plural[..plural.len() - end.len()]),
    )
}

/// A word of the document, with the Rust name that the overlay gives it.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) text: &'a str,
    /// The name from the overlay, if there is one; symbols in it are never spelled out.
    pub(crate) given: Option<&'a str>,
}

/// Returns the names of words that share a scope. The symbols of words that would get the same name are spelled out.
/// Names that are still equal are kept, and [`crate::model::name`] reports them.
pub(crate) fn distinct<'a>(
    name: fn(&str) -> String,
    words: impl Iterator<Item = Named<'a>>,
) -> Vec<String> {
    let words: Vec<Named<'_>> = words.collect();
    let plain: Vec<String> =
        words.iter().map(|word| name(word.given.unwrap_or(word.text))).collect();
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for name in &plain {
        *uses.entry(name).or_default() += 1;
    }
    let names = words.iter().zip(&plain);
    names
        .map(|(word, plain)| match word.given {
            None if uses[plain.as_str()] > 1 => name(&spelt_out(word.text)),
            _ => plain.clone(),
        })
        .collect()
}

/// Spells out each symbol as a word, to distinguish names that differ only in symbols: `+1` and `-1` become `plus 1`
/// and `minus 1`. Puts `upper` before text that is all in upper case, to distinguish names that differ only in case:
/// `asc` stays unchanged, and `ASC` becomes `upper ASC`.
pub(crate) fn spelt_out(text: &str) -> String {
    let mut spelt = String::new();
    let letters = || text.chars().filter(|c| c.is_alphabetic());
    if letters().count() > 0 && letters().all(char::is_uppercase) {
        spelt.push_str("upper ");
    }
    for c in text.chars() {
        match symbol(c) {
            Some(word) => {
                spelt.push(' ');
                spelt.push_str(word);
                spelt.push(' ');
            }
            None => spelt.push(c),
        }
    }
    spelt
}

fn symbol(c: char) -> Option<&'static str> {
    Some(match c {
        '+' => "plus",
        '-' => "minus",
        '_' => "underscore",
        '.' => "dot",
        ',' => "comma",
        ':' => "colon",
        ';' => "semicolon",
        '/' => "slash",
        '\\' => "backslash",
        '*' => "star",
        '=' => "equals",
        '<' => "less",
        '>' => "greater",
        '!' => "not",
        '?' => "question",
        '%' => "percent",
        '&' => "and",
        '|' => "or",
        '#' => "hash",
        '@' => "at",
        '$' => "dollar",
        '~' => "tilde",
        '^' => "caret",
        '(' | ')' => "parenthesis",
        '[' | ']' => "bracket",
        '{' | '}' => "brace",
        '\'' | '"' => "quote",
        ' ' => "space",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_the_document_read_well() {
        for (wire, name) in [
            ("payex:payment:id", "payex_payment_id"),
            ("collector:Invoice.PaymentReference", "collector_invoice_payment_reference"),
            ("dintero_psp.creditcard", "dintero_psp_creditcard"),
            ("user-agent", "user_agent"),
            ("cardRadius", "card_radius"),
            ("type", "type_"),
            ("3ds", "n3ds"),
            ("", "empty"),
        ] {
            assert_eq!(value_name(wire), name);
        }
        for (value, name) in [
            ("AUTHORIZATION_VOIDED", "AuthorizationVoided"),
            ("bambora.creditcard", "BamboraCreditcard"),
            ("3DS", "N3ds"),
            ("/Terminal/default.aspx", "TerminalDefaultAspx"),
            ("eComm Regular Payment", "ECommRegularPayment"),
            ("", "Empty"),
            ("other", "OtherValue"),
        ] {
            assert_eq!(variant_name(value), name);
        }
        assert_eq!(builder_name("create_from_profile", "sessions"), "CreateSessionFromProfile");
        assert_eq!(builder_name("list", "transactions"), "ListTransactions");
        assert_eq!(singular("entries"), "entry");
        assert_eq!(singular("status"), "status");
        assert_eq!(singular("address"), "address");
    }

    proptest! {
        #[test]
        fn any_text_makes_a_valid_and_stable_name(text in ".*") {
            for name in [value_name(&text), type_name(&text), variant_name(&text)] {
                prop_assert!(syn::parse_str::<syn::Ident>(&name).is_ok(), "{text:?} gave {name:?}");
            }
            // A capital letter without a lower-case form (𝐀) stays a capital, and always starts a word.
            let lone_capital = |c: char| c.is_uppercase() && c.to_lowercase().eq([c]);
            prop_assume!(!text.contains(lone_capital));
            let name = value_name(&text);
            prop_assert_eq!(value_name(name.trim_end_matches('_')), name);
        }
    }
}
