//! Tests schemas that refer to themselves: code is generated from each schema, or the schema is reported. These tests
//! run in their own process, because a generator that follows a cycle endlessly would overflow the stack and abort
//! every other test in that process.

mod support;

use dintero_codegen::Severity;
use support::{document, generate, told_all};

/// Generates code from schemas that contain a cycle, and checks that the cycle is reported as an error.
fn reported(schemas: &str) {
    let output = generate(&document("{}", &format!("{{schemas: {schemas}}}")), None);
    let cycle = |report: &dintero_codegen::Report| {
        report.severity == Severity::Error && report.code == "cycle"
    };
    assert!(output.reports.iter().any(cycle), "{schemas}: {}", told_all(&output.reports));
    assert!(output.files.is_empty(), "{schemas}");
}

/// Generates code from schemas and checks for a warning that inner values are untyped.
fn untyped_inside(schemas: &str) {
    let output = generate(&document("{}", &format!("{{schemas: {schemas}}}")), None);
    let told = told_all(&output.reports);
    assert!(output.reports.iter().any(|report| report.code == "cycle"), "{schemas}: {told}");
    assert!(output.reports.iter().all(|report| report.severity == Severity::Warning), "{told}");
    assert!(output.files["spec/names.lock"].contains("Value"), "{schemas}");
}

/// Generates code from schemas and checks that nothing is reported.
fn generated(schemas: &str) {
    let output = generate(&document("{}", &format!("{{schemas: {schemas}}}")), None);
    assert!(output.reports.is_empty(), "{schemas}: {}", told_all(&output.reports));
    assert!(!output.files.is_empty(), "{schemas}");
}

#[test]
fn a_reference_to_itself() {
    reported("{A: {$ref: '#/components/schemas/A'}}");
}

#[test]
fn two_references_to_each_other() {
    reported("{A: {$ref: '#/components/schemas/B'}, B: {$ref: '#/components/schemas/A'}}");
}

#[test]
fn a_member_of_all_of_that_is_itself() {
    reported("{A: {allOf: [{$ref: '#/components/schemas/A'}, {properties: {a: {type: string}}}]}}");
}

#[test]
fn the_only_member_of_all_of_is_itself() {
    reported("{A: {allOf: [{$ref: '#/components/schemas/A'}]}}");
}

#[test]
fn a_list_of_itself() {
    untyped_inside("{A: {type: array, items: {$ref: '#/components/schemas/A'}}}");
}

#[test]
fn a_map_of_itself() {
    untyped_inside("{A: {type: object, additionalProperties: {$ref: '#/components/schemas/A'}}}");
}

#[test]
fn lists_of_each_other() {
    untyped_inside(
        "{A: {type: array, items: {$ref: '#/components/schemas/B'}},
          B: {type: array, items: {$ref: '#/components/schemas/A'}}}",
    );
}

#[test]
fn a_variant_that_is_its_own_base() {
    generated(
        "{A: {type: object, required: [t], properties: {t: {type: string}},
              discriminator: {propertyName: t, mapping: {a: '#/components/schemas/A'}}}}",
    );
}

#[test]
fn variants_of_each_other() {
    reported(
        "{A: {oneOf: [{$ref: '#/components/schemas/B'}], discriminator: {propertyName: t}},
          B: {oneOf: [{$ref: '#/components/schemas/A'}], discriminator: {propertyName: t}}}",
    );
}

#[test]
fn fields_refer_back_in_every_way() {
    generated(
        "{A: {type: object, properties: {
            a: {$ref: '#/components/schemas/A'},
            list: {type: array, items: {$ref: '#/components/schemas/A'}},
            map: {type: object, additionalProperties: {$ref: '#/components/schemas/A'}},
            inline: {type: object, properties: {a: {$ref: '#/components/schemas/A'}}},
            wrapped: {nullable: true, allOf: [{$ref: '#/components/schemas/A'}]}}}}",
    );
}

/// `allOf` can merge schemas that contain cycles, unless the `allOf` is part of the cycle.
#[test]
fn a_merged_schema_keeps_the_cycles_of_its_parts() {
    generated(
        "{A: {type: object, properties: {next: {$ref: '#/components/schemas/A'}}},
          B: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {b: {type: string}}}]}}",
    );
}

/// Merging the shared field merges the two schemas again, so the merge refers to itself.
#[test]
fn a_field_that_two_recursive_parts_share() {
    generated(
        "{A: {type: object, properties: {next: {$ref: '#/components/schemas/A'}}},
          B: {type: object, properties: {next: {$ref: '#/components/schemas/B'}}},
          C: {allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}}",
    );
}

/// A child changes the type of a field from the base to the child, as in many documents that describe trees.
#[test]
fn a_field_that_a_child_narrows_to_itself() {
    generated(
        "{A: {type: object, properties: {next: {$ref: '#/components/schemas/A'}}},
          B: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {next: {$ref: '#/components/schemas/B'}}}]}}",
    );
}

/// Each shared field leads to the same merge again. Merging each field separately would exhaust the memory.
#[test]
fn many_fields_that_two_recursive_parts_share() {
    let fields = |of: &str| {
        let one = |index: usize| format!("f{index}: {{$ref: '#/components/schemas/{of}'}}");
        (0..30).map(one).collect::<Vec<_>>().join(", ")
    };
    let (x, y) = (fields("X"), fields("Y"));
    let schemas = format!(
        "X: {{type: object, properties: {{{x}}}}}, Y: {{type: object, properties: {{{y}}}}}"
    );
    generated(&format!(
        "{{{schemas}, Both: {{allOf: [{{$ref: '#/components/schemas/X'}}, {{$ref: '#/components/schemas/Y'}}]}}}}"
    ));
    // In this document, no component equals the merge of `X` and `Y`.
    generated(&format!(
        "{{{schemas}, More: {{allOf: [{{$ref: '#/components/schemas/X'}}, {{$ref: '#/components/schemas/Y'}},
           {{type: object, properties: {{more: {{type: string}}}}}}]}}}}"
    ));
}

/// In both towers, each component contains the next component twice. Merging each field separately would take 2^40
/// merges.
#[test]
fn fields_that_lead_to_the_same_merges() {
    let tower = |name: &str| {
        let floor = |index: usize| {
            format!(
                "{name}{index}: {{type: object, properties: {{a: {{$ref: '#/components/schemas/{name}{0}'}},
                   b: {{$ref: '#/components/schemas/{name}{0}'}}, {name}: {{type: string}}}}}}",
                index + 1
            )
        };
        let last = format!("{name}40: {{type: object, properties: {{{name}: {{type: string}}}}}}");
        (0..40).map(floor).chain([last]).collect::<Vec<_>>().join(", ")
    };
    let (x, y) = (tower("X"), tower("Y"));
    let schemas = format!(
        "{{{x}, {y}, Both: {{allOf: [{{$ref: '#/components/schemas/X0'}}, {{$ref: '#/components/schemas/Y0'}}]}}}}"
    );
    let output = generate(&document("{}", &format!("{{schemas: {schemas}}}")), None);
    // There are warnings, because the names of the inner types are long.
    assert!(!output.files.is_empty(), "{}", told_all(&output.reports));
}

#[test]
fn a_chain_of_references_becomes_the_type_at_its_end() {
    let alias = |index: usize| format!("A{index}: {{$ref: '#/components/schemas/A{}'}}", index + 1);
    let aliases: Vec<String> = (0..5000).map(alias).collect();
    generated(&format!(
        "{{{}, A5000: {{type: object, properties: {{a: {{type: string}}}}}}}}",
        aliases.join(", ")
    ));
}

/// Each chain nests schemas in a different way, and either becomes code or causes a report.
#[test]
fn chains_of_every_kind_become_code_or_a_report() {
    let next = |index: usize| format!("{{$ref: '#/components/schemas/A{}'}}", index + 1);
    let links: [(usize, &dyn Fn(usize) -> String); 6] = [
        (5000, &|index| format!("{{type: object, properties: {{a: {}}}}}", next(index))),
        (5000, &|index| format!("{{type: array, items: {}}}", next(index))),
        (5000, &|index| format!("{{type: object, additionalProperties: {}}}", next(index))),
        // This chain is shorter, because all of its fields end up in one object.
        (600, &|index| {
            format!(
                "{{allOf: [{}, {{type: object, properties: {{a{index}: {{type: string}}}}}}]}}",
                next(index)
            )
        }),
        (5000, &|index| format!("{{allOf: [{}]}}", next(index))),
        (5000, &|index| {
            format!(
                "{{oneOf: [{}], discriminator: {{propertyName: t, mapping: {{a: '#/components/schemas/A{}'}}}}}}",
                next(index),
                index + 1
            )
        }),
    ];
    for (length, link) in links {
        let chain: Vec<String> =
            (0..length).map(|index| format!("A{index}: {}", link(index))).collect();
        let schemas = format!(
            "{{{}, A{length}: {{type: object, properties: {{z: {{type: string}}}}}}}}",
            chain.join(", ")
        );
        let output = generate(&document("{}", &format!("{{schemas: {schemas}}}")), None);
        let told = told_all(&output.reports);
        let is_limit = output.reports.iter().any(|report| report.code == "nesting");
        assert!(is_limit || !output.files.is_empty(), "{}: {told}", &schemas[..100]);
        assert!(output.reports.len() <= 2, "{}: {told}", &schemas[..100]);
    }
}

#[test]
fn a_long_chain_is_not_a_cycle() {
    let mut schemas = String::from("{A0: {type: object, properties: {a: {type: string}}}");
    for index in 1..200 {
        schemas.push_str(&format!(
            ", A{index}: {{allOf: [{{$ref: '#/components/schemas/A{}'}}, {{properties: {{p{index}: {{type: string}}}}}}]}}",
            index - 1
        ));
    }
    generated(&(schemas + "}"));
}

/// A union without a tag can also contain itself without a list, a map or a struct in between.
#[test]
fn a_union_without_a_tag_that_contains_itself() {
    reported(
        "{B: {type: object, required: [kind], properties: {kind: {type: string}},
              discriminator: {propertyName: kind, mapping: {u: U, c: C}}},
          C: {allOf: [{$ref: '#/components/schemas/B'}, {type: object, properties: {c: {type: string}}}]},
          U: {oneOf: [{$ref: '#/components/schemas/B'}, {type: string}]}}",
    );
}
