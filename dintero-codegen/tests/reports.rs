//! Tests the reports about invalid documents: all problems are reported at once, each with its position and a
//! suggestion for solving it, and nothing is generated.

mod support;

use dintero_codegen::{Input, Output, Severity, Source};
use support::{HOW_TO_UPDATE, compare, document, generate, read, tests, told_all};

/// Generates code from invalid text, and returns the printed reports.
fn refused(text: &str) -> String {
    let output = generate(text, None);
    assert!(output.files.is_empty(), "files were generated from {text:?}");
    told_all(&output.reports)
}

/// Documents whose lines are marked with the reports they must cause.
const MARKED: [&str; 3] = ["keywords", "model", "features"];

struct Marked {
    /// The names and contents of the document and of its overlay.
    files: Vec<(String, String)>,
    output: Output,
}

fn marked(name: &str) -> Marked {
    let names = [format!("{name}.yaml"), format!("{name}.overlay.yaml")];
    let files: Vec<(String, String)> = names
        .into_iter()
        .map(|name| (tests().join("reports").join(&name), name))
        .filter(|(path, _)| path.is_file())
        .map(|(path, name)| (name, read(&path)))
        .collect();
    let source = |index: usize| {
        files.get(index).map(|(name, text): &(String, String)| Source { name, text })
    };
    let document = source(0).expect("there is a document with that name");
    let input = Input { document, supplement: None, overlay: source(1), strict: true };
    Marked { output: dintero_codegen::generate(&input), files }
}

#[test]
fn the_reports_read_well() {
    for name in MARKED {
        let output = marked(name).output;
        assert!(output.files.is_empty(), "files were generated from {name}.yaml");
        let told = compare(&format!("reports/{name}.txt"), Some(&told_all(&output.reports)));
        assert!(told.is_ok(), "{}\n{HOW_TO_UPDATE}", told.unwrap_err());
    }
}

#[test]
fn invalid_keywords_are_reported_at_their_lines() {
    reported_as_marked("keywords");
}

#[test]
fn invalid_schemas_and_operations_are_reported_at_their_lines() {
    reported_as_marked("model");
}

#[test]
fn features_that_depend_on_each_other_are_reported_at_their_lines() {
    reported_as_marked("features");
}

/// If the overlay was written for another document, a missing module causes a warning, like an action that matches
/// nothing.
#[test]
fn a_feature_with_a_missing_module_is_a_warning_for_another_document() {
    let whole = document("{}", "{}");
    let overlay = "overlay: 1.1.0\nactions:\n  - target: $\n    description: Why.\n    \
                   update: {x-rust-features: {payouts: {modules: [payouts]}}}\n";
    let run = |strict| {
        dintero_codegen::generate(&Input {
            document: Source { name: "document.yaml", text: &whole },
            supplement: None,
            overlay: Some(Source { name: "overlay.yaml", text: overlay }),
            strict,
        })
    };
    for (output, severity) in [(run(true), Severity::Error), (run(false), Severity::Warning)] {
        let told = told_all(&output.reports);
        assert_eq!(output.files.is_empty(), severity == Severity::Error, "{told}");
        assert_eq!(output.reports.len(), 1, "{told}");
        assert_eq!(output.reports[0].severity, severity);
        assert!(told.starts_with("overlay.yaml:5:"), "{told}");
        assert!(told.contains("there is no module `payouts`"), "{told}");
    }
}

/// Checks that each line marked `#~ severity[code]` has that report, and that no other line has a report.
fn reported_as_marked(name: &str) {
    let Marked { files, output } = marked(name);
    let mut expected = Vec::new();
    for (file, text) in &files {
        for (line, number) in text.lines().zip(1..).skip(1) {
            if let Some((_, mark)) = line.split_once("#~ ") {
                expected.push(format!("{file}:{number}: {mark}"));
            }
        }
    }
    let told: Vec<String> = output
        .reports
        .iter()
        .map(|report| {
            let position = report.position.as_ref().expect("every report has a position");
            format!("{}:{}: {}[{}]", position.file, position.line, report.severity, report.code)
        })
        .collect();
    let missing: Vec<&String> = expected.iter().filter(|mark| !told.contains(mark)).collect();
    let unexpected: Vec<&String> = told.iter().filter(|one| !expected.contains(one)).collect();
    assert!(
        missing.is_empty() && unexpected.is_empty(),
        "marked, but not reported ({} of {}): {missing:#?}\nreported, but not marked: {unexpected:#?}",
        missing.len(),
        expected.len()
    );
}

/// An invalid keyword does not hide other problems, so code is generated once all reported problems are fixed.
#[test]
fn all_problems_are_reported_at_once() {
    let schemas = "{schemas: {
        Typo: {type: object, requierd: [a]},
        Conflict: {allOf: [{type: string}, {type: integer}]},
        Vec: {type: object, properties: {a: {type: string}}},
    }}";
    let output = generate(&document("{}", schemas), None);
    let codes: Vec<&str> = output.reports.iter().map(|report| report.code).collect();
    assert_eq!(codes, ["unknown-key", "all-of", "name"], "{}", told_all(&output.reports));
}

#[test]
fn every_report_says_what_to_do() {
    for report in MARKED.into_iter().flat_map(|name| marked(name).output.reports) {
        assert!(report.help.is_some(), "{report}");
        assert!(!report.message.ends_with('.') && !report.message.contains('\n'), "{report}");
    }
}

/// A reference to an inline object moves the object to a section of `components`, whose type was not checked before.
#[test]
fn a_section_of_components_with_the_wrong_type_is_reported() {
    let parameter = "{name: q, in: query, schema: {type: object, properties: {a: {type: string}}}}";
    for (target, section) in [
        ("'#/paths/~1a/parameters/0'", "parameters"),
        ("'#/paths/~1a/parameters/0/schema/properties/a'", "schemas"),
    ] {
        let user = match section {
            "parameters" => format!("parameters: [{{$ref: {target}}}]"),
            _ => format!("parameters: [{{name: r, in: query, schema: {{$ref: {target}}}}}]"),
        };
        let paths = format!(
            "{{/a: {{parameters: [{parameter}], get: {{{user}, responses: {{'204': {{description: d}}}}}}}}}}"
        );
        for wrong in ["[]", "1", "text", "null"] {
            for components in [format!("{{{section}: {wrong}}}"), wrong.to_owned()] {
                let told = refused(&document(&paths, &components));
                assert!(told.contains("error[wrong-type]"), "{components}: {told}");
            }
        }
    }
}

#[test]
fn other_versions_of_openapi_are_refused_by_name() {
    for (text, says) in [
        (
            "openapi: 3.1.0\ninfo: {}\npaths: {}\n",
            "document.yaml:1:1: error[openapi-version]: this is an OpenAPI `3.1.0` document",
        ),
        ("openapi: 4.0.0\n", "OpenAPI `4.0.0`"),
        (
            "swagger: '2.0'\ninfo: {}\npaths: {}\n",
            "document.yaml:1:1: error[openapi-version]: this is a Swagger 2.0 document",
        ),
        ("asyncapi: 2.0.0\n", "has no `openapi` version"),
        ("openapi: 3\n", "only OpenAPI 3.0 is supported"),
        ("[1, 2]\n", "an OpenAPI document must be an object"),
        ("just text\n", "an OpenAPI document must be an object"),
    ] {
        let told = refused(text);
        assert!(told.contains(says) && told.contains("help: "), "{text:?} gave {told}");
        assert_eq!(told.matches("error[").count(), 1, "{told}");
    }
}

#[test]
fn invalid_yaml_is_reported_at_its_line() {
    for (text, line, says) in [
        ("openapi: 3.0.3\ninfo: [1\npaths: {}\n", 3, "this is not YAML"),
        ("openapi: 3.0.3\ninfo: }\n", 2, "this is not YAML"),
        ("", 1, "the file is empty"),
        ("# only a comment\n", 2, "the file is empty"),
        (
            "openapi: 3.0.3\ninfo: {title: a,\n  title: b}\n",
            3,
            "the key `title` appears twice in one object",
        ),
        ("openapi: 3.0.3\ninfo: &x\n  title: *x\n", 3, "the alias is inside the value"),
        ("openapi: 3.0.3\n---\nopenapi: 3.0.3\n", 2, "second YAML document"),
        ("openapi: 3.0.3\n? [a, b]\n: c\n", 2, "a key must be a string"),
        ("{\"openapi\": \"3.0.3\",\n \"openapi\": \"3.0.3\"}", 2, "appears twice in one object"),
    ] {
        let told = refused(text);
        assert!(told.contains(says), "{text:?} gave {told}");
        let position = format!("document.yaml:{line}:");
        assert!(
            told.starts_with(&position),
            "{text:?} should be refused at {position}, but the reports are: {told}"
        );
    }
}

#[test]
fn a_broken_overlay_is_refused_as_well() {
    let whole = document("{}", "{}");
    for (overlay, says) in [
        ("", "overlay.yaml:1:1: error[yaml]: the file is empty"),
        ("overlay: 2.0.0\n", "not an OpenAPI Overlay 1.x"),
        ("overlay: 1.1.0\ninfo: {}\n", "has no `actions`"),
        ("overlay: 1.1.0\nactions: [\n", "this is not YAML"),
    ] {
        let output = generate(&whole, Some(overlay));
        assert!(output.files.is_empty(), "files were generated with {overlay:?}");
        let told = told_all(&output.reports);
        assert!(told.contains(says), "{overlay:?} gave {told}");
    }
}

#[test]
fn both_files_are_reported_when_both_are_broken() {
    let told = told_all(&generate("a: [", Some("b: [")).reports);
    assert!(told.contains("document.yaml:") && told.contains("overlay.yaml:"), "{told}");
}

/// If any schema is marked `x-rust-derive`, each value of that key must mark exactly one schema.
#[test]
fn the_derives_need_all_of_their_types_or_none() {
    let text = "{type: object, properties: {a: {type: string}}";
    let order = "{type: object, x-rust-derive: DinteroOrder, properties:";
    for (schemas, says) in [
        (
            format!("A: {text}, x-rust-derive: DinteroAddress}}"),
            &["no schema is marked `x-rust-derive: DinteroOrder`", "`x-rust-derive: session`"][..],
        ),
        (
            format!(
                "A: {text}, x-rust-derive: DinteroAddress}}, S: {text}, x-rust-derive: session}},
                 O: {order} {{to: {{$ref: '#/components/schemas/A'}}}}}}"
            ),
            &[
                "this order has a type marked `x-rust-derive: DinteroOrderItem`",
                "this order has a type marked `x-rust-derive: DinteroShippingOption`",
                "this order has a type marked `x-rust-derive: DinteroDiscount`",
            ],
        ),
        (
            format!(
                "A: {text}, x-rust-derive: DinteroAddress}}, S: {text}, x-rust-derive: session}},
                 I: {text}, x-rust-derive: DinteroOrderItem}}, T: {text}, x-rust-derive: session}},
                 D: {text}, x-rust-derive: DinteroDiscount}},
                 P: {text}, x-rust-derive: DinteroShippingOption}},
                 E: {{type: string, enum: [a, b], x-rust-derive: DinteroAddress}},
                 O: {order} {{
                     a: {{$ref: '#/components/schemas/A'}}, p: {{$ref: '#/components/schemas/P'}},
                     i: {{type: array, items: {{$ref: '#/components/schemas/I'}}}},
                     d: {{type: array, items: {{$ref: '#/components/schemas/D'}}}}}}}}"
            ),
            &[
                "`x-rust-derive: DinteroAddress` marks a schema that is not a struct",
                "a second schema is marked `x-rust-derive: session`; the first is /components/schemas/S",
            ],
        ),
    ] {
        let output = generate(&document("{}", &format!("{{schemas: {{{schemas}}}}}")), None);
        let told = told_all(&output.reports);
        assert!(output.files.is_empty() && output.reports.len() == says.len(), "{told}");
        for (report, text) in says
            .iter()
            .map(|text| (output.reports.iter().find(|report| report.message.contains(text)), text))
        {
            let report = report.unwrap_or_else(|| panic!("no report contains {text:?}: {told}"));
            assert_eq!(report.code, "rust-derive");
            assert!(report.position.is_some() && report.help.is_some(), "{told}");
        }
    }
}

/// `x-accept` applies only to the object that contains this key, and to everything inside that object.
#[test]
fn an_accepted_warning_is_silent_only_where_it_is_accepted() {
    let schemas = "{schemas: {
        Silent: {type: object, x-accept: [untyped], properties: {a: {}, b: {items: {}, type: array}}},
        Loud: {type: object, properties: {a: {}}},
        Half: {type: object, properties: {silent: {x-accept: [untyped]}, loud: {}}},
        Other: {type: object, x-accept: [one-of], properties: {a: {}}},
    }}";
    let output = generate(&document("{}", schemas), None);
    let pointers: Vec<&str> = output.reports.iter().map(|report| report.pointer.as_str()).collect();
    assert_eq!(
        pointers,
        [
            "/components/schemas/Loud/properties/a",
            "/components/schemas/Half/properties/loud",
            "/components/schemas/Other/properties/a",
        ]
    );
    assert!(output.reports.iter().all(|report| report.code == "untyped"), "{:?}", output.reports);
    assert!(!output.files.is_empty(), "warnings do not stop the generation");
}

/// Everything the document says is either in the generated code or reported.
#[test]
fn nothing_is_dropped_silently() {
    let get = |more: &str| format!("{{/a: {{get: {{tags: [things], operationId: get, {more}}}}}}}");
    let empty = "responses: {'204': {description: No.}}";
    let response = |of: &str| get(&format!("responses: {{'200': {of}}}"));
    let thing = "Thing: {type: object, properties: {a: {type: string}}}";
    let json = "content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}";
    let nullable = "{type: string, nullable: true}";
    let mut silent = Vec::new();
    for (paths, components, expected) in [
        // References to references.
        (
            get(&format!("parameters: [{{$ref: '#/components/parameters/A'}}], {empty}")),
            "parameters: {A: {$ref: '#/components/parameters/B'}, B: {name: b, in: query, schema: {type: string}}}".to_owned(),
            "operations::Things.get(b: String",
        ),
        (
            response("{$ref: '#/components/responses/A'}"),
            format!("schemas: {{{thing}}}, responses: {{A: {{$ref: '#/components/responses/B'}}, B: {{description: B., {json}}}}}"),
            "operations::Things.get 200 Thing",
        ),
        // References to another kind of object.
        (response("{$ref: '#/components/schemas/Thing'}"), format!("schemas: {{{thing}}}"), "200 Thing"),
        (
            get(&format!("parameters: [{{$ref: '#/components/schemas/Thing'}}], {empty}")),
            format!("schemas: {{{thing}}}"),
            "operations::Things.get(",
        ),
        // Nullable values in lists and maps, where no field could be an `Option`.
        ("{}".to_owned(), format!("schemas: {{A: {{type: object, properties: {{list: {{type: array, items: {nullable}}}}}}}}}"), "Vec<Option<String>>"),
        ("{}".to_owned(), format!("schemas: {{A: {{type: object, properties: {{map: {{type: object, additionalProperties: {nullable}}}}}}}}}"), "BTreeMap<String, Option<String>>"),
        // Keywords of a component that apply to each field that refers to the component.
        ("{}".to_owned(), format!("schemas: {{N: {nullable}, A: {{type: object, required: [n], properties: {{n: {{$ref: '#/components/schemas/N'}}}}}}}}"), "A.n: Option<String>"),
        ("{}".to_owned(), "schemas: {R: {type: string, readOnly: true}, A: {type: object, required: [r], properties: {r: {$ref: '#/components/schemas/R'}}}}".to_owned(), "A.r: Option<String> = \"r\", read-only"),
        // Invalid paths and statuses.
        ("{things: {get: {tags: [things], operationId: get, responses: {'204': {description: No.}}}}}".to_owned(), String::new(), "operations::Things.get"),
        (get("responses: {2xx: {description: A.}}"), String::new(), "operations::Things.get 200"),
        // One schema with two values of the tag.
        (
            "{}".to_owned(),
            "schemas: {
                A: {oneOf: [{$ref: '#/components/schemas/C'}], discriminator: {propertyName: t, mapping: {a: '#/components/schemas/C'}}},
                B: {oneOf: [{$ref: '#/components/schemas/C'}], discriminator: {propertyName: t, mapping: {b: '#/components/schemas/C'}}},
                C: {type: object, required: [t], properties: {t: {type: string}}}}".to_owned(),
            "C.t: ",
        ),
    ] {
        let output = generate(&document(&paths, &format!("{{{components}}}")), None);
        let said = output.files.get("spec/names.lock").is_some_and(|lock| lock.contains(expected));
        if !said && output.reports.is_empty() {
            silent.push(format!("`{expected}`, from paths {paths} and components {components}"));
        }
    }
    assert!(silent.is_empty(), "neither generated nor reported:\n{}", silent.join("\n"));
}

/// A value of a variant must be written with the tag that selects the variant.
#[test]
fn a_variant_that_is_written_without_its_tag_is_reported() {
    for (variant, says) in [
        ("{oneOf: [{$ref: '#/components/schemas/A'}, {type: string}]}", "`u`"),
        (
            "{oneOf: [{$ref: '#/components/schemas/A'}, {type: object, required: [x], properties: {x: {type: string}}}]}",
            "`u`",
        ),
    ] {
        let schemas = format!(
            "{{schemas: {{
                A: {{type: object, required: [a], properties: {{a: {{type: string}}}}}},
                U: {variant},
                E: {{oneOf: [{{$ref: '#/components/schemas/A'}}, {{$ref: '#/components/schemas/U'}}],
                    discriminator: {{propertyName: t, mapping: {{a: '#/components/schemas/A', u: '#/components/schemas/U'}}}}}}}}}}"
        );
        let told = refused(&document("{}", &schemas));
        assert!(told.contains("are written without the tag `t`") && told.contains(says), "{told}");
    }
    // A tag with several values that is never sent, or that may be null.
    for mark in ["readOnly", "nullable"] {
        let schemas = format!(
            "{{schemas: {{
                A: {{type: object, required: [t], properties: {{t: {{type: string, {mark}: true}}}}}},
                E: {{oneOf: [{{$ref: '#/components/schemas/A'}}],
                    discriminator: {{propertyName: t, mapping: {{a: '#/components/schemas/A', b: '#/components/schemas/A'}}}}}}}}}}"
        );
        let told = refused(&document("{}", &schemas));
        assert!(told.contains("are written without the tag `t`"), "{told}");
    }
}

#[test]
fn an_error_cannot_be_accepted() {
    let schemas = "{schemas: {A: {type: object, x-accept: [unknown-key], requierd: [a]}}}";
    let output = generate(&document("{}", schemas), None);
    assert_eq!(output.reports.len(), 1, "{:?}", output.reports);
    assert_eq!(output.reports[0].severity, Severity::Error);
}

/// Reports show positions in the file, even if overlay actions moved the value.
#[test]
fn positions_survive_the_overlay() {
    let text = document(
        "{/a: {get: {tags: [things], operationId: get, responses: {'204': {description: No.}}, parameters: [\n\
         {name: gone, in: query, schema: {type: string}},\n\
         {name: kept, in: query, schema: {type: string}},\n\
         {name: bad, in: query, schema: {type: array, items: {type: array, items: {type: string}}}}]}}}",
        "{}",
    );
    let overlay = "overlay: 1.1.0\ninfo: {}\nactions:\n\
                   - {target: \"$.paths['/a'].get.parameters[0]\", description: Gone., remove: true}\n\
                   - target: $.paths['/a'].get.parameters\n  description: One more.\n  \
                   update: [{name: worse, in: query, schema: {type: array, items: {type: array, items: {type: string}}}}]\n";
    let output = generate(&text, Some(overlay));
    let lines: Vec<String> = output
        .reports
        .iter()
        .filter_map(|report| report.position.as_ref())
        .map(|position| format!("{}:{}", position.file, position.line))
        .collect();
    let bad = text.lines().position(|line| line.contains("bad")).expect("it is there") + 1;
    assert_eq!(lines, [format!("document.yaml:{bad}"), "overlay.yaml:7".to_owned()]);
}
