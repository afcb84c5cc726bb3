//! `allOf` to one shape. Members are merged deeply: properties that several members define are merged in
//! turn, and what is required is known only afterwards. A merge that changes nothing stays the reference it
//! was, so that `allOf: [Transaction]` is a `Transaction`.

use std::mem;
use std::rc::Rc;

use indexmap::IndexMap;

use crate::pointer::Pointer;
use crate::report::{Report, Reports};
use crate::schema::shape::{Kind, Limits, Notes, Object, Shape};

/// Merges the shapes of a document; components are merged once and kept.
pub(crate) struct Merge<'a> {
    components: &'a IndexMap<String, Shape>,
    merged: IndexMap<String, Option<Rc<Shape>>>,
    reports: &'a mut Reports,
    /// Whether the member that is being merged knows better what its values mean than those before it.
    later_describes: bool,
    /// How deep components are nested in each other right now.
    depth: usize,
    /// How deep merges go into what references stand for.
    merges: usize,
}

/// Nobody chains `allOf` over more components than this, and the stack holds them.
const DEEPEST: usize = 256;

/// Fields that both sides refer to are merged in turn; two parts that hold themselves would never end.
const DEEPEST_MERGE: usize = 12;

impl<'a> Merge<'a> {
    pub(crate) fn new(components: &'a IndexMap<String, Shape>, reports: &'a mut Reports) -> Self {
        Self {
            components,
            merged: IndexMap::new(),
            reports,
            later_describes: true,
            depth: 0,
            merges: 0,
        }
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
        if self.depth > DEEPEST {
            return Rc::new(self.cycle(name));
        }
        self.merged.insert(name.to_owned(), None);
        self.depth += 1;
        let merged = Rc::new(match &shape.kind {
            // A variant of a base is a type of its own, even if it adds nothing to the base.
            Kind::AllOf(members) if self.is_variant(shape, members) => {
                self.all_of(members, &shape.notes, &shape.at, Collapse::No)
            }
            _ => self.shape(shape),
        });
        self.depth -= 1;
        self.merged.insert(name.to_owned(), Some(merged.clone()));
        merged
    }

    fn is_variant(&self, shape: &Shape, members: &[Shape]) -> bool {
        let is_base = |member: &Shape| {
            let Kind::Ref(name) = &member.kind else { return false };
            let base = self.components.get(name).map(|base| &base.kind);
            matches!(base, Some(Kind::Object(object)) if object.tag.is_some())
        };
        shape.notes.tag_value.is_some() || members.iter().any(is_base)
    }

    fn cycle(&mut self, name: &str) -> Shape {
        let at = Pointer::from("/components/schemas").child(name);
        self.reports.push(
            Report::error(
                "cycle",
                &at,
                format!(
                    "`{name}` refers to itself, or to too long a chain, through `allOf` or `$ref`"
                ),
            )
            .help("break the cycle, or merge the chain in the overlay"),
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
        let outer = self.later_describes;
        for member in members {
            // An inline member was written for this place; a component speaks of itself.
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
            return Shape { notes: self.joined(a.notes, b.notes), ..a };
        }
        if matches!((&a.kind, &b.kind), (Kind::Ref(_), kind) | (kind, Kind::Ref(_)) if !matches!(kind, Kind::Any))
        {
            return self.through_references(a, b);
        }
        let (at, notes) = (a.at, self.joined(a.notes, b.notes));
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
            (Kind::Text(x), Kind::Text(y)) if x.is_none() || y.is_none() || x == y => {
                Kind::Text(y.or(x))
            }
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
        if self.merges > DEEPEST_MERGE {
            let at = a.at.clone();
            self.reports.push(
                Report::error("cycle", &at, "merging these members never ends: each holds itself")
                    .help("merge them by hand in the overlay"),
            );
            return a;
        }
        self.merges += 1;
        let merged = self.merged_through(a, b);
        self.merges -= 1;
        merged
    }

    fn merged_through(&mut self, a: Shape, b: Shape) -> Shape {
        let names = [&a, &b].map(|shape| match &shape.kind {
            Kind::Ref(name) => Some(name.clone()),
            _ => None,
        });
        let notes = self.joined(a.notes.clone(), b.notes.clone());
        let at = a.at.clone();
        let (whole_a, whole_b) = (self.expand(a), self.expand(b));
        let whole = self.both(whole_a, whole_b);
        let kept = names.into_iter().flatten().find(|name| alike(&whole, &self.resolved(name)));
        Shape { kind: kept.map_or(whole.kind, Kind::Ref), notes, at }
    }

    /// What a reference stands for. A base becomes a plain object here: its variants are made of its fields.
    fn expand(&mut self, shape: Shape) -> Shape {
        let Kind::Ref(name) = &shape.kind else { return shape };
        let mut expanded = (*self.resolved(name)).clone();
        if let Kind::Object(object) = &mut expanded.kind {
            object.tag = None;
        }
        expanded.notes.read_only |= shape.notes.read_only;
        expanded
    }

    /// The component at the end of a chain of references.
    fn resolved(&mut self, name: &str) -> Rc<Shape> {
        let mut component = self.component(name);
        for _ in 0..DEEPEST {
            let Kind::Ref(name) = &component.kind else { return component };
            component = self.component(&name.clone());
        }
        Rc::new(self.cycle(name))
    }

    /// What both say beside the kind.
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
        into.decides |= from.decides;
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

/// Whether two shapes make the same Rust type: descriptions and limits do not count.
pub(crate) fn alike(a: &Shape, b: &Shape) -> bool {
    let fields = |x: &Object, y: &Object| {
        x.fields.len() == y.fields.len()
            && x.fields.iter().zip(&y.fields).all(|(x, y)| x.0 == y.0 && noted_alike(x.1, y.1))
    };
    match (&a.kind, &b.kind) {
        (Kind::Any, Kind::Any)
        | (Kind::Integer, Kind::Integer)
        | (Kind::Number, Kind::Number)
        | (Kind::Boolean, Kind::Boolean) => true,
        (Kind::Ref(x), Kind::Ref(y)) => x == y,
        (Kind::Text(x), Kind::Text(y)) => x == y,
        (Kind::Enum(x), Kind::Enum(y)) => x.iter().eq(y),
        (Kind::Array(x), Kind::Array(y)) => noted_alike(x, y),
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

/// Whether two fields, or items, have the same Rust type.
fn noted_alike(a: &Shape, b: &Shape) -> bool {
    let (x, y) = (&a.notes, &b.notes);
    x.nullable == y.nullable
        && x.read_only == y.read_only
        && x.extensions.rust_type == y.extensions.rust_type
        && x.extensions.redact == y.extensions.redact
        && x.extensions.lenient == y.extensions.lenient
        && alike(a, b)
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::schema::shape::Lower;

    /// Merges a schema; `None` if it says what cannot be.
    fn merged(schema: &Value) -> Option<Shape> {
        let read =
            serde_json::from_value(schema.clone()).expect("a schema in the form of openapiv3");
        let mut reports = Reports::default();
        let shape =
            Lower { document: &Value::Null, reports: &mut reports }.schema(read, &Pointer::root());
        let merged = Merge::new(&IndexMap::new(), &mut reports).shape(&shape);
        (!reports.has_errors()).then_some(merged)
    }

    fn all_of(members: &[&Value]) -> Value {
        json!({ "allOf": members })
    }

    /// The schema that a merged shape stands for, in an order of its own: equal values are equal shapes, but for
    /// order and prose.
    fn schema_of(shape: &Shape) -> Value {
        match &shape.kind {
            Kind::Any => json!({}),
            Kind::Object(object) => {
                let fields = object.fields.iter();
                let fields: BTreeMap<&String, Value> =
                    fields.map(|(name, field)| (name, schema_of(field))).collect();
                let mut required: Vec<&String> = object.required.iter().collect();
                required.sort();
                json!({"type": "object", "properties": fields, "required": required})
            }
            Kind::Array(items) => json!({"type": "array", "items": schema_of(items)}),
            Kind::Enum(values) => json!({"type": "string", "enum": values}),
            Kind::Text(_) => json!({"type": "string"}),
            Kind::Integer => json!({"type": "integer"}),
            Kind::Number => json!({"type": "number"}),
            Kind::Boolean => json!({"type": "boolean"}),
            other => panic!("not in the fragment: {other:?}"),
        }
    }

    /// Schemas of the fragment in which a merge means what JSON Schema means: objects, lists and scalars. Not in
    /// it are two enums of one property and `nullable`, of which a merge takes the wider on purpose.
    fn schema() -> impl Strategy<Value = Value> {
        object_of(value())
    }

    fn value() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(json!({})),
            Just(json!({"type": "string"})),
            Just(json!({"type": "string", "enum": ["x", "y"]})),
            Just(json!({"type": "integer", "maximum": 7})),
            Just(json!({"type": "number"})),
            Just(json!({"type": "boolean", "description": "prose"})),
        ];
        scalar.prop_recursive(2, 8, 3, |inner| {
            prop_oneof![
                object_of(inner.clone()),
                inner.clone().prop_map(|items| json!({"type": "array", "items": items})),
                proptest::collection::vec(object_of(inner), 1..3)
                    .prop_map(|members| json!({ "allOf": members })),
            ]
        })
    }

    fn object_of(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
        let properties = proptest::collection::btree_map("[a-c]", value, 0..3);
        let required = proptest::collection::btree_set("[a-c]", 0..2);
        (properties, required).prop_map(|(properties, required)| {
            json!({"type": "object", "properties": properties, "required": required})
        })
    }

    /// JSON that has a chance to be valid, and to be not.
    fn instance() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(json!(1)),
            Just(json!(1.5)),
            Just(json!("x")),
            Just(json!("z")),
            Just(json!(true)),
        ];
        let value = scalar.prop_recursive(2, 6, 3, |inner| {
            prop_oneof![
                proptest::collection::btree_map("[a-c]", inner.clone(), 0..3)
                    .prop_map(|members| json!(members)),
                proptest::collection::vec(inner, 0..2).prop_map(|items| json!(items)),
            ]
        });
        proptest::collection::btree_map("[a-c]", value, 0..4).prop_map(|members| json!(members))
    }

    /// An instance that is valid for a schema made by `schema_of`.
    fn valid_for(schema: &Value) -> Value {
        let properties = schema["properties"].as_object().into_iter().flatten();
        match schema["type"].as_str() {
            Some("object") => {
                let mut members: BTreeMap<&str, Value> =
                    properties.map(|(name, of)| (name.as_str(), valid_for(of))).collect();
                for name in schema["required"].as_array().into_iter().flatten() {
                    members.entry(name.as_str().expect("a name")).or_insert(json!(1));
                }
                json!(members)
            }
            Some("array") => json!([valid_for(&schema["items"])]),
            Some("string") => json!("x"),
            Some("boolean") => json!(true),
            _ => json!(1),
        }
    }

    fn is_valid(schema: &Value, instance: &Value) -> bool {
        jsonschema::draft7::is_valid(schema, instance)
    }

    proptest! {
        #[test]
        fn merging_with_itself_changes_nothing(a in schema()) {
            if let (Some(once), Some(twice)) = (merged(&a), merged(&all_of(&[&a, &a]))) {
                prop_assert!(alike(&once, &twice), "{} became {}", schema_of(&once), schema_of(&twice));
            }
        }

        #[test]
        fn merging_with_nothing_changes_nothing(a in schema()) {
            let nothing = json!({});
            for members in [[&a, &nothing], [&nothing, &a]] {
                if let (Some(alone), Some(both)) = (merged(&a), merged(&all_of(&members))) {
                    prop_assert!(alike(&alone, &both), "{} became {}", schema_of(&alone), schema_of(&both));
                }
            }
        }

        #[test]
        fn the_order_of_members_does_not_matter(a in schema(), b in schema(), c in schema()) {
            let told = |members: &[&Value]| merged(&all_of(members)).map(|shape| schema_of(&shape));
            let there = told(&[&a, &b, &c]);
            prop_assert_eq!(&told(&[&c, &b, &a]), &there);
            prop_assert_eq!(&told(&[&b, &all_of(&[&c, &a])]), &there);
        }

        #[test]
        fn valid_for_the_whole_is_valid_for_all_parts(
            a in schema(),
            b in schema(),
            instance in instance(),
        ) {
            let Some(whole) = merged(&all_of(&[&a, &b])) else {
                // What cannot be merged has no instance, at least none in which the conflict shows.
                return Ok(());
            };
            let whole = schema_of(&whole);
            let built = valid_for(&whole);
            prop_assert!(is_valid(&whole, &built), "{built} is not valid for {whole}");
            for instance in [&built, &instance] {
                let parts = is_valid(&a, instance) && is_valid(&b, instance);
                prop_assert_eq!(is_valid(&whole, instance), parts, "{} for {}", instance, whole);
            }
        }
    }

    #[test]
    fn what_cannot_be_both_is_a_conflict() {
        for (a, b) in [
            (json!({"type": "string"}), json!({"type": "integer"})),
            (json!({"type": "object"}), json!({"type": "array", "items": {}})),
            (json!({"type": "boolean"}), json!({"type": "string", "enum": ["true"]})),
            (
                json!({"type": "string", "format": "date"}),
                json!({"type": "string", "format": "date-time"}),
            ),
        ] {
            let of = |field: &Value| json!({"type": "object", "properties": {"field": field}});
            assert!(merged(&all_of(&[&of(&a), &of(&b)])).is_none(), "{a} and {b} were merged");
            assert!(merged(&all_of(&[&of(&b), &of(&a)])).is_none(), "{b} and {a} were merged");
        }
    }

    #[test]
    fn of_enums_and_of_null_a_merge_takes_the_wider() {
        let shape = merged(&json!({"allOf": [
            {"type": "string", "enum": ["a", "b"], "nullable": true},
            {"type": "string", "enum": ["b", "c"]},
        ]}));
        let shape = shape.expect("no conflict");
        assert_eq!(schema_of(&shape), json!({"type": "string", "enum": ["a", "b", "c"]}));
        assert!(shape.notes.nullable);
    }
}
