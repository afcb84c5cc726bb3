//! Words of the document to identifiers of Rust: pure functions of the text, so that a name never depends on what was
//! named before it.

use std::collections::HashMap;

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// The arm of an open enum or union that keeps what is not known.
pub(crate) const OTHER: &str = "Other";

/// Methods that every generated type or request has: a field or parameter of that name gets an underscore.
const METHODS: &[&str] = &["body", "call", "default", "new", "send"];

/// Names that a group's module or method cannot have: the client and its methods have them.
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

/// The module of what no overlay places.
const DEFAULT_MODULE: &str = "common";

/// `create_from_profile` of `sessions` is `CreateSessionFromProfile`.
pub(crate) fn builder_name(method: &str, group: &str) -> String {
    let (verb, rest) = method.split_once('_').unwrap_or((method, ""));
    let subject = if method == "list" { group.to_owned() } else { singular(group) };
    format!("{verb}_{subject}_{rest}").to_upper_camel_case()
}

/// The module of a group, and the method of the client that leads to it.
pub(crate) fn accessor(group: &str) -> String {
    let mut name = module_name(group);
    if CLIENT_NAMES.contains(&name.as_str()) {
        name.push('_');
    }
    name
}

/// A type's name.
pub(crate) fn type_name(text: &str) -> String {
    let name = identifier(text).to_upper_camel_case();
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if !unicode_ident::is_xid_start(first) => format!("N{name}"),
        Some(_) if name == "Self" => "Self_".to_owned(),
        Some(_) => name,
    }
}

/// The name of a type's entry in the table of the derives.
pub(crate) fn static_name(type_name: &str) -> String {
    type_name.to_shouty_snake_case()
}

/// The name of an enum's value.
pub(crate) fn variant_name(value: &str) -> String {
    let name = type_name(value);
    if name == OTHER { format!("{OTHER}Value") } else { name }
}

/// The name of a field, a method, an argument or a module.
pub(crate) fn value_name(text: &str) -> String {
    let name = identifier(text).to_snake_case();
    match name.chars().next() {
        None => "empty".to_owned(),
        Some(first) if !unicode_ident::is_xid_start(first) => format!("n{name}"),
        Some(_) if is_keyword(&name) => format!("{name}_"),
        Some(_) => name,
    }
}

/// The name of a field or of a parameter, which is a method beside the ones that are always there.
pub(crate) fn member_name(text: &str) -> String {
    let name = value_name(text);
    if METHODS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

pub(crate) fn module(name: Option<&str>) -> String {
    name.map_or_else(|| DEFAULT_MODULE.to_owned(), module_name)
}

/// The name of a module, which is the name of a file as well.
pub(crate) fn module_name(text: &str) -> String {
    let ascii: String = text.chars().map(|c| if c.is_ascii() { c } else { ' ' }).collect();
    match value_name(&ascii).as_str() {
        "empty" => DEFAULT_MODULE.to_owned(),
        name => name.to_owned(),
    }
}

/// What cannot stand in an identifier becomes a break between words.
fn identifier(text: &str) -> String {
    text.chars().map(|c| if unicode_ident::is_xid_continue(c) { c } else { ' ' }).collect()
}

fn is_keyword(name: &str) -> bool {
    // `gen` is one since the edition 2024.
    matches!(name, "_" | "gen") || syn::parse_str::<syn::Ident>(name).is_err()
}

/// The English singular, as far as names of lists need it.
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

/// A word of the document that becomes a name.
#[derive(Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) text: &'a str,
    /// The overlay's name, which stays as it is.
    pub(crate) given: Option<&'a str>,
}

/// The names of words that share a scope. Words that come to one name are spelt out; what is the same even then stays
/// so, and is reported by [`crate::model::name`].
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

/// The text with each symbol as a word, for names that differ in nothing else: `+1` and `-1` are `plus 1` and `minus 1`.
/// Words that differ in case alone are told apart by it: `asc` stays, `ASC` becomes `upper ASC`.
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
            // A capital without a small letter (𝐀) stays one, and begins a word wherever it stands.
            let lone_capital = |c: char| c.is_uppercase() && c.to_lowercase().eq([c]);
            prop_assume!(!text.contains(lone_capital));
            let name = value_name(&text);
            prop_assert_eq!(value_name(name.trim_end_matches('_')), name);
        }
    }
}
