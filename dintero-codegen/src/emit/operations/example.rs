//! Writes the example in the documentation of an operation: the statements from the overlay, or the bare call.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use super::ident;
use crate::model::{Group, Operation, Payload};

/// Returns the code block for an operation, which is compiled as a documentation test but not run.
///
/// Without statements from the overlay, the block is the bare call, and the hidden function around the call declares
/// the call's arguments as parameters.
pub(super) fn block(operation: &Operation, group: &Group, arguments: &[TokenStream]) -> String {
    let (head, statements) = match &operation.example {
        Some(statements) => (function(&[]), statements.trim_end().to_owned()),
        None => (function(arguments), call(operation, group, arguments)),
    };
    format!("# Examples\n\n```no_run\n{head}{statements}\n# Ok(())\n# }}\n```\n")
}

/// Returns the hidden lines up to the body of the function.
fn function(arguments: &[TokenStream]) -> String {
    let function = quote! {
        async fn example(client: &dintero_api::Client, #(#arguments),*) -> Result<(), dintero_api::Error> {}
    };
    // If the code cannot be formatted, it still compiles.
    let printed = match syn::parse2(function.clone()) {
        Ok(file) => prettyplease::unparse(&file),
        Err(_) => function.to_string(),
    };
    let head = printed.trim_end().trim_end_matches('}');
    // Argument types other than `&str` must be in scope.
    let has_types = arguments.iter().any(|argument| !argument.to_string().ends_with("& str"));
    let scope = has_types.then_some("use dintero_api::{client::Bytes, types::*, *};");
    scope.into_iter().chain(head.lines()).map(|line| format!("# {line}\n")).collect()
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
