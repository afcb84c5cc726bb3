//! `allOf` to one shape. Members are merged deeply: properties that several members define are merged in
//! turn, and what is required is known only afterwards. A merge that changes nothing stays the reference it
//! was, so that `allOf: [Transaction]` is a `Transaction`.

use std::mem;
use std::rc::Rc;

use indexmap::IndexMap;

use crate::pointer::Pointer;
use crate::report::{Report, Reports};
use crate::shape::{Kind, Limits, Notes, Object, Shape};

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
            Report::error(
                "cycle",
                &at,
                format!("`{name}` contains itself through `allOf` or `$ref`"),
            )
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
                fields: object
                    .fields
                    .iter()
                    .map(|(name, field)| (name.clone(), self.shape(field)))
                    .collect(),
                required: object.required.clone(),
                rest: object.rest.as_ref().map(|rest| Box::new(self.shape(rest))),
                tag: object.tag.clone(),
            }),
            Kind::Array(items) => Kind::Array(Box::new(self.shape(items))),
            Kind::OneOf(members) => {
                Kind::OneOf(members.iter().map(|member| self.shape(member)).collect())
            }
            kind => kind.clone(),
        };
        Shape { kind, notes: shape.notes.clone(), at: shape.at.clone() }
    }

    fn all_of(
        &mut self,
        members: &[Shape],
        notes: &Notes,
        at: &Pointer,
        collapse: Collapse,
    ) -> Shape {
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
        if let (Kind::Ref(x), Kind::Ref(y)) = (&a.kind, &b.kind)
            && x == y
        {
            return Shape { notes: joined(a.notes, b.notes), ..a };
        }
        if matches!((&a.kind, &b.kind), (Kind::Ref(_), kind) | (kind, Kind::Ref(_)) if !matches!(kind, Kind::Any))
        {
            return self.through_references(a, b);
        }
        let (at, notes) = (a.at, joined(a.notes, b.notes));
        let kind = match (a.kind, b.kind) {
            (Kind::Any, kind) | (kind, Kind::Any) => kind,
            (Kind::Object(x), Kind::Object(y)) => Kind::Object(self.objects(x, y)),
            (Kind::Array(x), Kind::Array(y)) => Kind::Array(Box::new(self.both(*x, *y))),
            // Each member lists the values of its day; an answer may hold any of them.
            (Kind::Enum(mut x), Kind::Enum(y)) => {
                x.extend(y);
                Kind::Enum(x)
            }
            (Kind::Enum(values), Kind::Text(_)) | (Kind::Text(_), Kind::Enum(values)) => {
                Kind::Enum(values)
            }
            (Kind::Text(x), Kind::Text(y)) => Kind::Text(y.or(x)),
            (Kind::Integer, Kind::Integer | Kind::Number) | (Kind::Number, Kind::Integer) => {
                Kind::Integer
            }
            (Kind::Number, Kind::Number) => Kind::Number,
            (Kind::Boolean, Kind::Boolean) => Kind::Boolean,
            (Kind::OneOf(x), Kind::OneOf(y))
                if x.len() == y.len() && x.iter().zip(&y).all(|(x, y)| alike(x, y)) =>
            {
                Kind::OneOf(x)
            }
            (x, y) => {
                self.conflict(&x, &y, &at, &b.at);
                x
            }
        };
        Shape { kind, notes, at }
    }

    fn conflict(&mut self, x: &Kind, y: &Kind, at_x: &Pointer, at_y: &Pointer) {
        let message = format!("`allOf` wants {} and {} at once ({at_x})", x.name(), y.name());
        self.reports.push(
            Report::error("all-of", at_y, message)
                .help("correct one of the two members in the overlay"),
        );
    }

    /// Merges what the references stand for, and keeps the reference whose type already says it all.
    fn through_references(&mut self, a: Shape, b: Shape) -> Shape {
        let (whole_a, whole_b) = (self.expand(a.clone()), self.expand(b.clone()));
        let whole = self.both(whole_a, whole_b);
        let mut kept = None;
        for shape in [&a, &b] {
            if kept.is_none()
                && matches!(shape.kind, Kind::Ref(_))
                && alike(&whole, &self.expand(shape.clone()))
            {
                kept = Some(shape.kind.clone());
            }
        }
        Shape { kind: kept.unwrap_or(whole.kind), notes: joined(a.notes, b.notes), at: a.at }
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
            (Some(x), Some(y)) => Some(Box::new(self.both(*x, *y))),
            (x, y) => x.or(y),
        };
        into
    }
}

#[derive(Clone, Copy)]
enum Collapse {
    Yes,
    No,
}

/// What both say beside the kind. The later member knows better: it is the one that was written for this place.
fn joined(mut notes: Notes, later: Notes) -> Notes {
    notes.description = later.description.or(notes.description);
    notes.default = later.default.or(notes.default);
    notes.example = later.example.or(notes.example);
    notes.nullable |= later.nullable;
    notes.read_only |= later.read_only;
    notes.deprecated |= later.deprecated;
    notes.tag_value = later.tag_value.or(notes.tag_value);
    if later.limits != Limits::default() {
        notes.limits = later.limits;
    }
    let (into, from) = (&mut notes.extensions, later.extensions);
    into.rust_name = from.rust_name.or(into.rust_name.take());
    into.rust_type = from.rust_type.or(into.rust_type.take());
    into.rust_module = from.rust_module.or(into.rust_module.take());
    into.redact |= from.redact;
    notes
}

/// Whether two shapes make the same Rust type: descriptions and limits do not count.
pub(crate) fn alike(a: &Shape, b: &Shape) -> bool {
    let notes = |shape: &Shape| {
        let notes = &shape.notes;
        (
            notes.nullable,
            notes.read_only,
            notes.extensions.rust_type.clone(),
            notes.extensions.redact,
        )
    };
    let fields = |x: &Object, y: &Object| {
        x.fields.len() == y.fields.len()
            && x.fields
                .iter()
                .zip(&y.fields)
                .all(|(x, y)| x.0 == y.0 && notes(x.1) == notes(y.1) && alike(x.1, y.1))
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
