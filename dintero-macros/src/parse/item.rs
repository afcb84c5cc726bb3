//! Splits `#[dintero(...)]` into keys and values without interpreting them. A mistake is recorded and does not stop the
//! parser, which continues at the next key.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Attribute, Error, Ident, Meta, Token, token};

use super::expr::Expr;
use super::keys::{self, On};
use super::span;
use crate::ctxt::Ctxt;
use crate::message;
use crate::table::Derive;
use crate::table::place::TargetPath;

/// A key and its value.
pub(super) struct Item {
    pub(super) key: TargetPath,
    pub(super) value: Value,
}

pub(super) enum Value {
    /// `skip`
    None,
    /// `skip =`, with nothing after the equals sign.
    Missing(Span),
    Expr(Expr),
    /// The value of `to`, which may be a keyword: `to = type`.
    Target(TargetPath),
    List(Span, TokenStream),
    /// The value is invalid. The error has already been reported.
    Broken,
}

/// The items of one list.
#[derive(Default)]
pub(super) struct Items {
    pub(super) items: Vec<Item>,
    /// Whether an item could not be read. A field that seems to be missing may be mapped in that item.
    pub(super) is_unreadable: bool,
}

/// Returns the `#[dintero(...)]` lists that this derive reads on one type, variant or field.
///
/// Two derives on one struct share `#[dintero(...)]`. A nested list such as `DinteroOrder(...)` applies to one of the
/// two. A derive that has a nested list ignores all other items.
pub(super) fn items(ctxt: &Ctxt, derive: Derive, attrs: &[Attribute], on: On) -> Vec<Items> {
    let (mut shared, mut own) = (Vec::new(), Vec::new());
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("dintero")) {
        let Meta::List(list) = &attr.meta else {
            ctxt.error_under(&attr.meta, message::not_a_list());
            continue;
        };
        let mut lists = List::new(ctxt, list.tokens.clone(), derive, on).read();
        own.extend(lists.own);
        // `#[dintero()]` has no items, and neither does a list that contained only nested lists.
        if !lists.shared.items.is_empty() || lists.shared.is_unreadable {
            shared.push(std::mem::take(&mut lists.shared));
        }
    }
    if own.is_empty() { shared } else { own }
}

/// The list that is being read.
struct List<'c> {
    ctxt: &'c Ctxt,
    derive: Derive,
    on: On,
    tokens: TokenStream,
    /// The last token, where errors at the end of the list are reported.
    end: Span,
    /// The derives that may have a nested list inside this list. Empty if this list is itself nested.
    scopes: &'static [Derive],
}

#[derive(Default)]
struct Lists {
    shared: Items,
    own: Vec<Items>,
}

impl<'c> List<'c> {
    fn new(ctxt: &'c Ctxt, tokens: TokenStream, derive: Derive, on: On) -> Self {
        let end = span::ends(tokens.clone()).map_or_else(Span::call_site, |(_, last)| last);
        Self { ctxt, derive, on, tokens, end, scopes: Derive::ALL }
    }

    /// Returns a reader for a nested list, which cannot contain further nested lists.
    fn of_scope(&self, tokens: TokenStream) -> Self {
        Self { scopes: &[], ..Self::new(self.ctxt, tokens, self.derive, self.on) }
    }

    fn read(&self) -> Lists {
        let mut lists = Lists::default();
        let parser = |input: ParseStream<'_>| {
            self.items(input, &mut lists);
            Ok(())
        };
        if let Err(error) = parser.parse2(self.tokens.clone()) {
            self.ctxt.push(error);
        }
        lists
    }

    fn items(&self, input: ParseStream<'_>, lists: &mut Lists) {
        while !input.is_empty() {
            match Item::parse(self, input) {
                Ok(item) => self.add(item, lists),
                Err(error) => {
                    self.error(input, &error);
                    lists.shared.is_unreadable = true;
                    skip_to_key(input);
                }
            }
            if !input.is_empty() && !input.peek(Token![,]) {
                self.ctxt.error(here(input), message::expected_comma());
                skip_to_key(input);
            }
            let _ = input.parse::<Token![,]>();
        }
    }

    /// Adds an item. If the item is this derive's nested list, reads that list instead; another derive's nested list is
    /// ignored.
    fn add(&self, item: Item, lists: &mut Lists) {
        let word = item.key.word().unwrap_or_default();
        let scope = self.scopes.iter().find(|derive| derive.name() == word);
        match (scope, &item.value) {
            (Some(derive), Value::List(_, tokens)) if *derive == self.derive => {
                lists.own.push(self.of_scope(tokens.clone()).read().shared);
            }
            (Some(_), Value::List(..)) => {}
            _ => lists.shared.items.push(item),
        }
    }

    /// Reports a syntax error. There is no token at the end of the list, so an error there is reported under the last
    /// token.
    fn error(&self, input: ParseStream<'_>, error: &Error) {
        let span = if input.is_empty() { self.end } else { error.span() };
        self.ctxt.error(span, error.to_string());
    }
}

/// Returns the span of the next token in the merchant's source.
fn here(input: ParseStream<'_>) -> Span {
    let next = input.cursor().token_tree().map(|(token, _)| token);
    next.and_then(|token| span::ends(token.into())).map_or(input.span(), |(first, _)| first)
}

/// Skips to the next comma that is followed by a key, and consumes neither the comma nor the key.
fn skip_to_key(input: ParseStream<'_>) {
    while !input.is_empty() && !is_before_key(input) {
        // Parsing a token tree cannot fail while tokens remain.
        let _ = input.parse::<TokenTree>();
    }
}

/// Returns whether `, key` is next, followed by one of the tokens that may follow a key.
fn is_before_key(input: ParseStream<'_>) -> bool {
    let ahead = input.fork();
    ahead.parse::<Token![,]>().is_ok()
        && (ahead.is_empty()
            || ahead.call(Ident::parse_any).is_ok()
                && (ahead.is_empty()
                    || ahead.peek(Token![,])
                    || ahead.peek(Token![=])
                    || ahead.peek(Token![.])
                    || ahead.peek(token::Paren)))
}

impl Item {
    fn parse(list: &List<'_>, input: ParseStream<'_>) -> syn::Result<Self> {
        if !input.peek(Ident::peek_any) {
            let example = match (list.derive, list.on) {
                (Derive::Value, On::Type) => "crate = path::to::dintero_api".to_owned(),
                (Derive::Mapping(_), On::Type) => "skip_unmapped".to_owned(),
                (Derive::Mapping(family), On::Field) => format!("to = {}", family.facts().example),
                (_, On::Variant) | (Derive::Value, On::Field) => "skip".to_owned(),
            };
            return Err(Error::new(here(input), message::expected_key(&example)));
        }
        let key: TargetPath = input.parse()?;
        let value = if input.peek(Token![=]) {
            let equals: Token![=] = input.parse()?;
            Value::parse(list, &key, equals.span, input)
        } else if input.peek(token::Paren) {
            let content;
            let parens = syn::parenthesized!(content in input);
            Value::List(parens.span.join(), content.parse()?)
        } else {
            Value::None
        };
        Ok(Self { key, value })
    }
}

impl Value {
    fn parse(list: &List<'_>, key: &TargetPath, equals: Span, input: ParseStream<'_>) -> Self {
        if input.is_empty() || input.peek(Token![,]) {
            return Self::Missing(equals);
        }
        let names_target = key.word().is_some_and(|key| names_target(list.derive, &key));
        let value = match names_target && input.peek(Ident::peek_any) && !input.peek2(Token![::]) {
            true => input.parse().map(Self::Target),
            false => input.parse().map(Self::Expr),
        };
        value.unwrap_or_else(|error| {
            list.error(input, &error);
            skip_to_key(input);
            Self::Broken
        })
    }
}

/// Returns whether the value of a key is the name of a target. This is the case for `to`, and for words by which the
/// merchant probably meant `to`.
fn names_target(derive: Derive, key: &str) -> bool {
    match derive {
        Derive::Mapping(family) => keys::meant(key, keys::on(On::Field, family)) == Some("to"),
        Derive::Value => false,
    }
}

impl Parse for TargetPath {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut segments = vec![input.call(Ident::parse_any)?];
        while input.peek(Token![.]) {
            input.parse::<Token![.]>()?;
            let segment = input.call(Ident::parse_any);
            segments.push(
                segment.map_err(|error| Error::new(error.span(), message::expected_segment()))?,
            );
        }
        Ok(Self { segments })
    }
}
