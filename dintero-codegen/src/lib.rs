//! Generates Rust code for `dintero-api` and `dintero-macros` from Dintero's payments OpenAPI document.
//!
//! ```text
//! text ─ source ─ overlay ─ references ─ check ─ lower ─ aliases ─ merge ─ tags ─ types, operations ─ name ─ reach, target, tolerance ─ feature ─ emit
//!        └──────────────── read ────────────┘   └────── schema ───────┘   └───────────────── model ──────────────────┘
//! ```
//!
//! Every pass follows these rules, and tests check that it does:
//!
//! - *The same input bytes give the same output bytes*: the output does not depend on the time, on paths or on the
//!   order of a hash map.
//! - *Passes depend in one direction*: a pass uses the results of earlier passes, but no code from later passes.
//! - *No document causes a panic*: a part that cannot be processed becomes a [`Report`], and all reports are returned
//!   together.
//! - *Every keyword is handled or reported.*
//! - *This crate does not access the disk or print anything*; `xtask` does both.

mod emit;
mod extensions;
mod feature;
mod model;
mod pointer;
mod print;
mod read;
mod report;
mod schema;

use std::collections::BTreeMap;
use std::thread;

use indexmap::IndexMap;
use openapiv3::OpenAPI;
use serde::Deserialize as _;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

pub use crate::pointer::Pointer;
pub use crate::read::source::{Position, Source};
pub use crate::report::{Report, Severity};

use crate::feature::Features;
use crate::model::types::Schemas;
use crate::model::{Model, name, operations, reach, target, tolerance, types};
use crate::read::references::Moved;
use crate::read::source::{Parsed, Positions};
use crate::read::{check, join, keywords, overlay, references, source};
use crate::report::Reports;
use crate::schema::aliases;
use crate::schema::lower::Lower;
use crate::schema::shape::Shape;

/// The files and folders that the generator owns. A file in these folders that was not generated is stale.
pub const OWNED: &[&str] =
    &["dintero-api/src/generated", "dintero-macros/src/generated", "spec/names.lock"];

/// The input of [`generate`].
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// The OpenAPI 3.0 document.
    pub document: Source<'a>,
    /// A second document that adds paths and components to the first document. The second document refers to the first
    /// by file name, as in `payments-api.yaml#/components/schemas/Session`.
    pub supplement: Option<Source<'a>>,
    /// Corrections and Rust names for both documents, as an OpenAPI Overlay 1.1 document.
    pub overlay: Option<Source<'a>>,
    /// Whether the overlay was written for this document. If `true`, an overlay action that matches nothing and a
    /// feature with a missing module cause errors; if `false`, they cause warnings.
    pub strict: bool,
}

/// The output of [`generate`].
#[derive(Debug)]
pub struct Output {
    /// File contents by path in the workspace; empty if any report is an error.
    pub files: BTreeMap<String, String>,
    /// All problems, errors first.
    pub reports: Vec<Report>,
}

/// Generates all files from a document.
pub fn generate(input: &Input<'_>) -> Output {
    thread::scope(|scope| {
        let roomy = thread::Builder::new().stack_size(STACK);
        let generated = roomy.spawn_scoped(scope, || generate_here(input));
        match generated.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(output)) => output,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            // If no thread can be started, use the current stack, which is large enough for documents of ordinary
            // nesting depth.
            Err(_) => generate_here(input),
        }
    })
}

/// The stack size in bytes. Types are built recursively, and a document can contain chains of thousands of types. The
/// operating system provides memory only for the part of the stack that is used.
const STACK: usize = 512 << 20;

fn generate_here(input: &Input<'_>) -> Output {
    let mut reports = Reports::default();
    let files = run(input, &mut reports).filter(|_| !reports.has_errors());
    Output { files: files.unwrap_or_default(), reports: reports.into_sorted() }
}

fn run(input: &Input<'_>, reports: &mut Reports) -> Option<BTreeMap<String, String>> {
    let mut parsed = read(input, reports)?;
    let moved = references::resolve(&mut parsed);
    let Parsed { value: document, positions } = parsed;
    // Later passes run even if a key is misspelled, so that one run reports as many problems as possible.
    let made =
        check::check(&document, reports).then(|| model(&document, moved, input.strict, reports));
    finish(reports, &document, &positions);
    let (model, features) = made.flatten()?;
    if reports.has_errors() {
        return None;
    }
    let hashes = emit::Hashes {
        document: hash(input.document.text),
        supplement: input.supplement.map(|supplement| hash(supplement.text)),
        overlay: input.overlay.map(|overlay| hash(overlay.text)),
    };
    match emit::files(&model, &features, &hashes) {
        Ok(files) => Some(files),
        Err(error) => {
            let message = format!("the generator produced invalid Rust: {error}");
            reports.push(
                Report::error("internal", &Pointer::root(), message)
                    .help("this is a bug in dintero-codegen: please report it with the document"),
            );
            None
        }
    }
}

fn read(input: &Input<'_>, reports: &mut Reports) -> Option<Parsed> {
    let overlay = input.overlay.map(source::parse).transpose();
    let supplement = input.supplement.map(source::parse).transpose();
    let document = source::parse(input.document);
    match (document, supplement, overlay) {
        (Ok(mut document), Ok(supplement), Ok(overlay)) => {
            if let Some(supplement) = supplement {
                join::join(&mut document, supplement, reports);
            }
            if let Some(overlay) = overlay {
                overlay::apply(&mut document, &overlay, input.strict, reports);
            }
            Some(document)
        }
        (document, supplement, overlay) => {
            let errors = [document.err(), supplement.err(), overlay.err()];
            errors.into_iter().flatten().for_each(|report| reports.push(*report));
            None
        }
    }
}

fn model(
    document: &Value,
    moved: Moved,
    strict: bool,
    reports: &mut Reports,
) -> Option<(Model, Features)> {
    let mut api = match operations_of(document) {
        Ok(api) => api,
        Err(_) if reports.has_errors() => return None,
        Err(error) => {
            let message = format!("this is not a valid OpenAPI 3.0 document: {error}");
            reports.push(
                Report::error("openapi", &Pointer::root(), message)
                    .help("correct the document, or the overlay"),
            );
            return None;
        }
    };
    let components = api.components.take().unwrap_or_default();
    let schemas = schemas(document, moved, reports);
    let mut merge_reports = Reports::default();
    let mut types = types::Types::new(&schemas, &mut merge_reports);
    types.components();
    let groups =
        operations::Operations { document, components: &components, types: &mut types, reports }
            .all(&api);
    let (mut draft, type_reports) = types.finish();
    draft.groups = groups;
    reports.extend(merge_reports);
    reports.extend(type_reports);
    let mut model = name::assign(draft, reports);
    reach::resolve(&mut model);
    target::find(&mut model, reports);
    tolerance::check(&model, reports);
    let features = feature::check(document, &model, strict, reports);
    Some((model, features))
}

/// Parses the part of the document that operations are read from.
fn operations_of(document: &Value) -> serde_json::Result<OpenAPI> {
    OpenAPI::deserialize(keywords::without_unused(document))
}

/// Returns the shapes of all schemas under `components`, and of schemas elsewhere that have a discriminator.
fn schemas(document: &Value, nameless: Moved, reports: &mut Reports) -> Schemas {
    let at = Pointer::from("/components/schemas");
    let names = at.find(document).and_then(Value::as_object).into_iter().flat_map(Map::keys);
    let mut lower = Lower { document, reports };
    let mut components: IndexMap<String, Shape> =
        names.map(|name| (name.clone(), lower.schema(&at.child(name)))).collect();
    let tagged = references::discriminators(document);
    let tagged = tagged.iter().map(|at| lower.schema(at)).collect();
    aliases::shorten(&mut components, reports);
    Schemas { components, nameless, tagged }
}

/// Adds positions to the reports, and drops the warnings that the document accepts with `x-accept`.
fn finish(reports: &mut Reports, document: &Value, positions: &Positions) {
    let is_accepted = |report: &Report| {
        let origin = positions.origin(&report.pointer);
        [&report.pointer, &origin].into_iter().any(|at| is_accepted(document, report.code, at))
    };
    reports.retain(|report| report.severity == Severity::Error || !is_accepted(report));
    for report in reports.iter_mut().filter(|report| report.position.is_none()) {
        report.pointer = positions.origin(&report.pointer);
        report.position = positions.of(&report.pointer);
    }
}

/// Returns whether the object at `at`, or an object that contains it, has `x-accept: [code]`.
fn is_accepted(document: &Value, code: &str, at: &Pointer) -> bool {
    let mut around = Some(at.clone());
    while let Some(pointer) = around {
        let accepted = pointer.find(document).and_then(|value| value.get("x-accept")?.as_array());
        if accepted.is_some_and(|codes| codes.iter().any(|accepted| accepted == code)) {
            return true;
        }
        around = pointer.parent();
    }
    false
}

fn hash(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
