//! `allOf` to one shape. Members are merged deeply: properties that several members define are merged in
//! turn, and what is required is known only afterwards. A merge that changes nothing stays the reference it
//! was, so that `allOf: [Transaction]` is a `Transaction`.

use std::rc::Rc;

use indexmap::IndexMap;

use crate::pointer::Pointer;
use crate::report::{Report, Reports};
use crate::shape::{Kind, Notes, Object, Shape};

/// Merges the shapes of a document; components are merged once and kept.
pub(crate) struct Merge<'a> {
    components: &'a IndexMap<String, Shape>,
    merged: IndexMap<String, Option<Rc<Shape>>>,
    reports: &'a mut Reports,
}

impl<'a> Merge<'a> {
    pub(crate) fn new(components: &'a IndexMap<String, Shape>, reports: &'a mut Reports) -> Self {
        Self { components, merged: IndexMap::new(), reports }
    }

    /// The shape of a component without `allOf`. A component that merges itself is reported.
    pub(crate) fn component(&mut self, name: &str) -> Rc<Shape> {
        if let Some(merged) = self.merged.get(name) {
            return merged.clone().unwrap_or_else(|| Rc::new(self.cycle(name)));
        }
        let Some(shape) = self.components.get(name) else {
            // A dangling reference was reported where it stands.
            return Rc::new(Shape::new(Kind::Any, &Pointer::root()));
        };
        self.merged.insert(name.to_owned(), None);
        let merged = Rc::new(match &shape.kind {
            // A variant of a base is a type of its own, even if it adds nothing to the base.
            Kind::AllOf(members) if shape.notes.tag_value.is_some() => {
                self.all_of(members, &shape.notes, &shape.at, Collapse::No)
            }
            _ => self.shape(shape),
        });
        self.merged.insert(name.to_owned(), Some(merged.clone()));
        merged
    }

    fn cycle(&mut self, name: &str) -> Shape {
        let at = Pointer::from("/components/schemas").child(name);
        self.reports.push(
            Report::error("cycle", &at, format!("`{name}` contains itself through `allOf` or `$ref`"))
                .help("break the cycle: no JSON value can be described by it"),
        );
        Shape::new(Kind::Any, &at)
    }

    /// The shape without `allOf`, at any depth.
    pub(crate) fn shape(&mut self, shape: &Shape) -> Shape {
        let kind = match &shape.kind {
            Kind::AllOf(members) => {
                return self.all_of(members, &shape.notes, &shape.at, Collapse::Yes);
            }
            Kind::Object(object) => Kind::Object(Object {
                fields: object.fields.iter().map(|(name, field)| (name.clone(), self.shape(field))).collect(),
                required: object.required.clone(),
                rest: object.rest.as_ref().map(|rest| Box::new(self.shape(rest))),
                tag: object.tag.clone(),
            }),
            Kind::Array(items) => Kind::Array(Box::new(self.shape(items))),
            Kind::OneOf(members) => Kind::OneOf(members.iter().map(|member| self.shape(member)).collect()),
            kind => kind.clone(),
        };
        Shape { kind, notes: shape.notes.clone(), at: shape.at.clone() }
    }

    fn all_of(&mut self, members: &[Shape], notes: &Notes, at: &Pointer, collapse: Collapse) -> Shape {
        let mut whole = Shape { kind: Kind::Any, notes: Notes::default(), at: at.clone() };
        for member in members {
            let member = self.shape(member);
            whole = match collapse {
                Collapse::Yes => self.both(whole, member),
                Collapse::No => {
                    let (whole, member) = (self.expand(whole), self.expand(member));
                    self.both(whole, member)
                }
            };
        }
        // What stands beside `allOf` speaks of the whole; what a member says of itself does not.
        let mut whole_notes = notes.clone();
        whole_notes.read_only |= whole.notes.read_only;
        whole_notes.nullable |= whole.notes.nullable;
        if !matches!(whole.kind, Kind::Ref(_)) {
            whole_notes.limits = whole.notes.limits;
            whole_notes.default = whole_notes.default.or(whole.notes.default);
        }
        Shape { kind: whole.kind, notes: whole_notes, at: at.clone() }
    }

    /// A value that is valid for both.
    fn both(&mut self, a: Shape, b: Shape) -> Shape {
        match (&a.kind, &b.kind) {
            (Kind::Any, _) => joined(b.kind.clone(), a, b),
            (_, Kind::Any) => joined(a.kind.clone(), a, b),
            (Kind::Ref(x), Kind::Ref(y)) if x == y => joined(a.kind.clone(), a, b),
            (Kind::Ref(_), _) | (_, Kind::Ref(_)) => self.through_references(a, b),
            (Kind::Object(_), Kind::Object(_)) => self.objects(a, b),
            (Kind::Array(x), Kind::Array(y)) => {
                let items = self.both((**x).clone(), (**y).clone());
                joined(Kind::Array(Box::new(items)), a, b)
            }
            // Each member lists the values of its day; an answer may hold any of them.
            (Kind::Enum(x), Kind::Enum(y)) => joined(Kind::Enum(x.union(y).cloned().collect()), a, b),
            (Kind::Enum(_), Kind::Text(_)) => joined(a.kind.clone(), a, b),
            (Kind::Text(_), Kind::Enum(_)) => joined(b.kind.clone(), a, b),
            (Kind::Text(x), Kind::Text(y)) => joined(Kind::Text(y.clone().or_else(|| x.clone())), a, b),
            (Kind::Integer, Kind::Integer | Kind::Number) | (Kind::Number, Kind::Integer) => {
                joined(Kind::Integer, a, b)
            }
            (Kind::Number, Kind::Number) | (Kind::Boolean, Kind::Boolean) => joined(a.kind.clone(), a, b),
            (Kind::OneOf(_), Kind::OneOf(_)) if alike(&a, &b) => joined(a.kind.clone(), a, b),
            _ => self.conflict(a, b),
        }
    }

    fn conflict(&mut self, a: Shape, b: Shape) -> Shape {
        let message = format!("`allOf` wants {} and {} at once ({})", a.kind.name(), b.kind.name(), a.at);
        self.reports.push(
            Report::error("all-of", &b.at, message).help("correct one of the two members in the overlay"),
        );
        a
    }

    /// Merges what the references stand for, and keeps the reference whose type already says it all.
    fn through_references(&mut self, a: Shape, b: Shape) -> Shape {
        let (whole_a, whole_b) = (self.expand(a.clone()), self.expand(b.clone()));
        let whole = self.both(whole_a.clone(), whole_b.clone());
        let kept = [(&a, &whole_a), (&b, &whole_b)]
            .into_iter()
            .find(|(shape, expanded)| matches!(shape.kind, Kind::Ref(_)) && alike(&whole, expanded))
            .map(|(shape, _)| shape.kind.clone());
        joined(kept.unwrap_or(whole.kind), a, b)
    }

    /// What a reference stands for. A base becomes a plain object here: its variants are made of its fields.
    fn expand(&mut self, shape: Shape) -> Shape {
        let Kind::Ref(name) = &shape.kind else { return shape };
        let mut expanded = (*self.component(name)).clone();
        if matches!(expanded.kind, Kind::Ref(_)) {
            expanded = self.expand(expanded);
        }
        if let Kind::Object(object) = &mut expanded.kind {
            object.tag = None;
        }
        expanded.notes.read_only |= shape.notes.read_only;
        expanded
    }

    fn objects(&mut self, a: Shape, b: Shape) -> Shape {
        let (Kind::Object(mut into), Kind::Object(from)) = (a.kind.clone(), b.kind.clone()) else { return a };
        for (name, field) in from.fields {
            let field = match into.fields.get(&name) {
                Some(known) => self.both(known.clone(), field),
                None => field,
            };
            into.fields.insert(name, field);
        }
        into.required.extend(from.required);
        into.rest = match (into.rest, from.rest) {
            (Some(x), Some(y)) => Some(Box::new(self.both(*x, *y))),
            (x, y) => x.or(y),
        };
        joined(Kind::Object(into), a, b)
    }
}

#[derive(Clone, Copy)]
enum Collapse {
    Yes,
    No,
}

/// The merged shape. Where both say something of the value, the later member knows better: it is the one
/// that was written for this place.
fn joined(kind: Kind, a: Shape, b: Shape) -> Shape {
    let (mut notes, later) = (a.notes, b.notes);
    notes.description = later.description.or(notes.description);
    notes.default = later.default.or(notes.default);
    notes.example = later.example.or(notes.example);
    notes.nullable |= later.nullable;
    notes.read_only |= later.read_only;
    notes.deprecated |= later.deprecated;
    notes.tag_value = later.tag_value.or(notes.tag_value);
    if later.limits != Default::default() {
        notes.limits = later.limits;
    }
    notes.extensions.rust_name = later.extensions.rust_name.or(notes.extensions.rust_name);
    notes.extensions.rust_type = later.extensions.rust_type.or(notes.extensions.rust_type);
    notes.extensions.rust_module = later.extensions.rust_module.or(notes.extensions.rust_module);
    notes.extensions.redact |= later.extensions.redact;
    Shape { kind, notes, at: a.at }
}

/// Whether two shapes make the same Rust type: descriptions and limits do not count.
pub(crate) fn alike(a: &Shape, b: &Shape) -> bool {
    let notes = |shape: &Shape| {
        let notes = &shape.notes;
        (notes.nullable, notes.read_only, notes.extensions.rust_type.clone(), notes.extensions.redact)
    };
    let fields = |x: &Object, y: &Object| {
        x.fields.len() == y.fields.len()
            && x.fields.iter().zip(&y.fields).all(|(x, y)| {
                x.0 == y.0 && notes(x.1) == notes(y.1) && alike(x.1, y.1)
            })
    };
    match (&a.kind, &b.kind) {
        (Kind::Any, Kind::Any)
        | (Kind::Integer, Kind::Integer)
        | (Kind::Number, Kind::Number)
        | (Kind::Boolean, Kind::Boolean) => true,
        (Kind::Ref(x), Kind::Ref(y)) => x == y,
        (Kind::Text(x), Kind::Text(y)) => x == y,
        (Kind::Enum(x), Kind::Enum(y)) => x.iter().eq(y),
        (Kind::Array(x), Kind::Array(y)) => notes(x) == notes(y) && alike(x, y),
        (Kind::OneOf(x), Kind::OneOf(y)) | (Kind::AllOf(x), Kind::AllOf(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| alike(x, y))
        }
        (Kind::Object(x), Kind::Object(y)) => {
            fields(x, y)
                && x.required == y.required
                && match (&x.rest, &y.rest) {
                    (None, None) => true,
                    (Some(x), Some(y)) => alike(x, y),
                    _ => false,
                }
        }
        _ => false,
    }
}

impl Kind {
    fn name(&self) -> &'static str {
        match self {
            Self::Any => "any value",
            Self::Ref(_) => "a reference",
            Self::AllOf(_) => "a merged value",
            Self::OneOf(_) => "one of several values",
            Self::Object(_) => "an object",
            Self::Array(_) => "an array",
            Self::Text(_) | Self::Enum(_) => "text",
            Self::Integer => "an integer",
            Self::Number => "a number",
            Self::Boolean => "a boolean",
        }
    }
}
