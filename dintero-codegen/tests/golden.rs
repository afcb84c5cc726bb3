//! Compares the code generated from small documents, one per topic, with the code in the repository. A change to the
//! generator is therefore visible as a change to that code. The code is compiled together with the runtime of
//! `dintero-api`, both with and without the client. Warnings are errors.

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

use support::compile::{self, Crate};
use support::{
    GENERATED, HOW_TO_UPDATE, TABLE, compare, files_under, generate, read,
    same_but_for_blank_lines, tests, told_all,
};

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
    alternatives,
    answers,
    callbacks,
    deprecated,
    derives,
    docs,
    enums,
    features,
    formats,
    maps,
    merges,
    names,
    nullable,
    objects,
    one_of,
    overlay,
    parameters,
    read_only,
    recursion,
    references,
    servers,
    unions,
    variants,
    write_only,
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
        let name = match (path.strip_prefix(GENERATED), path.strip_prefix(TABLE)) {
            (Some(name), _) => name.to_owned(),
            (_, Some(name)) => format!("macros/{name}"),
            _ => "names.lock".to_owned(),
        };
        expected.remove(Path::new(&name));
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
        .expect("the folder `golden` can be read")
        .filter_map(|entry| entry.expect("it can be listed").file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned))
        .filter(|name| !name.ends_with(".overlay"))
        .collect();
    assert!(documents.iter().map(String::as_str).eq(TOPICS.iter().copied()), "{documents:?}");
}

#[test]
fn golden_files_are_as_prettyplease_prints_them() {
    let mut problems = Vec::new();
    for path in files_under(&tests().join("golden")) {
        if path.extension().is_some_and(|extension| extension == "rs") {
            let text = read(&tests().join("golden").join(&path));
            let file = syn::parse_file(&text);
            let file = file.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            let same = same_but_for_blank_lines(&prettyplease::unparse(&file), &text);
            problems
                .extend(same.err().map(|difference| format!("{} {difference}", path.display())));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The golden files compile unchanged.
#[test]
fn golden_files_compile() {
    if env::var_os("UPDATE_GOLDEN").is_some() {
        return; // other tests are writing these files at the same time
    }
    let crates = TOPICS.iter().map(|topic| {
        let folder = tests().join("golden").join(topic);
        let files = files_under(&folder).into_iter();
        let files =
            files.filter(|path| !path.ends_with("names.lock") && !path.starts_with("macros"));
        let generated = files.map(|path| (path.clone(), read(&folder.join(path)))).collect();
        Crate { name: (*topic).to_owned(), generated }
    });
    let checked = compile::check("golden", &crates.collect::<Vec<_>>());
    assert!(checked.is_ok(), "{}", checked.unwrap_err());
}
