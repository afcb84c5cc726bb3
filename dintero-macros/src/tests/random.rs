//! Tests that no attribute makes a derive panic, and that every expansion parses and contains an impl.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use quote::quote;

use super::{errors, expand, impls, parsed};
use crate::entry;
use crate::parse::every_key;
use crate::table::{Derive, Family, Kind};

/// Returns words for random attributes: keys, targets, enum values, words used in the values of keys, and words without
/// meaning.
fn words() -> Vec<&'static str> {
    let mut words: Vec<&str> = every_key().collect();
    words.extend(Derive::ALL.iter().map(|derive| derive.name()));
    for family in Family::ALL {
        let facts = family.facts();
        for field in facts.target.fields.iter().chain(facts.inputs) {
            words.extend([field.name, field.wire]);
            if let Kind::Enum(_, variants) = &field.kind {
                words.extend(variants.iter().flat_map(|(name, text)| [name, text]));
            }
        }
        words.extend(facts.aliases.iter().flat_map(|(_, words)| words.iter().copied()));
    }
    words.retain(|word| {
        syn::parse_str::<Ident>(word).is_ok() || *word == "type" || *word == "crate"
    });
    words.sort_unstable();
    words.dedup();
    words.extend(VALUES);
    words
}

/// Words used in the values of keys, and some words without meaning.
const VALUES: [&str; 15] = [
    "error",
    "rounding_line",
    "max",
    "exact",
    "session",
    "customer",
    "email",
    "self",
    "NOK",
    "too",
    "nonsense",
    "return",
    "move",
    "match",
    "raw",
];

const MARKS: [char; 12] = ['=', '.', ',', '|', ':', '<', '>', '&', '-', '!', '?', '#'];

fn token() -> impl Strategy<Value = TokenTree> {
    let word = select(words()).prop_map(|word| Ident::new(word, Span::call_site()).into());
    let mark = (select(MARKS.as_slice()), any::<bool>()).prop_map(|(mark, joint)| {
        Punct::new(mark, if joint { Spacing::Joint } else { Spacing::Alone }).into()
    });
    let literal = prop_oneof![
        any::<u16>().prop_map(Literal::u16_unsuffixed),
        any::<f32>()
            .prop_filter("finite", |float| float.is_finite() && *float >= 0.0)
            .prop_map(Literal::f32_unsuffixed),
        "[a-z. ]{0,12}".prop_map(|text| Literal::string(&text)),
    ]
    .prop_map(TokenTree::from);
    let leaf = prop_oneof![4 => word, 4 => mark, 1 => literal];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let delimiter = select(vec![
            Delimiter::Parenthesis,
            Delimiter::Brace,
            Delimiter::Bracket,
            Delimiter::None,
        ]);
        (delimiter, proptest::collection::vec(inner, 0..6)).prop_map(|(delimiter, tokens)| {
            Group::new(delimiter, tokens.into_iter().collect()).into()
        })
    })
}

fn tokens() -> impl Strategy<Value = TokenStream> {
    proptest::collection::vec(token(), 0..12).prop_map(TokenStream::from_iter)
}

/// Returns a type with this derive, and with these tokens in its attributes.
fn cart(derive: &str, shape: usize, container: &TokenStream, field: &TokenStream) -> TokenStream {
    let derive = Ident::new(derive, Span::call_site());
    match shape {
        0 => quote! {
            #[derive(#derive)]
            #[dintero(#container)]
            struct Cart<'a, L> {
                #[dintero(#field)]
                id: &'a str,
                currency: Option<String>,
                #[dintero(to = items)]
                #[dintero(#field)]
                lines: Vec<L>,
            }
        },
        1 => quote! {
            #[derive(#derive)]
            #[dintero(#container)]
            enum Row {
                #[dintero(#container)]
                Product { #[dintero(#field)] amount: i64 },
                Other(#[dintero(#field)] f64),
                Unit,
            }
        },
        _ => quote! {
            #[derive(#derive)]
            #[dintero #container]
            struct Sku(#[dintero #field] String);
        },
    }
}

/// Checks the properties that the expansion of any input must have.
fn holds(input: TokenStream) -> Result<(), TestCaseError> {
    let text = input.to_string();
    // The compiler passes only types to a derive.
    if syn::parse2::<syn::DeriveInput>(input.clone()).is_err() {
        return Ok(());
    }
    let expansion = parsed(entry(Derive::Value, input, |_, input| expand(input)));
    for message in errors(&expansion) {
        prop_assert!(!message.contains("this is a bug"), "{message}: {text}");
    }
    prop_assert!(impls(&expansion) > 0, "no impl for {text}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_tokens(
        derive in select(Derive::ALL),
        shape in 0..3usize,
        container in tokens(),
        field in tokens(),
    ) {
        holds(cart(derive.name(), shape, &container, &field))?;
    }

    /// Tests valid attributes in which one token was removed, inserted or replaced, as happens while a merchant edits
    /// an attribute.
    #[test]
    fn nearly_valid_attributes(
        case in 0..VALID.len(),
        at in any::<Index>(),
        change in 0..3usize,
        other in token(),
    ) {
        let (derive, shape, container, field) = VALID[case];
        let container: TokenStream = container.parse().expect("tokens");
        let field: TokenStream = field.parse().expect("tokens");
        let field = mutated(field, &at, change, other.clone());
        holds(cart(derive, shape, &container, &field))?;
        holds(cart(derive, shape, &mutated(container, &at, change, other), &TokenStream::new()))?;
    }
}

/// The derive, the shape, and the attributes of the type and of a field.
const VALID: [(&str, usize, &str, &str); 8] = [
    (
        "DinteroOrder",
        0,
        r#"currency = "NOK", total_mismatch = rounding_line(max = 10)"#,
        "to = merchant_reference, with = f",
    ),
    (
        "DinteroOrder",
        0,
        "session.express.shipping_mode = ShippingRequired, crate = a::b",
        "to = session.customer.email",
    ),
    (
        "DinteroOrder",
        0,
        "merchant_reference = |self| format!(\"{}\", self.id), bound(L: Clone)",
        "skip",
    ),
    (
        "DinteroOrderItem",
        0,
        "rounding = exact, splits = |self, amount| f(amount)",
        "to = unit_price, exponent = 2",
    ),
    ("DinteroOrderItem", 1, "vat = 25, type = Physical", "to = amount"),
    ("DinteroOrderItem", 1, "skip_unmapped, bundle", "flatten"),
    (
        "DinteroDiscount",
        0,
        "as_items, discount_type = \"periodic\"",
        "to = discount_id, default = \"x\"",
    ),
    ("DinteroValue", 2, "(crate = a)", "(skip)"),
];

fn mutated(tokens: TokenStream, at: &Index, change: usize, other: TokenTree) -> TokenStream {
    let mut tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if tokens.is_empty() {
        return other.into();
    }
    let at = at.index(tokens.len());
    match change {
        0 => drop(tokens.remove(at)),
        1 => tokens.insert(at, other),
        _ => tokens[at] = other,
    }
    tokens.into_iter().collect()
}
