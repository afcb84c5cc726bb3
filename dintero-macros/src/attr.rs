//! `#[dintero(...)]`: first into keys with values, then into what they mean on a struct, a variant or a field. Nothing
//! here returns early: a mistake is recorded, and parsing goes on behind it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Lit, LitInt, Meta, Path, Token, WherePredicate, token};

use crate::ctxt::Ctxt;
use crate::expr::{Closure, Expr, Form};
use crate::message;
use crate::place::{Place, Reason, TargetPath};
use crate::suggest;
use crate::target::Family;

const FIELD_KEYS: [&str; 6] = ["to", "with", "default", "skip", "flatten", "exponent"];
const VARIANT_KEYS: [&str; 2] = ["skip", "negative"];

/// Keys of the struct, with the one derive that has them, if it is one.
const CONTAINER_KEYS: [(&str, Option<Family>); 9] = [
    ("crate", None),
    ("bound", None),
    ("total_mismatch", Some(Family::Order)),
    ("rounding", Some(Family::OrderItem)),
    ("bundle", Some(Family::OrderItem)),
    ("spread", Some(Family::Discount)),
    ("as_items", Some(Family::Discount)),
    ("part", None),
    ("skip_unmapped", None),
];

/// Returns every word that is a key somewhere; no target may be called so.
#[cfg(test)]
pub(crate) fn every_key() -> impl Iterator<Item = &'static str> {
    FIELD_KEYS.into_iter().chain(VARIANT_KEYS).chain(CONTAINER_KEYS.map(|(key, _)| key))
}

/// The keys of a struct of this family, as a message lists them.
pub(crate) fn container_keys(family: Family) -> String {
    quoted(keys_of(family))
}

fn keys_of(family: Family) -> impl Iterator<Item = &'static str> + Clone {
    CONTAINER_KEYS
        .iter()
        .filter(move |(_, only)| only.is_none_or(|only| only == family))
        .map(|(key, _)| *key)
}

fn quoted<'k>(keys: impl IntoIterator<Item = &'k str>) -> String {
    keys.into_iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
}

pub(crate) type Bounds = Punctuated<WherePredicate, Token![,]>;

/// Words of other derives, and of merchants, that were to be these keys.
const KEY_ALIASES: [(&str, &[&str]); 4] = [
    ("to", &["as", "field", "map", "name", "rename", "target"]),
    ("with", &["from", "func", "function", "into", "map_with", "via"]),
    ("skip", &["hidden", "ignore", "omit", "skip_serializing"]),
    ("rounding", &["round", "rounding_mode"]),
];

/// The key among `keys` that a word was probably to be.
fn meant_key<'k>(word: &str, keys: impl Iterator<Item = &'k str> + Clone) -> Option<&'k str> {
    let aliases = KEY_ALIASES.iter().find(|(_, words)| words.contains(&word));
    let alias = aliases.and_then(|(meant, _)| keys.clone().find(|key| key == meant));
    alias.or_else(|| suggest::nearest(word, keys))
}

/// What stands on a struct, an enum or a variant.
#[derive(Default)]
pub(crate) struct Container {
    krate: Option<Path>,
    pub(crate) bound: Option<Bounds>,
    pub(crate) part: bool,
    pub(crate) skip_unmapped: bool,
    pub(crate) rounding_line: Option<(Span, u32)>,
    pub(crate) rounding: Option<Ident>,
    pub(crate) bundle: Option<Span>,
    pub(crate) as_items: bool,
    pub(crate) skip: bool,
    pub(crate) negative: bool,
    pub(crate) constants: Vec<Constant>,
    /// What was written, known or not.
    keys: Vec<TargetPath>,
}

/// A value for a target that stands on the struct or a variant.
pub(crate) struct Constant {
    pub(crate) target: TargetPath,
    /// `None` if the value could not be read, which has been reported: the target counts as mapped.
    pub(crate) value: Option<ConstantValue>,
}

pub(crate) enum ConstantValue {
    Expr(Expr),
    /// `|self| ...`, or `|self, amount| ...` for splits.
    Computed {
        /// The parameter behind `self`, or nothing.
        amount: TokenStream,
        body: Expr,
    },
}

/// One `#[dintero(...)]` of a field: one mapping of it.
#[derive(Default)]
pub(crate) struct FieldAttr {
    pub(crate) to: Option<To>,
    pub(crate) with: Option<Expr>,
    pub(crate) default: Option<(Span, Option<Expr>)>,
    pub(crate) exponent: Option<(Span, u32)>,
    pub(crate) skip: Option<Span>,
    pub(crate) flatten: Option<Span>,
    /// The keys that were written, in order.
    keys: Vec<(&'static str, Span)>,
    /// A key could not be made out, so the field's own name is not held against it.
    pub(crate) unclear: bool,
}

pub(crate) enum To {
    Target(TargetPath),
    /// Reported already.
    Broken,
}

impl Container {
    /// Where dintero-api is.
    pub(crate) fn krate(&self) -> TokenStream {
        self.krate.as_ref().map_or_else(|| quote!(::dintero_api), ToTokens::to_token_stream)
    }

    pub(crate) fn keys(&self) -> &[TargetPath] {
        &self.keys
    }

    /// Reads what stands on a struct or an enum.
    pub(crate) fn of_type(ctxt: &Ctxt, family: Family, attrs: &[Attribute]) -> Self {
        let mut container = Self::default();
        let mut spread = false;
        let mut seen = Vec::new();
        for item in items(ctxt, attrs, "skip_unmapped").into_iter().flatten() {
            let Some((key, item)) = container.key(ctxt, family, &mut seen, item) else { continue };
            let span = item.key.span();
            match key.as_str() {
                "crate" => container.krate = item.path(ctxt),
                "bound" => container.bound = item.bounds(ctxt),
                "part" => container.part = item.flag(ctxt).is_some(),
                "skip_unmapped" => container.skip_unmapped = item.flag(ctxt).is_some(),
                "total_mismatch" => {
                    container.rounding_line = item.total_mismatch(ctxt).map(|most| (span, most))
                }
                "rounding" => container.rounding = item.rounding(ctxt),
                "bundle" => container.bundle = item.flag(ctxt),
                "spread" | "as_items" => {
                    if item.flag(ctxt).is_some() && (spread || container.as_items) {
                        ctxt.error(span, message::two_ways_of_discount());
                    }
                    spread |= key == "spread";
                    container.as_items |= key == "as_items";
                }
                "negative" => ctxt.error(span, message::belongs_on_variant(&key)),
                _ => ctxt.error(span, message::belongs_on_field(&key)),
            }
        }
        container
    }

    /// Reads what stands on a variant.
    pub(crate) fn of_variant(ctxt: &Ctxt, family: Family, attrs: &[Attribute]) -> Self {
        let mut container = Self::default();
        let mut seen = Vec::new();
        for item in items(ctxt, attrs, "skip").into_iter().flatten() {
            let Some((key, item)) = container.key(ctxt, family, &mut seen, item) else { continue };
            match key.as_str() {
                "skip" => container.skip = item.flag(ctxt).is_some(),
                "negative" => container.negative = item.flag(ctxt).is_some(),
                key if FIELD_KEYS.contains(&key) => {
                    ctxt.error(item.key.span(), message::field_key_on_variant(key))
                }
                key => ctxt.error(item.key.span(), message::struct_key_on_variant(key)),
            }
        }
        container
    }

    /// Tells keys from targets: an item with a key is returned, a constant is put aside.
    fn key(
        &mut self,
        ctxt: &Ctxt,
        family: Family,
        seen: &mut Vec<String>,
        item: Item,
    ) -> Option<(String, Item)> {
        let word = item.key.word().unwrap_or_default();
        let span = item.key.span();
        self.keys.push(item.key.clone());
        let derive = CONTAINER_KEYS.iter().find(|(key, _)| *key == word).map(|(_, only)| *only);
        if derive.is_none()
            && !FIELD_KEYS.contains(&word.as_str())
            && !VARIANT_KEYS.contains(&word.as_str())
        {
            match near_key(family, &item.key) {
                Some(near) => ctxt.error(span, message::near_container_key(&word, near)),
                None => self.constants.push(item.constant(ctxt, family)),
            }
            return None;
        }
        if seen.contains(&word) {
            ctxt.error(span, message::duplicate_key(&word));
            return None;
        }
        seen.push(word.clone());
        match derive.flatten() {
            Some(only) if only != family => {
                ctxt.error(span, message::of_another_derive(&word, only.derive()));
                None
            }
            _ => Some((word, item)),
        }
    }
}

/// The key that a word is near to, if it is no target and not near to one.
fn near_key(family: Family, key: &TargetPath) -> Option<&'static str> {
    let word = key.word()?;
    match Place::find(family, key).err()?.reason {
        Reason::Unknown | Reason::Elsewhere(_) => {
            meant_key(&word, CONTAINER_KEYS.iter().map(|(key, _)| *key).chain(VARIANT_KEYS))
        }
        _ => None,
    }
}

impl FieldAttr {
    /// Reads the attributes of a field, each of which is a mapping of its own.
    pub(crate) fn all(ctxt: &Ctxt, family: Family, attrs: &[Attribute]) -> Vec<Self> {
        let mut mappings = Vec::new();
        for items in items(ctxt, attrs, &format!("to = {}", family.example())) {
            let mut mapping = Self::default();
            for item in items {
                mapping.read(ctxt, family, item);
            }
            mappings.push(mapping);
        }
        mappings
    }

    fn read(&mut self, ctxt: &Ctxt, family: Family, item: Item) {
        let span = item.key.span();
        let Some(key) = self.key(ctxt, family, &item) else { return };
        let is_guess = item.key.word().as_deref() != Some(key);
        if self.keys.iter().any(|(seen, _)| *seen == key) {
            if !is_guess {
                ctxt.error(span, message::duplicate_key(key));
            }
            return;
        }
        self.keys.push((key, span));
        if is_guess {
            // The value was written for another key; what is wrong with it shows when the key is right.
            ctxt.without_errors(|| self.value(ctxt, family, key, item));
        } else {
            self.value(ctxt, family, key, item);
        }
    }

    fn value(&mut self, ctxt: &Ctxt, family: Family, key: &str, item: Item) {
        let span = item.key.span();
        match key {
            "to" => self.to = Some(item.to(ctxt, family)),
            "with" => self.with = item.function(ctxt),
            "default" => self.default = Some((span, item.default(ctxt))),
            "exponent" => self.exponent = item.exponent(ctxt).map(|exponent| (span, exponent)),
            "flatten" => self.flatten = item.flag(ctxt),
            _ => self.skip = item.flag(ctxt),
        }
    }

    /// Returns which key of a field an item has, or was to have.
    fn key(&mut self, ctxt: &Ctxt, family: Family, item: &Item) -> Option<&'static str> {
        let span = item.key.span();
        let word = item.key.word().unwrap_or_default();
        if let Some(key) = FIELD_KEYS.iter().find(|key| **key == word) {
            return Some(key);
        }
        if CONTAINER_KEYS.iter().any(|(key, _)| *key == word) {
            ctxt.error(span, message::belongs_on_struct(&word));
        } else if word == "negative" {
            ctxt.error(span, message::belongs_on_variant(&word));
        } else if Place::find(family, &item.key).is_ok() {
            ctxt.error(span, message::target_as_key(&item.key.text()));
            self.to.get_or_insert(To::Target(item.key.clone()));
        } else {
            let near = meant_key(&word, FIELD_KEYS.into_iter());
            let of_struct = meant_key(&word, keys_of(family)).filter(|_| near.is_none());
            ctxt.error(
                span,
                match of_struct {
                    Some(key) => message::near_key_of_struct(&word, key),
                    None => message::unknown_key(&item.key.text(), near, &quoted(FIELD_KEYS)),
                },
            );
            self.unclear = true;
            // `skipp` was to be `skip`: what it stands for is taken on, so that one mistake gives one error.
            return near;
        }
        None
    }

    /// Holds the keys of the attribute against each other.
    pub(crate) fn check(&mut self, ctxt: &Ctxt) {
        let others = |but: &'static str| self.keys.iter().filter(move |(key, _)| *key != but);
        if self.skip.is_some() {
            for (key, span) in others("skip") {
                ctxt.error(*span, message::without_effect_beside_skip(key));
            }
        } else if self.flatten.is_some() {
            for (key, span) in others("flatten") {
                ctxt.error(*span, message::without_effect_beside_flatten(key));
            }
        } else if self.with.is_some()
            && let Some((span, _)) = self.exponent.take()
        {
            ctxt.error(span, message::exponent_beside_with());
        }
    }

    /// The keys that were written, for a `skip` in another attribute of the field.
    pub(crate) fn keys(&self) -> &[(&'static str, Span)] {
        &self.keys
    }
}

/// One key, with what stands behind it.
struct Item {
    key: TargetPath,
    value: Value,
}

enum Value {
    None,
    Expr(Expr),
    /// Only behind `to`, whose value may be a keyword: `to = type`.
    Target(TargetPath),
    List(Span, TokenStream),
    /// Reported already.
    Broken,
}

/// Returns the items of every `#[dintero(...)]` among `attrs`.
fn items(ctxt: &Ctxt, attrs: &[Attribute], example: &str) -> Vec<Vec<Item>> {
    let mut all = Vec::new();
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("dintero")) {
        match &attr.meta {
            Meta::List(list) => {
                let parser = |input: ParseStream<'_>| Ok(parse_items(ctxt, input, example));
                match Parser::parse2(parser, list.tokens.clone()) {
                    Ok(items) => all.push(items),
                    Err(error) => ctxt.push(error),
                }
            }
            meta => ctxt.error_under(meta, message::not_a_list()),
        }
    }
    all
}

fn parse_items(ctxt: &Ctxt, input: ParseStream<'_>, example: &str) -> Vec<Item> {
    let mut items = Vec::new();
    while !input.is_empty() {
        if !input.peek(Ident::peek_any) {
            ctxt.error(input.span(), message::expected_key(example));
            skip_item(input);
            continue;
        }
        match Item::parse(ctxt, input) {
            Ok(item) => items.push(item),
            Err(error) => {
                ctxt.push(error);
                skip_item(input);
            }
        }
        if !input.is_empty() && input.parse::<Token![,]>().is_err() {
            ctxt.error(input.span(), message::expected_comma());
            skip_item(input);
        }
    }
    items
}

/// Goes on behind the next comma that a key stands behind.
fn skip_item(input: ParseStream<'_>) {
    while !input.is_empty() {
        let comma = input.peek(Token![,]);
        // Taking one token tree cannot fail while there is one.
        let _ = input.parse::<proc_macro2::TokenTree>();
        if comma && input.peek(Ident::peek_any) {
            break;
        }
    }
}

impl Item {
    fn parse(ctxt: &Ctxt, input: ParseStream<'_>) -> syn::Result<Self> {
        let key: TargetPath = input.parse()?;
        let value = if input.peek(Token![=]) {
            let equals: Token![=] = input.parse()?;
            Value::parse(ctxt, &key, equals.span, input)?
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
    fn parse(
        ctxt: &Ctxt,
        key: &TargetPath,
        equals: Span,
        input: ParseStream<'_>,
    ) -> syn::Result<Self> {
        if input.is_empty() || input.peek(Token![,]) {
            return Ok(Self::None);
        }
        let names_target = key.word().is_some_and(|key| names_target(&key));
        if names_target && input.peek(Ident::peek_any) && !input.peek2(Token![::]) {
            return input.parse().map(Self::Target);
        }
        let before = input.fork();
        match input.parse() {
            Ok(expr) => Ok(Self::Expr(expr)),
            Err(error) => {
                // A value that is cut off has no place of its own: it is reported where it was to stand.
                let span = if before.is_empty() { equals } else { error.span() };
                ctxt.error(span, error.to_string());
                skip_value(input);
                Ok(Self::Broken)
            }
        }
    }
}

/// Whether the value of a key is the name of a target: `to`, and words that were to be `to`.
fn names_target(key: &str) -> bool {
    meant_key(key, FIELD_KEYS.into_iter()) == Some("to")
}

/// Leaves the comma behind a broken value to the caller.
fn skip_value(input: ParseStream<'_>) {
    let at_next = || input.peek(Token![,]) && input.peek2(Ident::peek_any);
    while !input.is_empty() && !at_next() {
        let _ = input.parse::<proc_macro2::TokenTree>();
    }
}

impl Parse for TargetPath {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut segments = vec![input.call(Ident::parse_any)?];
        while input.peek(Token![.]) {
            input.parse::<Token![.]>()?;
            segments.push(input.call(Ident::parse_any)?);
        }
        Ok(Self { segments })
    }
}

/// What a value means depends on its key.
impl Item {
    fn flag(&self, ctxt: &Ctxt) -> Option<Span> {
        let span = self.key.span();
        if !matches!(self.value, Value::None) {
            ctxt.error(span, message::takes_no_value(&self.key.text()));
        }
        Some(span)
    }

    fn needs_value(&self, ctxt: &Ctxt, example: &str) {
        ctxt.error(self.key.span(), message::needs_value(&self.key.text(), example));
    }

    fn to(self, ctxt: &Ctxt, family: Family) -> To {
        match &self.value {
            Value::Target(target) => return To::Target(target.clone()),
            Value::Expr(expr) => match &expr.form {
                Form::Literal(Lit::Str(text)) => {
                    ctxt.error(text.span(), message::unquoted(&text.value()));
                    if let Ok(target) = text.parse() {
                        return To::Target(target);
                    }
                }
                _ => ctxt.error_under(expr, message::expected_target(family.example())),
            },
            Value::None | Value::List(..) => self.needs_value(ctxt, family.example()),
            Value::Broken => {}
        }
        ctxt.leave_unfinished();
        To::Broken
    }

    fn function(self, ctxt: &Ctxt) -> Option<Expr> {
        match self.value {
            Value::Expr(expr) => match expr.form {
                Form::Path(_) | Form::Closure(_) | Form::Enclosed => return Some(expr),
                _ => ctxt.error_under(expr, message::expected_function()),
            },
            Value::None | Value::Target(_) | Value::List(..) => {
                self.needs_value(ctxt, "path::to::function")
            }
            Value::Broken => {}
        }
        None
    }

    fn default(self, ctxt: &Ctxt) -> Option<Expr> {
        match self.value {
            Value::Expr(expr) => return Some(expr),
            Value::List(span, _) => ctxt.error(span, message::needs_value("default", "...")),
            Value::None | Value::Target(_) | Value::Broken => {}
        }
        None
    }

    fn exponent(&self, ctxt: &Ctxt) -> Option<u32> {
        match &self.value {
            Value::Expr(expr) => {
                let exponent = expr.integer().filter(|exponent| *exponent <= 18);
                if exponent.is_none() {
                    ctxt.error_under(expr, message::expected_exponent());
                }
                return exponent;
            }
            Value::None | Value::Target(_) | Value::List(..) => self.needs_value(ctxt, "2"),
            Value::Broken => {}
        }
        None
    }

    fn path(self, ctxt: &Ctxt) -> Option<Path> {
        match self.value {
            Value::Expr(expr) => match expr.form {
                Form::Path(path) if path.qself.is_none() => return Some(path.path),
                _ => ctxt.error_under(expr, message::expected_path("crate")),
            },
            Value::None | Value::Target(_) | Value::List(..) => {
                self.needs_value(ctxt, "path::to::dintero_api")
            }
            Value::Broken => {}
        }
        None
    }

    fn bounds(self, ctxt: &Ctxt) -> Option<Bounds> {
        match self.value {
            Value::List(span, tokens) => match Parser::parse2(Bounds::parse_terminated, tokens) {
                Ok(bounds) => return Some(bounds),
                Err(error) => ctxt.error(span, format!("{error}\n{}", message::expected_bounds())),
            },
            Value::None | Value::Expr(_) | Value::Target(_) => {
                ctxt.error(self.key.span(), message::expected_bounds())
            }
            Value::Broken => {}
        }
        None
    }

    fn total_mismatch(&self, ctxt: &Ctxt) -> Option<u32> {
        match &self.value {
            Value::Expr(expr) if expr.is("error") => return None,
            Value::Expr(expr) => match Parser::parse2(rounding_line, expr.to_token_stream()) {
                Ok(most) if most > 0 => return Some(most),
                _ => ctxt.error_under(expr, message::expected_total_mismatch()),
            },
            Value::None | Value::Target(_) | Value::List(..) => {
                self.needs_value(ctxt, "rounding_line(max = 10)");
            }
            Value::Broken => {}
        }
        None
    }

    fn rounding(&self, ctxt: &Ctxt) -> Option<Ident> {
        match &self.value {
            Value::Expr(expr) => {
                let known = |(word, _): &&(&str, &str)| expr.is(word);
                let rounding = ROUNDINGS.iter().find(known).zip(expr.word());
                if rounding.is_none() {
                    ctxt.error_under(expr, message::expected_rounding());
                }
                return rounding.map(|((_, variant), word)| Ident::new(variant, word.span()));
            }
            Value::None | Value::Target(_) | Value::List(..) => {
                self.needs_value(ctxt, "half_to_even")
            }
            Value::Broken => {}
        }
        None
    }

    /// A value for a target.
    fn constant(self, ctxt: &Ctxt, family: Family) -> Constant {
        let value = match self.value {
            Value::Expr(expr) => Some(ConstantValue::of(expr)),
            Value::None | Value::Target(_) | Value::List(..) => {
                // Where the name is not known either, that is said when it is looked up.
                if Place::find(family, &self.key).is_ok() {
                    let example = if self.key.text() == "currency" { "\"NOK\"" } else { "..." };
                    self.needs_value(ctxt, example);
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
        match expr.form {
            Form::Closure(Closure { behind_self: Some(amount), body }) => {
                Self::Computed { amount, body: *body }
            }
            _ => Self::Expr(expr),
        }
    }
}

/// The variants of the engine's `Rounding`.
const ROUNDINGS: [(&str, &str); 3] = [
    ("half_away_from_zero", "HalfAwayFromZero"),
    ("half_to_even", "HalfToEven"),
    ("exact", "Exact"),
];

/// Reads the most minor units in `rounding_line(max = 10)`.
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
