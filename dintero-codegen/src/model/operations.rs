//! Operations: what is called, with which parameters, and what comes back. Path-level parameters, servers and
//! security requirements are settled here, so that an operation of the model stands for itself.

use indexmap::IndexMap;
use openapiv3::{
    APIKeyLocation, Components, MediaType, OpenAPI, Operation as OpenOperation,
    Parameter as OpenParameter, ParameterData, ParameterSchemaOrContent, PathItem, ReferenceOr,
    RequestBody, Response, SecurityRequirement, SecurityScheme, Server, StatusCode,
};
use serde_json::Value;

use crate::extensions::Extensions;
use crate::model::ident::{self, Named};
use crate::model::types::Types;
use crate::model::{
    Answer, Body, Docs, ErrorAnswer, Field, Group, Header, Location, Operation, Parameter, Payload,
    Presence, Scheme, Style, Type, TypeId,
};
use crate::pointer::Pointer;
use crate::report::{Report, Reports};
use crate::schema::shape::{Kind, Lower, Shape};

/// Makes the groups of a model. The types are made by `types`, in the order in which operations need them.
pub(crate) struct Operations<'a, 'b> {
    pub(crate) document: &'a Value,
    pub(crate) components: &'a Components,
    pub(crate) types: &'a mut Types<'b>,
    pub(crate) reports: &'a mut Reports,
}

/// The methods that OpenAPI knows, with where openapiv3 keeps them.
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
    /// All operations of a document, in groups.
    pub(crate) fn all(&mut self, api: &mut OpenAPI) -> Vec<Group> {
        let mut groups: IndexMap<String, Group> = IndexMap::new();
        let paths = std::mem::take(&mut api.paths.paths);
        for (path, item) in paths {
            let at = Pointer::from("/paths").child(&path);
            let ReferenceOr::Item(mut item) = item else { continue };
            let shared = std::mem::take(&mut item.parameters);
            let servers = std::mem::take(&mut item.servers);
            for (method, operation) in methods(item) {
                let at = at.child(method);
                let (group, tag) = self.group(&operation, &at);
                let accessor = ident::accessor(&group);
                let base = Base {
                    path: &path,
                    method,
                    accessor: &accessor,
                    shared: &shared,
                    servers: &servers,
                    api,
                };
                if let Some(operation) = self.operation(operation, &base, &at) {
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

    /// The group's name, and what its first declared tag says of it.
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
            .and_then(|declared| declared["description"].as_str());
        let name = given.or(tag.map(String::as_str)).unwrap_or("api");
        (name.to_owned(), docs.map(str::to_owned))
    }

    fn operation(
        &mut self,
        operation: OpenOperation,
        base: &Base<'_>,
        at: &Pointer,
    ) -> Option<Operation> {
        let raw = at.find(self.document);
        let flag = |key: &str| raw.and_then(|raw| raw.get(key)).is_some_and(|value| value == true);
        let (callback, repeatable) = (flag("x-callback"), flag("x-repeatable"));
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
        let parameters = self.parameters(base, operation.parameters, at)?;
        let body = match operation.request_body {
            Some(body) => Some(self.body(body, at)?),
            None => None,
        };
        let query = callback.then(|| self.query(&parameters, at));
        let (answers, errors) =
            self.responses(operation.responses.responses, operation.responses.default, at);
        let answer_enum =
            (!callback && needs_enum(&answers)).then(|| match &extensions.rust_type {
                Some(name) => ident::type_name(name),
                None => format!("{builder}Answer"),
            });
        Some(Operation {
            name: ident::value_name(&name),
            builder,
            method: base.method.to_uppercase(),
            path: base.path.to_owned(),
            server: server(&operation.servers, base),
            schemes: self.schemes(operation.security.as_ref().or(base.api.security.as_ref()), at),
            scopes,
            parameters,
            body,
            query: query.flatten(),
            answers,
            errors,
            answer_enum,
            repeatable: repeatable || matches!(base.method, "get" | "head"),
            confidential: flag("x-confidential"),
            v1_only: flag("x-v1-only"),
            callback,
            deprecated: operation.deprecated,
            summary: operation.summary,
            description: operation.description,
            example: extensions.example,
            at: at.clone(),
        })
    }

    /// The operation's own parameters stand for the path's of the same name and place.
    fn parameters(
        &mut self,
        base: &Base<'_>,
        own: Vec<ReferenceOr<OpenParameter>>,
        at: &Pointer,
    ) -> Option<Vec<Parameter>> {
        let mut parameters: IndexMap<(String, &'static str), Parameter> = IndexMap::new();
        let path_at = at.parent().unwrap_or_default();
        let shared = base.shared.iter().cloned().enumerate();
        let shared =
            shared.map(|(index, parameter)| (path_at.child("parameters").item(index), parameter));
        let own = own.into_iter().enumerate();
        let own = own.map(|(index, parameter)| (at.child("parameters").item(index), parameter));
        for (at, parameter) in shared.chain(own).collect::<Vec<_>>() {
            let parameter = self.parameter(parameter, &at)?;
            let place = match parameter.location {
                Location::Path => "path",
                Location::Query => "query",
                Location::Header => "header",
            };
            parameters.insert((parameter.wire.clone(), place), parameter);
        }
        let parameters: Vec<Parameter> = parameters.into_values().collect();
        self.path_parameters(base.path, &parameters, at);
        Some(parameters)
    }

    /// What a callback brings in its query becomes a type, because the merchant reads it.
    fn query(&mut self, parameters: &[Parameter], at: &Pointer) -> Option<TypeId> {
        let in_query = parameters.iter().filter(|parameter| parameter.location == Location::Query);
        let fields: Vec<Field> = in_query
            .map(|parameter| Field {
                name: parameter.name.clone(),
                wire: parameter.wire.clone(),
                ty: parameter.ty.clone(),
                presence: if parameter.required { Presence::Required } else { Presence::Optional },
                read_only: false,
                redact: false,
                preset: None,
                deprecated: parameter.deprecated,
                docs: parameter.docs.clone(),
            })
            .collect();
        (!fields.is_empty()).then(|| self.types.query(fields, at))
    }

    fn path_parameters(&mut self, path: &str, parameters: &[Parameter], at: &Pointer) {
        let declared =
            |name: &str| parameters.iter().any(|p| p.location == Location::Path && p.wire == name);
        for name in
            path.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name)
        {
            if !declared(name) {
                self.reports.push(
                    Report::error(
                        "path-parameter",
                        at,
                        format!("the path names `{{{name}}}`, but no parameter declares it"),
                    )
                    .help("add the parameter with `in: path`"),
                );
            }
        }
        for parameter in parameters.iter().filter(|parameter| parameter.location == Location::Path)
        {
            if !path.contains(&format!("{{{}}}", parameter.wire)) {
                let message = format!("the path does not name `{{{}}}`", parameter.wire);
                self.reports.push(
                    Report::error("path-parameter", &parameter.at, message)
                        .help("remove the parameter, or add it to the path"),
                );
            }
        }
    }

    fn parameter(
        &mut self,
        parameter: ReferenceOr<OpenParameter>,
        at: &Pointer,
    ) -> Option<Parameter> {
        let (parameter, at) =
            resolve(parameter, "parameters", at, |name| self.components.parameters.get(name))?;
        let (data, location, style) = match parameter {
            OpenParameter::Path { parameter_data, style } => {
                (parameter_data, Location::Path, style == openapiv3::PathStyle::Simple)
            }
            OpenParameter::Query {
                parameter_data,
                style,
                allow_reserved: _,
                allow_empty_value: _,
            } => (parameter_data, Location::Query, style == openapiv3::QueryStyle::Form),
            OpenParameter::Header { parameter_data, style } => {
                (parameter_data, Location::Header, style == openapiv3::HeaderStyle::Simple)
            }
            OpenParameter::Cookie { .. } => {
                self.reports.push(
                    Report::warning(
                        "cookie",
                        &at,
                        "a parameter in a cookie: the operation is left out",
                    )
                    .help("accept it with `x-accept: [cookie]` in the overlay"),
                );
                return None;
            }
        };
        if !style {
            self.reports.push(
                Report::error(
                    "style",
                    &at.child("style"),
                    "this style of a parameter is not supported",
                )
                .help("`form` is read for a query, `simple` for a path and a header"),
            );
        }
        Some(self.described(data, location, &at))
    }

    fn described(&mut self, data: ParameterData, location: Location, at: &Pointer) -> Parameter {
        let raw = at.find(self.document);
        let from_client =
            raw.and_then(|raw| raw.get("x-from-client")).is_some_and(|value| value == true);
        let extensions = Extensions::read(raw);
        let shape = match data.format {
            ParameterSchemaOrContent::Schema(schema) => self.lower(schema, &at.child("schema")),
            ParameterSchemaOrContent::Content(_) => {
                let message = "a parameter with `content` is not supported";
                self.reports.push(
                    Report::error("style", &at.child("content"), message)
                        .help("describe it with `schema`"),
                );
                Shape::new(Kind::Text(None), at)
            }
        };
        let explode = data.explode.unwrap_or(location == Location::Query);
        let ty = self.types.shape(&shape, &data.name);
        let style = match (&ty, location, explode) {
            (Type::List(_), Location::Query, true) => Style::Each,
            (Type::List(_), ..) => Style::Joined,
            _ => Style::One,
        };
        if !self.types.is_scalar(&ty) {
            let message =
                format!("the parameter `{}` is not a scalar or a list of them", data.name);
            self.reports.push(
                Report::error("style", at, message).help("objects cannot be sent as a parameter"),
            );
        }
        Parameter {
            name: ident::member_name(extensions.rust_name.as_deref().unwrap_or(&data.name)),
            wire: data.name,
            location,
            ty,
            style,
            required: data.required || location == Location::Path,
            from_client,
            deprecated: data.deprecated.unwrap_or_default(),
            docs: Docs {
                description: data.description.or(shape.notes.description),
                default: shape.notes.default,
                example: data.example.or(shape.notes.example),
                limits: shape.notes.limits,
            },
            at: at.clone(),
        }
    }

    fn lower(&mut self, schema: ReferenceOr<openapiv3::Schema>, at: &Pointer) -> Shape {
        Lower { document: self.document, reports: self.reports }.schema(schema, at)
    }

    fn body(&mut self, body: ReferenceOr<RequestBody>, at: &Pointer) -> Option<Body> {
        let at = at.child("requestBody");
        let (body, at) =
            resolve(body, "requestBodies", &at, |name| self.components.request_bodies.get(name))?;
        let at_content = at.child("content");
        let Some((media_type, content)) = json_content(body.content) else {
            self.reports.push(
                Report::warning(
                    "media-type",
                    &at_content,
                    "a body that is not JSON: the operation is left out",
                )
                .help("accept it with `x-accept: [media-type]` in the overlay"),
            );
            return None;
        };
        let at_schema = at_content.child(&media_type).child("schema");
        let ty = self.content(content, &at_schema, "request")?;
        Some(Body { ty, required: body.required })
    }

    fn content(&mut self, content: MediaType, at: &Pointer, context: &str) -> Option<Type> {
        let shape = self.lower(content.schema?, at);
        Some(self.types.shape(&shape, context))
    }

    fn responses(
        &mut self,
        responses: IndexMap<StatusCode, ReferenceOr<Response>>,
        default: Option<ReferenceOr<Response>>,
        at: &Pointer,
    ) -> (Vec<Answer>, Vec<ErrorAnswer>) {
        let at = at.child("responses");
        let (mut answers, mut errors) = (Vec::new(), Vec::new());
        let statuses = responses.into_iter().map(|(status, response)| (Some(status), response));
        for (status, response) in statuses.chain(default.map(|response| (None, response))) {
            let key = status.as_ref().map_or_else(|| "default".to_owned(), ToString::to_string);
            let at_status = at.child(&key);
            let rust_name = Extensions::read(at_status.find(self.document)).rust_name;
            let Some((response, at)) = resolve(response, "responses", &at_status, |name| {
                self.components.responses.get(name)
            }) else {
                continue;
            };
            let code = match &status {
                Some(StatusCode::Code(code)) => *code,
                Some(StatusCode::Range(hundreds)) => hundreds * 100,
                None => 0,
            };
            if (200..300).contains(&code) {
                let headers = self.headers(response.headers, &at);
                let payload = self.payload(response.content, &at);
                answers.push(Answer {
                    status: code,
                    variant: match rust_name {
                        Some(name) => ident::type_name(&name),
                        None => format!("Status{code}"),
                    },
                    description: response.description,
                    payload,
                    headers,
                });
            } else {
                let ty = match self.payload(response.content, &at) {
                    Payload::Json(ty) => Some(ty),
                    Payload::Empty | Payload::Bytes => None,
                };
                errors.push(ErrorAnswer {
                    status: status.map(|_| key),
                    description: response.description,
                    ty,
                });
            }
        }
        (answers, errors)
    }

    fn headers(
        &mut self,
        headers: IndexMap<String, ReferenceOr<openapiv3::Header>>,
        at: &Pointer,
    ) -> Vec<Header> {
        let mut read = Vec::new();
        for (name, header) in headers {
            let at = at.child("headers").child(&name);
            let Some((header, at)) =
                resolve(header, "headers", &at, |name| self.components.headers.get(name))
            else {
                continue;
            };
            if let ParameterSchemaOrContent::Schema(schema) = header.format {
                let shape = self.lower(schema, &at.child("schema"));
                let ty = self.types.shape(&shape, &name);
                read.push(Header {
                    name: ident::value_name(&name),
                    wire: name,
                    ty,
                    description: header.description,
                });
            }
        }
        let wires = read.iter().map(|header| Named { text: &header.wire, given: None });
        let names = ident::distinct(ident::value_name, wires);
        for (header, name) in read.iter_mut().zip(names) {
            header.name = name;
        }
        read
    }

    fn payload(&mut self, content: IndexMap<String, MediaType>, at: &Pointer) -> Payload {
        if content.is_empty() {
            return Payload::Empty;
        }
        let at_content = at.child("content");
        let Some((media_type, content)) = json_content(content) else { return Payload::Bytes };
        let at = at_content.child(&media_type).child("schema");
        let Some(schema) = content.schema else { return Payload::Empty };
        let shape = self.lower(schema, &at);
        if matches!(&shape.kind, Kind::Text(Some(format)) if format == "binary") {
            self.reports.push(
                Report::warning(
                    "binary",
                    &at,
                    "binary data is declared as JSON; it is read as bytes",
                )
                .help("declare the media types that are really sent, in the overlay"),
            );
            return Payload::Bytes;
        }
        Payload::Json(self.types.shape(&shape, "response"))
    }

    /// The alternatives, in the document's order. An empty list sends nothing.
    fn schemes(
        &mut self,
        requirements: Option<&Vec<SecurityRequirement>>,
        at: &Pointer,
    ) -> Vec<Scheme> {
        let mut schemes = Vec::new();
        for requirement in requirements.into_iter().flatten() {
            if requirement.len() > 1 {
                self.reports.push(
                    Report::warning(
                        "security",
                        &at.child("security"),
                        "two security schemes at once are not supported; the first is used",
                    )
                    .help("accept it with `x-accept: [security]` in the overlay"),
                );
            }
            let Some(name) = requirement.keys().next() else { continue };
            match self.scheme(name) {
                Some(scheme) if schemes.contains(&scheme) => {}
                Some(scheme) => schemes.push(scheme),
                None => self.reports.push(
                    Report::warning("security", &at.child("security"), format!("the security scheme `{name}` is not declared, or of a kind that is not supported"))
                        .help("API keys in a header, bearer tokens and HTTP Basic are supported"),
                ),
            }
        }
        schemes
    }

    fn scheme(&self, name: &str) -> Option<Scheme> {
        match self.components.security_schemes.get(name)?.as_item()? {
            SecurityScheme::APIKey { location: APIKeyLocation::Header, name, .. } => {
                // Swagger 2 had no bearer scheme; documents converted from it say so with a header.
                Some(if name.eq_ignore_ascii_case("authorization") {
                    Scheme::Bearer
                } else {
                    Scheme::ApiKey
                })
            }
            SecurityScheme::HTTP { scheme, .. } if scheme.eq_ignore_ascii_case("basic") => {
                Some(Scheme::Basic)
            }
            SecurityScheme::HTTP { scheme, .. } if scheme.eq_ignore_ascii_case("bearer") => {
                Some(Scheme::Bearer)
            }
            SecurityScheme::OAuth2 { .. } | SecurityScheme::OpenIDConnect { .. } => {
                Some(Scheme::Bearer)
            }
            SecurityScheme::APIKey { .. } | SecurityScheme::HTTP { .. } => None,
        }
    }
}

/// What an operation takes over from around it.
struct Base<'a> {
    path: &'a str,
    method: &'static str,
    accessor: &'a str,
    shared: &'a [ReferenceOr<OpenParameter>],
    servers: &'a [Server],
    api: &'a OpenAPI,
}

/// Several answers need an enum, unless they cannot be told apart by their content.
fn needs_enum(answers: &[Answer]) -> bool {
    let first = answers.first().map(|answer| &answer.payload);
    answers.iter().any(|answer| !answer.headers.is_empty() || Some(&answer.payload) != first)
}

/// The nearest server, without a slash at its end: paths bring their own.
fn server(own: &[Server], base: &Base<'_>) -> String {
    let servers = [own, base.servers, &base.api.servers];
    let url = servers.into_iter().flatten().next().map_or("", |server| server.url.as_str());
    url.trim_end_matches('/').to_owned()
}

fn json_content(content: IndexMap<String, MediaType>) -> Option<(String, MediaType)> {
    content.into_iter().find(|(media_type, _)| {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        essence == "application/json" || essence.ends_with("+json")
    })
}

/// The object behind a reference, and where it stands. What dangles was reported by the keyword check.
fn resolve<'c, T: Clone + 'c>(
    value: ReferenceOr<T>,
    section: &str,
    at: &Pointer,
    component: impl Fn(&str) -> Option<&'c ReferenceOr<T>>,
) -> Option<(T, Pointer)> {
    match value {
        ReferenceOr::Item(item) => Some((item, at.clone())),
        ReferenceOr::Reference { reference } => {
            let name = reference.strip_prefix(&format!("#/components/{section}/"))?;
            let at = Pointer::from("/components").child(section).child(name);
            Some((component(name)?.as_item()?.clone(), at))
        }
    }
}
