//! Builds unions whose variants are distinguished by a tag. A base with a discriminator is the union of the components
//! that extend it; a union can also list its variants in `oneOf` or `anyOf`. [`super::tags`] has already found which
//! component is a variant of which union.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use crate::model::tags::{Child, choices, end, is_declared_nowhere, is_text};
use crate::model::types::Types;
use crate::model::{Def, Draft, Presence, Struct, Type, TypeId, Union, ValueType, Variant, ident};
use crate::pointer::Pointer;
use crate::report::Report;
use crate::schema::shape::{Alternative, Kind, Object, Shape, Tag};

/// Whether the discriminator of a schema can distinguish variants.
pub(super) enum Usable {
    Yes(Tag),
    /// The schema has no discriminator.
    No,
    /// The discriminator cannot be used; the reason was reported.
    Reported,
}

impl Types<'_> {
    /// Returns the discriminator of a merged shape, if it has one, and reports a discriminator that cannot be used.
    pub(super) fn usable(&mut self, shape: &Shape) -> Usable {
        let Some(tag) = &shape.tag else { return Usable::No };
        let problem = if !is_text(&mut self.merge, shape, tag) {
            "is not a string; the value becomes a `serde_json::Value`"
        } else if let Kind::OneOf(alternatives) = &shape.kind
            && is_declared_nowhere(&mut self.merge, alternatives, tag)
        {
            "is not a property of any alternative; the value becomes a `serde_json::Value`"
        } else {
            return Usable::Yes(tag.clone());
        };
        let message = format!("the discriminator `{}` {problem}", tag.property);
        let report = Report::warning("discriminator", &shape.at.child("discriminator"), message);
        self.reports.push(report.help(
            "correct the discriminator in the overlay, or accept the warning with `x-accept: [discriminator]`",
        ));
        Usable::Reported
    }

    /// Returns the type of `oneOf` or `anyOf`.
    pub(super) fn one_of(&mut self, alternatives: &[Alternative], shape: &Shape) -> Type {
        match self.usable(shape) {
            Usable::Yes(tag) => {
                let union = self.alternatives(alternatives, &tag, shape, None);
                return self.inline_union(union, shape);
            }
            Usable::Reported => return Type::Value(ValueType::Json),
            Usable::No => {}
        }
        if let Some(scalar) = self.scalar_of(alternatives, shape) {
            return scalar;
        }
        if let Some(signs) = self.signs(alternatives) {
            let untagged = self.untagged(alternatives, signs, None);
            return self.inline_untagged(untagged, shape);
        }
        let message = "these alternatives have neither a discriminator nor required properties of their own that tell \
                       them apart; they become a `serde_json::Value`";
        let help =
            "add a discriminator, or accept the warning with `x-accept: [one-of]` in the overlay";
        self.reports.push(Report::warning("one-of", &shape.at, message).help(help));
        Type::Value(ValueType::Json)
    }

    /// Builds the union for an inline object whose discriminator maps values to components.
    pub(super) fn inline_base(&mut self, object: &Object, tag: &Tag, shape: &Shape) -> Type {
        let children = tag.mapping.iter().map(|(value, target)| Child {
            component: end(self.schemas, target).to_owned(),
            value: value.clone(),
        });
        let children: Vec<Child> = children.collect();
        let union = self.variants(children, None, object, tag, shape);
        self.inline_union(union, shape)
    }

    fn inline_union(&mut self, union: Union, shape: &Shape) -> Type {
        self.inline_alternatives(union.key(), Def::Union(union), shape)
    }

    /// Builds an inline union with or without a tag. Equal unions are one type, even if one of them is a component,
    /// unless both have names and the names differ.
    pub(super) fn inline_alternatives(&mut self, key: String, def: Def, shape: &Shape) -> Type {
        let certain = shape.notes.extensions.rust_type.clone();
        let by_name = certain.as_ref().map(|name| format!("={name}:{key}"));
        let named = by_name.as_ref().and_then(|by_name| self.unions.get(by_name));
        let found = named.or_else(|| self.unions.get(&key)).copied().filter(|id| {
            let known = self.draft.types[id.0].name.certain.as_ref();
            certain.is_none() || known.is_none() || known == certain.as_ref()
        });
        let id = found.unwrap_or_else(|| {
            let id = self.reserve(shape, None);
            self.draft.types[id.0].def = def;
            id
        });
        self.unions.entry(key).or_insert(id);
        if let Some(by_name) = by_name {
            self.unions.insert(by_name, id);
        }
        let def = &mut self.draft.types[id.0];
        def.deprecated &= shape.notes.deprecated || def.name.component;
        def.name.certain = def.name.certain.take().or(certain);
        Type::Named(id)
    }

    /// Builds the union of a base and the components that extend it.
    pub(super) fn base(&mut self, name: &str, object: &Object, tag: &Tag, shape: &Shape) -> Union {
        let children = self.tags.bases.get(name).cloned().unwrap_or_default();
        self.variants(children, Some(name), object, tag, shape)
    }

    fn variants(
        &mut self,
        children: Vec<Child>,
        base: Option<&str>,
        object: &Object,
        tag: &Tag,
        shape: &Shape,
    ) -> Union {
        let mut union = Union { tag: tag.property.clone(), variants: Vec::new() };
        let base_name = base.map(|base| self.rust_name(base)).unwrap_or_default();
        for Child { component, value } in children {
            let at = Pointer::from("/components/schemas").child(&component);
            let variant = if Some(component.as_str()) == base {
                // The base itself is also a variant, with only its own fields.
                let name = ident::variant_name(&value);
                let ty = self.own_variant(object, tag, &value, shape, base);
                Variant { name, value, ty }
            } else {
                let name = short_name(&self.rust_name(&component), &base_name);
                let ty = self.component(&component, &value);
                Variant { name, value, ty }
            };
            self.add(&mut union, variant, &component, &at);
        }
        told_apart(union)
    }

    /// Builds the union of the alternatives of `oneOf` or `anyOf`; `base` is the component that the alternatives belong
    /// to.
    pub(super) fn alternatives(
        &mut self,
        alternatives: &[Alternative],
        tag: &Tag,
        shape: &Shape,
        base: Option<&str>,
    ) -> Union {
        let mut union = Union { tag: tag.property.clone(), variants: Vec::new() };
        let base_name = base.map(|base| self.rust_name(base)).unwrap_or_default();
        for choice in choices(self.schemas, &mut self.merge, alternatives, tag) {
            let alternative = choice.alternative.map(|one| &one.shape);
            let at = alternative.map_or(&shape.at, |one| &one.at).clone();
            let Some(value) = choice.value else {
                let message =
                    "this variant has neither a name nor a single value for the discriminator";
                let report = Report::warning("discriminator", &at, message);
                self.reports.push(
                    report.help("make the variant a component; until then, its values are read as an unknown variant"),
                );
                continue;
            };
            let component = choice.component.as_deref();
            let name = match component {
                Some(component) => short_name(&self.rust_name(component), &base_name),
                None => ident::variant_name(&value),
            };
            let ty = match (alternative, component) {
                (Some(own @ Shape { kind: Kind::Object(object), .. }), _) => {
                    self.own_variant(object, tag, &value, own, base)
                }
                (Some(own), _) => self.merged(own, &value),
                (None, Some(component)) => self.component(component, &value),
                (None, None) => continue,
            };
            let what = component.unwrap_or(&value).to_owned();
            self.add(&mut union, Variant { name, value, ty }, &what, &at);
        }
        told_apart(union)
    }

    /// Builds a variant that only this union has. If the union is a component that is a variant itself, the variant
    /// also has the union's tags.
    fn own_variant(
        &mut self,
        object: &Object,
        tag: &Tag,
        value: &str,
        shape: &Shape,
        union: Option<&str>,
    ) -> Type {
        let mut constants = vec![(tag.property.clone(), value.to_owned())];
        let object = match union {
            Some(union) => {
                let outer = self.tags.constants(union).into_iter();
                constants.extend(outer.filter(|(property, _)| *property != tag.property));
                self.tags.with_fields(union, object, &shape.at)
            }
            None => Cow::Borrowed(object),
        };
        let object = self.object(&object, constants, shape);
        self.inline(object, shape, value)
    }

    fn add(&mut self, union: &mut Union, variant: Variant, what: &str, at: &Pointer) {
        let is_object = match &variant.ty {
            Type::Named(id) => self.draft.types[id.0].as_enum().is_none(),
            _ => false,
        };
        let (message, help) = if !is_object {
            (format!("the variant `{what}` is not an object"), "give it `properties`")
        } else if union.variants.iter().any(|other| other.value == variant.value) {
            (
                format!("`{}` is already the tag of another variant", variant.value),
                "correct the discriminator's `mapping`, or `x-discriminator-value`",
            )
        } else {
            union.variants.push(variant);
            return;
        };
        self.reports.push(Report::error("discriminator", at, message).help(help));
    }

    pub(super) fn rust_name(&self, component: &str) -> String {
        let shape = self.schemas.components.get(component);
        let given = shape.and_then(|shape| shape.notes.extensions.rust_name.as_deref());
        ident::type_name(given.unwrap_or(component))
    }

    /// Reports unions that are variants of each other, because such a type would be infinitely large.
    pub(super) fn cycles(&mut self) {
        for id in circular(&self.draft) {
            let def = &self.draft.types[id.0];
            let name = def
                .name
                .certain
                .as_deref()
                .map_or_else(|| "this union".to_owned(), |name| format!("`{name}`"));
            let message = format!("{name} is a variant of one of its own variants");
            let report = Report::error("cycle", &def.at, message);
            self.reports.push(
                report.help("break the cycle: put an object with a property between the unions"),
            );
        }
    }

    /// Reports variants that would be written without the tag that selects them, because nothing could read such a
    /// value as the variant again.
    pub(super) fn untagged_variants(&mut self) {
        let mut problems = Vec::new();
        for def in &self.draft.types {
            let Def::Union(union) = &def.def else { continue };
            for Variant { value, ty, .. } in &union.variants {
                if let Some(part) = without_tag(&self.draft, ty, &union.tag) {
                    problems.push((union.tag.clone(), value.clone(), part, def.at.clone()));
                }
            }
        }
        for (tag, value, part, union) in problems {
            let at = part.map_or(union, |id| self.draft.types[id.0].at.clone());
            let message = format!(
                "this schema is (part of) the variant `{value}`, but its values are written without the tag `{tag}`"
            );
            self.reports.push(Report::error("discriminator", &at, message).help(format!(
                "make every alternative an object that requires `{tag}` and is neither read-only nor nullable there"
            )));
        }
    }
}

/// Returns the part of a variant that is written without a tag: a type, or `None` inside for a value that is not an
/// object. Returns `None` if all values of the variant have the tag.
fn without_tag(draft: &Draft, variant: &Type, tag: &str) -> Option<Option<TypeId>> {
    let mut seen = HashSet::new();
    let mut open = vec![variant];
    while let Some(ty) = open.pop() {
        let Type::Named(id) = ty else { return Some(None) };
        if !seen.insert(*id) {
            continue;
        }
        let def = &draft.types[id.0];
        match &def.def {
            Def::Struct(object) if writes(object, tag) => {}
            Def::Struct(_) | Def::Enum(_) => return Some(Some(*id)),
            // The variants of this union are checked on their own.
            Def::Union(union) if union.tag == tag => {}
            Def::Union(_) | Def::Untagged(_) => open.extend(def.parts()),
        }
    }
    None
}

/// Returns whether every value of a struct is written with a property that is a string.
fn writes(object: &Struct, property: &str) -> bool {
    object.constants.iter().any(|(constant, _)| constant == property)
        || object.fields.iter().any(|field| {
            field.wire == property && field.presence == Presence::Required && !field.read_only
        })
}

/// Returns the name of a variant, without its suffix if the suffix is the name of the union: `Swish` for `SwishPayment`
/// in `Payment`.
pub(super) fn short_name(component: &str, base: &str) -> String {
    match component.strip_suffix(base) {
        Some(short) if !matches!(short, "" | "Self" | ident::OTHER) => short.to_owned(),
        _ => component.to_owned(),
    }
}

/// If several variants have the same name, names them after their tag values instead.
fn told_apart(mut union: Union) -> Union {
    let mut count: HashMap<String, usize> = HashMap::new();
    for variant in &union.variants {
        *count.entry(variant.name.clone()).or_default() += 1;
    }
    for variant in &mut union.variants {
        if count.get(&variant.name).is_some_and(|count| *count > 1) {
            variant.name = ident::variant_name(&variant.value);
        }
    }
    union
}

/// Returns the unions that may be part of a cycle. Unions that have no remaining union as a variant, and unions that
/// are not a variant of a remaining union, are removed until nothing changes.
fn circular(draft: &Draft) -> Vec<TypeId> {
    let is_union = |id: &TypeId| matches!(draft.types[id.0].def, Def::Union(_) | Def::Untagged(_));
    let unions: Vec<TypeId> = (0..draft.types.len()).map(TypeId).filter(is_union).collect();
    let mut variants: HashMap<TypeId, Vec<TypeId>> = HashMap::new();
    let mut holders: HashMap<TypeId, Vec<TypeId>> = HashMap::new();
    for id in &unions {
        // A list or a map of a union is stored on the heap.
        let parts = draft.types[id.0].parts().into_iter().filter_map(|ty| match ty {
            Type::Named(id) => Some(*id),
            _ => None,
        });
        for part in parts.filter(is_union) {
            variants.entry(*id).or_default().push(part);
            holders.entry(part).or_default().push(*id);
        }
    }
    let left = without_ends(unions, &variants, &holders);
    without_ends(left, &holders, &variants)
}

/// Removes the nodes that have no remaining successor, until nothing changes.
fn without_ends(
    nodes: Vec<TypeId>,
    ahead: &HashMap<TypeId, Vec<TypeId>>,
    behind: &HashMap<TypeId, Vec<TypeId>>,
) -> Vec<TypeId> {
    let mut left: HashSet<TypeId> = nodes.iter().copied().collect();
    let next = |of: &HashMap<TypeId, Vec<TypeId>>, id| of.get(&id).cloned().unwrap_or_default();
    let count = |id: TypeId| next(ahead, id).iter().filter(|other| left.contains(other)).count();
    let mut counts: HashMap<TypeId, usize> = nodes.iter().map(|id| (*id, count(*id))).collect();
    let mut ends: Vec<TypeId> = nodes.iter().copied().filter(|id| counts[id] == 0).collect();
    while let Some(id) = ends.pop() {
        left.remove(&id);
        for other in next(behind, id) {
            if let Some(count) = counts.get_mut(&other) {
                *count -= 1;
                if *count == 0 {
                    ends.push(other);
                }
            }
        }
    }
    nodes.into_iter().filter(|id| left.contains(id)).collect()
}

impl Union {
    /// Returns the key by which unions are compared.
    pub(super) fn key(&self) -> String {
        let variants =
            self.variants.iter().map(|variant| format!("{:?}={:?}", variant.value, variant.ty));
        format!("{:?}:{}", self.tag, variants.collect::<Vec<_>>().join(","))
    }
}
