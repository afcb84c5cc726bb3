//! Shapes to types: what is inline gets an identity, equal inline types become one, and a base with a
//! discriminator becomes the union of the components that point up to it.

use std::collections::{HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};

use crate::model::ident::{self, Named};
use crate::model::value::{Fits, ValueType};
use crate::model::{
    Alias, Def, Direction, Docs, Draft, Enum, Field, Hint, Presence, Struct, Type, TypeDef, TypeId,
    Union, Variant,
};
use crate::pointer::Pointer;
use crate::report::{Report, Reports};
use crate::schema::merge::Merge;
use crate::schema::shape::{Kind, Notes, Object, Shape, Tag};

/// The field for what no other one names.
const OTHERS: &str = "others";

/// Makes the types of a model.
pub(crate) struct Types<'a> {
    components: &'a IndexMap<String, Shape>,
    merge: Merge<'a>,
    pub(crate) reports: Reports,
    draft: Draft,
    /// Components that were met; an object's id is reserved before its fields are looked at.
    known: HashMap<String, Type>,
    /// Aliases that are being made.
    open: HashSet<String>,
    structs: HashMap<String, TypeId>,
    enums: HashMap<String, TypeId>,
    variants: IndexMap<String, Vec<Child>>,
}

/// A component that a base knows as its variant.
struct Child {
    component: String,
    value: String,
}

impl<'a> Types<'a> {
    pub(crate) fn new(
        components: &'a IndexMap<String, Shape>,
        merge_reports: &'a mut Reports,
    ) -> Self {
        Self {
            components,
            merge: Merge::new(components, merge_reports),
            reports: Reports::default(),
            draft: Draft::default(),
            known: HashMap::new(),
            open: HashSet::new(),
            structs: HashMap::new(),
            enums: HashMap::new(),
            variants: variants(components),
        }
    }

    /// Makes all components, in the order of the document.
    pub(crate) fn components(&mut self) {
        // Enums first, so that an equal inline enum is the component and not the other way round.
        for (name, shape) in self.components {
            if matches!(shape.kind, Kind::Enum(_)) {
                self.component(name);
            }
        }
        for (name, _) in self.components {
            self.component(name);
        }
    }

    /// Hands out the model; nothing can be made any more.
    pub(crate) fn finish(self) -> (Draft, Reports) {
        (self.draft, self.reports)
    }

    /// The type of a shape that stands at `context`, the name of the property or the like.
    pub(crate) fn shape(&mut self, shape: &Shape, context: &str) -> Type {
        let merged = self.merge.shape(shape);
        self.merged(&merged, context)
    }

    /// Whether a value of the type is one word, or a list of words: what a parameter can hold.
    pub(crate) fn is_scalar(&self, ty: &Type) -> bool {
        let word = |ty: &Type| match ty {
            Type::Value(value) => {
                !matches!(value, ValueType::Json | ValueType::Secret | ValueType::StringOrNumber)
            }
            Type::Named(id) => self.draft.types[id.0].as_enum().is_some(),
            Type::List(_) | Type::Map(_) | Type::Boxed(_) | Type::Nullable(_) => false,
        };
        match ty {
            Type::List(inner) => word(inner),
            ty => word(ty),
        }
    }

    /// The parameters of a callback as a type.
    pub(crate) fn query(&mut self, fields: Vec<Field>, at: &Pointer) -> TypeId {
        let id = self.reserve(&Shape::new(Kind::Any, at), None);
        let def = &mut self.draft.types[id.0];
        def.def = Def::Struct(Struct { query: true, constants: Vec::new(), fields });
        def.docs.description = Some("What the query of the call says.".to_owned());
        id
    }

    fn component(&mut self, name: &str) -> Type {
        if let Some(ty) = self.known.get(name) {
            return ty.clone();
        }
        let Some(raw) = self.components.get(name) else {
            return Type::Value(ValueType::Json);
        };
        let shape = self.merge.component(name);
        let rust_name = raw.notes.extensions.rust_name.clone().unwrap_or_else(|| name.to_owned());
        match &shape.kind {
            Kind::Object(object)
                if !object.fields.is_empty() || self.variants.contains_key(name) =>
            {
                let id = self.reserve(&shape, Some(rust_name));
                self.draft.types[id.0].name.component = true;
                self.known.insert(name.to_owned(), Type::Named(id));
                self.draft.types[id.0].def = self.definition(name, object);
                Type::Named(id)
            }
            Kind::Enum(values) => {
                let ty = self.enumeration(values, &shape, Some(rust_name));
                if let Type::Named(id) = ty {
                    self.draft.types[id.0].name.component = true;
                }
                self.known.insert(name.to_owned(), ty.clone());
                ty
            }
            _ => {
                if !self.open.insert(name.to_owned()) {
                    self.reports.push(
                        Report::error(
                            "cycle",
                            &shape.at,
                            format!("`{name}` is made of itself alone"),
                        )
                        .help("give it `properties`, or break the cycle"),
                    );
                    return Type::Value(ValueType::Json);
                }
                let ty = self.merged(&shape, name);
                self.open.remove(name);
                self.known.insert(name.to_owned(), ty.clone());
                self.draft.aliases.push(Alias {
                    name: ident::type_name(&rust_name),
                    module: ident::module(shape.notes.extensions.rust_module.as_deref()),
                    ty: ty.clone(),
                    docs: docs(&shape.notes),
                    at: shape.at.clone(),
                });
                ty
            }
        }
    }

    fn definition(&mut self, name: &str, object: &Object) -> Def {
        match (&object.tag, self.variants.get(name)) {
            (Some(tag), Some(_)) => self.union(name, tag),
            _ => {
                let constants = self.constants(name);
                Def::Struct(self.object(object, constants))
            }
        }
    }

    /// Whether a component has another one among its variants, and theirs.
    fn leads_to(&self, from: &str, wanted: &str, seen: &mut HashSet<String>) -> bool {
        let is_wanted = |child: &Child| child.component == wanted;
        let children = self.variants.get(from).map(Vec::as_slice).unwrap_or_default();
        from == wanted
            || children.iter().any(is_wanted)
            || seen.insert(from.to_owned())
                && children.iter().any(|child| self.leads_to(&child.component, wanted, seen))
    }

    fn union(&mut self, name: &str, tag: &Tag) -> Def {
        let children = self.variants.get(name).into_iter().flatten();
        let children: Vec<_> =
            children.map(|child| (child.component.clone(), child.value.clone())).collect();
        let mut variants: Vec<Variant> = Vec::new();
        for (component, value) in children {
            let at = Pointer::from("/components/schemas").child(&component);
            if self.leads_to(&component, name, &mut HashSet::new()) {
                let message =
                    format!("`{component}` is a variant of `{name}`, and the other way round");
                self.reports.push(
                    Report::error("cycle", &at, message)
                        .help("break the cycle: no value has all these tags"),
                );
                continue;
            }
            let Type::Named(ty) = self.component(&component) else {
                let message = format!("`{component}` is a variant of `{name}`, but no object");
                self.reports.push(
                    Report::error("discriminator", &at, message).help("give it `properties`"),
                );
                continue;
            };
            if variants.iter().any(|variant| variant.value == value) {
                self.reports.push(
                    Report::error(
                        "discriminator",
                        &at,
                        format!("`{value}` is the tag of another variant of `{name}` already"),
                    )
                    .help("correct `x-discriminator-value`"),
                );
                continue;
            }
            let name = self.variant_name(name, &component);
            variants.push(Variant { name, value, ty: Type::Named(ty) });
        }
        Def::Union(Union { tag: tag.property.clone(), variants })
    }

    /// `SwishPayment` is `Swish` in `Payment`.
    fn variant_name(&self, base: &str, component: &str) -> String {
        let rust_name = |name: &str| {
            let shape = self.components.get(name);
            let given = shape.and_then(|shape| shape.notes.extensions.rust_name.as_deref());
            ident::type_name(given.unwrap_or(name))
        };
        let (base, name) = (rust_name(base), rust_name(component));
        match name.strip_suffix(&base) {
            Some(short) if !short.is_empty() && short != ident::OTHER => short.to_owned(),
            _ => name,
        }
    }

    /// The tags that a variant writes: one for each property that a base of it is told apart by.
    fn constants(&mut self, name: &str) -> Vec<(String, String)> {
        let mut constants: IndexMap<String, String> = IndexMap::new();
        for (base, children) in &self.variants {
            let Some(child) = children.iter().find(|child| child.component == name) else {
                continue;
            };
            let Some(tag) = self.components.get(base).and_then(base_tag) else { continue };
            let other = constants.insert(tag.property.clone(), child.value.clone());
            if let Some(other) = other.filter(|other| *other != child.value) {
                let at = Pointer::from("/components/schemas").child(name);
                let message =
                    format!("`{name}` is `{other}` in one base and `{}` in another", child.value);
                self.reports.push(
                    Report::error("discriminator", &at, message)
                        .help("give each base a variant of its own"),
                );
            }
        }
        constants.into_iter().collect()
    }

    fn object(&mut self, object: &Object, constants: Vec<(String, String)>) -> Struct {
        let is_field = |wire: &String| !constants.iter().any(|(tag, _)| tag == wire);
        let shapes = object.fields.iter().filter(|(wire, _)| is_field(wire));
        let named = shapes.clone().map(|(wire, shape)| Named {
            text: wire,
            given: shape.notes.extensions.rust_name.as_deref(),
        });
        let others = object.rest.iter().map(|_| Named { text: OTHERS, given: None });
        let mut names = ident::distinct(ident::member_name, named.chain(others));
        let others = object.rest.as_ref().zip(object.rest.as_ref().and_then(|_| names.pop()));
        let mut fields = Vec::new();
        for ((wire, shape), name) in shapes.zip(names) {
            fields.push(self.field(name, wire, shape, object.required.contains(wire)));
        }
        if let Some((rest, name)) = others {
            fields.push(self.others(name, rest));
        }
        Struct { query: false, constants, fields }
    }

    /// The map beside the named fields. It is the last field: what no other one names is known only behind them.
    fn others(&mut self, name: String, rest: &Shape) -> Field {
        let mut docs = docs(&rest.notes);
        docs.description = Some(match docs.description {
            Some(said) => format!("Properties that have no field here, by name. {said}"),
            None => "Properties that have no field here, by name. They are kept as they are and written back.".to_owned(),
        });
        Field {
            name,
            wire: String::new(),
            ty: Type::Map(Box::new(self.element(rest, OTHERS))),
            presence: Presence::Others,
            read_only: false,
            redact: true,
            preset: None,
            deprecated: false,
            docs,
        }
    }

    fn field(&mut self, name: String, wire: &str, shape: &Shape, required: bool) -> Field {
        self.lint(wire, shape);
        let mut notes = shape.notes.clone();
        if let Kind::Ref(name) = &shape.kind {
            let component = self.merge.component(name);
            notes.nullable |= component.notes.nullable;
            notes.read_only |= component.notes.read_only;
        }
        let notes = &notes;
        let presence = match (required, notes.nullable) {
            (true, true) => Presence::Nullable,
            (true, false) if !notes.read_only => Presence::Required,
            _ => Presence::Optional,
        };
        let mut docs = docs(notes);
        if let (None, Kind::Ref(name)) = (&docs.description, &shape.kind) {
            // A component that becomes another type (text, a list) has its words only here.
            let alias = self
                .components
                .get(name)
                .filter(|component| !matches!(component.kind, Kind::Object(_)));
            docs.description = alias.and_then(|alias| alias.notes.description.clone());
        }
        let preset = match &shape.kind {
            Kind::Enum(values) if values.len() == 1 && presence == Presence::Required => {
                values.first().cloned()
            }
            _ => None,
        };
        Field {
            name,
            wire: wire.to_owned(),
            ty: self.merged(shape, wire),
            presence,
            read_only: notes.read_only,
            redact: notes.extensions.redact,
            preset,
            deprecated: notes.deprecated,
            docs,
        }
    }

    /// What the names of properties tell: money must have a unit, and secrets must not show.
    fn lint(&mut self, wire: &str, shape: &Shape) {
        let mut shape = shape;
        while let Kind::Array(items) = &shape.kind {
            shape = items;
        }
        let lower = wire.to_lowercase();
        let untyped = shape.notes.extensions.rust_type.is_none();
        if matches!(shape.kind, Kind::Number) && untyped && lower.contains("amount") {
            self.reports.push(
                Report::warning("money", &shape.at, format!("`{wire}` looks like money, but `number` says no unit"))
                    .help("say `x-rust-type: MinorUnits` (or `Decimal`, where the unit is not sure) in the overlay"),
            );
        }
        let secret = ["secret", "password", "access_token", "refresh_token"];
        let shown =
            untyped && !shape.notes.extensions.redact && matches!(shape.kind, Kind::Text(_));
        if shown && secret.iter().any(|word| lower.contains(word)) {
            self.reports.push(
                Report::warning(
                    "secret",
                    &shape.at,
                    format!("`{wire}` looks like a secret, but `Debug` would show it"),
                )
                .help("say `x-rust-type: Secret` or `x-redact: true` in the overlay"),
            );
        }
    }

    fn merged(&mut self, shape: &Shape, context: &str) -> Type {
        self.derivable(shape);
        if let Some(value) = self.given(shape) {
            return Type::Value(value);
        }
        match &shape.kind {
            Kind::Ref(name) => self.component(name),
            Kind::Object(object) if object.fields.is_empty() => {
                Type::Map(Box::new(match &object.rest {
                    Some(rest) => self.element(rest, context),
                    None => Type::Value(ValueType::Json),
                }))
            }
            Kind::Object(object) => self.inline(object, shape, context),
            Kind::Array(items) => Type::List(Box::new(self.element(items, context))),
            Kind::Enum(values) => {
                self.enumeration(values, shape, shape.notes.extensions.rust_type.clone())
            }
            Kind::OneOf(members) => self.one_of(members, shape),
            Kind::Any | Kind::AllOf(_) => self.any(shape),
            Kind::Text(format) => Type::Value(ValueType::of_format(format.as_deref())),
            Kind::Integer => Type::Value(ValueType::Integer),
            Kind::Number => Type::Value(ValueType::Float),
            Kind::Boolean => Type::Value(ValueType::Boolean),
        }
    }

    /// A derive fills a type that the schema makes itself; whether that is a struct is seen in [`crate::model::target`].
    fn derivable(&mut self, shape: &Shape) {
        let Some(derive) = shape.notes.extensions.derive else { return };
        let makes_type = match &shape.kind {
            Kind::Object(object) => !object.fields.is_empty(),
            Kind::Enum(_) => true,
            _ => false,
        };
        if !makes_type {
            let message = format!(
                "`x-rust-derive: {}` stands at a schema that makes no type of its own",
                derive.name()
            );
            self.reports.push(
                Report::error("rust-derive", &shape.at, message)
                    .help("say it of an object with `properties`: of the component that is referred to, or of the items of the list"),
            );
        }
    }

    /// The type of a list's or a map's values.
    fn element(&mut self, shape: &Shape, context: &str) -> Type {
        let ty = self.merged(shape, context);
        if shape.notes.nullable { Type::Nullable(Box::new(ty)) } else { ty }
    }

    /// The value type that the overlay gives, where it fits.
    fn given(&mut self, shape: &Shape) -> Option<ValueType> {
        let name = shape.notes.extensions.rust_type.as_deref()?;
        let value = ValueType::from_rust_name(name);
        let fits = match (&shape.kind, value.map(ValueType::fits)) {
            (Kind::Enum(_) | Kind::Object(_), None) => true,
            (Kind::Any | Kind::OneOf(_), Some(_)) => true,
            (Kind::Integer | Kind::Number, Some(fits)) => {
                matches!(fits, Fits::Numbers | Fits::All)
            }
            (Kind::Text(_) | Kind::Enum(_), Some(fits)) => matches!(fits, Fits::Texts | Fits::All),
            _ => false,
        };
        if !fits {
            self.reports.push(
                Report::error(
                    "rust-type",
                    &shape.at,
                    format!("`x-rust-type: {name}` does not fit this schema"),
                )
                .help(
                    "value types fit numbers and texts; other names fit inline objects and enums",
                ),
            );
        }
        value
    }

    fn any(&mut self, shape: &Shape) -> Type {
        if shape.notes.limits.values.is_empty() {
            self.reports.push(
                Report::warning(
                    "untyped",
                    &shape.at,
                    "this schema says nothing of the value; it becomes a `serde_json::Value`",
                )
                .help("give it a `type`, or accept it with `x-accept: [untyped]` in the overlay"),
            );
        }
        Type::Value(ValueType::Json)
    }

    fn one_of(&mut self, members: &[Shape], shape: &Shape) -> Type {
        let text = members.iter().any(|member| matches!(member.kind, Kind::Text(_)));
        let number =
            members.iter().any(|member| matches!(member.kind, Kind::Integer | Kind::Number));
        let only = members
            .iter()
            .all(|member| matches!(member.kind, Kind::Text(_) | Kind::Integer | Kind::Number));
        match (only, text, number) {
            (true, true, true) => Type::Value(ValueType::StringOrNumber),
            (true, true, false) => Type::Value(ValueType::Text),
            (true, false, _) => Type::Value(ValueType::Float),
            (false, ..) => {
                self.reports.push(
                    Report::warning("one-of", &shape.at, "alternatives without a discriminator become a `serde_json::Value`")
                        .help("add a discriminator, or accept it with `x-accept: [one-of]` in the overlay"),
                );
                Type::Value(ValueType::Json)
            }
        }
    }

    /// Equal inline objects under the same property name are one type, and so are those that the overlay gives
    /// the same name.
    fn inline(&mut self, object: &Object, shape: &Shape, context: &str) -> Type {
        let object = self.object(object, Vec::new());
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
        if def.docs.description.is_none() {
            def.docs = docs(&shape.notes);
        }
        self.structs.entry(by_context).or_insert(id);
        if let Some(by_name) = by_name {
            self.structs.insert(by_name, id);
        }
        Type::Named(id)
    }

    /// Equal sets of values are one type, and so is all that the overlay gives one name.
    fn enumeration(
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

    fn reserve(&mut self, shape: &Shape, certain_name: Option<String>) -> TypeId {
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

/// An enum of what is known so far and of more values, with the names that the overlay gives to some.
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

fn docs(notes: &Notes) -> Docs {
    Docs {
        description: notes.description.clone(),
        default: notes.default.clone(),
        example: notes.example.clone(),
        limits: notes.limits.clone(),
    }
}

fn base_tag(shape: &Shape) -> Option<&Tag> {
    match &shape.kind {
        Kind::Object(object) => object.tag.as_ref(),
        _ => None,
    }
}

/// Base to children. A child names its base in `allOf`, and its tag in `x-discriminator-value`; the standard's
/// `mapping` and, last, the component's name are understood as well.
fn variants(components: &IndexMap<String, Shape>) -> IndexMap<String, Vec<Child>> {
    let mut variants: IndexMap<String, Vec<Child>> = IndexMap::new();
    for (base, tag) in components.iter().filter_map(|(name, shape)| Some((name, base_tag(shape)?)))
    {
        let mut children: Vec<Child> = tag
            .mapping
            .iter()
            .filter(|(_, component)| components.contains_key(*component))
            .map(|(value, component)| Child { component: component.clone(), value: value.clone() })
            .collect();
        for (name, shape) in components {
            let mapped = children.iter().any(|child| &child.component == name);
            if !mapped && name != base && extends(shape, base) {
                let value = shape.notes.tag_value.clone().unwrap_or_else(|| name.clone());
                children.push(Child { component: name.clone(), value });
            }
        }
        if !children.is_empty() {
            variants.insert(base.clone(), children);
        }
    }
    variants
}

fn extends(shape: &Shape, base: &str) -> bool {
    let Kind::AllOf(members) = &shape.kind else { return false };
    members.iter().any(|member| matches!(&member.kind, Kind::Ref(name) if name == base))
}

/// What makes two inline structs one: all but their words.
fn key(object: &Struct) -> String {
    let mut key = String::new();
    for field in &object.fields {
        let Field { name, wire, ty, presence, read_only, redact, preset, deprecated, docs: _ } =
            field;
        key.push_str(&format!(
            "{wire}:{name}:{ty:?}:{presence:?}:{read_only}:{redact}:{preset:?}:{deprecated};"
        ));
    }
    key
}
