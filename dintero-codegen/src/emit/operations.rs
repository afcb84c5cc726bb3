//! The calls: a handle for each group, and for each operation a request under construction that knows its
//! endpoint, its parameters and the type of its answer. How it is sent is the runtime's business.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::types::input;
use super::{Emit, Imports, docs, ident, list};
use crate::model::name::{GroupNames, OperationNames, TypeNames, value_name};
use crate::model::{
    Answer, Location, Operation, Parameter, Payload, Scheme, Style, Type, TypeId, ValueType,
};
use crate::print::{self, Item};

/// The operations of one group.
pub(crate) fn file(emit: &Emit<'_>, index: usize) -> Result<String, syn::Error> {
    let (group, names) = (&emit.model.groups[index], &emit.names.groups[index]);
    let calls: Vec<(&Operation, &OperationNames)> = group
        .operations
        .iter()
        .zip(&names.operations)
        .filter(|(operation, _)| !operation.callback)
        .collect();
    let mut file =
        File { emit, imports: Imports::default(), decodes: false, clears: false, body: false };
    let mut items = handle(names, group.docs.as_deref());
    let methods: Vec<TokenStream> =
        calls.iter().map(|(operation, names)| file.method(operation, names)).collect();
    let handle = ident(&names.handle);
    items.push(quote!(impl<'c> #handle<'c> { #(#methods)* }));
    for (operation, names) in &calls {
        items.push(endpoint(operation, names, &group_path(&emit.names.groups[index], names)));
        items.extend(file.builder(operation, names));
    }
    let mut answers = BTreeSet::new();
    for (operation, names) in &calls {
        let Some(answer_names) = &names.answers else { continue };
        let here = emit.answers_in(&answer_names.name) == Some(index);
        if here && answers.insert(answer_names.name.clone()) {
            items.extend(file.answers(operation, answer_names));
        }
    }
    let docs = docs::inner_comment(&group_docs(names, group.docs.as_deref()));
    let items = items.into_iter().map(Item::Tokens).collect();
    print::file(&docs, file.imports(&answers, &calls), items)
}

/// `operations/mod.rs`.
pub(crate) fn index(emit: &Emit<'_>) -> Result<String, syn::Error> {
    let docs = docs::inner_comment(
        "Every call to Dintero, in groups; each group is a method of [`Client`](crate::Client).",
    );
    let groups = emit.model.groups.iter().zip(&emit.names.groups);
    let (conditions, modules): (Vec<_>, Vec<Ident>) = groups
        .filter(|(group, _)| group.operations.iter().any(|operation| !operation.callback))
        .map(|(_, names)| (emit.condition(&names.accessor), ident(&names.accessor)))
        .unzip();
    let mut servers: Vec<&str> =
        emit.model.operations().map(|operation| operation.server.as_str()).collect();
    servers.sort_unstable();
    servers.dedup();
    let servers_docs = docs::attributes("The servers of the document.");
    let servers = quote!(#servers_docs pub(crate) static SERVERS: &[&str] = &[#(#servers),*];);
    let modules_items = quote!(#(#conditions mod #modules;)*);
    let exports = quote!(#(#conditions pub use self::#modules::*;)*);
    print::file(
        &docs,
        TokenStream::new(),
        vec![modules_items.into(), exports.into(), servers.into()],
    )
}

fn group_path(group: &GroupNames, names: &OperationNames) -> String {
    format!("{}.{}", group.accessor, names.method)
}

impl Emit<'_> {
    /// The type of most error answers.
    fn usual_error(&self) -> Option<TypeId> {
        let mut counts: BTreeMap<TypeId, usize> = BTreeMap::new();
        let errors = self.model.operations().flat_map(|operation| &operation.errors);
        for id in errors.filter_map(|error| error.ty.as_ref()?.named()) {
            *counts.entry(id).or_default() += 1;
        }
        counts.into_iter().max_by_key(|(_, count)| *count).map(|(id, _)| id)
    }

    /// Operations may share the enum of their answers; the first group that has it defines it.
    fn answers_in(&self, name: &str) -> Option<usize> {
        self.names.groups.iter().position(|group| {
            group.operations.iter().any(|operation| {
                operation.answers.as_ref().is_some_and(|answers| answers.name == name)
            })
        })
    }
}

fn group_docs(names: &GroupNames, docs: Option<&str>) -> String {
    docs.map_or_else(|| format!("The calls of `{}`.", names.accessor), docs::description)
}

/// The handle and the way to it from the client.
fn handle(names: &GroupNames, docs: Option<&str>) -> Vec<TokenStream> {
    let (handle, accessor) = (ident(&names.handle), ident(&names.accessor));
    let docs = docs::attributes(&group_docs(names, docs));
    vec![
        quote! {
            #docs
            #[derive(Debug, Clone, Copy)]
            pub struct #handle<'c> { pub(crate) client: &'c Client }
        },
        quote! {
            impl Client {
                #docs
                #[must_use]
                pub fn #accessor(&self) -> #handle<'_> { #handle { client: self } }
            }
        },
    ]
}

fn constant(names: &OperationNames) -> Ident {
    ident(&names.method.to_uppercase())
}

/// What is the same for every call of an operation.
fn endpoint(operation: &Operation, names: &OperationNames, name: &str) -> TokenStream {
    let (constant, method) = (constant(names), ident(&operation.method));
    let Operation { server, path, repeatable, .. } = operation;
    let schemes = operation.schemes.iter().map(|scheme| match scheme {
        Scheme::ApiKey => quote!(Scheme::ApiKey),
        Scheme::Bearer => quote!(Scheme::Bearer),
        Scheme::Basic => quote!(Scheme::Basic),
    });
    let headers = operation
        .parameters
        .iter()
        .filter(|p| p.from_client && p.location == Location::Header)
        .map(|p| &p.wire);
    quote! {
        static #constant: Endpoint = Endpoint {
            name: #name,
            method: Method::#method,
            server: #server,
            path: #path,
            schemes: &[#(#schemes),*],
            client_headers: &[#(#headers),*],
            repeatable: #repeatable,
        };
    }
}

/// Path parameters and required others are arguments of the method; the rest are setters.
fn is_argument(parameter: &Parameter) -> bool {
    parameter.required && !parameter.from_client
}

/// Headers that the client fills in have no setter, except lists, which a call may want to differ.
fn is_setter(parameter: &Parameter) -> bool {
    !parameter.required && (!parameter.from_client || matches!(parameter.ty, Type::List(_)))
}

struct File<'a> {
    emit: &'a Emit<'a>,
    imports: Imports,
    decodes: bool,
    clears: bool,
    body: bool,
}

impl File<'_> {
    fn imports(
        &self,
        own: &BTreeSet<String>,
        calls: &[(&Operation, &OperationNames)],
    ) -> TokenStream {
        let types = self.imports.tokens(&quote!(crate::types), &BTreeSet::new());
        let mut runtime =
            vec!["BoxFuture", "Call", "Client", "Endpoint", "Error", "Method", "Response"];
        if calls.iter().any(|(operation, _)| !operation.schemes.is_empty()) {
            runtime.push("Scheme");
        }
        if self.decodes {
            runtime.extend(["Answer", "Decode", "DecodeError", "Decoded"]);
        }
        runtime.sort_unstable();
        let runtime = list(runtime.into_iter());
        let wire = self.clears.then(|| {
            quote!(
                use crate::wire;
            )
        });
        let bytes = self.body.then(|| {
            quote!(
                use bytes::Bytes;
            )
        });
        let elsewhere = calls
            .iter()
            .filter_map(|(_, names)| names.answers.as_ref())
            .map(|answers| answers.name.as_str());
        let elsewhere: BTreeSet<&str> = elsewhere.filter(|name| !own.contains(*name)).collect();
        let elsewhere = list(elsewhere.into_iter()).map(|names| quote!(use super::#names;));
        quote! {
            use std::future::IntoFuture;
            #bytes
            use crate::client::#runtime;
            #types
            #wire
            #elsewhere
        }
    }

    /// The method of the group that begins a call.
    fn method(&mut self, operation: &Operation, names: &OperationNames) -> TokenStream {
        let (method, builder, constant) =
            (ident(&names.method), ident(&names.builder), constant(names));
        let docs = docs::attributes(&operation_docs(self.emit, operation, names));
        let mut arguments = Vec::new();
        let mut steps = Vec::new();
        let mut path = Vec::new();
        for (parameter, name) in operation.parameters.iter().zip(&names.parameters) {
            let wire = &parameter.wire;
            if parameter.location == Location::Path && parameter.from_client {
                path.push(quote!(.account(#wire)));
            } else if is_argument(parameter) {
                let argument = ident(name);
                let ty = self.argument(&parameter.ty);
                arguments.push(quote!(#argument: #ty));
                match parameter.location {
                    Location::Path => {
                        let value = self.value(parameter, &argument);
                        path.push(quote!(.path(#wire, #value)));
                    }
                    Location::Query | Location::Header => {
                        let (add, value) = (setter(parameter), self.value(parameter, &argument));
                        steps.push(quote!(call.#add(#wire, #value);));
                    }
                }
            }
        }
        if let Some(body) = operation.body.as_ref().filter(|body| body.required) {
            let ty = self.ty(&body.ty);
            arguments.push(quote!(body: &#ty));
            let sent = self.sent(&body.ty);
            path.push(quote!(.json(#sent)));
        }
        let deprecated = operation.deprecated.then(|| quote!(#[deprecated]));
        let mutable = (!steps.is_empty()).then(|| quote!(mut));
        let call = quote!(Call::new(self.client, &#constant)#(#path)*);
        let body = if steps.is_empty() {
            quote!(#builder { call: #call })
        } else {
            quote!(let #mutable call = #call; #(#steps)* #builder { call })
        };
        quote! {
            #docs
            #deprecated
            #[inline]
            pub fn #method(&self, #(#arguments),*) -> #builder<'c> { #body }
        }
    }

    /// The body as it is sent: what is read-only stays at home, and values of the runtime are written its way.
    fn sent(&mut self, ty: &Type) -> TokenStream {
        let clears =
            ty.named().is_some_and(|id| self.emit.model.get(id).direction.read_only_inside);
        let sent = if clears { quote!(&wire::without_read_only(body)) } else { quote!(body) };
        let is_type = matches!(ty, Type::Named(_));
        self.clears |= clears || !is_type;
        if is_type { sent } else { quote!(&wire::Json(#sent)) }
    }

    fn argument(&mut self, ty: &Type) -> TokenStream {
        match ty {
            Type::Value(ValueType::Text) => quote!(&str),
            ty => tokens(&input(self.emit, ty, &mut self.imports).ty),
        }
    }

    fn ty(&mut self, ty: &Type) -> TokenStream {
        tokens(&self.imports.ty(self.emit, ty))
    }

    /// The request under construction.
    fn builder(&mut self, operation: &Operation, names: &OperationNames) -> Vec<TokenStream> {
        let builder = ident(&names.builder);
        let answer = self.answer(operation, names);
        let docs = docs::attributes(&format!(
            "A call of [`{}`]({}::{}), to be awaited.",
            names.method,
            self.handle_of(operation),
            names.method
        ));
        let setters: Vec<TokenStream> = operation
            .parameters
            .iter()
            .zip(&names.parameters)
            .filter(|(parameter, _)| is_setter(parameter))
            .map(|(parameter, name)| self.setter(parameter, name))
            .collect();
        let body = operation.body.as_ref().filter(|body| !body.required).map(|body| {
            let ty = self.ty(&body.ty);
            let sent = self.sent(&body.ty);
            let docs = docs::attributes("Sets the body, which may be left out.");
            quote!(#docs #[inline] pub fn body(mut self, body: &#ty) -> Self { self.call = self.call.json(#sent); self })
        });
        let send = docs::attributes(
            "Sends the request. Awaiting the call itself does the same.\n\n# Errors\n\nSee the method that began the call.",
        );
        vec![
            quote! {
                #docs
                #[derive(Debug)]
                #[must_use = "a request is only sent when it is awaited"]
                pub struct #builder<'c> { call: Call<'c> }
            },
            quote! {
                impl<'c> #builder<'c> {
                    #(#setters)*
                    #body
                    #send
                    #[inline]
                    pub fn send(self) -> BoxFuture<'c, Result<Response<#answer>, Error>> {
                        self.call.send()
                    }
                }
            },
            quote! {
                impl<'c> IntoFuture for #builder<'c> {
                    type Output = Result<Response<#answer>, Error>;
                    type IntoFuture = BoxFuture<'c, Self::Output>;

                    #[inline]
                    fn into_future(self) -> Self::IntoFuture {
                        self.send()
                    }
                }
            },
        ]
    }

    fn handle_of(&self, operation: &Operation) -> &str {
        let groups = self.emit.model.groups.iter().zip(&self.emit.names.groups);
        groups
            .filter(|(group, _)| group.operations.iter().any(|other| other.at == operation.at))
            .map(|(_, names)| names.handle.as_str())
            .next()
            .unwrap_or_default()
    }

    fn setter(&mut self, parameter: &Parameter, name: &str) -> TokenStream {
        let (method, wire, add) = (ident(name), &parameter.wire, setter(parameter));
        let docs = docs::attributes(&docs::member(
            self.emit,
            &parameter.docs,
            &parameter.ty,
            wire,
            name,
            false,
        ));
        let ty = self.argument(&parameter.ty);
        let deprecated = parameter.deprecated.then(|| quote!(#[deprecated]));
        let value = self.value(parameter, &method);
        quote! {
            #docs
            #deprecated
            #[inline]
            pub fn #method(mut self, #method: #ty) -> Self {
                self.call.#add(#wire, #value);
                self
            }
        }
    }

    /// The value of a parameter as the runtime takes it: something, or several things, with a `Display`.
    fn value(&mut self, parameter: &Parameter, argument: &Ident) -> TokenStream {
        let convert = |exact: &TokenStream| quote!(Into::<#exact>::into);
        let converts = |file: &mut Self, ty: &Type| {
            !input(file.emit, ty, &mut file.imports).convert.is_empty()
        };
        match &parameter.ty {
            Type::List(inner) if converts(self, inner) => {
                let convert = convert(&self.ty(inner));
                quote!(#argument.into_iter().map(#convert))
            }
            Type::Value(value) if *value != ValueType::Text && converts(self, &parameter.ty) => {
                let convert = convert(&self.ty(&parameter.ty));
                quote!(#convert(#argument))
            }
            _ => quote!(#argument),
        }
    }

    fn answer(&mut self, operation: &Operation, names: &OperationNames) -> TokenStream {
        if let Some(answers) = &names.answers {
            let name = ident(&answers.name);
            return quote!(#name);
        }
        match operation.answers.first().map(|answer| &answer.payload) {
            Some(payload) => self.payload(payload),
            None => quote!(()),
        }
    }

    fn payload(&mut self, payload: &Payload) -> TokenStream {
        match payload {
            Payload::Empty => quote!(()),
            Payload::Bytes => {
                self.body = true;
                quote!(Bytes)
            }
            Payload::Json(ty) => self.ty(ty),
        }
    }

    /// The enum of several answers.
    fn answers(&mut self, operation: &Operation, names: &TypeNames) -> Vec<TokenStream> {
        self.decodes = true;
        let name = ident(&names.name);
        let docs = docs::attributes("What Dintero answered: the statuses differ in meaning.");
        let mut variants = Vec::new();
        let mut arms = Vec::new();
        for (index, (answer, member)) in operation.answers.iter().zip(&names.members).enumerate() {
            let (variant, read) = self.variant(answer, &ident(member));
            variants.push(variant);
            let status = answer.status;
            // The first status also stands for one that the document does not name.
            arms.push((index, quote!(#status => #read), quote!(_ => #read)));
        }
        let fallback = arms.first().map(|(_, _, fallback)| fallback.clone());
        let arms = arms.into_iter().skip(1).map(|(_, arm, _)| arm);
        vec![
            quote! {
                #docs
                #[derive(Debug, Clone, PartialEq)]
                #[non_exhaustive]
                #[allow(clippy::large_enum_variant)]
                pub enum #name { #(#variants,)* }
            },
            quote! {
                impl Decode for #name {
                    #[inline]
                    fn decode(answer: &Answer) -> Result<Decoded<Self>, DecodeError> {
                        match answer.status() { #(#arms,)* #fallback }
                    }
                }
            },
        ]
    }

    fn variant(&mut self, answer: &Answer, member: &Ident) -> (TokenStream, TokenStream) {
        let docs = docs::attributes(&format!(
            "Status {}. {}",
            answer.status,
            docs::description(&answer.description)
        ));
        let ty = self.payload(&answer.payload);
        let decode = quote!(<#ty as Decode>::decode(answer));
        if answer.headers.is_empty() {
            let read = quote!(Ok(#decode?.map(Self::#member)));
            return (quote!(#docs #member(#ty)), read);
        }
        let field = ident(&match &answer.payload {
            Payload::Json(Type::Named(id)) => value_name(self.emit.name(*id)),
            Payload::Json(_) | Payload::Empty | Payload::Bytes => "body".to_owned(),
        });
        let field_docs = docs::attributes("The body.");
        let headers: Vec<_> = answer.headers.iter().collect();
        let names: Vec<Ident> = headers.iter().map(|(name, _)| ident(&value_name(name))).collect();
        let header_docs = headers.iter().map(|(name, header)| {
            let text = header.description.as_deref().map(docs::description);
            docs::attributes(&text.unwrap_or_else(|| format!("The header `{name}`.")))
        });
        let wires = headers.iter().map(|(name, _)| name.as_str());
        (
            quote!(#docs #[non_exhaustive] #member { #(#header_docs #names: Option<String>,)* #field_docs #field: #ty }),
            quote!(Ok(#decode?.map(|#field| Self::#member { #(#names: answer.header(#wires),)* #field }))),
        )
    }
}

/// A type that was written as text.
fn tokens(ty: &str) -> TokenStream {
    ty.parse().unwrap_or_default()
}

/// The runtime's method that adds a parameter.
fn setter(parameter: &Parameter) -> Ident {
    ident(match (parameter.location, parameter.style) {
        (Location::Header, Style::One) => "header",
        (Location::Header, _) => "header_joined",
        (_, Style::One) => "query",
        (_, Style::Each) => "query_each",
        (_, Style::Joined) => "query_joined",
    })
}

fn operation_docs(emit: &Emit<'_>, operation: &Operation, names: &OperationNames) -> String {
    let Operation { method, path, server, .. } = operation;
    let mut text = match (&operation.summary, &operation.description) {
        (Some(summary), Some(description)) => format!(
            "{}.\n\n{}",
            docs::description(summary).trim_end_matches('.'),
            docs::description(description)
        ),
        (Some(text), None) | (None, Some(text)) => docs::description(text),
        (None, None) => format!("`{method} {path}`."),
    };
    text.push_str(&format!("\n\n`{method} {server}{path}`"));
    if !operation.scopes.is_empty() {
        text.push_str(&format!(" with one of the scopes `{}`", operation.scopes.join("`, `")));
    }
    text.push_str(".\n");
    let arguments: Vec<String> = operation
        .parameters
        .iter()
        .zip(&names.parameters)
        .filter(|(parameter, _)| is_argument(parameter))
        .map(|(parameter, name)| {
            let docs =
                docs::member(emit, &parameter.docs, &parameter.ty, &parameter.wire, name, false);
            format!("- `{name}`: {}", docs.split_whitespace().collect::<Vec<_>>().join(" "))
        })
        .collect();
    if !arguments.is_empty() {
        text.push_str(&format!("\n# Arguments\n\n{}\n", arguments.join("\n")));
    }
    text.push_str("\n# Errors\n\n");
    text.push_str(if operation.repeatable {
        "An error after the request may have arrived does no harm: the call may be repeated."
    } else {
        "After an error whose `maybe_sent()` is true the call may have taken effect: do not repeat it blindly."
    });
    text.push('\n');
    let usual = emit.usual_error();
    let mut errors: Vec<_> = operation.errors.iter().collect();
    errors.sort_by_key(|error| (error.status.is_none(), error.status.clone()));
    for error in errors {
        let status = error.status.as_deref().unwrap_or("other statuses");
        let mut line = format!(
            "\n- {status}: {}",
            docs::description(&error.description).split_whitespace().collect::<Vec<_>>().join(" ")
        );
        // Errors of the usual form have methods of their own; only another form needs its type.
        let id = error.ty.as_ref().and_then(Type::named).filter(|id| Some(*id) != usual);
        if let Some(id) = id {
            let name = &emit.names.of(id).name;
            line.push_str(&format!(
                " The body is a [`{name}`](crate::types::{name}): read it with [`Error::body`]."
            ));
        }
        text.push_str(&line);
    }
    text
}
