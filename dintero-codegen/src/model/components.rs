//! Builds the types of components. Each type is built once, and its id is reserved before its contents are built, so
//! that the type can contain itself.

use std::collections::HashSet;

use crate::model::types::{Types, docs};
use crate::model::union::Usable;
use crate::model::{Alias, Def, Type, TypeId, ValueType, ident};
use crate::pointer::Pointer;
use crate::report::Report;
use crate::schema::shape::{Alternative, Kind, Object, Shape};

/// The maximum nesting depth of types, which are built recursively.
const DEEPEST: usize = 4_000;

impl Types<'_> {
    /// Returns the type of a component, or of a merge of two components. A merge has no name of its own and
    /// is named after `context`, the place where it is used.
    pub(super) fn component(&mut self, name: &str, context: &str) -> Type {
        if let Some(ty) = self.known.get(name) {
            return ty.clone();
        }
        if !self.schemas.components.contains_key(name) && !self.merge.is_own(name) {
            // The keyword check has already reported a reference to a missing component.
            return Type::Value(ValueType::Json);
        }
        if self.depth > DEEPEST {
            self.too_deep(format!("types nest more than {DEEPEST} levels deep"));
            return Type::Value(ValueType::Json);
        }
        let place = (name.to_owned(), context.to_owned());
        if let Some(ty) = self.merges.get(&place) {
            return ty.clone();
        }
        self.depth += 1;
        let ty = self.component_type(name, context);
        self.depth -= 1;
        if self.merge.is_own(name) {
            self.merges.insert(place, ty.clone());
        }
        ty
    }

    /// Reports nesting that is too deep. The location of the report is always the same, so a chain of types that is
    /// reached from many places is reported only once.
    pub(super) fn too_deep(&mut self, message: String) {
        let report = Report::error("nesting", &Pointer::from("/components/schemas"), message);
        self.reports
            .push(report.help(
                "remove a schema in the middle of the chain, or its content, in the overlay",
            ));
    }

    fn component_type(&mut self, name: &str, context: &str) -> Type {
        let shape = self.merge.component(name);
        let named = self.schemas.components.get(name);
        let named = named.filter(|_| !self.schemas.nameless.contains(name));
        let rust_name = named
            .map(|raw| raw.notes.extensions.rust_name.clone().unwrap_or_else(|| name.to_owned()));
        let is_written = self.schemas.components.contains_key(name);
        if is_written || self.merge.is_recursive(name) {
            match (&shape.kind, self.usable(&shape)) {
                (Kind::Object(object), _)
                    if !object.fields.is_empty() || self.tags.has_struct(name) =>
                {
                    let id = self.reserved(name, &shape, rust_name);
                    let def = self.definition(name, object, &shape);
                    self.draft.types[id.0].def = def;
                    return Type::Named(id);
                }
                (Kind::OneOf(alternatives), Usable::Yes(tag)) => {
                    let id = self.reserved(name, &shape, rust_name);
                    let union = self.alternatives(alternatives, &tag, &shape, Some(name));
                    self.unions.insert(union.key(), id);
                    self.draft.types[id.0].def = Def::Union(union);
                    return Type::Named(id);
                }
                (Kind::OneOf(alternatives), Usable::No) if named.is_some() => {
                    if let Some(ty) =
                        self.untagged_component(name, alternatives, &shape, &rust_name)
                    {
                        return ty;
                    }
                }
                (Kind::Enum(values), _) if named.is_some() => {
                    let ty = self.enumeration(values, &shape, rust_name);
                    if let Type::Named(id) = ty {
                        self.draft.types[id.0].name.component = true;
                    }
                    self.known.insert(name.to_owned(), ty.clone());
                    return ty;
                }
                _ => {}
            }
        }
        self.alias(name, context, &shape, rust_name)
    }

    /// Builds the union of a component whose alternatives have no discriminator. Returns `None` if the component has
    /// `x-rust-type`, if all alternatives are strings or numbers, or if nothing distinguishes the alternatives.
    fn untagged_component(
        &mut self,
        name: &str,
        alternatives: &[Alternative],
        shape: &Shape,
        rust_name: &Option<String>,
    ) -> Option<Type> {
        if shape.notes.extensions.rust_type.is_some()
            || self.scalar_of(alternatives, shape).is_some()
        {
            return None;
        }
        let signs = self.signs(alternatives)?;
        let id = self.reserved(name, shape, rust_name.clone());
        let untagged = self.untagged(alternatives, signs, Some(name));
        self.unions.insert(untagged.key(), id);
        self.draft.types[id.0].def = Def::Untagged(untagged);
        Some(Type::Named(id))
    }

    /// Builds the type of a component that does not become a type of its own. If the component has a Rust name, also
    /// adds an alias.
    fn alias(
        &mut self,
        name: &str,
        context: &str,
        shape: &Shape,
        rust_name: Option<String>,
    ) -> Type {
        if !self.open.insert(name.to_owned()) {
            self.endless(name, shape);
            return Type::Value(ValueType::Json);
        }
        let ty = self.merged(shape, context);
        self.open.remove(name);
        let Some(rust_name) = rust_name else { return ty };
        self.known.insert(name.to_owned(), ty.clone());
        let nullable = self.merge.said(shape).nullable;
        self.draft.aliases.push(Alias {
            name: ident::type_name(&rust_name),
            module: ident::module(shape.notes.extensions.rust_module.as_deref()),
            ty: if nullable { Type::Nullable(Box::new(ty.clone())) } else { ty.clone() },
            docs: docs(&shape.notes),
            at: shape.at.clone(),
        });
        ty
    }

    /// Reports an alias that contains itself.
    fn endless(&mut self, name: &str, shape: &Shape) {
        let mut seen = HashSet::new();
        let mut end = name.to_owned();
        while seen.insert(end.clone()) {
            match &self.merge.component(&end).kind {
                Kind::Ref(next) => end.clone_from(next),
                _ => break,
            }
        }
        let refers_to_itself = matches!(self.merge.component(&end).kind, Kind::Ref(_));
        self.reports.push(if refers_to_itself {
            let message = format!("`{name}` refers only to itself");
            Report::error("cycle", &shape.at, message).help("give the component a schema of its own")
        } else {
            let message = format!(
                "`{name}` contains itself only through lists and maps; the inner value becomes a `serde_json::Value`"
            );
            Report::warning("cycle", &shape.at, message).help(
                "define the component as an object with `properties`, or accept the warning with `x-accept: [cycle]` in the overlay",
            )
        });
    }

    /// Reserves the id of a component, so that its contents can refer to it.
    fn reserved(&mut self, name: &str, shape: &Shape, rust_name: Option<String>) -> TypeId {
        let certain = rust_name.clone().or_else(|| shape.notes.extensions.rust_type.clone());
        let id = self.reserve(shape, certain);
        self.draft.types[id.0].name.component = rust_name.is_some();
        self.known.insert(name.to_owned(), Type::Named(id));
        id
    }

    fn definition(&mut self, name: &str, object: &Object, shape: &Shape) -> Def {
        match &shape.tag {
            Some(tag) if self.tags.is_base(name) => Def::Union(self.base(name, object, tag, shape)),
            _ => {
                let constants = self.tags.constants(name);
                let object = self.tags.with_fields(name, object, &shape.at);
                Def::Struct(self.object(&object, constants, shape))
            }
        }
    }
}
