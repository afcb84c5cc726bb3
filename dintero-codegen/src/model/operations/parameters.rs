//! Reads the path, query, header and cookie parameters of a path item and of its operations.

use indexmap::IndexMap;
use openapiv3::{Parameter as OpenParameter, ParameterData, ParameterSchemaOrContent, ReferenceOr};

use super::media;
use super::reference::resolve;
use super::wording::{Explode, QueryForm, Wanted};
use super::{Base, LeftOut, Operations, text};
use crate::extensions::{Decides, Extensions, QueryRule};
use crate::model::ident;
use crate::model::{Docs, Field, Location, Parameter, Presence, Style, Type, TypeId};
use crate::pointer::Pointer;
use crate::report::Report;
use crate::schema::shape::{Kind, Shape};

/// The parameters of an operation, and its path with the prefixes that the parameters' styles require.
pub(super) struct Parameters {
    pub(super) list: Vec<Parameter>,
    pub(super) path: String,
}

/// Who sends the parameters of an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sender {
    Client,
    Dintero,
}

/// One parameter after parsing.
struct Read {
    parameter: Parameter,
    prefix: Option<String>,
}

impl Operations<'_, '_> {
    /// Returns the parameters of an operation and of its path. An operation's parameter overrides a parameter of the
    /// path with the same name and location.
    pub(super) fn parameters(
        &mut self,
        base: &Base<'_>,
        own: Vec<ReferenceOr<OpenParameter>>,
        at: &Pointer,
    ) -> Result<Parameters, LeftOut> {
        let path_at = base.at.child("parameters");
        let shared = base.shared.iter().cloned().enumerate();
        let shared = shared.map(|(index, parameter)| (path_at.item(index), parameter));
        let own = own.into_iter().enumerate();
        let own = own.map(|(index, parameter)| (at.child("parameters").item(index), parameter));
        let mut declared: IndexMap<(String, &'static str), (OpenParameter, Pointer)> =
            IndexMap::new();
        for (at, parameter) in shared.chain(own) {
            let components = &self.components.parameters;
            let found = resolve(parameter, "parameters", &at, |name| components.get(name));
            let (parameter, at) = found.ok_or(LeftOut)?;
            let key = (parameter.parameter_data_ref().name.clone(), place(&parameter));
            if key.1 == "header" && self.is_ignored(&key.0, &at) {
                continue;
            }
            declared.insert(key, (parameter, at));
        }
        let mut read = Vec::new();
        for (parameter, at) in declared.into_values() {
            read.extend(self.parameter(parameter, &at)?);
        }
        let mut path = base.path.to_owned();
        let mut list = Vec::new();
        for Read { parameter, prefix } in read {
            if let Some(prefix) = prefix {
                let name = format!("{{{}}}", parameter.wire);
                path = path.replace(&name, &format!("{prefix}{name}"));
            }
            list.push(parameter);
        }
        self.path_parameters(base.path, &list, at);
        Ok(Parameters { list, path })
    }

    /// Returns whether OpenAPI ignores a header parameter, because the request declares the header elsewhere, and reports
    /// it. The client sets these headers itself.
    fn is_ignored(&mut self, name: &str, at: &Pointer) -> bool {
        let elsewhere = ["Accept", "Content-Type", "Authorization"];
        if !elsewhere.iter().any(|ignored| ignored.eq_ignore_ascii_case(name)) {
            return false;
        }
        let from_client = at.find(self.document).and_then(|raw| raw.get("x-from-client"));
        if from_client.is_none_or(|value| value != true) {
            let message = format!(
                "OpenAPI ignores the header parameter `{name}`: the client sets the header"
            );
            let report = Report::warning("header", at, message);
            self.reports.push(report.help(
                "declare media types in `content` and credentials in `security`; in the overlay, remove the parameter or \
                 set `x-from-client: true`",
            ));
        }
        true
    }

    /// Builds a type for the query of a callback, which the merchant reads. The fields of the type are single values
    /// and lists, because a query cannot be parsed into fields of other types.
    pub(super) fn query(&mut self, parameters: &[Parameter], at: &Pointer) -> Option<TypeId> {
        let in_query = parameters.iter().filter(|parameter| parameter.location == Location::Query);
        let is_read = |style: &Style| matches!(style, Style::One | Style::Each | Style::Joined(_));
        let (in_query, lost): (Vec<&Parameter>, Vec<&Parameter>) =
            in_query.partition(|parameter| is_read(&parameter.style));
        for parameter in lost {
            let message = format!(
                "`{}` is an object in the query of a callback, where objects are not parsed",
                parameter.wire
            );
            let report = Report::warning("style", &parameter.at, message);
            self.reports
                .push(report.help("accept the warning with `x-accept: [style]` in the overlay"));
        }
        let fields: Vec<Field> = in_query
            .into_iter()
            .map(|parameter| Field {
                name: parameter.name.clone(),
                wire: parameter.wire.clone(),
                ty: parameter.ty.clone(),
                presence: if parameter.required { Presence::Required } else { Presence::Optional },
                read_only: false,
                write_only: false,
                redact: false,
                lenient: false,
                may_be_empty: false,
                decides: Decides::Unsaid,
                preset: None,
                deprecated: parameter.deprecated,
                docs: parameter.docs.clone(),
                at: parameter.at.clone(),
            })
            .collect();
        (!fields.is_empty()).then(|| self.types.query(fields, at))
    }

    /// Checks `x-sent-with` and `x-not-sent-with`. Both parameters must be optional query parameters with a scalar or a
    /// list as their value, because the runtime looks for them by name.
    pub(super) fn query_rules(&mut self, parameters: &[Parameter], sender: Sender) {
        let can_be_checked = |parameter: &Parameter| {
            parameter.location == Location::Query
                && !parameter.required
                && !matches!(parameter.style, Style::Fields(_))
        };
        for parameter in parameters {
            let rules = parameter.query_rules.iter().map(QueryRule::other);
            for name in rules {
                let other = parameters.iter().find(|other| other.wire == name);
                let problem = match other {
                    _ if sender == Sender::Dintero => {
                        "the client does not send the parameters of a callback".to_owned()
                    }
                    _ if !can_be_checked(parameter) => format!(
                        "`{}` must be an optional query parameter whose value is a scalar or a list",
                        parameter.wire
                    ),
                    Some(other) if other.wire == parameter.wire => {
                        format!("`{name}` cannot have a rule about itself")
                    }
                    Some(other) if can_be_checked(other) => continue,
                    Some(_) => {
                        format!(
                            "`{name}` must be an optional query parameter whose value is a scalar or a list"
                        )
                    }
                    None => format!("the operation has no parameter `{name}`"),
                };
                let report = Report::error("query-rule", &parameter.at, problem);
                self.reports.push(report.help(
                    "`x-sent-with` and `x-not-sent-with` name other query parameters of the same operation",
                ));
            }
        }
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
                        format!("the path contains `{{{name}}}`, but no parameter declares it"),
                    )
                    .help("add the parameter with `in: path`"),
                );
            }
        }
        for parameter in parameters.iter().filter(|parameter| parameter.location == Location::Path)
        {
            if !path.contains(&format!("{{{}}}", parameter.wire)) {
                let message = format!("the path does not contain `{{{}}}`", parameter.wire);
                self.reports.push(
                    Report::error("path-parameter", &parameter.at, message)
                        .help("remove the parameter, or add it to the path"),
                );
            }
        }
    }

    /// Reads a parameter. A parameter that cannot be sent is omitted if it is optional; otherwise its operation is
    /// omitted.
    fn parameter(
        &mut self,
        parameter: OpenParameter,
        at: &Pointer,
    ) -> Result<Option<Read>, LeftOut> {
        let explode = parameter.parameter_data_ref().explode;
        let (data, location, wanted) = match parameter {
            OpenParameter::Path { parameter_data, style } => {
                (parameter_data, Location::Path, Wanted::in_path(&style, explode))
            }
            OpenParameter::Query {
                parameter_data,
                style,
                allow_reserved: _,    // reported by the keyword check
                allow_empty_value: _, // an empty string is always allowed
            } => {
                let wanted = Wanted::Query(QueryForm::new(&style, explode));
                (parameter_data, Location::Query, wanted)
            }
            // `simple` is the only style of headers, and `form` the only style of cookies.
            OpenParameter::Header { parameter_data, style: _ } => {
                let wanted = Wanted::Simple(Explode::new(explode, Explode::Together));
                (parameter_data, Location::Header, wanted)
            }
            OpenParameter::Cookie { parameter_data, style: _ } => {
                let wanted = Wanted::Cookie(Explode::new(explode, Explode::Apart));
                (parameter_data, Location::Cookie, wanted)
            }
        };
        let name = data.name.clone();
        let is_required = data.required || location == Location::Path;
        match self.described(data, location, wanted, at) {
            Ok(parameter) => Ok(Some(Read { parameter, prefix: wanted.prefix(&name) })),
            Err(why) => {
                let (what, left_out) =
                    if is_required { ("its operation", Err(LeftOut)) } else { ("it", Ok(None)) };
                self.reports.push(
                    Report::warning(
                        "style",
                        at,
                        format!(
                            "the parameter `{name}` cannot be sent, so {what} is left out: {why}"
                        ),
                    )
                    .help(
                        "describe the real value in the overlay, for example as `type: string`, \
                         or accept the warning with `x-accept: [style]`",
                    ),
                );
                left_out
            }
        }
    }

    fn described(
        &mut self,
        data: ParameterData,
        location: Location,
        wanted: Wanted,
        at: &Pointer,
    ) -> Result<Parameter, &'static str> {
        let raw = at.find(self.document);
        let from_client =
            raw.and_then(|raw| raw.get("x-from-client")).is_some_and(|value| value == true);
        let extensions = Extensions::read(raw);
        let value = match data.format {
            ParameterSchemaOrContent::Schema(_) => {
                let shape = self.lower(&at.child("schema"));
                let wording = self.wording(&shape, &data.name);
                let style = wanted.style(&wording)?;
                Value { ty: wording.into_type(), style, shape }
            }
            ParameterSchemaOrContent::Content(content) => {
                self.json_parameter(content, location, &data.name, at)?
            }
        };
        let Value { ty, style, shape } = value;
        Ok(Parameter {
            name: ident::member_name(extensions.rust_name.as_deref().unwrap_or(&data.name)),
            wire: data.name,
            location,
            ty,
            style,
            required: data.required || location == Location::Path,
            from_client,
            deprecated: data.deprecated.unwrap_or_default(),
            query_rules: extensions.query_rules,
            docs: Docs {
                description: text(data.description).or(shape.notes.description),
                default: shape.notes.default,
                example: data.example.or(shape.notes.example),
                limits: shape.notes.limits,
            },
            at: at.clone(),
        })
    }

    /// Reads a parameter with `content`, whose value is JSON.
    fn json_parameter(
        &mut self,
        mut content: openapiv3::Content,
        location: Location,
        name: &str,
        at: &Pointer,
    ) -> Result<Value, &'static str> {
        let at_content = at.child("content");
        let Some(media) = media::json(&mut content) else {
            return Err("its `content` is not JSON");
        };
        if !matches!(location, Location::Query | Location::Header) {
            return Err("JSON can be sent only in the query and in headers");
        }
        let at_schema = at_content.child(&media.name).child("schema");
        let shape = match media.content.schema {
            Some(_) => self.lower(&at_schema),
            None => Shape::new(Kind::Any, &at_schema),
        };
        let ty = self.types.body(&shape, name);
        Ok(Value { ty, style: Style::Json, shape })
    }
}

/// The type of a parameter, with its style and the shape of its schema.
struct Value {
    ty: Type,
    style: Style,
    shape: Shape,
}

/// Returns the location of a parameter. Parameters with the same name in two locations are different parameters.
fn place(parameter: &OpenParameter) -> &'static str {
    match parameter {
        OpenParameter::Path { .. } => "path",
        OpenParameter::Query { .. } => "query",
        OpenParameter::Header { .. } => "header",
        OpenParameter::Cookie { .. } => "cookie",
    }
}
