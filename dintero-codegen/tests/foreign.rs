//! Tests documents of other APIs, and small documents in their style: each document either becomes code that compiles,
//! or causes errors that say why no code is generated. A table in the repository lists the results and makes progress
//! and regressions visible.

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use dintero_codegen::{Input, Output, Report, Severity, Source};
use support::compile::{self, Crate};
use support::{GENERATED, HOW_TO_UPDATE, compare, files_under, read, tests, told_all, workspace};

/// The table of all documents.
const TABLE: &str = "foreign/README.md";

/// The heading of the list of real documents, which are not part of the repository.
const REAL: &str = "## Documents of real APIs\n";

static REAL_DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(|| {
    // The documents are in a folder beside the workspace, if they are available.
    documents(&workspace().join("../shared/foreign"))
});

struct Document {
    name: String,
    text: String,
    output: Output,
}

/// Returns all documents in a folder, by name, with the output generated from them.
fn documents(folder: &Path) -> Vec<Document> {
    let is_document = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        matches!(extension, Some("yaml" | "yml" | "json"))
    };
    let files = files_under(folder).into_iter().filter(is_document);
    files.map(|path| document(folder, &path)).collect()
}

fn document(folder: &Path, path: &Path) -> Document {
    let name = path.display().to_string();
    let text = read(&folder.join(path));
    let document = Source { name: &name, text: &text };
    let output = dintero_codegen::generate(&Input {
        document,
        supplement: None,
        overlay: None,
        strict: false,
    });
    Document { name, text, output }
}

/// Returns the small documents: some are in the style of a whole API, and the rest are about one feature each.
fn small_documents() -> Vec<Document> {
    let folders = ["foreign", "cases"].map(|folder| tests().join(folder));
    folders.iter().flat_map(|folder| documents(folder)).collect()
}

impl Document {
    fn is_refused(&self) -> bool {
        self.output.files.is_empty()
    }

    /// Returns the first comment of the document, which describes it.
    fn about(&self) -> &str {
        let comment = self.text.lines().find_map(|line| line.strip_prefix("# "));
        comment.unwrap_or_default()
    }

    fn outcome(&self) -> &'static str {
        if self.is_refused() { "refused" } else { "generated" }
    }

    /// Returns the number of operations in the code, and the number of operations that are left out.
    fn operations(&self) -> String {
        let lock = self.output.files.get("spec/names.lock").map_or("", String::as_str);
        // Each operation has exactly one line such as `operations::Things.get GET https://…`.
        let is_operation = |line: &&str| {
            let second = line.split(' ').nth(1).unwrap_or_default();
            line.starts_with("operations::")
                && second.len() > 2
                && second.chars().all(|c| c.is_ascii_uppercase())
        };
        let operations = lock.lines().filter(is_operation).count();
        let is_left_out = |report: &&Report| {
            report.message.contains("its operation is left out")
                || report.message.contains("is left out, because its body")
        };
        match self.output.reports.iter().filter(is_left_out).count() {
            _ if self.is_refused() => "–".to_owned(),
            0 => operations.to_string(),
            left_out => format!("{operations}, {left_out} left out"),
        }
    }

    /// Returns the number of reports with each code: errors if the document is refused, and warnings otherwise.
    fn reports(&self) -> String {
        let severity = if self.is_refused() { Severity::Error } else { Severity::Warning };
        let mut codes: BTreeMap<&str, usize> = BTreeMap::new();
        for report in self.output.reports.iter().filter(|report| report.severity == severity) {
            *codes.entry(report.code).or_default() += 1;
        }
        let codes = codes.iter().map(|(code, count)| format!("{count} `{code}`"));
        codes.collect::<Vec<_>>().join(", ")
    }

    fn to_crate(&self) -> Crate {
        let files = self.output.files.iter();
        let generated = files
            .filter_map(|(path, text)| Some((path.strip_prefix(GENERATED)?.into(), text.clone())));
        let (name, _) = self.name.rsplit_once('.').expect("a document has an extension");
        let name = name.to_lowercase();
        let words = name.split(|c: char| !c.is_ascii_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        Crate { name: words.join("_"), generated: generated.collect() }
    }
}

#[test]
fn the_table_is_current() {
    let mut table = String::from(
        "# Results for documents of other APIs\n\n\
         `tests/foreign.rs` checks these tables; `UPDATE_GOLDEN=1 cargo test -p dintero-codegen --test foreign` writes them. All\n\
         generated code compiles. For a refused document, the reports are errors; for any other document, they are warnings.\n\n\
         ## Small documents\n\n\
         These documents are in this folder and in `tests/cases`. Most documents in `tests/cases` have a test file, which checks how the generated code behaves.\n\n\
         | document | about | outcome | operations | reports |\n| --- | --- | --- | --- | --- |\n",
    );
    for document in small_documents() {
        let (outcome, operations) = (document.outcome(), document.operations());
        let (name, about, reports) = (&document.name, document.about(), document.reports());
        let _ = writeln!(table, "| {name} | {about} | {outcome} | {operations} | {reports} |");
    }
    let _ = write!(table, "\n{REAL}");
    if REAL_DOCUMENTS.is_empty() {
        let there = read(&tests().join(TABLE));
        table.push_str(there.split_once(REAL).expect("the table lists them").1);
    } else {
        table.push_str(&listed(&REAL_DOCUMENTS));
    }
    let told = compare(TABLE, Some(&table));
    assert!(told.is_ok(), "{}\n{HOW_TO_UPDATE}", told.unwrap_err());
}

fn listed(documents: &[Document]) -> String {
    let refused = documents.iter().filter(|document| document.is_refused()).count();
    let mut text = format!(
        "\nOf {} documents, {refused} are refused. The documents are not part of the repository; if they are missing, this table is not checked.\n\
         `cargo test -p dintero-codegen --test foreign -- --ignored` compiles the code generated from them.\n\n\
         | document | outcome | operations | compiles | reports |\n| --- | --- | --- | --- | --- |\n",
        documents.len()
    );
    for document in documents {
        let (outcome, operations) = (document.outcome(), document.operations());
        let compiles = if document.is_refused() { "–" } else { "yes" };
        let (name, reports) = (&document.name, document.reports());
        let _ = writeln!(text, "| {name} | {outcome} | {operations} | {compiles} | {reports} |");
    }
    text
}

#[test]
fn each_document_becomes_code_or_reports() {
    let small_documents = small_documents();
    for Document { name, output, .. } in small_documents.iter().chain(REAL_DOCUMENTS.iter()) {
        let errors = output.reports.iter().any(|report| report.severity == Severity::Error);
        let told = told_all(&output.reports);
        assert_eq!(errors, output.files.is_empty(), "{name}: {told}");
        assert!(!told.contains("[internal]"), "{name}: {told}");
        assert!(output.reports.iter().all(|report| report.position.is_some()), "{name}: {told}");
    }
}

#[test]
fn generated_code_compiles() {
    compiles("foreign", &documents(&tests().join("foreign")));
}

/// Takes several minutes.
#[test]
#[ignore = "needs documents that are not part of the repository"]
fn code_from_real_documents_compiles() {
    assert!(
        !REAL_DOCUMENTS.is_empty(),
        "there are no documents in the folder beside the workspace"
    );
    compiles("real", &REAL_DOCUMENTS);
}

fn compiles(set: &str, documents: &[Document]) {
    let generated = documents.iter().filter(|document| !document.is_refused());
    let crates: Vec<Crate> = generated.map(Document::to_crate).collect();
    let checked = compile::check(set, &crates);
    assert!(checked.is_ok(), "{}", checked.unwrap_err());
}
