//! Builds operations, with their endpoints, parameters and responses. Each operation also gets the parameters, servers
//! and security requirements that it inherits, so that it is complete by itself.

mod bodies;
mod media;
mod parameters;
mod reference;
mod responses;
mod security;
mod wording;

use indexmap::IndexMap;
use openapiv3::{
    Components, OpenAPI, Operation as OpenOperation, Parameter as OpenParameter, PathItem,
    ReferenceOr, Server,
};
use serde_json::Value;

use self::parameters::{Parameters, Sender};
use crate::extensions::Extensions;
use crate::model::ident;
use crate::model::types::Types;
use crate::model::{Group, Operation, SuccessResponse};
use crate::pointer::Pointer;
use crate::report::{Report, Reports};
use crate::schema::lower::Lower;
use crate::schema::shape::Shape;

/// Builds the groups of a model. `types` builds the types that operations use, in the order in which they are used.
pub(crate) struct Operations<'a, 'b> {
    pub(crate) document: &'a Value,
    pub(crate) components: &'a Components,
    pub(crate) types: &'a mut Types<'b>,
    pub(crate) reports: &'a mut Reports,
}

/// Returns the operations of a path item, each with its method.
fn methods(item: PathItem) -> Vec<(&'static str, OpenOperation)> {
    [
        ("get", item.get),
        ("put", item.put),
        ("post", item.post),
        ("delete", item.delete),
        ("options", item.options),
        ("head", item.head),
        ("patch", item.patch),
        ("trace", item.trace),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation?)))
    .collect()
}

impl Operations<'_, '_> {
    /// Returns all operations of a document, in groups.
    pub(crate) fn all(&mut self, api: &OpenAPI) -> Vec<Group> {
        let mut groups: IndexMap<String, Group> = IndexMap::new();
        for (path, item) in &api.paths.paths {
            let at = Pointer::from("/paths").child(path);
            let Some(mut item) = item.as_item().cloned() else { continue };
            let shared = std::mem::take(&mut item.parameters);
            let servers = std::mem::take(&mut item.servers);
            for (method, operation) in methods(item) {
                let at_operation = at.child(method);
                let (group, tag) = self.group(&operation, &at_operation);
                let accessor = ident::accessor(&group);
                let base = Base {
                    path,
                    at: &at,
                    method,
                    accessor: &accessor,
                    shared: &shared,
                    servers: &servers,
                    api,
                };
                if let Ok(operation) = self.operation(operation, &base, &at_operation) {
                    let group = groups.entry(group.clone()).or_insert_with(|| Group {
                        handle: ident::type_name(&group),
                        accessor,
                        docs: tag,
                        operations: Vec::new(),
                    });
                    group.operations.push(operation);
                }
            }
        }
        groups.into_values().collect()
    }

    /// Returns the name of the operation's group, and the description of the operation's first tag.
    fn group(&self, operation: &OpenOperation, at: &Pointer) -> (String, Option<String>) {
        let raw = at.find(self.document);
        let given = raw.and_then(|raw| raw.get("x-rust-group")?.as_str());
        let tag = operation.tags.first();
        let tags = self.document.get("tags").and_then(Value::as_array);
        let docs = tags
            .into_iter()
            .flatten()
            .find(|declared| {
                declared["name"].as_str().is_some_and(|name| Some(name) == tag.map(String::as_str))
            })
            .and_then(|declared| declared["description"].as_str())
            .filter(|text| !text.trim().is_empty());
        let name = given.or(tag.map(String::as_str)).unwrap_or("api");
        (name.to_owned(), docs.map(str::to_owned))
    }

    fn operation(
        &mut self,
        operation: OpenOperation,
        base: &Base<'_>,
        at: &Pointer,
    ) -> Result<Operation, LeftOut> {
        let raw = at.find(self.document);
        let flag = |key: &str| raw.and_then(|raw| raw.get(key)).is_some_and(|value| value == true);
        let (callback, repeatable) = (flag("x-callback"), flag("x-repeatable"));
        let (confidential, v1_only) = (flag("x-confidential"), flag("x-v1-only"));
        let scopes = raw.and_then(|raw| raw.get("x-scopes")?.as_array());
        let scopes = scopes
            .into_iter()
            .flatten()
            .filter_map(|scope| scope.as_str().map(str::to_owned))
            .collect();
        let extensions = Extensions::read(raw);
        let name = extensions
            .rust_name
            .or(operation.operation_id)
            .unwrap_or_else(|| format!("{} {}", base.method, base.path));
        let builder = if callback {
            format!("{}Callback", ident::type_name(&name))
        } else {
            ident::builder_name(&ident::value_name(&name), base.accessor)
        };
        let Parameters { list: mut parameters, path } =
            self.parameters(base, operation.parameters, at)?;
        let sender = if callback { Sender::Dintero } else { Sender::Client };
        self.query_rules(&parameters, sender);
        let body = match operation.request_body {
            Some(body) => {
                let sent = self.body(body, base, at)?;
                if callback && !sent.fields.is_empty() {
                    let message = "the body of this callback is a form, which is not parsed";
                    let report = Report::warning("media-type", &at.child("requestBody"), message);
                    self.reports.push(
                        report.help(
                            "accept the warning with `x-accept: [media-type]` in the overlay",
                        ),
                    );
                } else {
                    parameters.extend(sent.fields);
                }
                sent.body
            }
            None => None,
        };
        let query = callback.then(|| self.query(&parameters, at));
        let (responses, errors) = self.responses(operation.responses, base, at);
        let response_enum =
            (!callback && needs_enum(&responses)).then(|| match &extensions.rust_type {
                Some(name) => ident::type_name(name),
                None => format!("{builder}Success"),
            });
        Ok(Operation {
            name: ident::value_name(&name),
            builder,
            method: base.method.to_uppercase(),
            path,
            server: self.server(&operation.servers, base, at),
            schemes: self.schemes(operation.security.as_ref().or(base.api.security.as_ref()), at),
            scopes,
            parameters,
            body,
            query: query.flatten(),
            responses,
            errors,
            response_enum,
            confidential,
            v1_only,
            example: extensions.example,
            repeatable: repeatable || matches!(base.method, "get" | "head"),
            callback,
            deprecated: operation.deprecated,
            summary: text(operation.summary),
            description: text(operation.description),
            at: at.clone(),
        })
    }

    fn lower(&mut self, at: &Pointer) -> Shape {
        Lower { document: self.document, reports: self.reports }.schema(at)
    }
}

/// The path of an operation, and the declarations that the operation inherits from its path item and the document.
struct Base<'a> {
    path: &'a str,
    /// The location of the path item.
    at: &'a Pointer,
    method: &'static str,
    accessor: &'a str,
    shared: &'a [ReferenceOr<OpenParameter>],
    servers: &'a [Server],
    api: &'a OpenAPI,
}

/// Returns whether success responses need an enum, because at least one of them has headers or because their bodies
/// differ.
fn needs_enum(responses: &[SuccessResponse]) -> bool {
    let first = responses.first().map(|response| &response.payload);
    responses
        .iter()
        .any(|response| !response.headers.is_empty() || Some(&response.payload) != first)
}

/// The error for an operation that is left out because it cannot be called; the reason was already reported.
struct LeftOut;

/// Returns the description, or `None` if it is blank.
fn text(description: Option<String>) -> Option<String> {
    description.filter(|text| !text.trim().is_empty())
}
