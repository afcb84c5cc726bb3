//! Turns shapes into types: inline types get ids, and equal inline types become one type. [`super::union`] builds
//! unions, and [`super::scalars`] builds single values.

use std::collections::{BTreeSet, HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};

use crate::extensions::Decides;
use crate::model::ident::{self, Named};
use crate::model::tags::Tags;
use crate::model::union::Usable;
use crate::model::{
    Def, Direction, Docs, Draft, Enum, Field, Hint, Presence, Struct, Type, TypeDef, TypeId,
    ValueType,
};
use crate::pointer::Pointer;
use crate::report::{Report, Reports};
use crate::schema::merge::{Merge, Said};
use crate::schema::shape::{Kind, Notes, Object, Rest, Shape};

/// The maximum nesting depth of lists and maps. Deeper nesting is refused, because rustc also recurses over types.
const DEEPEST_LISTS: usize = 32;

/// The possible names of the field that contains all properties without a field of their own; the first free name is
/// used.
const OTHERS: [&str; 2] = ["others", "other_properties"];

/// The schemas of a document.
pub(crate) struct Schemas {
    /// The schemas under `components`, in the order of the document.
    pub(crate) components: IndexMap<String, Shape>,
    /// Components without a name of their own: inline schemas that were moved because references point to them.
    pub(crate) nameless: BTreeSet<String>,
    /// Schemas outside `components` that have a discriminator.
    pub(crate) tagged: Vec<Shape>,
}

/// Builds the types of a model.
pub(crate) struct Types<'a> {
    pub(super) schemas: &'a Schemas,
    pub(super) merge: Merge<'a>,
    pub(crate) reports: Reports,
    pub(super) draft: Draft,
    pub(super) tags: Tags,
    /// Components built or in progress; an object's id is reserved before its fields are built.
    pub(super) known: HashMap<String, Type>,
    /// The types of merged pairs of components, by the name of the merge and the name of the property. Equal merges
    /// under the same property name share a type.
    pub(super) merges: HashMap<(String, String), Type>,
    /// Aliases in progress.
    pub(super) open: HashSet<String>,
    /// The current nesting depth of types.
    pub(super) depth: usize,
    structs: HashMap<String, TypeId>,
    enums: HashMap<String, TypeId>,
    pub(super) unions: HashMap<String, TypeId>,
}

impl<'a> Types<'a> {
    pub(crate) fn new(schemas: &'a Schemas, merge_reports: &'a mut Reports) -> Self {
        let mut merge = Merge::new(&schemas.components, merge_reports);
        let tags = Tags::of(schemas, &mut merge);
        Self {
            schemas,
            merge,
            reports: Reports::default(),
            draft: Draft::default(),
            tags,
            known: HashMap::new(),
            merges: HashMap::new(),
            open: HashSet::new(),
            depth: 0,
            structs: HashMap::new(),
            enums: HashMap::new(),
            unions: HashMap::new(),
        }
    }

    /// Builds all components: enums first, then the others, each group in the order of the document.
    pub(crate) fn components(&mut self) {
        let named = self.schemas.components.iter();
        let named: Vec<(&String, &Shape)> =
            named.filter(|(name, _)| !self.schemas.nameless.contains(*name)).collect();
        // Enums come first, so that an inline enum gets the type of an equal component, and not the other way round.
        for (name, _) in named.iter().filter(|(_, shape)| matches!(shape.kind, Kind::Enum(_))) {
            self.component(name, name);
        }
        for (name, _) in named {
            self.component(name, name);
        }
    }

    /// Reports cycles of unions and variants without tags, and returns the draft of the model with all reports.
    pub(crate) fn finish(mut self) -> (Draft, Reports) {
        self.cycles();
        self.untagged_variants();
        (self.draft, self.reports)
    }

    /// Returns the type of a shape. `context` is the name of the property or of another place that uses the shape.
    pub(crate) fn shape(&mut self, shape: &Shape, context: &str) -> Type {
        let merged = self.merge.shape(shape);
        self.merged(&merged, context)
    }

    /// Returns the type of a whole body, or of another value that is sent or received as JSON on its own.
    pub(crate) fn body(&mut self, shape: &Shape, context: &str) -> Type {
        let merged = self.merge.shape(shape);
        let ty = self.merged(&merged, context);
        // Any JSON already includes `null`.
        if ty != Type::Value(ValueType::Json) && self.merge.said(&merged).nullable {
            return Type::Nullable(Box::new(ty));
        }
        ty
    }

    /// Returns the flags of a shape, wherever they are declared.
    pub(crate) fn said(&mut self, shape: &Shape) -> Said {
        let merged = self.merge.shape(shape);
        self.merge.said(&merged)
    }

    /// Returns a shape with `allOf` merged and references followed.
    pub(crate) fn resolved(&mut self, shape: &Shape) -> Shape {
        let mut resolved = self.merge.shape(shape);
        let mut known = HashSet::new();
        while let Kind::Ref(name) = &resolved.kind
            && known.insert(name.clone())
        {
            resolved = Shape::clone(&self.merge.component(name));
        }
        resolved
    }

    /// Returns the definition of a type.
    pub(crate) fn get(&self, id: TypeId) -> &TypeDef<Hint> {
        &self.draft.types[id.0]
    }

    /// Builds a struct from the parameters of a callback.
    pub(crate) fn query(&mut self, fields: Vec<Field>, at: &Pointer) -> TypeId {
        let id = self.reserve(&Shape::new(Kind::Any, at), None);
        let def = &mut self.draft.types[id.0];
        def.def = Def::Struct(Struct { query: true, constants: Vec::new(), fields });
        def.docs.description = Some("The query parameters of the callback.".to_owned());
        id
    }

    pub(super) fn object(
        &mut self,
        object: &Object,
        constants: Vec<(String, String)>,
        shape: &Shape,
    ) -> Struct {
        let is_constant = |name: &String| constants.iter().any(|(tag, _)| tag == name);
        let shapes = object.fields.iter().filter(|(wire, _)| !is_constant(wire));
        let words = shapes.clone().map(|(wire, shape)| Named {
            text: wire,
            given: shape.notes.extensions.rust_name.as_deref(),
        });
        let rest = match &object.rest {
            Rest::Unsaid | Rest::Forbidden => None,
            Rest::Anything(at) => Some(anything(at)),
            Rest::Of(rest) => Some((**rest).clone()),
        };
        let names = ident::distinct(ident::member_name, words);
        let is_free = |name: &&str| names.iter().all(|taken| taken != name);
        let free = OTHERS.into_iter().find(is_free).map(str::to_owned);
        let others = free.zip(rest);
        let mut fields = Vec::new();
        for ((wire, shape), name) in shapes.zip(names) {
            fields.push(self.field(name, wire, shape, object.required.contains(wire)));
        }
        let undeclared = |name: &&String| {
            !object.fields.contains_key(*name) && !is_constant(name) && others.is_none()
        };
        for name in object.required.iter().filter(undeclared) {
            let message = format!(
                "`{name}` is in `required` but not in `properties`, so it is neither read nor sent"
            );
            let report = Report::warning("required", &shape.at, message);
            self.reports.push(report.help(
                "declare the property in the overlay, remove it from `required`, or accept the warning with `x-accept: [required]`",
            ));
        }
        if let Some((name, rest)) = others {
            fields.push(self.others(name, &rest));
        }
        Struct { query: false, constants, fields }
    }

    /// Builds the map of properties without a field. The map is the last field, because it contains only properties
    /// that no other field takes.
    fn others(&mut self, name: String, rest: &Shape) -> Field {
        let mut docs = docs(&rest.notes);
        docs.description = Some(match docs.description {
            Some(said) => format!("Properties without a field of their own, by name. {said}"),
            None => "Properties without a field of their own, by name. They are preserved and written back unchanged.".to_owned(),
        });
        Field {
            name,
            wire: String::new(),
            ty: Type::Map(Box::new(self.element(rest, OTHERS[0]))),
            presence: Presence::Others,
            read_only: false,
            write_only: false,
            redact: true,
            lenient: false,
            may_be_empty: false,
            decides: Decides::Unsaid,
            preset: None,
            deprecated: false,
            docs,
            at: rest.at.clone(),
        }
    }

    fn field(&mut self, name: String, wire: &str, shape: &Shape, required: bool) -> Field {
        self.lint(wire, shape);
        let said = self.merge.said(shape);
        // A read-only value is never sent, so `writeOnly` has no effect on it.
        let write_only = required && said.write_only && !said.read_only;
        let presence = match (required, said.nullable) {
            // A required `null` must be sent, so it takes precedence over `writeOnly`.
            (true, true) => Presence::Nullable,
            _ if write_only => Presence::Optional,
            (true, false) if !said.read_only => Presence::Required,
            _ => Presence::Optional,
        };
        let mut docs = docs(&shape.notes);
        if let (None, Kind::Ref(name)) = (&docs.description, &shape.kind) {
            // If a component becomes a string or a list, for example, instead of a struct, its description appears at
            // the fields that refer to the component.
            let components = &self.schemas.components;
            let alias = components.get(name).filter(|shape| !matches!(shape.kind, Kind::Object(_)));
            docs.description = alias.and_then(|alias| alias.notes.description.clone());
        }
        let preset = match &shape.kind {
            Kind::Enum(values) if values.len() == 1 && presence == Presence::Required => {
                values.first().cloned()
            }
            _ => None,
        };
        let ty = self.merged(shape, wire);
        Field {
            name,
            wire: wire.to_owned(),
            presence,
            read_only: said.read_only,
            write_only,
            redact: self.merge.is_redacted(shape),
            lenient: self.is_lenient(wire, shape),
            may_be_empty: self.may_be_empty(wire, shape, &ty, presence),
            decides: shape.notes.extensions.decides,
            ty,
            preset,
            deprecated: shape.notes.deprecated,
            docs,
            at: shape.at.clone(),
        }
    }

    pub(super) fn merged(&mut self, shape: &Shape, context: &str) -> Type {
        self.derivable(shape);
        if let Some(value) = self.given(shape) {
            return Type::Value(value);
        }
        match &shape.kind {
            Kind::Ref(name) => self.component(name, context),
            Kind::Object(object) => match self.usable(shape) {
                Usable::Yes(tag) if !tag.mapping.is_empty() => {
                    self.inline_base(object, &tag, shape)
                }
                _ if object.fields.is_empty() => Type::Map(Box::new(match &object.rest {
                    Rest::Of(rest) => self.element(rest, context),
                    Rest::Unsaid | Rest::Forbidden | Rest::Anything(_) => {
                        Type::Value(ValueType::Json)
                    }
                })),
                _ => {
                    let object = self.object(object, Vec::new(), shape);
                    self.inline(object, shape, context)
                }
            },
            Kind::Array(items) => Type::List(Box::new(self.element(items, context))),
            Kind::Enum(values) => {
                self.enumeration(values, shape, shape.notes.extensions.rust_type.clone())
            }
            Kind::OneOf(alternatives) => self.one_of(alternatives, shape),
            Kind::Any | Kind::AllOf(_) => self.any(shape),
            Kind::Text(format) => Type::Value(ValueType::of_format(format.as_deref())),
            Kind::Integer => Type::Value(ValueType::Integer),
            Kind::Number => Type::Value(ValueType::Float),
            Kind::Boolean => Type::Value(ValueType::Boolean),
        }
    }

    /// Reports `x-rust-derive` on a schema that does not become a type of its own. [`crate::model::target`] checks that
    /// the type is a struct.
    fn derivable(&mut self, shape: &Shape) {
        let Some(derive) = shape.notes.extensions.derive else { return };
        let makes_type = match &shape.kind {
            Kind::Object(object) => !object.fields.is_empty(),
            Kind::Enum(_) => true,
            _ => false,
        };
        if !makes_type {
            let message = format!(
                "`x-rust-derive: {}` is set on a schema that does not become a type of its own",
                derive.name()
            );
            self.reports.push(
                Report::error("rust-derive", &shape.at, message)
                    .help("set it on an object with `properties`, such as the referenced component or the items of the list"),
            );
        }
    }

    /// Returns the type of the values in a list or map.
    fn element(&mut self, shape: &Shape, context: &str) -> Type {
        let ty = self.merged(shape, context);
        if ty.depth() > DEEPEST_LISTS {
            self.too_deep(format!("lists and maps nest more than {DEEPEST_LISTS} levels deep"));
            return Type::Value(ValueType::Json);
        }
        let nullable = self.merge.said(shape).nullable;
        if nullable { Type::Nullable(Box::new(ty)) } else { ty }
    }

    /// Builds an inline object. Equal inline objects become one type if they have the same property name, or the same
    /// name in the overlay.
    pub(super) fn inline(&mut self, object: Struct, shape: &Shape, context: &str) -> Type {
        let certain = shape.notes.extensions.rust_type.clone();
        let key = key(&object);
        let by_context = format!("{context}:{key}");
        let by_name = certain.as_ref().map(|name| format!("={name}:{key}"));
        let named = by_name.as_ref().and_then(|by_name| self.structs.get(by_name));
        let found = named.copied().or_else(|| {
            let id = *self.structs.get(&by_context)?;
            (certain.is_none() || self.draft.types[id.0].name.certain.is_none()).then_some(id)
        });
        let id = found.unwrap_or_else(|| self.reserve(shape, None));
        let def = &mut self.draft.types[id.0];
        if found.is_none() {
            def.def = Def::Struct(object);
        }
        if def.name.certain.is_none() {
            def.name.certain = certain;
        }
        def.derive = def.derive.or(shape.notes.extensions.derive);
        def.deprecated &= shape.notes.deprecated;
        if def.docs.description.is_none() {
            def.docs = docs(&shape.notes);
        }
        self.structs.entry(by_context).or_insert(id);
        if let Some(by_name) = by_name {
            self.structs.insert(by_name, id);
        }
        Type::Named(id)
    }

    /// Builds an enum. Enums with the same name become one type, and so do enums with equal values, unless both have
    /// names and the names differ.
    pub(super) fn enumeration(
        &mut self,
        values: &IndexSet<String>,
        shape: &Shape,
        certain: Option<String>,
    ) -> Type {
        let by_values = values.iter().map(String::as_str).collect::<Vec<_>>().join("\n");
        let by_name = certain.as_ref().map(|name| format!("={name}"));
        let found = by_name
            .as_ref()
            .and_then(|name| self.enums.get(name))
            .or_else(|| {
                let id = self.enums.get(&by_values)?;
                let named = self.draft.types[id.0].name.certain.as_ref();
                (certain.is_none() || named.is_none()).then_some(id)
            })
            .copied();
        let id = found.unwrap_or_else(|| self.reserve(shape, certain.clone()));
        let def = &mut self.draft.types[id.0];
        // A type that several schemas share is deprecated only if all of them are.
        def.deprecated &= shape.notes.deprecated || def.name.component;
        let known = def.as_enum().map(|known| known.values.clone()).unwrap_or_default();
        def.def = Def::Enum(named(known, values, &shape.notes.extensions.rust_values));
        if def.name.certain.is_none() {
            def.name.certain = certain;
        }
        self.enums.entry(by_values).or_insert(id);
        if let Some(name) = by_name {
            self.enums.insert(name, id);
        }
        Type::Named(id)
    }

    pub(super) fn reserve(&mut self, shape: &Shape, certain_name: Option<String>) -> TypeId {
        let id = TypeId(self.draft.types.len());
        let module = shape.notes.extensions.rust_module.clone();
        self.draft.types.push(TypeDef {
            name: Hint { certain: certain_name, component: false, module },
            def: Def::Struct(Struct::default()),
            docs: docs(&shape.notes),
            deprecated: shape.notes.deprecated,
            at: shape.at.clone(),
            direction: Direction::default(),
            derive: shape.notes.extensions.derive,
        });
        id
    }
}

/// Returns the shape for `additionalProperties: true`. The document explicitly allows any JSON as a value, so no report
/// is needed.
fn anything(at: &Pointer) -> Shape {
    let mut any = Shape::new(Kind::Any, at);
    any.notes.extensions.rust_type = Some(ValueType::Json.rust_name().to_owned());
    any
}

/// Builds an open enum of all values found so far, with the names that the overlay gives to some of them.
fn named(
    known: IndexMap<String, String>,
    more: &IndexSet<String>,
    given: &IndexMap<String, String>,
) -> Enum {
    let texts: IndexSet<&String> = known.keys().chain(more).collect();
    let words = texts.iter().map(|text| Named {
        text,
        given: known.get(*text).or_else(|| given.get(*text)).map(String::as_str),
    });
    let names = ident::distinct(ident::variant_name, words);
    Enum { values: texts.into_iter().cloned().zip(names).collect() }
}

pub(super) fn docs(notes: &Notes) -> Docs {
    Docs {
        description: notes.description.clone(),
        default: notes.default.clone(),
        example: notes.example.clone(),
        limits: notes.limits.clone(),
    }
}

/// Returns the key by which inline structs are compared, which contains everything except their documentation.
fn key(object: &Struct) -> String {
    let mut key = String::new();
    for (tag, value) in &object.constants {
        key.push_str(&format!("{tag}={value:?};"));
    }
    for field in &object.fields {
        let Field {
            name,
            wire,
            ty,
            presence,
            read_only,
            write_only,
            redact,
            lenient,
            may_be_empty,
            decides,
            preset,
            deprecated,
            docs: _,
            at: _,
        } = field;
        key.push_str(&format!(
            "{wire}:{name}:{ty:?}:{presence:?}:{read_only}:{write_only}:{redact}:{lenient}:{may_be_empty}:{decides:?}:{preset:?}:{deprecated};"
        ));
    }
    key
}
