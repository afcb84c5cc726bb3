//! Names inline types after their owners, walking down from each component and operation so that owners are named
//! first.

use std::collections::HashSet;

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

use super::{LONGEST, Naming};
use crate::model::ident;
use crate::model::{
    Alias, Body, Def, Group, Operation, Owner, Payload, Role, Type, TypeId, TypeName,
};
use crate::report::Report;

/// A type and where it is used.
struct Part<'a> {
    ty: &'a Type,
    owner: Context,
    role: Role,
}

/// The owner of inline types: its name, and the module that it shares with them.
#[derive(Clone)]
struct Context {
    name: String,
    module: String,
}

impl<'a> Naming<'a> {
    /// Names all inline types, and sets the order in which types are written.
    pub(super) fn inline(&mut self, aliases: &[Alias], groups: &[Group]) {
        for id in (0..self.types.len()).map(TypeId) {
            if self.names[id.0].as_ref().is_some_and(|name| !name.module.is_empty()) {
                let parts = self.visit(id);
                self.walk(parts);
            }
        }
        for alias in aliases {
            let owner = Context { name: alias.name.clone(), module: alias.module.clone() };
            self.walk(vec![Part { ty: &alias.ty, owner, role: Role::Item }]);
        }
        for group in groups {
            for operation in &group.operations {
                let owner =
                    Context { name: operation.builder.clone(), module: group.accessor.clone() };
                self.operation(operation, &owner);
            }
        }
    }

    fn operation(&mut self, operation: &Operation, owner: &Context) {
        let part = |ty, role| vec![Part { ty, owner: owner.clone(), role }];
        for parameter in &operation.parameters {
            self.walk(part(&parameter.ty, Role::Member(parameter.name.clone())));
        }
        if let Some(ty) = operation.body.as_ref().and_then(Body::ty) {
            self.walk(part(ty, Role::Request));
        }
        if let Some(id) = operation.query {
            self.owned(id, owner, Role::Query);
            let parts = self.visit(id);
            self.walk(parts);
        }
        let bodies = operation.responses.iter().filter_map(|response| match &response.payload {
            Payload::Json(ty) => Some((ty, Some(response.status.to_string()))),
            Payload::Empty | Payload::Bytes => None,
        });
        self.bodies(bodies.collect(), owner, Role::Response);
        let errors = operation.errors.iter();
        let bodies = errors.filter_map(|error| Some((error.ty.as_ref()?, error.status.clone())));
        self.bodies(bodies.collect(), owner, Role::Error);
    }

    /// Names the inline types of several bodies. If there is more than one type, the names contain the status.
    fn bodies(
        &mut self,
        bodies: Vec<(&Type, Option<String>)>,
        owner: &Context,
        role: fn(Option<String>) -> Role,
    ) {
        let is_unnamed = |ty: &Type| ty.named().filter(|id| self.names[id.0].is_none());
        let unnamed: HashSet<TypeId> = bodies.iter().filter_map(|(ty, _)| is_unnamed(ty)).collect();
        let are_several = unnamed.len() > 1;
        for (ty, status) in bodies {
            let role = role(status.filter(|_| are_several));
            self.walk(vec![Part { ty, owner: owner.clone(), role }]);
        }
    }

    /// Names each part, and then the parts inside it. The function uses a list instead of recursion, because a chain of
    /// types may be too long for the stack.
    fn walk<'b>(&mut self, mut parts: Vec<Part<'b>>)
    where
        'a: 'b,
    {
        parts.reverse();
        while let Some(Part { ty, owner, role }) = parts.pop() {
            let Some(id) = ty.named() else { continue };
            let role = match role {
                Role::Member(field) if matches!(ty, Type::List(_)) => Role::Element(field),
                role => role,
            };
            self.owned(id, &owner, role);
            parts.extend(self.visit(id).into_iter().rev());
        }
    }

    fn owned(&mut self, id: TypeId, owner: &Context, role: Role) {
        if self.names[id.0].is_none() {
            let ident = self.inline_name(owner, &role, id);
            self.taken.insert(ident.clone(), self.types[id.0].at.clone());
            self.names[id.0] = Some(TypeName { ident, module: String::new(), owner: None });
        }
        if let Some(name) = self.names[id.0].as_mut().filter(|name| name.module.is_empty()) {
            name.module.clone_from(&owner.module);
            name.owner = Some(Owner { name: owner.name.clone(), role });
        }
    }

    /// Appends a type to the order in which types are written, and returns the parts that the type contains. Returns no
    /// parts if the type was appended before.
    fn visit(&mut self, id: TypeId) -> Vec<Part<'a>> {
        if std::mem::replace(&mut self.visited[id.0], true) {
            return Vec::new();
        }
        self.order.push(id);
        let Some(name) = &self.names[id.0] else { return Vec::new() };
        let owner = || Context { name: name.ident.clone(), module: name.module.clone() };
        let types = self.types;
        match &types[id.0].def {
            Def::Struct(object) => object
                .fields
                .iter()
                .filter(|field| field.ty.named().is_some())
                .map(|field| Part {
                    ty: &field.ty,
                    owner: owner(),
                    role: Role::Member(field.wire.clone()),
                })
                .collect(),
            Def::Union(union) => {
                let variants = union.variants.iter();
                self.inline_variants(variants.map(|variant| (&variant.name, &variant.ty)), &owner())
            }
            Def::Untagged(untagged) => {
                let variants = untagged.variants.iter();
                self.inline_variants(variants.map(|variant| (&variant.name, &variant.ty)), &owner())
            }
            Def::Enum(_) => Vec::new(),
        }
    }

    /// Returns the variants that are inline types; components have their own place in the order.
    fn inline_variants(
        &self,
        variants: impl Iterator<Item = (&'a String, &'a Type)>,
        owner: &Context,
    ) -> Vec<Part<'a>> {
        let is_inline = |ty: &Type| ty.named().is_some_and(|id| !self.types[id.0].name.component);
        variants
            .filter(|(_, ty)| is_inline(ty))
            .map(|(name, ty)| Part { ty, owner: owner.clone(), role: Role::Member(name.clone()) })
            .collect()
    }

    /// Returns the owner's name followed by the name of the field. If the result is taken or too long, words are
    /// removed from the start of the owner's name. If every such name is taken or too long, the kind of type is
    /// appended to the full name.
    fn inline_name(&mut self, owner: &Context, role: &Role, id: TypeId) -> String {
        let at = &self.types[id.0].at;
        let field = ident::type_name(&role.text());
        let name = format!("{}{field}", owner.name);
        let is_fine = |name: &String| name.len() <= LONGEST && self.is_free(name);
        if is_fine(&name) {
            return name;
        }
        let words: Vec<String> =
            owner.name.to_snake_case().split('_').map(|word| word.to_upper_camel_case()).collect();
        let shorter = (1..words.len()).map(|from| format!("{}{field}", words[from..].concat()));
        let kind = match &self.types[id.0].def {
            Def::Struct(_) => "Object",
            Def::Enum(_) => "Values",
            Def::Union(_) | Def::Untagged(_) => "Variants",
        };
        let whole = [name.clone(), format!("{name}{kind}")];
        let other = shorter.chain([format!("{name}{kind}")]).find(is_fine);
        // If no short name is free, a long name is used.
        let other = other.or_else(|| whole.into_iter().find(|name| self.is_free(name)));
        let why = match self.taken.get(&name) {
            _ if name.len() > LONGEST => "is too long".to_owned(),
            Some(other) => format!("is taken by {other}"),
            None => "has another meaning in Rust or in the runtime".to_owned(),
        };
        let message = format!("the name `{name}` of this inline type {why}");
        let report = match &other {
            Some(other) if *other == name => Report::warning("name", at, message),
            Some(other) => Report::warning("name", at, format!("{message}; it becomes `{other}`")),
            None => Report::error("name", at, message),
        };
        self.reports.push(report.help("name the type with `x-rust-type` in the overlay"));
        other.unwrap_or(name)
    }
}

impl Role {
    /// Returns the word that represents the role in a name.
    fn text(&self) -> String {
        let with_status = |word: &str, status: &Option<String>| match status {
            Some(status) => format!("{word} {status}"),
            None => word.to_owned(),
        };
        match self {
            Self::Member(name) => name.clone(),
            Self::Element(name) => ident::singular(name),
            Self::Item => "item".to_owned(),
            Self::Request => "request".to_owned(),
            Self::Response(status) => with_status("response", status),
            Self::Error(status) => with_status("error", status),
            Self::Query => "query".to_owned(),
        }
    }
}
