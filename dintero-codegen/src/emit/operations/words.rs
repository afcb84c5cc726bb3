//! Writes the documentation of an operation: what it does, its endpoint, its arguments and its errors.

use super::{Emit, docs, is_argument};
use crate::model::{ErrorResponse, Operation, Type};

/// Returns the documentation of the method that creates the builder of a call; the documentation ends with an example.
pub(super) fn operation(emit: &Emit<'_>, operation: &Operation, example: &str) -> String {
    let Operation { method, path, server, .. } = operation;
    let summary = docs::said(operation.summary.as_deref());
    let description = docs::said(operation.description.as_deref());
    let mut text = match (summary, description) {
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
        text.push_str(&format!(", with one of the scopes `{}`", operation.scopes.join("`, `")));
    }
    text.push_str(".\n");
    let arguments: Vec<String> = operation
        .parameters
        .iter()
        .filter(|parameter| is_argument(parameter))
        .map(|parameter| {
            format!("- `{}`: {}", parameter.name, on_one_line(&docs::parameter(emit, parameter)))
        })
        .collect();
    if !arguments.is_empty() {
        text.push_str(&format!("\n# Arguments\n\n{}\n", arguments.join("\n")));
    }
    text.push_str("\n# Errors\n\n");
    text.push_str(if operation.repeatable {
        "This request is safe to retry: sending it twice has the same effect as sending it once."
    } else {
        "If the error's `maybe_sent()` method returns `true`, the request may have taken effect; check this before you send the request again."
    });
    text.push('\n');
    errors(emit, operation, &mut text);
    text.truncate(text.trim_end().len());
    text.push_str(&format!("\n\n{example}"));
    text
}

fn errors(emit: &Emit<'_>, operation: &Operation, text: &mut String) {
    let mut errors: Vec<&ErrorResponse> = operation.errors.iter().collect();
    errors.sort_by_key(|error| (error.status.is_none(), error.status.clone()));
    for error in errors {
        let status = error.status.as_deref().unwrap_or("other statuses");
        let said = docs::said(Some(&error.description));
        let said =
            said.map_or_else(|| "not described in the document.".to_owned(), docs::description);
        text.push_str(&format!("\n- {status}: {}", on_one_line(&said)));
        // `Error` has methods for the usual error body, so only other types are mentioned.
        let id = error.ty.as_ref().and_then(Type::named).filter(|id| Some(*id) != emit.usual_error);
        if let Some(id) = id {
            let name = emit.model.name(id);
            text.push_str(&format!(
                " The body is a [`{name}`](crate::types::{name}), which [`Error::body`] reads."
            ));
        }
    }
}

fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
