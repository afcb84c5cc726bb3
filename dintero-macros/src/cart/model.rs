//! The model of a cart: which value is mapped to which target. Building the model reports mistakes within a single
//! mapping and targets that are mapped twice.

use std::rc::Rc;

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::{Attribute, Data, DeriveInput, Fields, Type};

use super::fit;
use crate::ctxt::Ctxt;
use crate::message::{self, Asked, Claimant};
use crate::parse::attr::{self, Constant, ConstantValue, Container, Fallback, FieldAttr, To};
use crate::parse::expr::{Expr, Form};
use crate::parse::ty;
use crate::table::Family;
use crate::table::family::Group;
use crate::table::place::{self, Meant, Place, TargetPath};

/// Returns a name for a variable of the generated code. Mixed-site hygiene hides the variable from the merchant's code.
/// The prefix keeps the name different from the names of the merchant's constants: a pattern that names a constant
/// compares the value with the constant instead of binding a variable.
pub(crate) fn local(name: &str) -> Ident {
    Ident::new(&format!("__dintero_{name}"), Span::mixed_site())
}

/// One of the merchant's structs or enums, with the target of each value.
pub(crate) struct Cart<'a> {
    pub(crate) input: &'a DeriveInput,
    pub(crate) family: Family,
    pub(crate) container: Container,
    pub(crate) shape: Shape<'a>,
}

pub(crate) enum Shape<'a> {
    Struct(Body<'a>),
    Enum(Vec<Variant<'a>>),
}

/// A variant of an enum.
pub(crate) struct Variant<'a> {
    pub(crate) attrs: &'a [Attribute],
    pub(crate) ident: &'a Ident,
    /// The keys on the variant.
    pub(crate) own: Container,
    pub(crate) body: Body<'a>,
    /// The position of errors on the variant itself, and the position of errors on its last field. See [`Ctxt::enter`].
    pub(crate) first_position: usize,
    pub(crate) last_position: usize,
}

/// The mappings of a struct or a variant, in source order.
#[derive(Default)]
pub(crate) struct Body<'a> {
    pub(crate) entries: Vec<Entry<'a>>,
    claims: Vec<Claim>,
    /// The probable targets of mistyped names.
    meant: Vec<Meant>,
    /// Whether the type has the key `part`: a larger struct includes the type and may map the missing fields.
    is_part: bool,
}

pub(crate) enum Entry<'a> {
    Map(Rc<Mapping<'a>>),
    /// A constant of the enum, which is the default for a variant: the variant's own values and those of a struct that the
    /// variant flattens replace it.
    Inherited(Rc<Mapping<'a>>),
    /// A field with `flatten`, whose type has its own mappings.
    Flatten(Access<'a>),
}

/// One value and its target.
pub(crate) struct Mapping<'a> {
    pub(crate) place: Place,
    pub(crate) source: Source<'a>,
    /// The target as the merchant wrote it.
    pub(crate) target: TargetPath,
    pub(crate) position: usize,
}

pub(crate) enum Source<'a> {
    Field(Box<FieldSource<'a>>),
    Constant(ConstantValue),
}

pub(crate) struct FieldSource<'a> {
    pub(crate) access: Access<'a>,
    pub(crate) with: Option<Expr>,
    pub(crate) default: Option<Expr>,
    pub(crate) exponent: Option<u32>,
}

/// A field of a struct or a variant.
#[derive(Clone)]
pub(crate) struct Access<'a> {
    pub(crate) attrs: &'a [Attribute],
    pub(crate) ty: &'a Type,
    /// The field's name, or its index in a tuple variant.
    pub(crate) name: String,
    pub(crate) ident: Option<&'a Ident>,
    pub(crate) index: usize,
    /// The variable that holds a reference to the field of a variant; `None` for the field of a struct.
    pub(crate) binding: Option<Ident>,
}

struct Claim {
    place: Place,
    by: Claimant,
    presence: Presence,
}

/// Whether a mapping has a value in every cart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Presence {
    Always,
    /// The value may be `None`, or the tokens do not show whether it may.
    Maybe,
}

impl Mapping<'_> {
    fn presence(&self) -> Presence {
        let is_present = match &self.source {
            Source::Field(field) => {
                field.with.is_none()
                    && (ty::option(field.access.ty).is_none() || field.default.is_some())
            }
            Source::Constant(ConstantValue::Expr(expr)) => matches!(expr.form, Form::Literal(_)),
            Source::Constant(ConstantValue::Computed(_)) => false,
        };
        if is_present { Presence::Always } else { Presence::Maybe }
    }
}

impl<'a> Cart<'a> {
    /// Builds the model. For a type that can never be mapped, such as a union, reports an error and returns `None`.
    pub(crate) fn build(
        ctxt: &Ctxt,
        family: Family,
        input: &'a DeriveInput,
        mut container: Container,
    ) -> Option<Self> {
        let constants = std::mem::take(&mut container.constants);
        let constants = Constants::resolve(ctxt, family, constants);
        let shape = match &input.data {
            Data::Struct(data) => {
                let fields = named_fields(ctxt, family, &input.ident, &data.fields)?;
                let mut builder = Builder::new(ctxt, family, &container);
                builder.constants(constants, || Claimant::Struct);
                fields
                    .iter()
                    .enumerate()
                    .for_each(|(index, field)| builder.field(field, index, false));
                Shape::Struct(builder.body)
            }
            Data::Enum(data) if family.facts().may_be_enum => {
                if let Some(span) = container.bundle {
                    ctxt.error(span, message::bundle_on_enum());
                }
                // Reports constants that are given twice or contradict each other, once for the whole enum.
                let mut alone = Builder::new(ctxt, family, &container);
                alone.constants(constants.clone(), || Claimant::Enum);
                let variants = data.variants.iter();
                Shape::Enum(
                    variants
                        .map(|variant| {
                            Variant::build(ctxt, family, &container, &constants, variant)
                        })
                        .collect(),
                )
            }
            Data::Enum(data) => {
                ctxt.error(data.enum_token.span, message::no_enum(family.facts().derive));
                return None;
            }
            Data::Union(data) => {
                ctxt.error(data.union_token.span, message::no_union(family.facts().derive));
                return None;
            }
        };
        Some(Self { input, family, container, shape })
    }

    /// Returns whether a body is a bundle, whose price is spread over its sub-lines. The sub-lines have their own VAT
    /// rates.
    pub(crate) fn is_bundle(&self, body: &Body<'_>) -> bool {
        match &self.shape {
            Shape::Struct(_) => self.container.bundle.is_some(),
            Shape::Enum(variants) => variants
                .iter()
                .any(|variant| variant.own.bundle.is_some() && std::ptr::eq(&variant.body, body)),
        }
    }

    /// Returns every body except those of skipped variants.
    pub(crate) fn bodies(&self) -> Vec<&Body<'a>> {
        match &self.shape {
            Shape::Struct(body) => vec![body],
            Shape::Enum(variants) => variants
                .iter()
                .filter(|variant| !variant.own.skip)
                .map(|variant| &variant.body)
                .collect(),
        }
    }
}

fn named_fields<'a>(
    ctxt: &Ctxt,
    family: Family,
    name: &Ident,
    fields: &'a Fields,
) -> Option<&'a Fields> {
    match fields {
        Fields::Named(_) => return Some(fields),
        Fields::Unnamed(fields) => {
            ctxt.error(fields.paren_token.span.join(), message::tuple_struct(family.facts().derive))
        }
        Fields::Unit => ctxt.error(name.span(), message::unit_struct(family.facts().derive)),
    }
    None
}

/// The constants of a struct, an enum or a variant, with resolved targets.
#[derive(Clone)]
struct Constants<'a> {
    mappings: Vec<Rc<Mapping<'a>>>,
    meant: Vec<Meant>,
}

impl Constants<'_> {
    fn resolve(ctxt: &Ctxt, family: Family, constants: Vec<Constant>) -> Self {
        let mut found = Self { mappings: Vec::new(), meant: Vec::new() };
        for Constant { target, value } in constants {
            let found_place = Place::find(family, &target);
            if let Some(value) = &value {
                value.mention(ctxt, found_place.as_ref().ok());
            }
            let place = match found_place {
                Ok(place) => place,
                Err(unresolved) => {
                    let keys = attr::container_keys(family);
                    let span = target.segments[unresolved.segment].span();
                    ctxt.error(
                        span,
                        message::unresolved(family, &unresolved, Asked::Constant, &keys),
                    );
                    found.meant.extend(unresolved.meant);
                    continue;
                }
            };
            match value {
                Some(value) => {
                    fit::check_constant_suits_target(ctxt, &place, &target.text(), &value);
                    let position = ctxt.position();
                    found.mappings.push(Rc::new(Mapping {
                        place,
                        source: Source::Constant(value),
                        target,
                        position,
                    }));
                }
                None => found.meant.push(Meant::Place(place)),
            }
        }
        found
    }
}

impl<'a> Variant<'a> {
    fn build(
        ctxt: &Ctxt,
        family: Family,
        container: &Container,
        shared: &Constants<'a>,
        variant: &'a syn::Variant,
    ) -> Self {
        ctxt.enter(ctxt.position() + 1);
        let first_position = ctxt.position();
        let mut own = Container::of_variant(ctxt, family, &variant.attrs);
        if own.skip {
            for key in own.keys().iter().filter(|key| key.word().as_deref() != Some("skip")) {
                ctxt.error_under(key, message::without_effect_on_skipped_variant(&key.text()));
            }
        }
        let constants = Constants::resolve(ctxt, family, std::mem::take(&mut own.constants));
        let mut builder = Builder::new(ctxt, family, container);
        if !own.skip {
            builder.constants(constants, || Claimant::Variant);
            variant
                .fields
                .iter()
                .enumerate()
                .for_each(|(index, field)| builder.field(field, index, true));
            builder.inherit(shared);
        }
        Self {
            attrs: &variant.attrs,
            ident: &variant.ident,
            own,
            body: builder.body,
            first_position,
            last_position: ctxt.position(),
        }
    }
}

/// Builds a [`Body`], one mapping at a time.
struct Builder<'a, 'c> {
    ctxt: &'c Ctxt,
    family: Family,
    skip_unmapped: bool,
    body: Body<'a>,
}

impl<'a, 'c> Builder<'a, 'c> {
    fn new(ctxt: &'c Ctxt, family: Family, container: &Container) -> Self {
        let body = Body { is_part: container.part, ..Body::default() };
        Self { ctxt, family, skip_unmapped: container.skip_unmapped, body }
    }

    fn constants(&mut self, constants: Constants<'a>, by: fn() -> Claimant) {
        self.body.meant.extend(constants.meant);
        for mapping in constants.mappings {
            self.claim(mapping, by());
        }
    }

    /// Adds the enum's constants, except those that the variant overrides. Reports values of the variant that contradict a
    /// constant of the enum.
    fn inherit(&mut self, shared: &Constants<'a>) {
        self.body.meant.extend(shared.meant.iter().cloned());
        let mut inherited = Vec::new();
        for mapping in &shared.mappings {
            let overrides = |claim: &Claim| {
                claim.place.overlaps(&mapping.place) && !mapping.place.takes_several()
                    || claim.place.group().is_some() && claim.place.group() == mapping.place.group()
            };
            if !self.body.claims.iter().any(overrides) {
                self.check_variant_agrees(&mapping.place);
                inherited.push(Rc::clone(mapping));
            }
        }
        let claim = |mapping: &Rc<Mapping<'_>>| {
            let presence = mapping.presence();
            Claim { place: mapping.place.clone(), by: Claimant::Enum, presence }
        };
        self.body.claims.extend(inherited.iter().map(claim));
        self.body.entries.splice(0..0, inherited.into_iter().map(Entry::Inherited));
    }

    /// Reports each value of the variant that contradicts a constant of the enum.
    fn check_variant_agrees(&self, inherited: &Place) {
        let Some(shared) = inherited.own_name() else { return };
        for mapping in self.body.mappings() {
            let Some(own) = mapping.place.own_name() else { continue };
            if let Some(why) = self.family.conflict(own, shared) {
                let message = message::conflict(self.family, own, shared, &Claimant::Enum, why);
                self.ctxt.enter(mapping.position);
                self.ctxt.error_under(&mapping.target, message);
            }
        }
    }

    /// Reads the attributes of a field and adds the field's mappings.
    fn field(&mut self, field: &'a syn::Field, index: usize, in_variant: bool) {
        self.ctxt.enter(self.ctxt.position() + 1);
        let mut mappings = FieldAttr::all(self.ctxt, self.family, &field.attrs);
        if mappings.is_empty() {
            mappings.push(FieldAttr::default());
        }
        mappings.iter_mut().for_each(|mapping| mapping.check(self.ctxt));
        if mappings.iter().any(|mapping| mapping.skip.is_some()) {
            for (key, span) in
                mappings.iter().filter(|mapping| mapping.skip.is_none()).flat_map(FieldAttr::keys)
            {
                self.ctxt.error(*span, message::without_effect_beside_skip(key.word()));
            }
            return;
        }
        let access = Access {
            attrs: &field.attrs,
            ty: &field.ty,
            name: field.ident.as_ref().map_or_else(|| index.to_string(), place::name),
            ident: field.ident.as_ref(),
            index,
            binding: in_variant.then(|| local(&index.to_string())),
        };
        let before = self.body.entries.len();
        for mapping in mappings {
            self.mapping(&access, before, mapping);
        }
    }

    /// Adds a mapping of a field, whose earlier mappings begin at the entry `first`.
    fn mapping(&mut self, access: &Access<'a>, first: usize, attr: FieldAttr) {
        if let Some(span) = attr.flatten {
            let is_flattened = |entry: &Entry<'_>| matches!(entry, Entry::Flatten(_));
            if self.body.entries[first..].iter().any(is_flattened) {
                self.ctxt.error(span, message::flattened_twice());
            }
            return self.body.entries.push(Entry::Flatten(access.clone()));
        }
        let (target, asked) = match (&attr.to, access.ident) {
            (Some(To::Target(target)), _) => (target.clone(), Asked::To),
            (Some(To::Broken), _) => return,
            (None, Some(ident)) => (TargetPath::one(ident), Asked::Field),
            (None, None) if attr.unclear || self.skip_unmapped && attr.keys().is_empty() => return,
            (None, None) => {
                let message = message::nameless_field(self.family, access.index);
                // An unnamed field may be meant for any target, including the price.
                self.body.meant.push(Meant::Group(Group::Price));
                return self.ctxt.error_under(access.ty, message);
            }
        };
        let place = match Place::find(self.family, &target) {
            Ok(place) => place,
            Err(unresolved) => {
                let ignored = attr.unclear || self.skip_unmapped && attr.keys().is_empty();
                if asked == Asked::To || !ignored {
                    let span = target.segments[unresolved.segment].span();
                    self.ctxt.error(span, message::unresolved(self.family, &unresolved, asked, ""));
                    self.body.meant.extend(unresolved.meant);
                }
                return;
            }
        };
        if let Some((_, Fallback::Value(default))) = &attr.default
            && default.word().is_some()
            && !place.leaf().kind.has_words()
        {
            self.ctxt.mention(default.to_token_stream());
        }
        if !attr.is_broken {
            fit::check_field_suits_target(self.ctxt, &place, access, &attr);
        }
        let is_same =
            |entry: &Entry<'_>| entry.mapping().is_some_and(|other| other.place.overlaps(&place));
        if place.takes_several() && self.body.entries[first..].iter().any(is_same) {
            let by = Claimant::Field(access.name.clone());
            let name = place.text();
            self.ctxt.error_under(&target, message::claimed(self.family, &name, &name, &by));
        }
        let mapping = Mapping {
            place,
            target,
            position: self.ctxt.position(),
            source: Source::Field(Box::new(FieldSource {
                access: access.clone(),
                with: attr.with,
                default: attr.default.and_then(|(_, default)| default.value()),
                exponent: attr.exponent.map(|(_, exponent)| exponent),
            })),
        };
        self.claim(Rc::new(mapping), Claimant::Field(access.name.clone()));
    }

    /// Adds a mapping, and reports an error if its target is already mapped or contradicts a mapped target. The target
    /// counts as mapped even if the mapping is invalid, so that the target is not reported as missing as well.
    fn claim(&mut self, mapping: Rc<Mapping<'a>>, by: Claimant) {
        let place = &mapping.place;
        let family = self.family;
        let overlapping = |claim: &&Claim| claim.place.overlaps(place) && !place.takes_several();
        if let Some(message) = self.second_of_group(&mapping) {
            self.ctxt.error_under(&mapping.target, message);
        } else if let Some(first) = self.body.claims.iter().find(overlapping) {
            let message = message::claimed(family, &place.text(), &first.place.text(), &first.by);
            self.ctxt.error_under(&mapping.target, message);
        } else if let Some((first, why)) = self.contradicted(place) {
            let (target, name) = (place.text(), first.place.text());
            let message = message::conflict(family, &target, &name, &first.by, why);
            self.ctxt.error_under(&mapping.target, message);
        }
        let presence = mapping.presence();
        self.body.claims.push(Claim { place: place.clone(), by, presence });
        self.body.entries.push(Entry::Map(mapping));
    }
}

impl Builder<'_, '_> {
    /// Returns the message for a target that is an alternative to an already mapped target, or `None` if there is no such
    /// target.
    fn second_of_group(&self, mapping: &Mapping<'_>) -> Option<String> {
        let (place, group) = (&mapping.place, mapping.place.group()?);
        let first = self.body.claims.iter().find(|claim| claim.place.group() == Some(group))?;
        if first.place.overlaps(place) {
            return None;
        }
        let name = first.place.text();
        let Some(why) = group.why_one_value() else {
            let owner = place.owner().unwrap_or(self.family);
            return Some(match group {
                Group::Price => message::second_price(owner, &name, &first.by),
                _ => message::second_vat(&name, &first.by),
            });
        };
        let both_present = [first.presence, mapping.presence()] == [Presence::Always; 2];
        both_present.then(|| message::conflict(self.family, &place.text(), &name, &first.by, why))
    }

    /// Returns an already mapped target that contradicts this target, with the reason, or `None` if there is no
    /// contradiction.
    fn contradicted(&self, place: &Place) -> Option<(&Claim, &'static str)> {
        let own = place.own_name()?;
        self.body.claims.iter().find_map(|claim| {
            let why = self.family.conflict(own, claim.place.own_name()?)?;
            Some((claim, why))
        })
    }
}

impl<'a> Entry<'a> {
    /// Returns the mapping, unless the entry is a flattened field.
    pub(crate) fn mapping(&self) -> Option<&Mapping<'a>> {
        match self {
            Self::Map(mapping) | Self::Inherited(mapping) => Some(mapping),
            Self::Flatten(_) => None,
        }
    }
}

impl<'a> Body<'a> {
    pub(crate) fn mappings(&self) -> impl Iterator<Item = &Mapping<'a>> {
        self.entries.iter().filter_map(Entry::mapping)
    }

    /// Returns whether another type may map further targets: a flattened type, or a type that flattens this type.
    /// Missing fields can then only be found at run time.
    pub(crate) fn is_open(&self) -> bool {
        self.is_part || self.entries.iter().any(|entry| matches!(entry, Entry::Flatten(_)))
    }

    /// Returns whether the target, a field inside the target or a struct around the target is mapped. A target counts
    /// as mapped if the merchant probably meant to map the target.
    pub(crate) fn covers(&self, place: &Place) -> bool {
        self.claims.iter().any(|claim| claim.place.overlaps(place))
            || self.meant.iter().any(|meant| meant.covers(place))
    }

    pub(crate) fn covers_group(&self, group: Group) -> bool {
        self.claims.iter().any(|claim| claim.place.group() == Some(group))
            || self.meant.iter().any(|meant| meant.is_in(group))
    }
}
