//! Compiles generated code with the runtime. Each tree of files replaces the generated code in a copy of the crate
//! `dintero-api`, because `impl Client` must be in the same crate as `Client`. The copies form a workspace in the
//! target folder, with the lock file of the real workspace.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use syn::{Ident, Item, UseTree, parse_quote};

use super::{files_under, read, workspace};

/// A crate to compile.
pub struct Crate {
    /// The name of the crate in messages: lower case letters, digits and underscores.
    pub name: String,
    /// The content of `src/generated`.
    pub generated: BTreeMap<PathBuf, String>,
}

/// Checks crates twice: with the client and the constructors for tests, and without both. Warnings are errors. The
/// error contains the messages of the compiler and the names of the crates that do not compile.
pub fn check(set: &str, crates: &[Crate]) -> Result<(), String> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(set);
    write(&root.join("Cargo.toml"), &workspace_manifest(crates));
    write(&root.join("Cargo.lock"), &read(&workspace().join("Cargo.lock")));
    for one in crates {
        let package = root.join(&one.name);
        write(&package.join("Cargo.toml"), &package_manifest(set, &one.name));
        mirror(&sources(one), &package.join("src"));
        mirror(&pages(), &package.join("docs"));
    }
    cargo_check(&root, set, &["--features", "test-util"])?;
    cargo_check(&root, set, &["--no-default-features"])
}

/// Checks many small documents as modules of one crate, with the client and with warnings as errors, and runs the tests
/// of the documents. `behaviours` contains the test files, by the name of the document that each file tests.
///
/// The types of a document are in `dintero_api::generated::NAME`. The groups of all documents are methods of one
/// client, so no two documents may have the same tag.
pub fn run(
    set: &str,
    crates: &[Crate],
    behaviours: &BTreeMap<String, PathBuf>,
) -> Result<(), String> {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(set);
    let all = Crate { name: "all".to_owned(), generated: as_modules(crates) };
    write(&root.join("Cargo.toml"), &workspace_manifest(std::slice::from_ref(&all)));
    write(&root.join("Cargo.lock"), &read(&workspace().join("Cargo.lock")));
    let package = root.join(&all.name);
    write(&package.join("Cargo.toml"), &test_manifest(&package_manifest(set, &all.name)));
    let mut files = sources(&all);
    files
        .entry("lib.rs".into())
        .and_modify(|lib| *lib = lib.replace("mod generated;", "pub mod generated;"));
    mirror(&files, &package.join("src"));
    mirror(&pages(), &package.join("docs"));
    let mut tests = String::from("//! How the types and calls of all documents behave.\n");
    for (name, file) in behaviours {
        tests.push_str(&format!("#[path = {file:?}]\nmod {name};\n"));
    }
    write(&package.join("tests/behaviour.rs"), &tests);
    let output = Command::new(env!("CARGO"))
        .args(["test", "--offline", "--quiet", "--test", "behaviour", "--target-dir"])
        .arg(target_folder())
        .current_dir(&root)
        .output()
        .expect("cargo can be run");
    if output.status.success() {
        return Ok(());
    }
    let told =
        [output.stdout, output.stderr].map(|told| String::from_utf8_lossy(&told).into_owned());
    Err(told.concat())
}

/// Combines the generated code of several documents, each in its own module.
fn as_modules(crates: &[Crate]) -> BTreeMap<PathBuf, String> {
    let mut root = String::from("//! One module for each document.\n");
    let mut servers = Vec::new();
    let mut files = BTreeMap::new();
    for one in crates {
        let name = &one.name;
        root.push_str(&format!("pub mod {name};\n"));
        servers.push(format!("super::{name}::operations::SERVERS"));
        for (path, text) in &one.generated {
            let path = Path::new(name).join(path);
            let text = ["types", "operations"].iter().fold(text.clone(), |text, module| {
                text.replace(
                    &format!("crate::{module}"),
                    &format!("crate::generated::{name}::{module}"),
                )
            });
            files.insert(path, text);
        }
    }
    root.push_str(&format!(
        "/// The types are in the modules of the documents.\npub mod types {{}}\n\
         /// The operations are in the modules of the documents.\n#[cfg(feature = \"client\")]\npub mod operations {{\n    \
         pub(crate) static SERVERS: &[&str] = &[\"https://api.example.com/v1\"];\n    \
         const _: &[&[&str]] = &[{}];\n}}\n",
        servers.join(", ")
    ));
    files.insert("mod.rs".into(), root);
    files
}

/// Returns the manifest of a package whose tests use the library as a merchant would, with the dependencies of the
/// tests.
fn test_manifest(package: &str) -> String {
    let features = "\"io-util\", \"macros\", \"net\", \"rt-multi-thread\", \"time\"";
    package.replace(
        "[lints]\n",
        &format!(
            "[lib]\nname = \"dintero_api\"\n\n\
             [dev-dependencies]\ntokio = {{ version = \"1\", features = [{features}] }}\n\n[lints]\n"
        ),
    )
}

/// Returns the target folder in which this test was compiled, so that compiled dependencies are reused.
fn target_folder() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the test is in a target folder")
}

/// Runs `cargo check` in the target folder of this test, so that checked dependencies are reused.
fn cargo_check(root: &Path, set: &str, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new(env!("CARGO"))
        .args(["check", "--workspace", "--offline", "--quiet", "--keep-going", "--target-dir"])
        .arg(target_folder())
        .args(arguments)
        .current_dir(root)
        .output()
        .expect("cargo can be run");
    if output.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&output.stderr);
    let start = format!("error: could not compile `{set}-");
    let names: BTreeSet<&str> =
        errors.lines().filter_map(|line| line.strip_prefix(&start)?.split('`').next()).collect();
    let how = arguments.iter().map(|argument| format!(" with {argument}")).collect::<String>();
    Err(format!(
        "{errors}\nthese crates do not compile{how}: {names:?} (if dependencies are missing, run `cargo fetch`)"
    ))
}

/// Returns the manifest of the real workspace, with the given members and with warnings as errors.
fn workspace_manifest(crates: &[Crate]) -> String {
    let members: Vec<&str> = crates.iter().map(|one| one.name.as_str()).collect();
    let real = read(&workspace().join("Cargo.toml"));
    let mut manifest = String::new();
    for line in real.lines() {
        match line {
            line if line.starts_with("members = ") => {
                manifest.push_str(&format!("members = {members:?}"));
            }
            "[workspace.lints.rust]" => {
                manifest.push_str(line);
                manifest.push_str("\nwarnings = { level = \"deny\", priority = -1 }");
            }
            line => manifest.push_str(line),
        }
        manifest.push('\n');
    }
    manifest
}

/// Returns the manifest of the real `dintero-api` under another name, without its tests and with absolute paths.
fn package_manifest(set: &str, name: &str) -> String {
    let real = read(&workspace().join("dintero-api/Cargo.toml"));
    let (package, _) = real.split_once("[dev-dependencies]").expect("dintero-api has tests");
    let name = format!("name = \"{set}-{}\"", name.replace('_', "-"));
    let beside = format!("path = \"{}/", workspace().display());
    let renamed =
        package.replacen("name = \"dintero-api\"", &name, 1).replace("path = \"../", &beside);
    format!("{renamed}[lints]\nworkspace = true\n")
}

/// The modules of the runtime that are about payments. These modules use types of the real document, so they do not
/// compile with another document.
const PAYMENTS: &[&str] = &[
    "callback",
    "client/cart",
    "client/listing",
    "client/guard",
    "client/moved",
    "client/partial",
    "client/pending",
    "amounts",
    "corrections",
    "events",
    "permit",
    "order",
    "outcome",
    "words",
];

/// Returns the runtime without the modules about payments, combined with the given generated code.
fn sources(one: &Crate) -> BTreeMap<PathBuf, String> {
    let runtime = workspace().join("dintero-api/src");
    // Keeps only the trait that generated code implements.
    let blank = Path::new("order/blank.rs");
    let needed = |path: &PathBuf| {
        let is_left_out = |module: &&str| {
            path.starts_with(module) || path.with_extension("") == Path::new(module)
        };
        path == blank || !path.starts_with("generated") && !PAYMENTS.iter().any(is_left_out)
    };
    let runtime_files = files_under(&runtime).into_iter().filter(needed);
    let mut files: BTreeMap<PathBuf, String> =
        runtime_files.map(|path| (path.clone(), read(&runtime.join(path)))).collect();
    for root in ["lib.rs", "client/mod.rs"] {
        files.entry(root.into()).and_modify(|text| *text = without_payments(text));
    }
    let lib = files.entry("lib.rs".into()).or_default();
    lib.push_str("mod order;\n");
    files.insert(
        "order/mod.rs".into(),
        "//! Replaces a module about payments.\nmod blank;\npub use blank::Blank;\n".into(),
    );
    // The client contains the queue of guarded calls, which do not exist here.
    let client = files.entry("client/mod.rs".into()).or_default();
    client.push_str("#[allow(dead_code)]\nmod guard;\nmod partial;\n");
    // Only request bodies of the real document affect feature toggles.
    files.insert(
        "client/partial.rs".into(),
        "//! Replaces a module about payments.\nuse super::toggles::{Strictness, Toggles};\nimpl<T> Toggles for T {\n    \
         fn strictness(&self) -> Strictness {\n        Strictness::Strict\n    }\n}\n"
            .into(),
    );
    files.insert(
        "client/guard.rs".into(),
        "//! Replaces a module about payments.\n#[derive(Debug, Default)]\npub(in crate::client) struct Turns;\n"
            .into(),
    );
    let generated = one.generated.iter();
    files.extend(generated.map(|(path, text)| (Path::new("generated").join(path), text.clone())));
    files
}

/// Returns the pages that the documentation of the runtime includes.
fn pages() -> BTreeMap<PathBuf, String> {
    let docs = workspace().join("dintero-api/docs");
    files_under(&docs).into_iter().map(|path| (path.clone(), read(&docs.join(path)))).collect()
}

/// Returns a module without the modules about payments, without imports from these modules, and without the derives.
/// Code that only the removed parts use may be dead; the generated code must still pass every lint.
fn without_payments(module: &str) -> String {
    let is_left_out = |name: &Ident| {
        // Drops the derives, and the code that they call.
        ["dintero_macros", "__private"].iter().any(|derives| name == derives)
            || PAYMENTS.iter().any(|module| name == module.rsplit('/').next().unwrap_or(module))
    };
    let mut file = syn::parse_file(module).expect("the runtime is Rust");
    file.items.retain(|item| match item {
        Item::Use(item) => match &item.tree {
            UseTree::Path(path) => !is_left_out(&path.ident),
            _ => true,
        },
        Item::Mod(item) => !is_left_out(&item.ident),
        _ => true,
    });
    for item in &mut file.items {
        match item {
            Item::Mod(item) if item.ident != "generated" => {
                item.attrs.push(parse_quote!(#[allow(dead_code, unused_imports)]));
            }
            _ => {}
        }
    }
    prettyplease::unparse(&file)
}

/// Makes a folder contain exactly the given files. Unchanged files are not written, so that cargo does not compile them
/// again.
fn mirror(files: &BTreeMap<PathBuf, String>, to: &Path) {
    for left_over in files_under(to).into_iter().filter(|path| !files.contains_key(path)) {
        fs::remove_file(to.join(left_over)).expect("a left-over file can be removed");
    }
    for (path, text) in files {
        write(&to.join(path), text);
    }
}

fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("it can be made");
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}
