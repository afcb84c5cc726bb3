//! Tests the promise of `spec/names.lock`: each breaking change of the generated API changes or removes a line, and an
//! addition that breaks no code only adds lines.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use support::{files_under, generate, read, tests, told_all};
use syn::{FnArg, ImplItem, Item, Pat, PatType, ReceiverKind, Type};

/// What a change of the document means for code that uses the generated API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Change {
    Breaking,
    Addition,
}
use Change::{Addition, Breaking};

fn lines(document: &str) -> BTreeSet<String> {
    let output = generate(document, None);
    let lock = output.files.get("spec/names.lock");
    let lock = lock.unwrap_or_else(|| panic!("{document}\n{}", told_all(&output.reports)));
    lock.lines().map(str::to_owned).collect()
}

/// Replaces texts in `names.yaml`, each of which occurs once, and compares the lines.
fn change(edits: &[(&str, &str)]) -> Change {
    let before = read(&tests().join("names.yaml"));
    let mut after = before.clone();
    for (old, new) in edits {
        assert_eq!(after.matches(old).count(), 1, "{old}");
        after = after.replace(old, new);
    }
    let (before, after) = (lines(&before), lines(&after));
    assert_ne!(before, after, "{edits:?}");
    if before.is_subset(&after) { Addition } else { Breaking }
}

#[test]
fn constructors_are_listed_with_their_arguments() {
    for (edits, expected) in [
        // A new required property is a new argument, and a new optional property is a new setter.
        (&[("required: [id, name, kind]", "required: [id, name, kind, note]")][..], Breaking),
        (&[("# sent", "extra: {type: string}")], Addition),
        (
            &[
                ("required: [id, name, kind]", "required: [id, name, kind, extra]"),
                ("# sent", "extra: {type: string}"),
            ],
            Breaking,
        ),
        (&[("required: [id, name, kind]", "required: [id, kind]")], Breaking),
        // The arguments are in the order of the properties.
        (
            &[
                ("id: {type: string} # first", "name: {type: string}"),
                ("name: {type: string} # second", "id: {type: string}"),
            ],
            Breaking,
        ),
        // A property with a single value is not an argument, until a second value is allowed.
        (&[("required: [id, name, kind]", "required: [id, name]")], Breaking),
        (&[("enum: [only]", "enum: [only, other]")], Breaking),
        // A struct that merchants only read has a constructor with the feature `test-util`.
        (
            &[
                ("required: [state]", "required: [state, more]"),
                ("# received", "more: {type: string}"),
            ],
            Breaking,
        ),
        (&[("# received", "more: {type: string}")], Addition),
        // A struct without required properties.
        (&[("# empty", "required: [note]")], Breaking),
    ] {
        assert_eq!(change(edits), expected, "{edits:?}");
    }
}

#[test]
fn methods_are_listed_with_their_arguments() {
    for (edits, expected) in [
        // An optional parameter that becomes required is an argument and no longer a setter, and the other way round.
        (&[("name: limit, in: query", "name: limit, in: query, required: true")][..], Breaking),
        (&[("name: owner, in: query, required: true", "name: owner, in: query")], Breaking),
        (&[("# parameters", "- {name: more, in: query, schema: {type: string}}")], Addition),
        (
            &[(
                "# parameters",
                "- {name: more, in: query, required: true, schema: {type: string}}",
            )],
            Breaking,
        ),
        // The arguments are in the order of the parameters.
        (
            &[
                ("name: id, in: path", "name: X, in: path"),
                ("name: part, in: path", "name: id, in: path"),
                ("name: X, in: path", "name: part, in: path"),
            ],
            Breaking,
        ),
        // A body that becomes required, optional, or that did not exist.
        (&[("required: true # body", "required: false")], Breaking),
        (&[("required: false # body", "required: true")], Breaking),
        (
            &[(
                "# no body",
                "requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Sent'}}}}",
            )],
            Breaking,
        ),
        // The type of a response, and the form of its variant.
        (
            &[(
                "# second response",
                "'202': {description: Later., content: {application/json: {schema: {$ref: '#/components/schemas/Empty'}}}}",
            )],
            Breaking,
        ),
        (&[("headers: {x-id: {schema: {type: string}}}", "")], Breaking),
        (
            &[(
                "x-id: {schema: {type: string}}",
                "x-id: {schema: {type: string}}, x-more: {schema: {type: string}}",
            )],
            Addition,
        ),
        (&[("x-id: {schema: {type: string}}", "x-other: {schema: {type: string}}")], Breaking),
    ] {
        assert_eq!(change(edits), expected, "{edits:?}");
    }
}

/// Returns `name(argument, argument)` for each constructor and each method that creates a call in a generated file.
fn functions(text: &str) -> Vec<String> {
    let file = syn::parse_file(text).expect("generated code is Rust");
    let mut found = Vec::new();
    for item in file.items {
        let Item::Impl(item) = item else { continue };
        let Type::Path(owner) = &*item.self_ty else { continue };
        let owner = owner.path.segments.last().expect("a path is not empty").ident.to_string();
        for function in item.items {
            let ImplItem::Fn(function) = function else { continue };
            let inputs = &function.sig.inputs;
            let name = function.sig.ident.to_string();
            // A setter and `send` take the builder by value, and `Client::things` is not a call.
            let is_call = matches!(inputs.first(), Some(FnArg::Receiver(this)) if matches!(this.kind, ReceiverKind::Reference(..)));
            if item.trait_.is_some() || owner == "Client" || !is_call && name != "new" {
                continue;
            }
            let arguments = inputs.iter().filter_map(|input| match input {
                FnArg::Typed(PatType { pat, .. }) => match &**pat {
                    Pat::Ident(argument) => Some(argument.ident.to_string()),
                    _ => panic!("an argument of {name} is not a name"),
                },
                FnArg::Receiver(_) => None,
            });
            let arguments = arguments.collect::<Vec<_>>().join(", ");
            let separator = if is_call { "." } else { "::" };
            found.push(format!("{owner}{separator}{name}({arguments})"));
        }
    }
    found
}

/// Returns the same for the lines of `names.lock`.
fn listed(lock: &str) -> Vec<String> {
    let is_signature = |line: &&str| line.contains("::new(") || line.contains(") -> ");
    let functions = lock.lines().filter(is_signature).map(|line| {
        let (path, rest) = line.split_once('(').expect("a signature has parentheses");
        let end = rest.find(") -> ").or_else(|| rest.rfind(')')).expect("it has both parentheses");
        let arguments = &rest[..end];
        let mut pieces: Vec<_> = arguments.split(": ").collect();
        pieces.pop();
        let names = pieces.iter().map(|piece| piece.rsplit(' ').next().unwrap_or(piece));
        let path = match path.strip_suffix("::new") {
            Some(ty) => format!("{}::new", ty.rsplit("::").next().unwrap_or(ty)),
            None => path.trim_start_matches("operations::").to_owned(),
        };
        format!("{path}({})", names.collect::<Vec<_>>().join(", "))
    });
    functions.collect()
}

#[test]
fn signatures_are_those_of_the_generated_code() {
    let golden = tests().join("golden");
    let (mut written, mut listed_in) = (BTreeMap::new(), BTreeMap::new());
    for path in files_under(&golden) {
        let topic = path.iter().next().expect("a path is not empty").to_owned();
        let text = || read(&golden.join(&path));
        let folder = path.iter().nth(1).and_then(|folder| folder.to_str());
        match folder {
            Some("names.lock") => drop(listed_in.insert(topic, listed(&text()))),
            Some("types" | "test_util" | "operations") => {
                written.entry(topic).or_insert_with(Vec::new).extend(functions(&text()));
            }
            _ => {}
        }
    }
    for functions in written.values_mut().chain(listed_in.values_mut()) {
        functions.sort();
    }
    assert!(written.values().flatten().count() > 100);
    assert_eq!(written, listed_in);
}
