//! Finds the tags of a document: which components are variants of which union, and which value of its discriminator
//! selects each variant. All unions are found before any type is built, because the type of each variant serializes its
//! tag.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};

use crate::model::types::Schemas;
use crate::pointer::Pointer;
use crate::schema::merge::Merge;
use crate::schema::shape::{Alternative, Kind, Object, Shape, Tag};

/// The tags of all unions of a document.
#[derive(Default)]
pub(crate) struct Tags {
    /// Bases, with the components that are their variants.
    pub(super) bases: IndexMap<String, Vec<Child>>,
    /// The tag values that select a component, by component and property.
    values: HashMap<String, IndexMap<String, IndexSet<String>>>,
    /// Components that are unions, with the components that are their variants.
    unions: IndexMap<String, Nested>,
}

/// A component that is a union, and may be a variant of another union.
struct Nested {
    /// The property that distinguishes the variants, if there is a discriminator.
    property: Option<String>,
    variants: Vec<String>,
}

/// A component that is a variant.
#[derive(Clone)]
pub(super) struct Child {
    pub(super) component: String,
    pub(super) value: String,
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
        let mut tags = finder.tags;
        tags.pass_down();
        tags
    }

    /// Gives the tags of a union that is a variant itself to its variants, because only structs serialize tags.
    fn pass_down(&mut self) {
        let mut open: Vec<String> = self.unions.keys().rev().cloned().collect();
        while let Some(name) = open.pop() {
            let (Some(union), Some(tags)) = (self.unions.get(&name), self.values.get(&name)) else {
                continue;
            };
            // The variants already have values of their own for the tag that distinguishes them.
            let is_outer = |property: &&String| union.property.as_ref() != Some(*property);
            let outer: Vec<(String, IndexSet<String>)> = tags
                .iter()
                .filter(|(property, _)| is_outer(property))
                .map(|(property, values)| (property.clone(), values.clone()))
                .collect();
            for variant in union.variants.clone() {
                let known = self.values.entry(variant.clone()).or_default();
                let mut grows = false;
                for (property, values) in &outer {
                    let known = known.entry(property.clone()).or_default();
                    let before = known.len();
                    known.extend(values.iter().cloned());
                    grows |= known.len() > before;
                }
                if grows {
                    open.push(variant);
                }
            }
        }
    }

    pub(super) fn is_base(&self, component: &str) -> bool {
        self.bases.contains_key(component)
    }

    /// Returns whether a component becomes a struct or a union even without properties.
    pub(super) fn has_struct(&self, component: &str) -> bool {
        self.is_base(component) || self.values.contains_key(component)
    }

    /// Returns the tags that a variant serializes as constants. If several values of a tag select the component, the
    /// tag is a field instead.
    pub(super) fn constants(&self, component: &str) -> Vec<(String, String)> {
        let tags = self.values.get(component).into_iter().flatten();
        let one = |(property, values): (&String, &IndexSet<String>)| match values.len() {
            1 => Some((property.clone(), values.first()?.clone())),
            _ => None,
        };
        tags.filter_map(one).collect()
    }

    /// Returns an object with the fields for those tags of a component that have several values. A field that the
    /// schema declares becomes required, because a value without its tag cannot be read as a variant.
    pub(super) fn with_fields<'o>(
        &self,
        component: &str,
        object: &'o Object,
        at: &Pointer,
    ) -> Cow<'o, Object> {
        let tags = self.values.get(component).into_iter().flatten();
        let mut object = Cow::Borrowed(object);
        for (property, values) in tags.filter(|(_, values)| values.len() > 1) {
            let object = object.to_mut();
            object.required.insert(property.clone());
            if !object.fields.contains_key(property) {
                let tag = Shape::new(Kind::Enum(values.clone()), at);
                object.fields.shift_insert(0, property.clone(), tag);
            }
        }
        object
    }

    fn note(&mut self, component: &str, property: &str, value: &str) {
        let tags = self.values.entry(component.to_owned()).or_default();
        tags.entry(property.to_owned()).or_default().insert(value.to_owned());
    }
}

/// Returns, for each base, the components that refer to it in `allOf`.
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

/// Returns the component that a name refers to, following an alias.
pub(super) fn end<'a>(schemas: &'a Schemas, name: &'a str) -> &'a str {
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
        let Some(tag) = shape.discriminator() else {
            let alternatives = shape.alternatives().unwrap_or_default();
            let named = alternatives.iter().filter_map(|one| one.origin.as_deref());
            let variants = named.map(|one| end(self.schemas, one).to_owned()).collect();
            self.tags.unions.insert(name.to_owned(), Nested { property: None, variants });
            return;
        };
        if !is_text(self.merge, shape, tag) {
            return;
        }
        if let Some(alternatives) = shape.alternatives() {
            let variants = self.alternatives(alternatives, tag);
            let property = Some(tag.property.clone());
            self.tags.unions.insert(name.to_owned(), Nested { property, variants });
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
        let variants = children.iter().map(|child| child.component.clone());
        let variants = variants.filter(|variant| variant != name).collect();
        let property = Some(tag.property.clone());
        self.tags.unions.insert(name.to_owned(), Nested { property, variants });
        self.tags.bases.insert(name.to_owned(), children);
    }

    /// Finds the unions inside a shape. [`Self::component`] handles the discriminator of the component itself.
    fn inline(&mut self, shape: &Shape) {
        if let Some(tag) = &shape.tag
            && is_text(self.merge, shape, tag)
        {
            match shape.alternatives() {
                Some(alternatives) => drop(self.alternatives(alternatives, tag)),
                None => {
                    for child in self.mapped(tag) {
                        self.tags.note(&child.component, &tag.property, &child.value);
                    }
                }
            }
        }
        shape.parts().into_iter().for_each(|part| self.inline(part));
    }

    /// Notes the tags of alternatives, and returns the components among them.
    fn alternatives(&mut self, alternatives: &[Alternative], tag: &Tag) -> Vec<String> {
        if is_declared_nowhere(self.merge, alternatives, tag) {
            return Vec::new();
        }
        let mut variants = Vec::new();
        for choice in choices(self.schemas, self.merge, alternatives, tag) {
            if let (Some(component), Some(value)) = (choice.component, choice.value) {
                self.tags.note(&component, &tag.property, &value);
                variants.push(component);
            }
        }
        variants
    }

    fn mapped(&self, tag: &Tag) -> Vec<Child> {
        let known = tag.mapping.iter().map(|(value, target)| Child {
            component: end(self.schemas, target).to_owned(),
            value: value.clone(),
        });
        known.filter(|child| self.schemas.components.contains_key(&child.component)).collect()
    }
}

/// A variant of a union: one of its alternatives, or a component that only the mapping names.
pub(super) struct Choice<'a> {
    pub(super) component: Option<String>,
    /// The value of the tag; `None` if the alternative has neither a name nor a single value of its own.
    pub(super) value: Option<String>,
    /// The alternative as written, unless only the mapping names it.
    pub(super) alternative: Option<&'a Alternative>,
}

/// Returns the variants that a tag selects: first the variants that the mapping names, in its order, then the other
/// alternatives. If the schema of another alternative does not determine the value of its tag, the value is the
/// alternative's name.
pub(super) fn choices<'a>(
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

/// Returns the tag of a component that no mapping names: `x-discriminator-value`, or the only value that its schema
/// allows.
fn value_of(merge: &mut Merge<'_>, component: &str, tag: &Tag) -> Option<String> {
    let shape = merge.component(component);
    own_value(merge, &shape, tag)
}

pub(super) fn own_value(merge: &mut Merge<'_>, shape: &Shape, tag: &Tag) -> Option<String> {
    let merged = merge.shape(shape);
    let told = shape.notes.tag_value.clone().or_else(|| merged.notes.tag_value.clone());
    told.or_else(|| match &tag_kind(merge, &merged, tag)? {
        Kind::Enum(values) if values.len() == 1 => values.first().cloned(),
        _ => None,
    })
}

/// Returns the kind that a merged object declares for the tag.
pub(super) fn tag_kind(merge: &mut Merge<'_>, merged: &Shape, tag: &Tag) -> Option<Kind> {
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

/// Returns whether neither an alternative nor a mapping declares the tag.
pub(super) fn is_declared_nowhere(
    merge: &mut Merge<'_>,
    alternatives: &[Alternative],
    tag: &Tag,
) -> bool {
    tag.mapping.is_empty()
        && !alternatives.iter().any(|one| {
            let merged = merge.shape(&one.shape);
            let is_union = match &merged.kind {
                Kind::Ref(name) => merge.component(name).tag.is_some(),
                _ => merged.tag.is_some(),
            };
            is_union
                || tag_kind(merge, &merged, tag).is_some()
                || own_value(merge, &one.shape, tag).is_some()
        })
}

/// Returns whether the tag may be a string: neither the schema nor an alternative declares it as a number or a boolean.
pub(super) fn is_text(merge: &mut Merge<'_>, shape: &Shape, tag: &Tag) -> bool {
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
