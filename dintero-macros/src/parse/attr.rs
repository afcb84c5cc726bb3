//! Reads the keys of `#[dintero(...)]` on a type, a variant or a field. A mistake is recorded and does not stop the
//! reader, which continues with the next key.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::{Attribute, Path, Token, WherePredicate};

use super::expr::{Closure, Expr};
use super::item::{Item, Value, items};
use super::keys::{self, Key, On};
use crate::ctxt::Ctxt;
use crate::message;
use crate::table::place::{Place, Reason, TargetPath};
use crate::table::{Derive, Family};

/// Returns the keys of a struct of this family, formatted for a message.
pub(crate) fn container_keys(family: Family) -> String {
    keys::quoted(keys::on(On::Type, family))
}

pub(crate) type Bounds = Punctuated<WherePredicate, Token![,]>;

/// The attributes of a struct, an enum or a variant.
#[derive(Default)]
pub(crate) struct Container {
    krate: Option<Path>,
    pub(crate) bound: Option<Bounds>,
    pub(crate) part: bool,
    pub(crate) skip_unmapped: bool,
    pub(crate) total_mismatch: Option<(Span, TotalMismatch)>,
    pub(crate) rounding: Option<Ident>,
    pub(crate) bundle: Option<Span>,
    pub(crate) form: Option<CouponForm>,
    pub(crate) capped: bool,
    pub(crate) skip: bool,
    pub(crate) negative: bool,
    pub(crate) constants: Vec<Constant>,
    /// Every key as the merchant wrote it, including unknown keys.
    keys: Vec<TargetPath>,
}

/// What happens if the cart's own total is not the sum of the lines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TotalMismatch {
    Error,
    /// A line makes up the difference of at most `max` minor units.
    RoundingLine {
        max: u32,
    },
}

/// How a coupon reduces an order.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum CouponForm {
    Spread,
    AsItems,
}

/// A value for a target, written on a struct, an enum or a variant.
pub(crate) struct Constant {
    pub(crate) target: TargetPath,
    /// `None` if the value could not be read. The error has been reported, and the target counts as mapped.
    pub(crate) value: Option<ConstantValue>,
}

pub(crate) enum ConstantValue {
    Expr(Expr),
    /// `|self| ...`, or `|self, amount| ...` for splits.
    Computed(Computed),
}

/// A closure whose first parameter is the merchant's `self`.
pub(crate) struct Computed {
    pub(crate) closure: Closure,
    /// The parameters after `self`; may be empty.
    pub(crate) others: TokenStream,
}

/// One `#[dintero(...)]` on a field, which describes one mapping of that field.
#[derive(Default)]
pub(crate) struct FieldAttr {
    pub(crate) to: Option<To>,
    pub(crate) with: Option<Expr>,
    pub(crate) default: Option<(Span, Fallback)>,
    pub(crate) exponent: Option<(Span, u32)>,
    pub(crate) skip: Option<Span>,
    pub(crate) flatten: Option<Span>,
    /// The keys in source order.
    keys: Vec<(Key, Span)>,
    /// Whether a key could not be read or recognized. The merchant may have meant `to`, so the field's own name need
    /// not be a target.
    pub(crate) unclear: bool,
    /// Whether a value is invalid. The error has been reported, so the mapping is not checked any further.
    pub(crate) is_broken: bool,
}

/// The value for a field that is `None`.
pub(crate) enum Fallback {
    /// `default`
    Blank,
    /// `default = EXPR`
    Value(Expr),
}

impl Fallback {
    pub(crate) fn value(self) -> Option<Expr> {
        match self {
            Self::Blank => None,
            Self::Value(expr) => Some(expr),
        }
    }
}

pub(crate) enum To {
    Target(TargetPath),
    /// The value is invalid. The error has already been reported.
    Broken,
}

impl Container {
    /// Returns the path to `dintero_api`.
    pub(crate) fn krate(&self) -> TokenStream {
        self.krate.as_ref().map_or_else(|| quote!(::dintero_api), ToTokens::to_token_stream)
    }

    pub(crate) fn keys(&self) -> &[TargetPath] {
        &self.keys
    }

    /// Reads the attributes of a struct or an enum.
    pub(crate) fn of_type(ctxt: &Ctxt, family: Family, attrs: &[Attribute]) -> Self {
        Self::read(ctxt, family, attrs, On::Type)
    }

    /// Reads the attributes of a variant.
    pub(crate) fn of_variant(ctxt: &Ctxt, family: Family, attrs: &[Attribute]) -> Self {
        Self::read(ctxt, family, attrs, On::Variant)
    }

    fn read(ctxt: &Ctxt, family: Family, attrs: &[Attribute], on: On) -> Self {
        let mut container = Self::default();
        let mut seen = Vec::new();
        for list in items(ctxt, Derive::Mapping(family), attrs, on) {
            if list.is_unreadable {
                ctxt.leave_unfinished();
            }
            for item in list.items {
                if let Some((key, item)) = container.key(ctxt, family, on, &mut seen, item) {
                    container.set(ctxt, key, item);
                }
            }
        }
        container
    }

    fn set(&mut self, ctxt: &Ctxt, key: Key, item: Item) {
        let span = item.key.span();
        match key {
            Key::Crate => self.krate = item.path(ctxt),
            Key::Bound => self.bound = item.bounds(ctxt),
            Key::Part => self.part = item.flag(ctxt).is_some(),
            Key::SkipUnmapped => self.skip_unmapped = item.flag(ctxt).is_some(),
            Key::TotalMismatch => {
                self.total_mismatch = item.total_mismatch(ctxt).map(|mismatch| (span, mismatch));
            }
            Key::Rounding => self.rounding = item.rounding(ctxt),
            Key::Bundle => self.bundle = item.flag(ctxt),
            Key::Negative => self.negative = item.flag(ctxt).is_some(),
            Key::Skip => self.skip = item.flag(ctxt).is_some(),
            Key::Capped => self.capped = item.flag(ctxt).is_some(),
            Key::Spread => self.set_form(ctxt, CouponForm::Spread, &item),
            Key::AsItems => self.set_form(ctxt, CouponForm::AsItems, &item),
            // These are keys of fields, which `Self::key` has already rejected.
            Key::To | Key::With | Key::Default | Key::Flatten | Key::Exponent => {}
        }
    }

    fn set_form(&mut self, ctxt: &Ctxt, form: CouponForm, item: &Item) {
        if item.flag(ctxt).is_some() && self.form.is_some() {
            ctxt.error(item.key.span(), message::two_ways_of_discount());
        }
        self.form = Some(form);
    }

    /// Returns the item if its name is a key that is allowed here. Reports a key that is misspelled, repeated or not
    /// allowed here, and stores any other item as a constant.
    fn key(
        &mut self,
        ctxt: &Ctxt,
        family: Family,
        on: On,
        seen: &mut Vec<Key>,
        item: Item,
    ) -> Option<(Key, Item)> {
        let word = item.key.word().unwrap_or_default();
        let span = item.key.span();
        self.keys.push(item.key.clone());
        let Some(key) = keys::find(&word) else {
            match near_key(family, on, &item.key) {
                Some(near) => ctxt.error(span, message::near_container_key(&word, near)),
                None => self.constants.push(item.constant(ctxt, family)),
            }
            return None;
        };
        if seen.contains(&key) {
            ctxt.error(span, message::duplicate_key(&word));
            return None;
        }
        seen.push(key);
        match (key.only(), on) {
            (Some(only), _) if only != family => {
                ctxt.error(span, message::of_another_derive(&word, only.facts().derive));
            }
            _ if key.is_on(on) => return Some((key, item)),
            (_, On::Variant) if key.is_on(On::Type) => {
                ctxt.error(span, message::struct_key_on_variant(&word));
            }
            (_, On::Variant) => ctxt.error(span, message::field_key_on_variant(&word)),
            _ if key.is_on(On::Field) => ctxt.error(span, message::belongs_on_field(&word)),
            _ => ctxt.error(span, message::belongs_on_variant(&word)),
        }
        None
    }
}

/// Returns the key closest to a word, unless the word is a target or close to one.
fn near_key(family: Family, on: On, path: &TargetPath) -> Option<&'static str> {
    let word = path.word()?;
    let here = keys::on(on, family);
    match Place::find(family, path).err()?.reason {
        Reason::Unknown | Reason::Elsewhere(_) => keys::meant(&word, here),
        _ => None,
    }
}

impl FieldAttr {
    /// Reads the attributes of a field; each of them is a separate mapping.
    pub(crate) fn all(ctxt: &Ctxt, family: Family, attrs: &[Attribute]) -> Vec<Self> {
        let mut mappings = Vec::new();
        for list in items(ctxt, Derive::Mapping(family), attrs, On::Field) {
            let mut mapping = Self { unclear: list.is_unreadable, ..Self::default() };
            if list.is_unreadable {
                ctxt.leave_unfinished();
            }
            for item in list.items {
                mapping.read(ctxt, family, item);
            }
            mappings.push(mapping);
        }
        mappings
    }

    fn read(&mut self, ctxt: &Ctxt, family: Family, item: Item) {
        let span = item.key.span();
        let Some(key) = self.key(ctxt, family, &item) else { return };
        let is_guess = item.key.word().as_deref() != Some(key.word());
        if self.keys.iter().any(|(seen, _)| *seen == key) {
            if !is_guess {
                ctxt.error(span, message::duplicate_key(key.word()));
            }
            return;
        }
        self.keys.push((key, span));
        if is_guess {
            // The value was written for another key, so errors in the value would be misleading until the key is fixed.
            ctxt.without_errors(|| self.value(ctxt, family, key, item));
        } else {
            self.value(ctxt, family, key, item);
        }
    }

    fn value(&mut self, ctxt: &Ctxt, family: Family, key: Key, item: Item) {
        let span = item.key.span();
        let before = ctxt.count();
        self.is_broken |= matches!(item.value, Value::Broken);
        match key {
            Key::To => self.to = Some(item.to(ctxt, family)),
            Key::With => self.with = item.function(ctxt),
            Key::Default => self.default = item.default(ctxt).map(|default| (span, default)),
            Key::Exponent => self.exponent = item.exponent(ctxt).map(|exponent| (span, exponent)),
            Key::Flatten => self.flatten = item.flag(ctxt),
            _ => self.skip = item.flag(ctxt),
        }
        self.is_broken |= ctxt.count() > before;
    }

    /// Returns the field key of an item. Reports any other item, and returns the key that the merchant probably meant,
    /// if any.
    fn key(&mut self, ctxt: &Ctxt, family: Family, item: &Item) -> Option<Key> {
        let span = item.key.span();
        let word = item.key.word().unwrap_or_default();
        match keys::find(&word) {
            Some(key) if key.is_on(On::Field) => return Some(key),
            Some(key) if key.is_on(On::Type) => {
                ctxt.error(span, message::belongs_on_struct(&word));
            }
            Some(_) => ctxt.error(span, message::belongs_on_variant(&word)),
            None if Place::find(family, &item.key).is_ok() => {
                ctxt.error(span, message::target_as_key(&item.key.text()));
                self.to.get_or_insert(To::Target(item.key.clone()));
            }
            None => {
                let own = keys::on(On::Field, family);
                let near = keys::meant(&word, own.clone());
                let of_struct =
                    keys::meant(&word, keys::on(On::Type, family)).filter(|_| near.is_none());
                let message = match of_struct {
                    Some(key) => message::near_key_of_struct(&word, key),
                    None => message::unknown_key(&item.key.text(), near, &keys::quoted(own)),
                };
                ctxt.error(span, message);
                self.unclear = true;
                // `skipp` is read as `skip`, so that one mistake causes one error.
                return near.and_then(keys::find);
            }
        }
        None
    }

    /// Reports keys that have no effect because of another key in the same attribute.
    pub(crate) fn check(&mut self, ctxt: &Ctxt) {
        let others = |but: Key| self.keys.iter().filter(move |(key, _)| *key != but);
        if self.skip.is_some() {
            for (key, span) in others(Key::Skip) {
                ctxt.error(*span, message::without_effect_beside_skip(key.word()));
            }
        } else if self.flatten.is_some() {
            for (key, span) in others(Key::Flatten) {
                ctxt.error(*span, message::without_effect_beside_flatten(key.word()));
            }
        } else if self.with.is_some()
            && let Some((span, _)) = self.exponent.take()
        {
            ctxt.error(span, message::exponent_beside_with());
        }
    }

    /// Returns the keys written in this attribute. The caller needs them if another attribute of the field has `skip`.
    pub(crate) fn keys(&self) -> &[(Key, Span)] {
        &self.keys
    }
}
