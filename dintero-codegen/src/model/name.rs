//! Every Rust name, chosen here and nowhere else. Components keep theirs; what is inline is named by where it
//! stands; the overlay has the last word. Two things that want one name are reported, never numbered.

use std::collections::{BTreeSet, HashMap};

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

use crate::model::{Def, Model, Operation, Payload, Type, TypeId};
use crate::pointer::Pointer;
use crate::report::{Report, Reports};

/// The longest name of a type that reads well in a signature.
const LONGEST: usize = 40;

/// The arm of an open enum or union that keeps what is not known.
pub(crate) const OTHER: &str = "Other";

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

/// Methods that every generated type or request has: a field or parameter of that name gets an underscore.
const METHODS: &[&str] = &["body", "call", "default", "new", "send"];

/// Names that a group's module or method cannot have: the client and its methods have them.
const CLIENT_NAMES: &[&str] = &[
    "account_id",
    "answer",
    "builder",
    "builder_with_api_key",
    "call",
    "client",
    "clone",
    "create_signature_secret",
    "request",
    "types",
    "wire",
];

/// The module of what no overlay places.
const DEFAULT_MODULE: &str = "common";

/// All names of a model, by the model's indices.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) types: Vec<TypeNames>,
    /// Types in the order of the document, each followed by the inline types it owns.
    pub(crate) order: Vec<TypeId>,
    pub(crate) aliases: Vec<TypeNames>,
    pub(crate) groups: Vec<GroupNames>,
}

/// The names of a type and of its fields, values or variants.
#[derive(Debug, Default, Clone)]
pub(crate) struct TypeNames {
    pub(crate) name: String,
    pub(crate) module: String,
    pub(crate) members: Vec<String>,
    /// What holds an inline type: the type's name and the wire name of its field.
    pub(crate) owner: Option<(String, String)>,
}

#[derive(Debug)]
pub(crate) struct GroupNames {
    /// `sessions`: the module, and the method on the client.
    pub(crate) accessor: String,
    /// `Sessions`
    pub(crate) handle: String,
    pub(crate) operations: Vec<OperationNames>,
}

#[derive(Debug)]
pub(crate) struct OperationNames {
    /// `create_from_profile`
    pub(crate) method: String,
    /// `CreateSessionFromProfile`: the request under construction, or the parameters of a callback.
    pub(crate) builder: String,
    pub(crate) parameters: Vec<String>,
    /// The enum of several answers, with its variants.
    pub(crate) answers: Option<TypeNames>,
}

impl Names {
    pub(crate) fn of(&self, id: TypeId) -> &TypeNames {
        &self.types[id.0]
    }

    /// The modules of types and of calls.
    pub(crate) fn modules(&self) -> BTreeSet<&str> {
        let types = self.order.iter().map(|id| &self.of(*id).module);
        let aliases = self.aliases.iter().map(|alias| &alias.module);
        let groups = self.groups.iter().map(|group| &group.accessor);
        types.chain(aliases).chain(groups).map(String::as_str).collect()
    }
}

/// Names a model.
pub(crate) fn names(model: &Model, reports: &mut Reports) -> Names {
    let mut naming = Naming {
        model,
        reports,
        names: Names { types: vec![TypeNames::default(); model.types.len()], ..Names::default() },
        taken: HashMap::new(),
    };
    naming.certain();
    naming.groups();
    naming.inline();
    naming.members();
    naming.statics();
    naming.names
}

struct Naming<'a> {
    model: &'a Model,
    reports: &'a mut Reports,
    names: Names,
    /// Names of types, and where each was given.
    taken: HashMap<String, Pointer>,
}

impl Naming<'_> {
    /// Components and what the overlay names come first: inline types step aside for them.
    fn certain(&mut self) {
        for id in self.model.ids() {
            let def = self.model.get(id);
            if let Some(certain) = &def.certain_name {
                let name = self.take(type_name(certain), &def.at);
                self.names.types[id.0].name = name;
                if def.component || def.module.is_some() {
                    self.names.types[id.0].module = module(def.module.as_deref());
                }
            }
        }
        for alias in &self.model.aliases {
            let name = self.take(type_name(&alias.name), &alias.at);
            let module = module(alias.module.as_deref());
            self.names.aliases.push(TypeNames { name, module, ..TypeNames::default() });
        }
    }

    /// A name that the document or the overlay gives; what has another meaning in generated files gets context.
    fn take(&mut self, mut name: String, at: &Pointer) -> String {
        if RESERVED.contains(&name.as_str()) {
            let given = name.trim_end_matches('_');
            let message = format!(
                "`{given}` has another meaning in Rust or in the runtime; it becomes `{given}Schema`"
            );
            name = format!("{given}Schema");
            self.reports.push(
                Report::warning("name", at, message)
                    .help("give the type another `x-rust-name` or `x-rust-type` in the overlay"),
            );
        }
        if name.len() > LONGEST {
            let message = format!("the name `{name}` has more than {LONGEST} characters");
            self.reports.push(
                Report::warning("name", at, message)
                    .help("give the type a shorter `x-rust-name` or `x-rust-type` in the overlay"),
            );
        }
        if let Some(other) = self.taken.insert(name.clone(), at.clone()) {
            let message = format!("two types are named `{name}`; the other stands at {other}");
            self.reports
                .push(Report::error("name", at, message).help(
                    "give one of them another `x-rust-name` or `x-rust-type` in the overlay",
                ));
        }
        name
    }

    fn groups(&mut self) {
        for group in &self.model.groups {
            let mut accessor = module_name(&group.name);
            if CLIENT_NAMES.contains(&accessor.as_str()) {
                accessor.push('_');
            }
            let at = group
                .operations
                .first()
                .map_or_else(Pointer::root, |operation| operation.at.clone());
            if self.names.groups.iter().any(|other| other.accessor == accessor) {
                self.same(&at, &format!("two groups are named `{accessor}`"), "x-rust-group");
            }
            let handle = self.free(type_name(&group.name), "Calls", &at);
            let mut operations: Vec<OperationNames> = Vec::new();
            for operation in &group.operations {
                let names = self.operation_names(operation, &accessor);
                if operations.iter().any(|other| other.method == names.method) {
                    let message =
                        format!("two operations of `{accessor}` are named `{}`", names.method);
                    self.same(&operation.at, &message, "x-rust-name");
                }
                operations.push(names);
            }
            self.names.groups.push(GroupNames { handle, accessor, operations });
        }
        self.shared_answers();
    }

    fn operation_names(&mut self, operation: &Operation, accessor: &str) -> OperationNames {
        let method = value_name(&operation.name);
        let builder = if operation.callback {
            format!("{}Callback", type_name(&operation.name))
        } else {
            self.free(builder_name(&method, accessor), "Call", &operation.at)
        };
        let names = operation.parameters.iter().map(|parameter| {
            member_name(parameter.rust_name.as_deref().unwrap_or(&parameter.wire))
        });
        let parameters: Vec<String> = names.collect();
        for (index, name) in parameters
            .iter()
            .enumerate()
            .filter(|(index, name)| parameters[..*index].contains(name))
        {
            let at = &operation.parameters[index].at;
            self.same(at, &format!("two parameters are named `{name}` in Rust"), "x-rust-name");
        }
        let answers = answers(operation, &builder);
        if let Some(answers) = &answers {
            self.unique(&answers.members, &operation.at);
            if self.taken.contains_key(&answers.name) || RESERVED.contains(&answers.name.as_str()) {
                let message = format!(
                    "the answers of an operation and something else are named `{}`",
                    answers.name
                );
                self.same(&operation.at, &message, "x-rust-type");
            }
        }
        for answer in operation.answers.iter().filter(|answer| !answer.headers.is_empty()) {
            let mut headers: Vec<String> =
                answer.headers.keys().map(|name| value_name(name)).collect();
            headers.push("body".to_owned());
            self.unique(&headers, &operation.at);
        }
        OperationNames { parameters, answers, method, builder }
    }

    /// The name, or the name with more context where it is a type's.
    fn free(&mut self, name: String, context: &str, at: &Pointer) -> String {
        let is_taken =
            |name: &String| self.taken.contains_key(name) || RESERVED.contains(&name.as_str());
        let name = if is_taken(&name) { format!("{name}{context}") } else { name };
        if is_taken(&name) {
            self.same(at, &format!("two things are named `{name}`"), "x-rust-name");
        }
        self.taken.insert(name.clone(), at.clone());
        name
    }

    fn same(&mut self, at: &Pointer, message: &str, extension: &str) {
        let help = format!("give one of them another `{extension}` in the overlay");
        self.reports.push(Report::error("name", at, message).help(help));
    }

    /// Operations may share the type of their answers only if they answer alike.
    fn shared_answers(&mut self) {
        let mut known: HashMap<String, (Vec<String>, Vec<String>)> = HashMap::new();
        let groups = self.model.groups.iter().zip(&self.names.groups);
        let mut clashes = Vec::new();
        for (operation, names) in
            groups.flat_map(|(group, names)| group.operations.iter().zip(&names.operations))
        {
            let Some(answers) = &names.answers else { continue };
            let shape = operation.answers.iter().map(|answer| {
                let headers: Vec<&String> = answer.headers.keys().collect();
                format!("{} {:?} {headers:?}", answer.status, answer.payload)
            });
            let shape = (answers.members.clone(), shape.collect());
            let other = known.entry(answers.name.clone()).or_insert_with(|| shape.clone());
            if *other != shape {
                clashes.push((operation.at.clone(), answers.name.clone()));
            }
        }
        for (at, name) in clashes {
            self.same(
                &at,
                &format!("`{name}` is the name of two different sets of answers"),
                "x-rust-type",
            );
        }
        self.taken.extend(known.into_keys().map(|name| (name, Pointer::root())));
    }

    /// Walks from each component and operation down to the inline types, so that a name's context is known
    /// before the name is needed.
    fn inline(&mut self) {
        for id in self.model.ids() {
            if !self.names.types[id.0].module.is_empty() {
                self.visit(id);
            }
        }
        for (alias, index) in self.model.aliases.iter().zip(0..) {
            let names: &TypeNames = &self.names.aliases[index];
            let owner = Owner { name: names.name.clone(), module: names.module.clone() };
            self.part(&alias.ty, &owner, "item");
        }
        for (group_index, group) in self.model.groups.iter().enumerate() {
            let place = self.names.groups[group_index].accessor.clone();
            for (index, operation) in group.operations.iter().enumerate() {
                let builder = self.names.groups[group_index].operations[index].builder.clone();
                let owner = Owner { name: builder, module: place.clone() };
                self.operation(operation, &owner);
            }
        }
    }

    fn operation(&mut self, operation: &Operation, owner: &Owner) {
        for parameter in &operation.parameters {
            let name = parameter.rust_name.as_deref().unwrap_or(&parameter.wire);
            self.part(&parameter.ty, owner, name);
        }
        if let Some(body) = &operation.body {
            self.part(&body.ty, owner, "request");
        }
        if let Some(query) = operation.query {
            self.part(&Type::Named(query), owner, "query");
        }
        for answer in &operation.answers {
            if let Payload::Json(ty) = &answer.payload {
                self.part(ty, owner, "response");
            }
        }
        for error in &operation.errors {
            if let Some(ty) = &error.ty {
                self.part(ty, owner, "error");
            }
        }
    }

    fn part(&mut self, ty: &Type, owner: &Owner, field: &str) {
        if let Some(id) = ty.named() {
            self.owned(id, owner, field, matches!(ty, Type::List(_)));
        }
    }

    fn owned(&mut self, id: TypeId, owner: &Owner, field: &str, item: bool) {
        let def = self.model.get(id);
        if def.certain_name.is_none() && self.names.types[id.0].name.is_empty() {
            let field = if item { singular(field) } else { field.to_owned() };
            let name = self.inline_name(owner, &field, &def.at);
            self.taken.insert(name.clone(), def.at.clone());
            self.names.types[id.0].name = name;
        }
        let names = &mut self.names.types[id.0];
        if names.module.is_empty() {
            names.module.clone_from(&owner.module);
            names.owner = Some((owner.name.clone(), field.to_owned()));
        }
        self.visit(id);
    }

    fn visit(&mut self, id: TypeId) {
        if self.names.order.contains(&id) {
            return;
        }
        self.names.order.push(id);
        let names = &self.names.types[id.0];
        let owner = Owner { name: names.name.clone(), module: names.module.clone() };
        for (field, ty) in self.model.get(id).parts() {
            self.part(&ty, &owner, field);
        }
    }

    /// Owner and field; a name that is taken or too long gives way to the field with less context.
    fn inline_name(&mut self, owner: &Owner, field: &str, at: &Pointer) -> String {
        let field = type_name(field);
        let name = format!("{}{field}", owner.name);
        let is_free = |name: &String| {
            name.len() <= LONGEST
                && !self.taken.contains_key(name)
                && !RESERVED.contains(&name.as_str())
        };
        if is_free(&name) {
            return name;
        }
        let words: Vec<String> =
            owner.name.to_snake_case().split('_').map(|word| word.to_upper_camel_case()).collect();
        let shorter =
            (1..words.len()).map(|from| format!("{}{field}", words[from..].concat())).find(is_free);
        let why = if name.len() > LONGEST { "is too long" } else { "has another meaning" };
        let message = format!("the name `{name}` of this inline type {why}");
        let report = match &shorter {
            Some(shorter) => {
                Report::warning("name", at, format!("{message}; it becomes `{shorter}`"))
            }
            None => Report::error("name", at, message),
        };
        self.reports.push(report.help("name the type with `x-rust-type` in the overlay"));
        shorter.unwrap_or(name)
    }

    fn members(&mut self) {
        for id in self.model.ids() {
            let def = self.model.get(id);
            let members: Vec<String> = match &def.def {
                Def::Struct(object) => {
                    let fields = object.fields.iter();
                    fields
                        .map(|field| member_name(field.rust_name.as_deref().unwrap_or(&field.wire)))
                        .collect()
                }
                Def::Enum(values) => values.iter().map(|value| variant_name(value)).collect(),
                Def::Union(union) => {
                    self.union_members(id, union.variants.iter().map(|variant| variant.ty))
                }
            };
            self.unique(&members, &def.at);
            if matches!(def.def, Def::Union(_)) && members.iter().any(|member| member == OTHER) {
                self.same(
                    &def.at,
                    &format!("a variant is named `{OTHER}`, like the one for unknown variants"),
                    "x-rust-name",
                );
            }
            self.names.types[id.0].members = members;
        }
    }

    /// `SwishPayment` is `Swish` in `Payment`.
    fn union_members(&self, base: TypeId, variants: impl Iterator<Item = TypeId>) -> Vec<String> {
        let base = &self.names.of(base).name;
        variants
            .map(|variant| {
                let name = &self.names.of(variant).name;
                match name.strip_suffix(base.as_str()) {
                    Some(short) if !short.is_empty() && short != OTHER => short.to_owned(),
                    _ => name.clone(),
                }
            })
            .collect()
    }

    /// Targets stand in one table, each under its type's name.
    fn statics(&mut self) {
        let mut known: HashMap<String, &str> = HashMap::new();
        let mut clashes = Vec::new();
        for id in &self.model.targets.structs {
            let name = &self.names.of(*id).name;
            if let Some(other) = known.insert(static_name(name), name) {
                clashes.push((
                    self.model.get(*id).at.clone(),
                    format!("`{other}` and `{name}` have one name in the table of the derives"),
                ));
            }
        }
        for (at, message) in clashes {
            self.same(&at, &message, "x-rust-name");
        }
    }

    fn unique(&mut self, members: &[String], at: &Pointer) {
        for (index, name) in members.iter().enumerate() {
            if members[..index].contains(name) {
                let message = format!("two members are named `{name}` in Rust");
                self.reports.push(
                    Report::error("name", at, message)
                        .help("give one of them an `x-rust-name` in the overlay"),
                );
            }
        }
    }
}

struct Owner {
    name: String,
    module: String,
}

/// Several answers need an enum, unless they cannot be told apart by their content.
fn answers(operation: &Operation, builder: &str) -> Option<TypeNames> {
    let plain = operation
        .answers
        .iter()
        .all(|answer| answer.headers.is_empty() && answer.payload == operation.answers[0].payload);
    if plain || operation.callback {
        return None;
    }
    let name =
        operation.answer_name.as_deref().map_or_else(|| format!("{builder}Answer"), type_name);
    let members = operation.answers.iter().map(|answer| match &answer.rust_name {
        Some(name) => type_name(name),
        None => format!("Status{}", answer.status),
    });
    Some(TypeNames { name, members: members.collect(), ..TypeNames::default() })
}

/// `create_from_profile` of `sessions` is `CreateSessionFromProfile`.
fn builder_name(method: &str, group: &str) -> String {
    let (verb, rest) = method.split_once('_').unwrap_or((method, ""));
    let subject = if method == "list" { group.to_owned() } else { singular(group) };
    format!("{verb}_{subject}_{rest}").to_upper_camel_case()
}

/// A type's name.
pub(crate) fn type_name(text: &str) -> String {
    let name = identifier(text).to_upper_camel_case();
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if !unicode_ident::is_xid_start(first) => format!("N{name}"),
        Some(_) if name == "Self" => "Self_".to_owned(),
        Some(_) => name,
    }
}

/// The name of a type's entry in the table of the derives.
pub(crate) fn static_name(type_name: &str) -> String {
    type_name.to_shouty_snake_case()
}

/// The name of an enum's value.
fn variant_name(value: &str) -> String {
    let name = type_name(value);
    if name == OTHER { format!("{OTHER}Value") } else { name }
}

/// The name of a field, a method, an argument or a module.
pub(crate) fn value_name(text: &str) -> String {
    let name = identifier(text).to_snake_case();
    match name.chars().next() {
        None => "empty".to_owned(),
        Some(first) if !unicode_ident::is_xid_start(first) => format!("n{name}"),
        Some(_) if is_keyword(&name) => format!("{name}_"),
        Some(_) => name,
    }
}

/// The name of a field or of a parameter, which is a method beside the ones that are always there.
fn member_name(text: &str) -> String {
    let name = value_name(text);
    if METHODS.contains(&name.as_str()) { format!("{name}_") } else { name }
}

fn module(name: Option<&str>) -> String {
    name.map_or_else(|| DEFAULT_MODULE.to_owned(), module_name)
}

/// The name of a module, which is the name of a file as well.
fn module_name(text: &str) -> String {
    let ascii: String = text.chars().map(|c| if c.is_ascii() { c } else { ' ' }).collect();
    match value_name(&ascii).as_str() {
        "empty" => DEFAULT_MODULE.to_owned(),
        name => name.to_owned(),
    }
}

/// What cannot stand in an identifier becomes a break between words.
fn identifier(text: &str) -> String {
    text.chars().map(|c| if unicode_ident::is_xid_continue(c) { c } else { ' ' }).collect()
}

fn is_keyword(name: &str) -> bool {
    // `gen` is one since the edition 2024.
    matches!(name, "_" | "gen") || syn::parse_str::<syn::Ident>(name).is_err()
}

/// The English singular, as far as names of lists need it.
fn singular(plural: &str) -> String {
    let rules = [
        ("ies", "y"),
        ("sses", "ss"),
        ("xes", "x"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("ss", "ss"),
        ("us", "us"),
        ("s", ""),
    ];
    let rule = rules.iter().find(|(end, _)| plural.ends_with(end) && plural.len() > end.len());
    rule.map_or_else(
        || plural.to_owned(),
        |(end, instead)| format!("{}{instead}", &plural[..plural.len() - end.len()]),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_of_the_document_read_well() {
        for (wire, name) in [
            ("payex:payment:id", "payex_payment_id"),
            ("collector:Invoice.PaymentReference", "collector_invoice_payment_reference"),
            ("dintero_psp.creditcard", "dintero_psp_creditcard"),
            ("user-agent", "user_agent"),
            ("cardRadius", "card_radius"),
            ("type", "type_"),
            ("3ds", "n3ds"),
            ("", "empty"),
        ] {
            assert_eq!(value_name(wire), name);
        }
        for (value, name) in [
            ("AUTHORIZATION_VOIDED", "AuthorizationVoided"),
            ("bambora.creditcard", "BamboraCreditcard"),
            ("3DS", "N3ds"),
            ("/Terminal/default.aspx", "TerminalDefaultAspx"),
            ("eComm Regular Payment", "ECommRegularPayment"),
            ("", "Empty"),
            ("other", "OtherValue"),
        ] {
            assert_eq!(variant_name(value), name);
        }
        assert_eq!(builder_name("create_from_profile", "sessions"), "CreateSessionFromProfile");
        assert_eq!(builder_name("list", "transactions"), "ListTransactions");
        assert_eq!(singular("entries"), "entry");
        assert_eq!(singular("status"), "status");
        assert_eq!(singular("address"), "address");
    }

    proptest! {
        #[test]
        fn any_text_makes_a_valid_and_stable_name(text in ".*") {
            for name in [value_name(&text), type_name(&text), variant_name(&text)] {
                prop_assert!(syn::parse_str::<syn::Ident>(&name).is_ok(), "{text:?} gave {name:?}");
            }
            // A capital without a small letter (𝐀) stays one, and begins a word wherever it stands.
            let lone_capital = |c: char| c.is_uppercase() && c.to_lowercase().eq([c]);
            prop_assume!(!text.contains(lone_capital));
            let name = value_name(&text);
            prop_assert_eq!(value_name(name.trim_end_matches('_')), name);
        }
    }
}
