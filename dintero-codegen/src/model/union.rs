//! Unions: which schemas are variants of which, by which tag, and what a variant must write for it. A base with a
//! discriminator is the union of the components that point up to it; `oneOf` and `anyOf` list their variants.

use std::collections::{HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};

use crate::model::types::{Schemas, Types};
use crate::model::{Def, Type, Union, ValueType, Variant};
use crate::pointer::Pointer;
use crate::report::Report;
use crate::schema::merge::Merge;
use crate::schema::shape::{Alternative, Kind, Object, Shape, Tag};

/// The tags of all unions of a document.
#[derive(Default)]
pub(crate) struct Tags {
    /// Bases with the components that are their variants.
    bases: IndexMap<String, Vec<Child>>,
    /// By component and property: the values that stand for the component.
    values: HashMap<String, IndexMap<String, IndexSet<String>>>,
}

/// A component that is a variant.
#[derive(Clone)]
struct Child {
    component: String,
    value: String,
}

/// Whether a schema's discriminator can tell variants apart.
pub(super) enum Usable {
    Yes(Tag),
    /// There is none, or it is of no use, which was reported.
    No,
}

impl Tags {
    /// Finds the unions in all schemas.
    pub(super) fn of(schemas: &Schemas, merge: &mut Merge<'_>) -> Self {
        let mut finder =
            Finder { schemas, merge, children: children(schemas), tags: Self::default() };
        for (name, shape) in &schemas.components {
            finder.component(name, shape);
            shape.parts().into_iter().for_each(|part| finder.inline(part));
        }
        schemas.tagged.iter().for_each(|shape| finder.inline(shape));
        finder.tags
    }

    pub(super) fn is_base(&self, component: &str) -> bool {
        self.bases.contains_key(component)
    }

    /// Whether a component becomes a struct or a union even if it has no properties.
    pub(super) fn has_struct(&self, component: &str) -> bool {
        self.is_base(component) || !self.constants(component).is_empty()
    }

    /// The tags that a variant writes. Where one component is several variants, it must hold the tag itself.
    pub(super) fn constants(&self, component: &str) -> Vec<(String, String)> {
        let tags = self.values.get(component).into_iter().flatten();
        let one = |(property, values): (&String, &IndexSet<String>)| match values.len() {
            1 => Some((property.clone(), values.first()?.clone())),
            _ => None,
        };
        tags.filter_map(one).collect()
    }

    fn note(&mut self, component: &str, property: &str, value: &str) {
        let tags = self.values.entry(component.to_owned()).or_default();
        tags.entry(property.to_owned()).or_default().insert(value.to_owned());
    }
}

/// Base to the components that name it in `allOf`.
fn children(schemas: &Schemas) -> HashMap<&str, Vec<&str>> {
    let mut children: HashMap<&str, Vec<&str>> = HashMap::new();
    for (name, shape) in &schemas.components {
        let Kind::AllOf(members) = &shape.kind else { continue };
        for member in members {
            if let Kind::Ref(base) = &member.kind {
                children.entry(end(schemas, base)).or_default().push(name);
            }
        }
    }
    children
}

/// The component that a name means, which may be an alias.
fn end<'a>(schemas: &'a Schemas, name: &'a str) -> &'a str {
    match schemas.components.get(name).map(|shape| &shape.kind) {
        Some(Kind::Ref(end)) => end,
        _ => name,
    }
}

struct Finder<'a, 'm, 's> {
    schemas: &'a Schemas,
    merge: &'m mut Merge<'s>,
    children: HashMap<&'a str, Vec<&'a str>>,
    tags: Tags,
}

impl Finder<'_, '_, '_> {
    fn component(&mut self, name: &str, shape: &Shape) {
        let Some(tag) = shape.discriminator() else { return };
        if !is_text(self.merge, shape, tag) {
            return;
        }
        if let Some(alternatives) = shape.alternatives() {
            self.alternatives(alternatives, tag);
            return;
        }
        let mut children = self.mapped(tag);
        let mapped: HashSet<String> =
            children.iter().map(|child| child.component.clone()).collect();
        let pointing_up = self.children.get(name).cloned().unwrap_or_default();
        for component in pointing_up {
            if component != name && !mapped.contains(component) {
                let value = value_of(self.merge, component, tag);
                let value = value.unwrap_or_else(|| component.to_owned());
                children.push(Child { component: component.to_owned(), value });
            }
        }
        if children.is_empty() {
            return;
        }
        for child in children.iter().filter(|child| child.component != name) {
            self.tags.note(&child.component, &tag.property, &child.value);
        }
        self.tags.bases.insert(name.to_owned(), children);
    }

    /// The unions inside a shape. The discriminator of a component itself was seen before.
    fn inline(&mut self, shape: &Shape) {
        if let Some(tag) = &shape.tag
            && is_text(self.merge, shape, tag)
        {
            match shape.alternatives() {
                Some(alternatives) => self.alternatives(alternatives, tag),
                None => {
                    for child in self.mapped(tag) {
                        self.tags.note(&child.component, &tag.property, &child.value);
                    }
                }
            }
        }
        shape.parts().into_iter().for_each(|part| self.inline(part));
    }

    fn alternatives(&mut self, alternatives: &[Alternative], tag: &Tag) {
        for choice in choices(self.schemas, self.merge, alternatives, tag) {
            if let (Some(component), Some(value)) = (&choice.component, &choice.value) {
                self.tags.note(component, &tag.property, value);
            }
        }
    }

    fn mapped(&self, tag: &Tag) -> Vec<Child> {
        let known = tag.mapping.iter().map(|(value, target)| Child {
            component: end(self.schemas, target).to_owned(),
            value: value.clone(),
        });
        known.filter(|child| self.schemas.components.contains_key(&child.component)).collect()
    }
}

/// One alternative of a union, or what a mapping names beside them.
struct Choice<'a> {
    component: Option<String>,
    /// `None` if it has no name and no value of its own.
    value: Option<String>,
    /// The alternative as it is written, if it is.
    alternative: Option<&'a Alternative>,
}

/// What the tag may be, in the order of the mapping; what it does not name has the value that its own schema allows,
/// or else its name.
fn choices<'a>(
    schemas: &Schemas,
    merge: &mut Merge<'_>,
    alternatives: &'a [Alternative],
    tag: &Tag,
) -> Vec<Choice<'a>> {
    let origin = |one: &Alternative| one.origin.as_ref().map(|name| end(schemas, name).to_owned());
    let mut choices = Vec::new();
    let mut mapped = HashSet::new();
    for (value, target) in &tag.mapping {
        let component = end(schemas, target).to_owned();
        let is_it = |one: &&Alternative| origin(one).as_ref() == Some(&component);
        let alternative = alternatives.iter().find(is_it);
        if alternative.is_some() || schemas.components.contains_key(&component) {
            mapped.insert(component.clone());
            choices.push(Choice {
                component: Some(component),
                value: Some(value.clone()),
                alternative,
            });
        }
    }
    for one in alternatives {
        let component = origin(one);
        if component.as_ref().is_some_and(|component| mapped.contains(component)) {
            continue;
        }
        let own = match &component {
            Some(component) => value_of(merge, component, tag),
            None => own_value(merge, &one.shape, tag),
        };
        let value = own.or_else(|| component.clone());
        choices.push(Choice { component, value, alternative: Some(one) });
    }
    choices
}

/// The tag of a component that no mapping names: `x-discriminator-value`, or the only value that its schema allows.
fn value_of(merge: &mut Merge<'_>, component: &str, tag: &Tag) -> Option<String> {
    let shape = merge.component(component);
    own_value(merge, &shape, tag)
}

fn own_value(merge: &mut Merge<'_>, shape: &Shape, tag: &Tag) -> Option<String> {
    let merged = merge.shape(shape);
    let told = shape.notes.tag_value.clone().or_else(|| merged.notes.tag_value.clone());
    told.or_else(|| match &tag_kind(merge, &merged, tag)? {
        Kind::Enum(values) if values.len() == 1 => values.first().cloned(),
        _ => None,
    })
}

/// What a merged object says of the tag's value.
fn tag_kind(merge: &mut Merge<'_>, merged: &Shape, tag: &Tag) -> Option<Kind> {
    let resolved = match &merged.kind {
        Kind::Ref(name) => merge.component(name).kind.clone(),
        kind => kind.clone(),
    };
    let Kind::Object(object) = resolved else { return None };
    match &object.fields.get(&tag.property)?.kind {
        Kind::Ref(name) => Some(merge.component(name).kind.clone()),
        kind => Some(kind.clone()),
    }
}

/// Whether the tag is text, as far as the schema and its alternatives say.
fn is_text(merge: &mut Merge<'_>, shape: &Shape, tag: &Tag) -> bool {
    let alternatives = shape.alternatives().unwrap_or_default();
    let parts = alternatives.iter().map(|one| &one.shape).chain([shape]);
    parts.into_iter().all(|part| {
        let merged = match &part.kind {
            Kind::OneOf(_) => return true,
            Kind::AllOf(_) if part.alternatives().is_some() => return true,
            _ => merge.shape(part),
        };
        let kind = tag_kind(merge, &merged, tag);
        !matches!(kind, Some(Kind::Integer | Kind::Number | Kind::Boolean))
    })
}

impl Types<'_> {
    /// Whether a merged shape is a union, reporting a discriminator that is of no use.
    pub(super) fn usable(&mut self, shape: &Shape) -> Usable {
        let Some(tag) = &shape.tag else { return Usable::No };
        let problem = if !is_text(&mut self.merge, shape, tag) {
            "is not text: the value becomes a `serde_json::Value`"
        } else if self.is_declared_nowhere(shape, tag) {
            "is a property of no alternative, and has no effect"
        } else {
            return Usable::Yes(tag.clone());
        };
        let message = format!("the discriminator `{}` {problem}", tag.property);
        let report = Report::warning("discriminator", &shape.at.child("discriminator"), message);
        self.reports.push(
            report.help("correct it in the overlay, or accept it with `x-accept: [discriminator]`"),
        );
        Usable::No
    }

    /// Whether there are alternatives, and neither they nor a mapping know the tag.
    fn is_declared_nowhere(&mut self, shape: &Shape, tag: &Tag) -> bool {
        let Kind::OneOf(alternatives) = &shape.kind else { return false };
        tag.mapping.is_empty()
            && !alternatives.iter().any(|one| {
                let merged = self.merge.shape(&one.shape);
                let nested = match &merged.kind {
                    Kind::Ref(name) => self.merge.component(name).tag.is_some(),
                    _ => merged.tag.is_some(),
                };
                nested
                    || tag_kind(&mut self.merge, &merged, tag).is_some()
                    || own_value(&mut self.merge, &one.shape, tag).is_some()
            })
    }

    /// The type of `oneOf` or `anyOf`.
    pub(super) fn one_of(&mut self, alternatives: &[Alternative], shape: &Shape) -> Type {
        if let Usable::Yes(tag) = self.usable(shape) {
            let union = self.alternatives(alternatives, &tag, shape);
            return self.inline_union(union, shape);
        }
        if let Some(value) = Self::scalar_of(alternatives) {
            return Type::Value(value);
        }
        let message = "alternatives without a discriminator become a `serde_json::Value`";
        let report = Report::warning("one-of", &shape.at, message);
        self.reports
            .push(report.help(
                "add a discriminator, or accept it with `x-accept: [one-of]` in the overlay",
            ));
        Type::Value(ValueType::Json)
    }

    /// An object that nobody named, and whose discriminator maps to components.
    pub(super) fn inline_base(&mut self, object: &Object, tag: &Tag, shape: &Shape) -> Type {
        let children = tag.mapping.iter().map(|(value, target)| Child {
            component: end(self.schemas, target).to_owned(),
            value: value.clone(),
        });
        let children: Vec<Child> = children.collect();
        let union = self.variants(children, None, object, tag, shape);
        self.inline_union(union, shape)
    }

    /// Equal inline unions are one type, also where a component is equal.
    fn inline_union(&mut self, union: Union, shape: &Shape) -> Type {
        let certain = shape.notes.extensions.rust_type.clone();
        let found = self.unions.get(&union.key()).copied().filter(|id| {
            let known = self.model.get(*id).certain_name.as_ref();
            certain.is_none() || known.is_none() || known == certain.as_ref()
        });
        let id = found.unwrap_or_else(|| {
            let id = self.reserve(shape, None);
            self.unions.insert(union.key(), id);
            self.model.types[id.0].def = Def::Union(union);
            id
        });
        let def = &mut self.model.types[id.0];
        def.certain_name = def.certain_name.take().or(certain);
        Type::Named(id)
    }

    /// The union of a base that components point up to.
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
        let name = base.map_or_else(|| "the schema".to_owned(), |name| format!("`{name}`"));
        let mut union = Union { tag: tag.property.clone(), variants: Vec::new() };
        for Child { component, value } in children {
            let at = Pointer::from("/components/schemas").child(&component);
            let variant = if Some(component.as_str()) == base {
                // The base is a value of its own as well: what has its fields and no more.
                self.own_variant(object, tag, &value, shape)
            } else if base.is_some_and(|base| self.leads_to(&component, base, &mut HashSet::new()))
            {
                let message =
                    format!("`{component}` is a variant of {name}, and the other way round");
                let report = Report::error("cycle", &at, message);
                self.reports.push(report.help("break the cycle: no value has all these tags"));
                continue;
            } else {
                self.component_variant(&component, &value, &name, &at)
            };
            self.add(&mut union, variant, &name, &at);
        }
        union
    }

    /// The union of what `oneOf` or `anyOf` lists.
    pub(super) fn alternatives(
        &mut self,
        alternatives: &[Alternative],
        tag: &Tag,
        shape: &Shape,
    ) -> Union {
        let mut union = Union { tag: tag.property.clone(), variants: Vec::new() };
        for choice in choices(self.schemas, &mut self.merge, alternatives, tag) {
            let at = choice.alternative.map_or(&shape.at, |one| &one.shape.at);
            let Some(value) = choice.value else {
                let message =
                    "this variant has neither a name nor a single value of the discriminator";
                let report = Report::warning("discriminator", at, message);
                self.reports.push(
                    report.help("make it a component; until then it is read as an unknown variant"),
                );
                continue;
            };
            let (at, name) = (at.clone(), "the union");
            let variant = match (choice.alternative.map(|one| &one.shape), &choice.component) {
                (Some(Shape { kind: Kind::Ref(component), .. }), _) | (None, Some(component)) => {
                    self.component_variant(component, &value, name, &at)
                }
                (Some(Shape { kind: Kind::Object(object), .. }), _) => self.own_variant(
                    object,
                    tag,
                    &value,
                    choice.alternative.map_or(shape, |one| &one.shape),
                ),
                (Some(inner), _) => {
                    let ty = self.merged(inner, &value);
                    self.named(ty, &value, name, &at)
                }
                (None, None) => None,
            };
            self.add(&mut union, variant, name, &at);
        }
        union
    }

    /// A variant that has no type but this union's.
    fn own_variant(
        &mut self,
        object: &Object,
        tag: &Tag,
        value: &str,
        shape: &Shape,
    ) -> Option<Variant> {
        let constants = vec![(tag.property.clone(), value.to_owned())];
        let object = self.object(object, constants, shape);
        let untagged = Shape { tag: None, ..shape.clone() };
        match self.inline(object, &untagged, value) {
            Type::Named(ty) => Some(Variant { value: value.to_owned(), ty, owned: true }),
            _ => None,
        }
    }

    fn component_variant(
        &mut self,
        component: &str,
        value: &str,
        union: &str,
        at: &Pointer,
    ) -> Option<Variant> {
        let ty = self.component(component, value);
        self.named(ty, component, union, at)
            .map(|variant| Variant { value: value.to_owned(), ..variant })
    }

    fn named(&mut self, ty: Type, what: &str, union: &str, at: &Pointer) -> Option<Variant> {
        if let Type::Named(ty) = ty
            && !matches!(self.model.get(ty).def, Def::Enum(_))
        {
            let owned = !self.model.get(ty).component;
            return Some(Variant { value: what.to_owned(), ty, owned });
        }
        let message = format!("`{what}` is a variant of {union}, but not an object");
        let report = Report::error("discriminator", at, message);
        self.reports.push(report.help("give it `properties`"));
        None
    }

    fn add(&mut self, union: &mut Union, variant: Option<Variant>, name: &str, at: &Pointer) {
        let Some(variant) = variant else { return };
        if union.variants.iter().any(|other| other.value == variant.value) {
            let message =
                format!("`{}` is the tag of another variant of {name} already", variant.value);
            let report = Report::error("discriminator", at, message);
            self.reports.push(report.help("correct the mapping, or `x-discriminator-value`"));
            return;
        }
        union.variants.push(variant);
    }

    /// Whether a component has another one among its variants, and theirs.
    fn leads_to(&self, from: &str, wanted: &str, seen: &mut HashSet<String>) -> bool {
        if !seen.insert(from.to_owned()) {
            return false;
        }
        let children = self.tags.bases.get(from).map(Vec::as_slice).unwrap_or_default();
        children
            .iter()
            .any(|child| child.component == wanted || self.leads_to(&child.component, wanted, seen))
    }
}

impl Union {
    /// What makes two unions one.
    pub(super) fn key(&self) -> String {
        let variants =
            self.variants.iter().map(|variant| format!("{:?}={:?}", variant.value, variant.ty));
        format!("{:?}:{}", self.tag, variants.collect::<Vec<_>>().join(","))
    }
}
