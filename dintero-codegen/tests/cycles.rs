//! Schemas that lead back to themselves: each is generated or reported. The tests stand alone, because a
//! generator that follows a cycle without end overflows its stack and takes all tests of its process with it.

mod support;

use dintero_codegen::Severity;
use support::{document, generate, told_all};

/// Generates from schemas; the cycle must be reported as an error.
fn reported(schemas: &str) {
    let output = generate(&document("{}", &format!("{{schemas: {schemas}}}")), None);
    let cycle = |report: &dintero_codegen::Report| {
        report.severity == Severity::Error && report.code == "cycle"
    };
    assert!(output.reports.iter().any(cycle), "{schemas}: {}", told_all(&output.reports));
    assert!(output.files.is_empty(), "{schemas}");
}

/// Generates from schemas; all is well with them.
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
    reported("{A: {type: array, items: {$ref: '#/components/schemas/A'}}}");
}

#[test]
fn a_map_of_itself() {
    reported("{A: {type: object, additionalProperties: {$ref: '#/components/schemas/A'}}}");
}

#[test]
fn lists_of_each_other() {
    reported(
        "{A: {type: array, items: {$ref: '#/components/schemas/B'}},
          B: {type: array, items: {$ref: '#/components/schemas/A'}}}",
    );
}

#[test]
fn a_variant_that_is_its_own_base() {
    reported(
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
fn fields_lead_back_in_every_way() {
    generated(
        "{A: {type: object, properties: {
            a: {$ref: '#/components/schemas/A'},
            list: {type: array, items: {$ref: '#/components/schemas/A'}},
            map: {type: object, additionalProperties: {$ref: '#/components/schemas/A'}},
            inline: {type: object, properties: {a: {$ref: '#/components/schemas/A'}}},
            wrapped: {nullable: true, allOf: [{$ref: '#/components/schemas/A'}]}}}}",
    );
}

/// What `allOf` merges is a tree of its own as long as it does not merge the cycle itself.
#[test]
fn a_merged_schema_keeps_the_cycles_of_its_parts() {
    generated(
        "{A: {type: object, properties: {next: {$ref: '#/components/schemas/A'}}},
          B: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {b: {type: string}}}]}}",
    );
}

/// To merge the field is to merge the schemas again, without end: this must end in a report.
#[test]
fn a_field_that_two_recursive_parts_share() {
    reported(
        "{A: {type: object, properties: {next: {$ref: '#/components/schemas/A'}}},
          B: {type: object, properties: {next: {$ref: '#/components/schemas/B'}}},
          C: {allOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}}",
    );
}

/// A child that says of its field what the base says of it, but narrower: common in documents of trees.
#[test]
fn a_field_that_a_child_narrows_to_itself() {
    let schemas = "{A: {type: object, properties: {next: {$ref: '#/components/schemas/A'}}},
          B: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {next: {$ref: '#/components/schemas/B'}}}]}}";
    let output = generate(&document("{}", &format!("{{schemas: {schemas}}}")), None);
    let told = told_all(&output.reports);
    assert!(told.is_empty() || told.contains("error[cycle]"), "{told}");
}

#[test]
fn a_long_chain_is_no_cycle() {
    let mut schemas = String::from("{A0: {type: object, properties: {a: {type: string}}}");
    for index in 1..200 {
        schemas.push_str(&format!(
            ", A{index}: {{allOf: [{{$ref: '#/components/schemas/A{}'}}, {{properties: {{p{index}: {{type: string}}}}}}]}}",
            index - 1
        ));
    }
    generated(&(schemas + "}"));
}
