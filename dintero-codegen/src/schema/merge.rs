//! Merges the members of `allOf` into one shape. Merges are deep: a property that several members define is merged in
//! turn, and the required properties are known only at the end. A merge that changes nothing stays a reference, so that
//! `allOf: [Transaction]` is a `Transaction`. Merging two components that refer to themselves results in a single
//! component that refers to itself.

mod alike;
mod alternatives;
mod pairs;

use std::collections::{HashMap, HashSet};
use std::mem;
use std::rc::Rc;

use indexmap::IndexMap;

use crate::pointer::Pointer;
use crate::report::{Report, Reports};
use crate::schema::merge::alike::alike;
use crate::schema::merge::pairs::Pair;
use crate::schema::shape::{Kind, Limits, Notes, Object, Rest, Shape};

/// Merges the shapes of a document. Each component is merged once and cached.
pub(crate) struct Merge<'a> {
    components: &'a IndexMap<String, Shape>,
    merged: HashMap<String, Option<Rc<Shape>>>,
    pairs: HashMap<(String, String), Pair>,
    /// The names of merged pairs that refer to themselves.
    recursive: HashSet<String>,
    reports: &'a mut Reports,
    /// Whether the description of the member being merged takes precedence over the descriptions of earlier members.
    later_describes: bool,
    /// The current nesting depth of components.
    depth: usize,
    /// The number of merges so far that had to look inside a component.
    merges: usize,
}

/// The maximum length of a chain of components through `allOf`; no real document has chains of this length.
const DEEPEST: usize = 256;

impl<'a> Merge<'a> {
    pub(crate) fn new(components: &'a IndexMap<String, Shape>, reports: &'a mut Reports) -> Self {
        Self {
            components,
            merged: HashMap::new(),
            pairs: pairs::named(components),
            recursive: HashSet::new(),
            reports,
            later_describes: true,
            depth: 0,
            merges: 0,
        }
    }

    /// Returns the shape of a component without `allOf`. Reports a component that includes itself through `allOf`.
    pub(crate) fn component(&mut self, name: &str) -> Rc<Shape> {
        if let Some(merged) = self.merged.get(name) {
            return merged.clone().unwrap_or_else(|| Rc::new(self.cycle(name)));
        }
        let Some(shape) = self.components.get(name) else {
            // The keyword check has already reported a reference to a missing component.
            return Rc::new(Shape::new(Kind::Any, &Pointer::root()));
        };
        if self.depth > DEEPEST {
            return Rc::new(self.too_deep(shape));
        }
        self.merged.insert(name.to_owned(), None);
        self.depth += 1;
        let merged = Rc::new(match &shape.kind {
            // A variant of a base is a type of its own, even if it adds nothing to the base.
            Kind::AllOf(members) if self.is_variant(shape, members) => {
                self.all_of(members, shape, Collapse::No)
            }
            _ => self.shape(shape),
        });
        self.depth -= 1;
        self.merged.insert(name.to_owned(), Some(merged.clone()));
        merged
    }

    /// Returns whether a name was made up for a merge of two components, and is not the name of a component of the
    /// document.
    pub(crate) fn is_own(&self, name: &str) -> bool {
        !self.components.contains_key(name) && self.merged.contains_key(name)
    }

    fn is_variant(&self, shape: &Shape, members: &[Shape]) -> bool {
        shape.notes.tag_value.is_some() || members.iter().any(|member| self.is_base(member))
    }

    /// Returns whether a shape refers to a base, which has other components as its variants.
    fn is_base(&self, shape: &Shape) -> bool {
        let Kind::Ref(name) = &shape.kind else { return false };
        let base = self.components.get(name);
        base.is_some_and(|base| base.discriminator().is_some() && base.alternatives().is_none())
    }

    fn cycle(&mut self, name: &str) -> Shape {
        let at = Pointer::from("/components/schemas").child(name);
        let message = format!("`{name}` includes itself through `allOf`");
        let report = Report::error("cycle", &at, message);
        self.reports.push(report.help(
            "break the cycle in the overlay: every value of this schema would be infinitely large",
        ));
        Shape::new(Kind::Any, &at)
    }

    /// Reports a chain that is too long. The message and the location of the report are always the same, so a chain
    /// that is reached from many places is reported only once.
    fn too_deep(&mut self, shape: &Shape) -> Shape {
        let message = format!("`allOf` chains more than {DEEPEST} components");
        let report = Report::error("nesting", &Pointer::from("/components/schemas"), message);
        self.reports.push(report.help("merge some of these components in the overlay"));
        Shape::new(Kind::Any, &shape.at)
    }

    /// Returns the shape without `allOf` at any depth.
    pub(crate) fn shape(&mut self, shape: &Shape) -> Shape {
        let kind = match &shape.kind {
            Kind::AllOf(members) => return self.all_of(members, shape, Collapse::Yes),
            Kind::Object(object) => Kind::Object(Object {
                fields: object
                    .fields
                    .iter()
                    .map(|(name, field)| (name.clone(), self.shape(field)))
                    .collect(),
                required: object.required.clone(),
                rest: match &object.rest {
                    Rest::Of(rest) => Rest::Of(Box::new(self.shape(rest))),
                    rest => rest.clone(),
                },
            }),
            Kind::Array(items) => Kind::Array(Box::new(self.shape(items))),
            Kind::OneOf(alternatives) => {
                Kind::OneOf(self.alternatives(alternatives, |merge, shape| merge.shape(shape)))
            }
            kind => kind.clone(),
        };
        Shape { kind, notes: shape.notes.clone(), tag: shape.tag.clone(), at: shape.at.clone() }
    }

    fn all_of(&mut self, members: &[Shape], around: &Shape, collapse: Collapse) -> Shape {
        let (notes, at) = (&around.notes, &around.at);
        let mut whole = Shape::new(Kind::Any, at);
        let outer = self.later_describes;
        for member in members {
            // The description of an inline member was written for this place, while the description of a component is
            // more general.
            let inline = !matches!(member.kind, Kind::Ref(_));
            let member = self.shape(member);
            self.later_describes = inline;
            whole = match collapse {
                Collapse::Yes => self.both(whole, member),
                Collapse::No => {
                    let (whole, member) = (self.expand(whole), self.expand(member));
                    self.both(whole, member)
                }
            };
        }
        self.later_describes = outer;
        if let Kind::Ref(name) = &whole.kind
            && self.is_own(name)
        {
            // The merge has no name in the document. Its shape is inserted here, so that the overlay's extensions apply
            // to this type only.
            whole.kind = self.component(&name.clone()).kind.clone();
        }
        // Notes beside `allOf` apply to the merged schema; most notes in a member apply only to the member.
        let mut whole_notes = notes.clone();
        whole_notes.read_only |= whole.notes.read_only;
        whole_notes.write_only |= whole.notes.write_only;
        whole_notes.nullable |= whole.notes.nullable;
        if !matches!(whole.kind, Kind::Ref(_)) {
            whole_notes.limits = whole.notes.limits;
            whole_notes.default = whole_notes.default.or(whole.notes.default);
        }
        let tag = around.discriminator().cloned().or(whole.tag);
        Shape { kind: whole.kind, notes: whole_notes, tag, at: at.clone() }
    }

    /// Returns the shape of a value that is valid for both shapes.
    fn both(&mut self, a: Shape, b: Shape) -> Shape {
        if let (Kind::Ref(x), Kind::Ref(y)) = (&a.kind, &b.kind)
            && x == y
        {
            return Shape { notes: self.joined(a.notes, b.notes), ..a };
        }
        if matches!((&a.kind, &b.kind), (Kind::Ref(_), kind) | (kind, Kind::Ref(_)) if !matches!(kind, Kind::Any))
        {
            return self.through_references(a, b);
        }
        let (at, notes) = (a.at, self.joined(a.notes, b.notes));
        let tag = a.tag.or(b.tag);
        let at_alternatives = if matches!(a.kind, Kind::OneOf(_)) { &at } else { &b.at };
        let kind = match (a.kind, b.kind) {
            (Kind::Any, kind) | (kind, Kind::Any) => kind,
            (Kind::OneOf(x), Kind::OneOf(y))
                if x.len() == y.len()
                    && x.iter().zip(&y).all(|(x, y)| alike(&x.shape, &y.shape)) =>
            {
                Kind::OneOf(x)
            }
            (Kind::OneOf(alternatives), kind) | (kind, Kind::OneOf(alternatives)) => {
                self.beside(alternatives, kind, tag.as_ref(), at_alternatives)
            }
            (Kind::Object(x), Kind::Object(y)) => Kind::Object(self.objects(x, y)),
            (Kind::Array(x), Kind::Array(y)) => Kind::Array(Box::new(self.both(*x, *y))),
            // Each member lists the values that were known when it was written, and a response may contain a value of
            // either member.
            (Kind::Enum(mut x), Kind::Enum(y)) => {
                x.extend(y);
                Kind::Enum(x)
            }
            (Kind::Enum(values), Kind::Text(_)) | (Kind::Text(_), Kind::Enum(values)) => {
                Kind::Enum(values)
            }
            (Kind::Text(x), Kind::Text(y)) if x.is_none() || y.is_none() || x == y => {
                Kind::Text(y.or(x))
            }
            (Kind::Integer, Kind::Integer | Kind::Number) | (Kind::Number, Kind::Integer) => {
                Kind::Integer
            }
            (Kind::Number, Kind::Number) => Kind::Number,
            (Kind::Boolean, Kind::Boolean) => Kind::Boolean,
            (x, y) => {
                self.conflict(&x, &y, &at, &b.at);
                x
            }
        };
        Shape { kind, notes, tag, at }
    }

    fn conflict(&mut self, x: &Kind, y: &Kind, at_x: &Pointer, at_y: &Pointer) {
        let (x, y) = (x.described(), y.described());
        let message = format!("`allOf` requires a value to be both {x} (at {at_x}) and {y}");
        let report = Report::error("all-of", at_y, message);
        self.reports.push(report.help("correct one of the two members in the overlay"));
    }

    /// Returns the shape that a reference refers to. A base is returned as a plain object, because variants are built
    /// from its fields.
    fn expand(&mut self, shape: Shape) -> Shape {
        let Kind::Ref(name) = &shape.kind else { return shape };
        let mut expanded = (*self.resolved(name)).clone();
        if !matches!(expanded.kind, Kind::OneOf(_)) {
            expanded.tag = None;
        }
        expanded.notes.read_only |= shape.notes.read_only;
        expanded.notes.write_only |= shape.notes.write_only;
        expanded
    }

    /// Returns the component that a reference leads to, directly, through an alias, or through a merge that equals
    /// another component.
    fn resolved(&mut self, name: &str) -> Rc<Shape> {
        let mut seen = HashSet::new();
        let mut component = self.component(name);
        while let Kind::Ref(next) = &component.kind {
            if !seen.insert(next.clone()) {
                return Rc::new(self.cycle(name));
            }
            component = self.component(&next.clone());
        }
        component
    }

    /// Returns the flags of a shape, combined with the flags of the component that the shape refers to. Alternatives
    /// that allow `null` allow it for the shape, too.
    pub(crate) fn said(&mut self, shape: &Shape) -> Said {
        self.said_by(shape, &mut HashSet::new())
    }

    fn said_by(&mut self, shape: &Shape, seen: &mut HashSet<String>) -> Said {
        let said = Said::of(&shape.notes);
        match &shape.kind {
            Kind::Ref(name) if seen.insert(name.clone()) => {
                let component = self.component(name);
                said.and(self.said_by(&component, seen))
            }
            Kind::OneOf(alternatives) => {
                let nullable =
                    alternatives.iter().any(|one| self.said_by(&one.shape, seen).nullable);
                Said { nullable: said.nullable | nullable, ..said }
            }
            _ => said,
        }
    }

    /// Returns whether `Debug` must hide a value: the shape itself, the component that it refers to, or the values of its
    /// list or map have `x-redact`.
    pub(crate) fn is_redacted(&mut self, shape: &Shape) -> bool {
        self.redacted_by(shape, &mut HashSet::new())
    }

    fn redacted_by(&mut self, shape: &Shape, seen: &mut HashSet<String>) -> bool {
        shape.notes.extensions.redact
            || match &shape.kind {
                Kind::Ref(name) if seen.insert(name.clone()) => {
                    let component = self.component(name);
                    self.redacted_by(&component, seen)
                }
                Kind::Array(items) => self.redacted_by(items, seen),
                Kind::Object(Object { fields, rest: Rest::Of(values), .. })
                    if fields.is_empty() =>
                {
                    self.redacted_by(values, seen)
                }
                _ => false,
            }
    }

    /// Joins the notes of two shapes.
    fn joined(&self, mut notes: Notes, later: Notes) -> Notes {
        notes.description = if self.later_describes {
            later.description.or(notes.description)
        } else {
            notes.description.or(later.description)
        };
        notes.default = later.default.or(notes.default);
        notes.example = later.example.or(notes.example);
        notes.nullable |= later.nullable;
        notes.read_only |= later.read_only;
        notes.write_only |= later.write_only;
        notes.deprecated |= later.deprecated;
        notes.tag_value = later.tag_value.or(notes.tag_value);
        if later.limits != Limits::default() {
            notes.limits = later.limits;
        }
        let (into, from) = (&mut notes.extensions, later.extensions);
        into.rust_name = from.rust_name.or(into.rust_name.take());
        into.rust_type = from.rust_type.or(into.rust_type.take());
        into.rust_module = from.rust_module.or(into.rust_module.take());
        into.rust_values.extend(from.rust_values);
        into.redact |= from.redact;
        into.lenient |= from.lenient;
        into.may_be_empty |= from.may_be_empty;
        into.decides = into.decides.max(from.decides);
        into.derive = from.derive.or(into.derive);
        notes
    }

    fn objects(&mut self, mut into: Object, from: Object) -> Object {
        for (name, field) in from.fields {
            match into.fields.get_mut(&name) {
                Some(known) => {
                    let nothing = Shape::new(Kind::Any, &Pointer::root());
                    let merged = self.both(mem::replace(known, nothing), field);
                    *known = merged;
                }
                None => {
                    into.fields.insert(name, field);
                }
            }
        }
        into.required.extend(from.required);
        into.rest = match (into.rest, from.rest) {
            (Rest::Of(x), Rest::Of(y)) => Rest::Of(Box::new(self.both(*x, *y))),
            (x, y) => x.stronger(y),
        };
        into
    }
}

/// The flags of a schema that apply wherever the schema is used.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Said {
    pub(crate) nullable: bool,
    pub(crate) read_only: bool,
    pub(crate) write_only: bool,
}

impl Said {
    fn of(notes: &Notes) -> Self {
        Self { nullable: notes.nullable, read_only: notes.read_only, write_only: notes.write_only }
    }

    fn and(self, other: Self) -> Self {
        Self {
            nullable: self.nullable | other.nullable,
            read_only: self.read_only | other.read_only,
            write_only: self.write_only | other.write_only,
        }
    }
}

#[derive(Clone, Copy)]
enum Collapse {
    Yes,
    No,
}

#[cfg(test)]
mod tests;
