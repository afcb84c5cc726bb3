//! Compiles code that was generated from a document outside this repository. `.ci/run` uses this test to compile older
//! versions of the API with the runtime.

mod support;

use std::env;
use std::path::Path;

use support::compile::{self, Crate};
use support::{GENERATED, files_under, read};

/// `GENERATED_TREE` contains the absolute path of a tree written by `cargo xtask codegen --out`.
#[test]
#[ignore = "needs a tree: GENERATED_TREE=/path cargo test -p dintero-codegen --test elsewhere -- --ignored"]
fn a_tree_from_elsewhere_compiles() {
    let tree = env::var_os("GENERATED_TREE").expect("GENERATED_TREE is set");
    let folder = Path::new(&tree).join(GENERATED);
    let generated: Vec<_> = files_under(&folder).into_iter().collect();
    assert!(!generated.is_empty(), "nothing was generated in {}", folder.display());
    let generated =
        generated.into_iter().map(|path| (path.clone(), read(&folder.join(&path)))).collect();
    let checked = compile::check("elsewhere", &[Crate { name: "elsewhere".to_owned(), generated }]);
    assert!(checked.is_ok(), "{}", checked.unwrap_err());
}
