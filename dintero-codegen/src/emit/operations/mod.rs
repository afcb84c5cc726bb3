//! Emits the calls: a handle for each group, and for each operation a builder with its endpoint, its parameters and the
//! type of its response. The runtime sends the requests.

mod example;
mod parameters;
mod responses;
mod words;

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::imports::{Imports, list};
use super::{Emit, docs, ident};
use crate::extensions::QueryRule;
use crate::model::ident::constant_name;
use crate::model::{
    Body, BodyContent, Group, Location, Operation, Parameter, Payload, Scheme, Type,
};
use crate::print;

/// Returns the text of the file with the operations of one group.
pub(crate) fn file(emit: &Emit<'_>, group: &Group) -> Result<String, syn::Error> {
    let calls: Vec<&Operation> = calls(group).collect();
    let mut file = File { emit, imports: Imports::default(), uses: Uses::default() };
    let mut items = handle(group);
    let methods: Vec<TokenStream> =
        calls.iter().map(|operation| file.method(operation, group)).collect();
    let handle = ident(&group.handle);
    items.push(quote!(impl<'c> #handle<'c> { #(#methods)* }));
    for operation in &calls {
        items.push(endpoint(operation, group));
        items.extend(file.builder(operation, group));
    }
    let mut enums = BTreeSet::new();
    for operation in &calls {
        let Some(name) = &operation.response_enum else { continue };
        let is_home = emit.enum_homes.get(name.as_str()) == Some(&group.accessor.as_str());
        if is_home && enums.insert(name.as_str()) {
            items.extend(file.responses(operation, name));
        }
    }
    let head = docs::inner(&group_docs(group));
    print::file(print::File { head, uses: file.imports(&enums, &calls), items })
}

/// Returns the text of `operations/mod.rs`.
pub(crate) fn index(emit: &Emit<'_>) -> Result<String, syn::Error> {
    let head = docs::inner(
        "Every operation of the API, by group; each group has a method in [`Client`](crate::Client).",
    );
    let (conditions, modules): (Vec<_>, Vec<Ident>) = emit
        .called_groups()
        .map(|group| (emit.condition(&group.accessor), ident(&group.accessor)))
        .unzip();
    let servers: BTreeSet<&str> =
        emit.model.operations().map(|operation| operation.server.as_str()).collect();
    let servers = servers.iter();
    let servers_docs = docs::outer("The URLs of the servers that operations use.");
    let servers = quote!(#servers_docs pub(crate) static SERVERS: &[&str] = &[#(#servers),*];);
    let uses = quote!(#(#conditions mod #modules;)*);
    let exports = quote!(#(#conditions pub use self::#modules::*;)*);
    print::file(print::File { head, uses, items: vec![exports, servers] })
}

fn calls(group: &Group) -> impl Iterator<Item = &Operation> {
    group.operations.iter().filter(|operation| !operation.callback)
}

fn group_docs(group: &Group) -> String {
    docs::said(group.docs.as_deref())
        .map_or_else(|| format!("Operations in the `{}` group.", group.accessor), docs::description)
}

/// Returns the handle of a group, and the method of `Client` that creates the handle.
fn handle(group: &Group) -> Vec<TokenStream> {
    let (handle, accessor) = (ident(&group.handle), ident(&group.accessor));
    let docs = docs::outer(&group_docs(group));
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
                pub fn #accessor(&self) -> #handle<'_> {
                    #handle { client: self }
                }
            }
        },
    ]
}

fn constant(operation: &Operation) -> Ident {
    ident(&constant_name(&operation.name))
}

/// Returns the `Endpoint` of an operation: the facts that are the same for all of its calls.
fn endpoint(operation: &Operation, group: &Group) -> TokenStream {
    let (constant, method) = (constant(operation), ident(&operation.method));
    let name = format!("{}.{}", group.accessor, operation.name);
    let Operation { server, path, repeatable, confidential, v1_only, .. } = operation;
    let schemes = operation.schemes.iter().map(|scheme| match scheme {
        Scheme::ApiKey => quote!(Scheme::ApiKey),
        Scheme::Bearer => quote!(Scheme::Bearer),
        Scheme::Basic => quote!(Scheme::Basic),
    });
    let filled_in = operation.parameters.iter();
    let headers = filled_in
        .filter(|parameter| parameter.from_client && parameter.location == Location::Header)
        .map(|parameter| &parameter.wire);
    let query_rules = query_rules(operation);
    quote! {
        static #constant: Endpoint = Endpoint {
            name: #name,
            method: Method::#method,
            server: #server,
            path: #path,
            schemes: &[#(#schemes),*],
            client_headers: &[#(#headers),*],
            repeatable: #repeatable,
            confidential: #confidential,
            v1_only: #v1_only,
            query_rules: &[#(#query_rules),*],
        };
    }
}

/// Returns the rules that the runtime checks before it sends a request.
fn query_rules(operation: &Operation) -> impl Iterator<Item = TokenStream> {
    operation.parameters.iter().flat_map(|Parameter { wire, query_rules, .. }| {
        query_rules.iter().map(move |rule| match rule {
            QueryRule::With(other) => quote!(QueryRule::With { name: #wire, other: #other }),
            QueryRule::Without(other) => quote!(QueryRule::Without { name: #wire, other: #other }),
        })
    })
}

/// Returns whether a parameter is an argument of the method: it is required, and the client does not provide it.
pub(super) fn is_argument(parameter: &Parameter) -> bool {
    parameter.required && !parameter.from_client
}

/// Returns whether a parameter has a setter. Every optional parameter has one, except for parameters that the client
/// provides. An optional list that the client provides does have a setter, so that a single call can override the list.
pub(super) fn is_setter(parameter: &Parameter) -> bool {
    !parameter.required && (!parameter.from_client || matches!(parameter.ty, Type::List(_)))
}

/// Returns whether a parameter is a list header that the client provides. Such a list enables features of the API. Some
/// request bodies enable or disable the same features, and the runtime adjusts the list to the body.
fn is_toggle(parameter: &Parameter) -> bool {
    parameter.from_client
        && parameter.location == Location::Header
        && matches!(parameter.ty, Type::List(_))
}

struct File<'a> {
    emit: &'a Emit<'a>,
    imports: Imports<'a>,
    uses: Uses,
}

/// The items of the runtime that a file uses besides value types.
#[derive(Default)]
struct Uses {
    /// Whether the file uses the items that decode responses by status.
    decodes: bool,
    wire: bool,
    bytes: bool,
}

impl File<'_> {
    fn imports(&self, own: &BTreeSet<&str>, calls: &[&Operation]) -> TokenStream {
        let types = self.imports.uses(&quote!(crate::types), &BTreeSet::new());
        let mut runtime =
            vec!["BoxFuture", "Call", "Client", "Endpoint", "Error", "Method", "Response"];
        if calls.iter().any(|operation| !operation.schemes.is_empty()) {
            runtime.push("Scheme");
        }
        if calls.iter().any(|operation| query_rules(operation).next().is_some()) {
            runtime.push("QueryRule");
        }
        if self.uses.decodes {
            runtime.extend(["Decode", "DecodeError", "Decoded", "RawResponse"]);
        }
        runtime.sort_unstable();
        let runtime = list(runtime.into_iter());
        let wire = self.uses.wire.then(|| {
            quote!(
                use crate::wire;
            )
        });
        let bytes = self.uses.bytes.then(|| {
            quote!(
                use bytes::Bytes;
            )
        });
        let enums = calls.iter().filter_map(|operation| operation.response_enum.as_deref());
        let elsewhere: BTreeSet<&str> = enums.filter(|name| !own.contains(name)).collect();
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

    /// Returns the method of the group that creates the builder of a call.
    fn method(&mut self, operation: &Operation, group: &Group) -> TokenStream {
        let (method, builder) = (ident(&operation.name), ident(&operation.builder));
        let constant = constant(operation);
        let mut arguments = Vec::new();
        let mut steps = Vec::new();
        let mut chain = Vec::new();
        for parameter in &operation.parameters {
            let wire = &parameter.wire;
            if parameter.location == Location::Path && parameter.from_client {
                chain.push(quote!(.account(#wire)));
            } else if is_argument(parameter) {
                let argument = ident(&parameter.name);
                let (ty, step) = (self.argument(parameter), self.step(parameter, &argument));
                arguments.push(quote!(#argument: #ty));
                match parameter.location {
                    Location::Path => chain.push(quote!(.#step)),
                    _ => steps.push(quote!(call.#step;)),
                }
            }
        }
        if let Some(body) = operation.body.as_ref().filter(|body| body.required) {
            let ty = self.body_argument(body);
            arguments.push(quote!(body: #ty));
            chain.push(self.body_steps(body));
            if operation.parameters.iter().any(is_toggle) {
                chain.push(quote!(.toggles(body)));
            }
        }
        let example = example::block(self.emit, operation, group, &arguments);
        let docs = docs::outer(&words::operation(self.emit, operation, &example));
        let deprecated = operation.deprecated.then(|| quote!(#[deprecated]));
        let call = quote!(Call::new(self.client, &#constant)#(#chain)*);
        let body = if steps.is_empty() {
            quote!(#builder { call: #call })
        } else {
            quote!(let mut call = #call; #(#steps)* #builder { call })
        };
        quote! {
            #docs
            #deprecated
            #[inline]
            pub fn #method(&self, #(#arguments),*) -> #builder<'c> { #body }
        }
    }

    /// Returns the type of the argument for a body.
    fn body_argument(&mut self, body: &Body) -> TokenStream {
        match &body.content {
            BodyContent::Json(ty) => {
                let ty = self.ty(ty);
                quote!(&#ty)
            }
            BodyContent::Bytes => {
                self.uses.bytes = true;
                quote!(impl Into<Bytes>)
            }
        }
    }

    /// Returns the method calls that pass a body to a call.
    fn body_steps(&mut self, body: &Body) -> TokenStream {
        let content = match &body.content {
            BodyContent::Json(ty) => {
                let sent = self.sent(ty, &ident("body"));
                quote!(.json(#sent))
            }
            BodyContent::Bytes => quote!(.bytes(body)),
        };
        let media_type = body.media_type.as_ref().map(|name| quote!(.media_type(#name)));
        quote!(#content #media_type)
    }

    /// Returns the expression for a value that is sent as JSON: the runtime serializes it, without its read-only
    /// fields.
    fn sent(&mut self, ty: &Type, argument: &Ident) -> TokenStream {
        let has_read_only =
            ty.named().is_some_and(|id| self.emit.model.get(id).direction.read_only_inside);
        let sent = match ty {
            _ if has_read_only => quote!(&wire::without_read_only(#argument)),
            Type::Named(_) => return quote!(#argument),
            _ => quote!(&wire::Json(#argument)),
        };
        self.uses.wire = true;
        sent
    }

    fn ty(&mut self, ty: &Type) -> TokenStream {
        self.imports.ty(self.emit.model, ty)
    }

    /// Returns the builder of a call, with its setters and `send`.
    fn builder(&mut self, operation: &Operation, group: &Group) -> [TokenStream; 3] {
        let builder = ident(&operation.builder);
        let answer = self.answer(operation);
        let docs = docs::outer(&format!(
            "A builder for a [`{}`]({}::{}) request, which is sent when the builder is awaited.",
            operation.name, group.handle, operation.name
        ));
        let setters: Vec<TokenStream> = operation
            .parameters
            .iter()
            .filter(|parameter| is_setter(parameter))
            .map(|parameter| self.setter(parameter))
            .collect();
        let body = operation.body.as_ref().filter(|body| !body.required).map(|body| {
            let (ty, steps) = (self.body_argument(body), self.body_steps(body));
            let docs = docs::outer("Sets the body, which is optional.");
            quote! {
                #docs
                #[inline]
                pub fn body(mut self, body: #ty) -> Self {
                    self.call = self.call #steps;
                    self
                }
            }
        });
        let send = docs::outer(
            "Sends the request. Awaiting the builder does the same.\n\n# Errors\n\n\
             See the method that created this builder.",
        );
        [
            quote! {
                #docs
                #[derive(Debug)]
                #[must_use = "a request is only sent when it is awaited"]
                pub struct #builder<'c> { pub(crate) call: Call<'c> }
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

    fn setter(&mut self, parameter: &Parameter) -> TokenStream {
        let method = ident(&parameter.name);
        let docs = docs::outer(&docs::parameter(self.emit, parameter));
        let (ty, step) = (self.argument(parameter), self.step(parameter, &method));
        let deprecated = parameter.deprecated.then(|| quote!(#[deprecated]));
        quote! {
            #docs
            #deprecated
            #[inline]
            pub fn #method(mut self, #method: #ty) -> Self {
                self.call.#step;
                self
            }
        }
    }

    fn answer(&mut self, operation: &Operation) -> TokenStream {
        if let Some(name) = &operation.response_enum {
            let name = ident(name);
            return quote!(#name);
        }
        match operation.responses.first().map(|answer| &answer.payload) {
            Some(payload) => self.payload(payload),
            None => quote!(()),
        }
    }

    fn payload(&mut self, payload: &Payload) -> TokenStream {
        match payload {
            Payload::Empty => quote!(()),
            Payload::Bytes => {
                self.uses.bytes = true;
                quote!(Bytes)
            }
            Payload::Json(ty) => self.ty(ty),
        }
    }
}
