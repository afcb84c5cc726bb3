//! The names that only the whole model can give: of inline types, by what holds them, and of whatever wants a name that
//! is taken. Components come first, the overlay has the last word, and nothing is ever numbered: a name that is taken
//! gets context, with a warning that says how to choose a better one.

use std::collections::{HashMap, HashSet};

use heck::{ToSnakeCase as _, ToUpperCamelCase as _};

use crate::model::ident::{self, OTHER};
use crate::model::{
    Alias, Answer, Body, Def, Draft, Group, Hint, Location, Model, Operation, Owner, Payload, Role,
    Targets, Type, TypeDef, TypeId, TypeName,
};
use crate::pointer::Pointer;
use crate::report::{Report, Reports};

/// The longest name of a type that reads well in a signature.
const LONGEST: usize = 40;

/// Names that generated code uses for something else.
const RESERVED: &[&str] = &[
    "Answer",
    "BTreeMap",
    "Blank",
    "Box",
    "BoxFuture",
    "Bytes",
    "Call",
    "ClearReadOnly",
    "Client",
    "Clone",
    "Country",
    "Currency",
    "Date",
    "Debug",
    "Decimal",
    "Decode",
    "DecodeError",
    "Default",
    "Deserialize",
    "Endpoint",
    "Err",
    "Error",
    "From",
    "FromJson",
    "Into",
    "IntoFuture",
    "IntoIterator",
    "Iterator",
    "Method",
    "MinorUnits",
    "Model",
    "None",
    "ObjectReader",
    "ObjectWriter",
    "Ok",
    "Option",
    "Percent",
    "Quantity",
    "ReadError",
    "Response",
    "Result",
    "Scheme",
    "Secret",
    "Self_",
    "Send",
    "Some",
    "String",
    "StringEnum",
    "StringOrNumber",
    "Timestamp",
    "ToJson",
    "UnknownValue",
    "UnknownVariant",
    "Value",
    "Vec",
    "Written",
];

/// Names a model.
pub(crate) fn settle(draft: Draft, reports: &mut Reports) -> Model {
    let Draft { types, mut aliases, mut groups } = draft;
    let mut naming = Naming {
        names: types.iter().map(|_| None).collect(),
        types: &types,
        order: Vec::new(),
        visited: vec![false; types.len()],
        taken: HashMap::new(),
        reports,
    };
    for id in (0..types.len()).map(TypeId) {
        naming.certain(id);
    }
    for alias in &mut aliases {
        alias.name = naming.take(&alias.name, &alias.name, &alias.at);
    }
    naming.groups(&mut groups);
    naming.inline(&aliases, &groups);
    for def in &types {
        naming.members(def);
    }
    let Naming { names, order, .. } = naming;
    let types = types.into_iter().zip(names).map(|(def, name)| finished(def, name)).collect();
    Model { types, order, aliases, groups, targets: Targets::default() }
}

/// A type under its name. One that nothing holds is never written, and is named for reports alone.
fn finished(def: TypeDef<Hint>, name: Option<TypeName>) -> TypeDef {
    let name = name.unwrap_or_else(|| TypeName {
        ident: ident::type_name(&def.at.tokens().last().unwrap_or_default()),
        module: ident::module(None),
        owner: None,
    });
    let TypeDef { name: _, def, docs, deprecated, at, direction, derive } = def;
    TypeDef { name, def, docs, deprecated, at, direction, derive }
}

struct Naming<'a> {
    types: &'a [TypeDef<Hint>],
    /// The names so far, by the index of the type.
    names: Vec<Option<TypeName>>,
    order: Vec<TypeId>,
    visited: Vec<bool>,
    /// Names of types, and where each was given.
    taken: HashMap<String, Pointer>,
    reports: &'a mut Reports,
}

/// What holds an inline type: its name, and the module that both live in.
#[derive(Clone)]
struct Context {
    name: String,
    module: String,
}

/// A type where it is held.
struct Part<'a> {
    ty: &'a Type,
    owner: Context,
    role: Role,
}

impl<'a> Naming<'a> {
    /// Components and what the overlay names come first: inline types step aside for them.
    fn certain(&mut self, id: TypeId) {
        let def = &self.types[id.0];
        let Some(certain) = &def.name.certain else { return };
        let ident = self.take(&ident::type_name(certain), certain, &def.at);
        let lives_alone = def.name.component || def.name.module.is_some();
        let module =
            if lives_alone { ident::module(def.name.module.as_deref()) } else { String::new() };
        self.names[id.0] = Some(TypeName { ident, module, owner: None });
    }

    /// A name that the document or the overlay gives as `text`. One that has another meaning in generated files gets
    /// context, and one that is taken is spelt out.
    fn take(&mut self, name: &str, text: &str, at: &Pointer) -> String {
        let mut name = name.to_owned();
        if is_reserved(&name) {
            let given = name.trim_end_matches('_').to_owned();
            name = format!("{given}Schema");
            let message = format!(
                "`{given}` has another meaning in Rust or in the runtime; it becomes `{name}`"
            );
            self.warn(
                at,
                message,
                "give the type another `x-rust-name` or `x-rust-type` in the overlay",
            );
        }
        if name.len() > LONGEST {
            let message = format!("the name `{name}` has more than {LONGEST} characters");
            self.warn(
                at,
                message,
                "give the type a shorter `x-rust-name` or `x-rust-type` in the overlay",
            );
        }
        if let Some(other) = self.taken.get(&name).cloned() {
            let help = "give one of them another `x-rust-name` or `x-rust-type` in the overlay";
            let spelt = ident::type_name(&ident::spelt_out(text));
            let message = format!("two types are named `{name}`; the other is at {other}");
            if self.is_free(&spelt) {
                self.warn(at, format!("{message}; this one becomes `{spelt}`"), help);
                name = spelt;
            } else {
                self.reports.push(Report::error("name", at, message).help(help));
            }
        }
        self.taken.insert(name.clone(), at.clone());
        name
    }

    fn is_free(&self, name: &str) -> bool {
        !self.taken.contains_key(name) && !is_reserved(name)
    }

    fn warn(&mut self, at: &Pointer, message: String, help: &str) {
        self.reports.push(Report::warning("name", at, message).help(help));
    }

    fn same(&mut self, at: &Pointer, message: String, extension: &str) {
        let help = format!("give one of them another `{extension}` in the overlay");
        self.reports.push(Report::error("name", at, message).help(help));
    }

    fn groups(&mut self, groups: &mut [Group]) {
        let mut accessors: HashMap<String, Pointer> = HashMap::new();
        for group in &mut *groups {
            let first = group.operations.first();
            let at = first.map_or_else(Pointer::root, |operation| operation.at.clone());
            if let Some(other) = accessors.insert(group.accessor.clone(), at.clone()) {
                let message = format!(
                    "two groups are named `{}`; the other begins at {other}",
                    group.accessor
                );
                self.same(&at, message, "x-rust-group");
            }
            group.handle = self.free(&group.handle, "Calls", &at);
            self.methods(group);
            for operation in &mut group.operations {
                self.operation_names(operation);
            }
        }
        self.answer_enums(groups);
    }

    /// Operations of a group that come to one name are told apart by their paths.
    fn methods(&mut self, group: &mut Group) {
        let mut known: HashMap<String, Pointer> = HashMap::new();
        for operation in &mut group.operations {
            if known.contains_key(&operation.name) {
                let method = operation.method.to_lowercase();
                let plain = ident::value_name(&format!("{method} {}", operation.path));
                let spelt = || format!("{method} {}", ident::spelt_out(&operation.path));
                let longer =
                    if known.contains_key(&plain) { ident::value_name(&spelt()) } else { plain };
                let message = format!(
                    "two operations of `{}` are named `{}`; this one becomes `{longer}`",
                    group.accessor, operation.name
                );
                self.warn(
                    &operation.at,
                    message,
                    "give one of them another `x-rust-name` in the overlay",
                );
                if !operation.callback {
                    operation.builder = ident::builder_name(&longer, &group.accessor);
                }
                operation.name = longer;
            }
            if let Some(other) = known.insert(operation.name.clone(), operation.at.clone()) {
                let message = format!(
                    "two operations are named `{}`; the other is at {other}",
                    operation.name
                );
                self.same(&operation.at, message, "x-rust-name");
            }
        }
    }

    fn operation_names(&mut self, operation: &mut Operation) {
        if !operation.callback {
            operation.builder = self.free(&operation.builder, "Call", &operation.at);
        }
        self.parameters(operation);
        if let Some(answers) = &operation.answer_enum {
            if !self.is_free(answers) {
                let message = format!(
                    "the responses of an operation and something else are named `{answers}`"
                );
                self.same(&operation.at, message, "x-rust-type");
            }
            let variants = operation.answers.iter().map(|answer| answer.variant.as_str());
            self.unique(variants, &operation.at);
        }
    }

    /// A parameter of a name that is taken says where it goes: `id` in the path, `query_id` in the query.
    fn parameters(&mut self, operation: &mut Operation) {
        for index in 0..operation.parameters.len() {
            let (before, rest) = operation.parameters.split_at_mut(index);
            let Some(parameter) = rest.first_mut() else { continue };
            let is_taken =
                |name: &str| before.iter().any(|other| other.name == name && !other.from_client);
            if parameter.from_client || !is_taken(&parameter.name) {
                continue;
            }
            let place = match parameter.location {
                Location::Path => "path",
                Location::Query => "query",
                Location::Header => "header",
                Location::Cookie => "cookie",
                Location::Form => "form",
                Location::Part => "part",
            };
            let longer = ident::member_name(&format!("{place} {}", parameter.wire));
            let message = format!("two parameters are named `{}` in Rust", parameter.name);
            if is_taken(&longer) {
                self.same(&parameter.at.clone(), message, "x-rust-name");
            } else {
                let help = "give one of them another `x-rust-name` in the overlay";
                self.warn(&parameter.at, format!("{message}; this one becomes `{longer}`"), help);
                parameter.name = longer;
            }
        }
    }

    /// The name, or the name with more context where it is a type's.
    fn free(&mut self, name: &str, context: &str, at: &Pointer) -> String {
        let name = if self.is_free(name) { name.to_owned() } else { format!("{name}{context}") };
        if !self.is_free(&name) {
            let message = match self.taken.get(&name) {
                Some(other) => format!("two things are named `{name}`; the other is at {other}"),
                None => format!("`{name}` has another meaning in Rust or in the runtime"),
            };
            self.same(at, message, "x-rust-name");
        }
        self.taken.insert(name.clone(), at.clone());
        name
    }

    /// Operations may share the enum of their responses only if they respond alike.
    fn answer_enums(&mut self, groups: &[Group]) {
        let mut known: HashMap<&str, (&[Answer], &Pointer)> = HashMap::new();
        for operation in groups.iter().flat_map(|group| &group.operations) {
            let Some(name) = &operation.answer_enum else { continue };
            let (answers, at) = known.entry(name).or_insert((&operation.answers, &operation.at));
            if !alike(answers, &operation.answers) {
                let message =
                    format!("`{name}` is also the name of the responses of {at}, which differ");
                self.same(&operation.at, message, "x-rust-type");
            }
        }
        let names = known.into_iter().map(|(name, (_, at))| (name.to_owned(), at.clone()));
        self.taken.extend(names);
    }

    /// Walks from each component and operation down to the inline types, so that a name's context is known
    /// before the name is needed.
    fn inline(&mut self, aliases: &[Alias], groups: &[Group]) {
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
        let bodies = operation.answers.iter().filter_map(|answer| match &answer.payload {
            Payload::Json(ty) => Some((ty, Some(answer.status.to_string()))),
            Payload::Empty | Payload::Bytes => None,
        });
        self.bodies(bodies.collect(), owner, Role::Response);
        let errors = operation.errors.iter();
        let bodies = errors.filter_map(|error| Some((error.ty.as_ref()?, error.status.clone())));
        self.bodies(bodies.collect(), owner, Role::Error);
    }

    /// Bodies of several inline types are told apart by their status.
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

    /// Names the parts, each followed by its own. The list takes the place of a recursion, of which a chain of types may
    /// need more than the stack holds.
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

    /// Puts a type into the order, and returns what it holds; nothing the second time.
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
            // Variants that are components have a place of their own in the order.
            Def::Union(union) => union
                .variants
                .iter()
                .filter(|variant| variant.ty.named().is_some_and(|id| !types[id.0].name.component))
                .map(|variant| Part {
                    ty: &variant.ty,
                    owner: owner(),
                    role: Role::Member(variant.name.clone()),
                })
                .collect(),
            Def::Enum(_) => Vec::new(),
        }
    }

    /// Owner and field. A name that is taken or too long gives way to the field with less context, and else to one that
    /// says what the type is.
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
            Def::Union(_) => "Variants",
        };
        let free = [format!("{name}{kind}"), name.clone()];
        let other = shorter.chain(free.clone()).find(is_fine);
        // Nothing is short: then the whole of it is the only name that says what the type is.
        let other = other.or_else(|| free.into_iter().rev().find(|name| self.is_free(name)));
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

    /// Members that had to be spelt out, and those that are the same even then.
    fn members(&mut self, def: &TypeDef<Hint>) {
        match &def.def {
            Def::Struct(object) => {
                let fields = object.fields.iter();
                let words = fields.map(|field| (field.wire.as_str(), field.name.as_str()));
                self.spelt(words, ident::member_name, &def.at, "`x-rust-name` at the property");
                self.unique(object.fields.iter().map(|field| field.name.as_str()), &def.at);
            }
            Def::Enum(values) => {
                let words =
                    values.values.iter().map(|(value, name)| (value.as_str(), name.as_str()));
                self.spelt(words, ident::variant_name, &def.at, "`x-rust-values` at the enum");
                self.unique(values.values.values().map(String::as_str), &def.at);
            }
            Def::Union(union) => {
                self.unique(union.variants.iter().map(|variant| variant.name.as_str()), &def.at);
                if union.variants.iter().any(|variant| variant.name == OTHER) {
                    let message =
                        format!("a variant is named `{OTHER}`, like the one for unknown variants");
                    self.same(&def.at, message, "x-rust-name");
                }
            }
        }
    }

    fn spelt<'b>(
        &mut self,
        words: impl Iterator<Item = (&'b str, &'b str)>,
        name_of: fn(&str) -> String,
        at: &Pointer,
        extension: &str,
    ) {
        let spelt = words.filter(|(text, name)| {
            name_of(text) != *name && name_of(&ident::spelt_out(text)) == *name
        });
        let spelt: Vec<String> =
            spelt.map(|(text, name)| format!("`{text}` becomes `{name}`")).collect();
        if !spelt.is_empty() {
            let message = format!("some members would have one name in Rust: {}", spelt.join(", "));
            self.warn(at, message, &format!("choose better names with {extension} in the overlay"));
        }
    }

    fn unique<'b>(&mut self, members: impl Iterator<Item = &'b str>, at: &Pointer) {
        let mut known = HashSet::new();
        for name in members {
            if !known.insert(name) {
                let message = format!("two members are named `{name}` in Rust");
                let help = "name one of them with `x-rust-name` at the property or component, or with `x-rust-values` at the \
                            enum, in the overlay";
                self.reports.push(Report::error("name", at, message).help(help));
            }
        }
    }
}

impl Role {
    /// The word for it in a name.
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

fn is_reserved(name: &str) -> bool {
    RESERVED.contains(&name)
}

/// Whether two sets of responses make the same enum.
fn alike(some: &[Answer], others: &[Answer]) -> bool {
    let headers = |answer: &Answer| {
        answer.headers.iter().map(|header| header.wire.clone()).collect::<Vec<_>>()
    };
    some.len() == others.len()
        && some.iter().zip(others).all(|(a, b)| {
            a.status == b.status
                && a.variant == b.variant
                && a.payload == b.payload
                && headers(a) == headers(b)
        })
}
