//! Small documents, one for each topic, and the code that is made of them. The code stands in the repository
//! beside its document, so that a change of the generator shows as a change of code; and it is compiled
//! against the runtime of `dintero-api`, with and without the client, and with warnings as errors.

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use support::{HOW_TO_UPDATE, compare, generate, read, tests, told_all, workspace};

/// Where the generator puts the files that become a golden folder.
const GENERATED: &str = "dintero-api/src/generated/";

macro_rules! topics {
    ($($topic:ident),* $(,)?) => {
        const TOPICS: &[&str] = &[$(stringify!($topic)),*];

        $(#[test]
        fn $topic() {
            same_as_golden(stringify!($topic));
        })*
    };
}

topics! {
    all_of,
    answers,
    callbacks,
    deprecated,
    docs,
    enums,
    formats,
    maps,
    names,
    nullable,
    objects,
    one_of,
    overlay,
    parameters,
    read_only,
    recursion,
    servers,
    variants,
}

fn same_as_golden(topic: &str) {
    let folder = tests().join("golden");
    let overlay = folder.join(format!("{topic}.overlay.yaml"));
    let overlay = overlay.is_file().then(|| read(&overlay));
    let output = generate(&read(&folder.join(format!("{topic}.yaml"))), overlay.as_deref());
    assert!(output.reports.is_empty(), "{}", told_all(&output.reports));

    let mut expected = files_under(&folder.join(topic));
    let mut problems = Vec::new();
    for (path, text) in &output.files {
        let name = path.strip_prefix(GENERATED).unwrap_or("names.lock");
        expected.remove(Path::new(name));
        problems.extend(compare(&format!("golden/{topic}/{name}"), Some(text)).err());
    }
    for left_over in expected {
        problems.extend(compare(&format!("golden/{topic}/{}", left_over.display()), None).err());
    }
    assert!(problems.is_empty(), "{}\n{HOW_TO_UPDATE}", problems.join("\n"));
}

#[test]
fn every_document_is_a_topic() {
    let documents: BTreeSet<String> = fs::read_dir(tests().join("golden"))
        .expect("the golden folder is there")
        .filter_map(|entry| entry.expect("it can be listed").file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned))
        .filter(|name| !name.ends_with(".overlay"))
        .collect();
    assert!(documents.iter().map(String::as_str).eq(TOPICS.iter().copied()), "{documents:?}");
}

/// The golden files compile: each topic becomes a copy of `dintero-api` in which they stand for the generated
/// code of the real document. (`impl Client` must be in the crate of `Client`, so the crate itself is copied.)
#[test]
fn golden_files_compile() {
    if env::var_os("UPDATE_GOLDEN").is_some() {
        return; // they are being written beside this test
    }
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden");
    let _ = fs::remove_file(root.join("Cargo.lock"));
    write(&root.join("Cargo.toml"), &workspace_manifest());
    write(&root.join("Cargo.lock"), &read(&workspace().join("Cargo.lock")));
    for topic in TOPICS {
        let package = root.join(topic);
        write(&package.join("Cargo.toml"), &package_manifest(topic));
        mirror(&workspace().join("dintero-api/src"), &package.join("src"), "generated");
        mirror(&tests().join("golden").join(topic), &package.join("src/generated"), "names.lock");
    }
    check(&root, &[]);
    check(&root, &["--no-default-features"]);
}

/// Runs `cargo check` in the target folder of this test, so that what dependencies were checked before is
/// used again.
fn check(root: &Path, arguments: &[&str]) {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it lies in a target folder");
    let output = Command::new(env!("CARGO"))
        .args(["check", "--workspace", "--offline", "--quiet", "--keep-going", "--target-dir"])
        .arg(target)
        .args(arguments)
        .current_dir(root)
        .output()
        .expect("cargo can be run");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{errors}\nthe golden files do not compile{}; if crates are missing, run `cargo fetch`",
        arguments.iter().map(|argument| format!(" with {argument}")).collect::<String>(),
    );
}

/// The manifest of the real workspace, with the topics as members and warnings as errors.
fn workspace_manifest() -> String {
    let real = read(&workspace().join("Cargo.toml"));
    let mut manifest = String::new();
    for line in real.lines() {
        match line {
            line if line.starts_with("members = ") => {
                manifest.push_str(&format!("members = {TOPICS:?}"));
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

/// The manifest of the real `dintero-api`, without its tests.
fn package_manifest(topic: &str) -> String {
    let real = read(&workspace().join("dintero-api/Cargo.toml"));
    let (package, _) = real.split_once("[dev-dependencies]").expect("dintero-api has tests");
    let name = format!("name = \"golden-{}\"", topic.replace('_', "-"));
    format!("{}[lints]\nworkspace = true\n", package.replacen("name = \"dintero-api\"", &name, 1))
}

/// Makes `to` hold what `from` holds but for `left_out`, and touches nothing that is so already: what did not
/// change is not compiled again.
fn mirror(from: &Path, to: &Path, left_out: &str) {
    let wanted: BTreeSet<PathBuf> =
        files_under(from).into_iter().filter(|path| !path.starts_with(left_out)).collect();
    let there = files_under(to).into_iter().filter(|path| !path.starts_with(left_out));
    for left_over in there.filter(|path| !wanted.contains(path)) {
        fs::remove_file(to.join(left_over)).expect("a left-over can be removed");
    }
    for path in wanted {
        write(&to.join(&path), &read(&from.join(&path)));
    }
}

fn write(path: &Path, text: &str) {
    if fs::read_to_string(path).is_ok_and(|there| there == text) {
        return;
    }
    fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("it can be made");
    fs::write(path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

/// All files under a folder, relative to it; none if it is not there.
fn files_under(folder: &Path) -> BTreeSet<PathBuf> {
    let mut files = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let Ok(entries) = fs::read_dir(&next) else { continue };
        for entry in entries {
            let path = entry.expect("a folder can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let inside = path.strip_prefix(folder).expect("it lies under the folder");
                files.insert(inside.to_owned());
            }
        }
    }
    files
}
