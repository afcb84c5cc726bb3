//! Names groups, operations and parameters, and the enums of responses.

use std::collections::HashMap;

use super::Naming;
use crate::model::ident;
use crate::model::{Group, Location, Operation, SuccessResponse};
use crate::pointer::Pointer;

impl Naming<'_> {
    pub(super) fn groups(&mut self, groups: &mut [Group]) {
        let mut accessors: HashMap<String, Pointer> = HashMap::new();
        for group in &mut *groups {
            let first = group.operations.first();
            let at = first.map_or_else(Pointer::root, |operation| operation.at.clone());
            if let Some(other) = accessors.insert(group.accessor.clone(), at.clone()) {
                let message = format!(
                    "two groups are named `{}`; the other starts at {other}",
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
        self.response_enums(groups);
    }

    /// Names the operations of a group. An operation whose name is already taken is named by method and path instead.
    fn methods(&mut self, group: &mut Group) {
        // Each operation also has a static, whose name is the method's name in upper case.
        let mut known: HashMap<String, Pointer> = HashMap::new();
        for operation in &mut group.operations {
            if known.contains_key(&ident::constant_name(&operation.name)) {
                let method = operation.method.to_lowercase();
                let plain = ident::value_name(&format!("{method} {}", operation.path));
                let spelt = || format!("{method} {}", ident::spelt_out(&operation.path));
                let is_taken = known.contains_key(&ident::constant_name(&plain));
                let longer = if is_taken { ident::value_name(&spelt()) } else { plain };
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
            let constant = ident::constant_name(&operation.name);
            if let Some(other) = known.insert(constant, operation.at.clone()) {
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
        if let Some(responses) = &operation.response_enum {
            if !self.is_free(responses) {
                let message = format!(
                    "the responses of this operation and another item are both named `{responses}`"
                );
                self.same(&operation.at, message, "x-rust-type");
            }
            let variants = operation.responses.iter().map(|response| response.variant.as_str());
            self.unique(variants, &operation.at);
            for response in &operation.responses {
                let headers = response.headers.iter().map(|header| header.name.as_str());
                self.unique(headers, &operation.at);
            }
        }
    }

    /// Names parameters. If the name of a parameter is taken, the parameter's location becomes a prefix: `id` in the
    /// path, `query_id` in the query.
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

    /// Reserves a name and returns it, with `context` appended if the name is already taken. Reports an error if the
    /// longer name is taken, too.
    fn free(&mut self, name: &str, context: &str, at: &Pointer) -> String {
        let name = if self.is_free(name) { name.to_owned() } else { format!("{name}{context}") };
        if !self.is_free(&name) {
            let message = match self.taken.get(&name) {
                Some(other) => format!("two items are named `{name}`; the other is at {other}"),
                None => format!("`{name}` has another meaning in Rust or in the runtime"),
            };
            self.same(at, message, "x-rust-name");
        }
        self.taken.insert(name.clone(), at.clone());
        name
    }

    /// Checks that operations share an enum of responses only if their responses are the same.
    fn response_enums(&mut self, groups: &[Group]) {
        let mut known: HashMap<&str, (&[SuccessResponse], &Pointer)> = HashMap::new();
        for operation in groups.iter().flat_map(|group| &group.operations) {
            let Some(name) = &operation.response_enum else { continue };
            let (responses, at) =
                known.entry(name).or_insert((&operation.responses, &operation.at));
            if !alike(responses, &operation.responses) {
                let message =
                    format!("`{name}` also names the responses of {at}, which are different");
                self.same(&operation.at, message, "x-rust-type");
            }
        }
        let names = known.into_iter().map(|(name, (_, at))| (name.to_owned(), at.clone()));
        self.taken.extend(names);
    }
}

/// Returns whether two sets of responses become the same enum.
fn alike(some: &[SuccessResponse], others: &[SuccessResponse]) -> bool {
    let headers = |response: &SuccessResponse| {
        response.headers.iter().map(|header| header.wire.clone()).collect::<Vec<_>>()
    };
    some.len() == others.len()
        && some.iter().zip(others).all(|(a, b)| {
            a.status == b.status
                && a.variant == b.variant
                && a.payload == b.payload
                && headers(a) == headers(b)
        })
}
