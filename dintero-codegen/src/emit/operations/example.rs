//! Writes the example in the documentation of an operation: the statements from the overlay, or the bare call.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use super::{Emit, ident, is_argument};
use crate::emit::imports::Imports;
use crate::model::{Body, BodyContent, Group, Operation, Payload, Style};

/// Returns the code block for an operation, which is compiled as a documentation test but not run.
///
/// Without statements from the overlay, the block is the bare call, and the hidden function around the call declares
/// the call's arguments as parameters.
pub(super) fn block(
    emit: &Emit<'_>,
    operation: &Operation,
    group: &Group,
    arguments: &[TokenStream],
) -> String {
    let (scope, head, statements) = match &operation.example {
        Some(statements) => (Vec::new(), function(&[]), statements.trim_end().to_owned()),
        None => {
            let scope = scope(emit, operation);
            (scope, function(arguments), call(operation, group, arguments))
        }
    };
    let head: String = scope
        .iter()
        .map(String::as_str)
        .chain(head.lines())
        .map(|line| format!("# {line}\n"))
        .collect();
    format!("# Examples\n\n```no_run\n{head}{statements}\n# Ok(())\n# }}\n```\n")
}

/// Returns the lines up to the body of the function, which are hidden.
fn function(arguments: &[TokenStream]) -> String {
    let function = quote! {
        async fn example(client: &dintero_api::Client, #(#arguments),*) -> Result<(), dintero_api::Error> {}
    };
    // If the code cannot be formatted, it still compiles.
    let printed = match syn::parse2(function.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => function.to_string(),
    };
    printed.trim_end().trim_end_matches('}').to_owned()
}

/// Returns the imports of the types of the arguments. Each type is imported by name, because the runtime may export
/// another item with the same name.
fn scope(emit: &Emit<'_>, operation: &Operation) -> Vec<String> {
    let arguments = operation.parameters.iter().filter(|parameter| is_argument(parameter));
    let body = operation.body.as_ref().filter(|body| body.required);
    let mut imports = Imports::default();
    for parameter in arguments.clone().filter(|parameter| !is_file(&parameter.style)) {
        imports.ty(emit.model, &parameter.ty);
    }
    if let Some(ty) = body.and_then(Body::ty) {
        imports.ty(emit.model, ty);
    }
    let has_bytes = arguments.into_iter().any(|parameter| is_file(&parameter.style))
        || body.is_some_and(|body| matches!(body.content, BodyContent::Bytes));
    imports.of_a_merchant(has_bytes.then_some("client::Bytes"))
}

fn is_file(style: &Style) -> bool {
    matches!(style, Style::File { .. })
}

fn call(operation: &Operation, group: &Group, arguments: &[TokenStream]) -> String {
    let names = arguments.iter().filter_map(|argument| argument.clone().into_iter().next());
    let names: Vec<String> = names.map(|name| name.to_string()).collect();
    let (accessor, method) = (ident(&group.accessor), ident(&operation.name));
    let call = format!(
        "client.{}().{}({}).await?;",
        accessor.to_token_stream(),
        method.to_token_stream(),
        names.join(", ")
    );
    let is_empty =
        operation.responses.iter().all(|response| matches!(response.payload, Payload::Empty));
    if is_empty { call } else { format!("let response = {call}") }
}
