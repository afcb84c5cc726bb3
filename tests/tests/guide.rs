//! Tests that README.md, the front page of the documentation and the guide are consistent, and that the messages they
//! quote are real.

use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Returns the content of the code block that begins with `begin`.
fn block<'t>(text: &'t str, begin: &str) -> &'t str {
    let (_, rest) = text.split_once(begin).expect("a block of code");
    rest.split_once("\n```").expect("the end of the block").0
}

#[test]
fn readme_shows_the_example_of_the_front_page() {
    let (readme, front_page) = (read("README.md"), read("dintero-api/docs/front_page.md"));
    assert_eq!(block(&readme, "```rust,no_run\n"), block(&front_page, "```no_run\n"));
    assert_eq!(block(&readme, "```toml\n"), block(&front_page, "```toml\n"));
}

#[test]
fn readme_quotes_the_error_of_its_own_cart() {
    let (readme, cart) = (read("README.md"), read("tests/derives/ui/unknown/readme.rs"));
    let (_, types) = block(&readme, "```rust,no_run\n").split_once("\n\n").expect("imports");
    let (types, _) = types.split_once("\n\n#[tokio::main]").expect("a program");
    let unmapped = types.replace("    #[dintero(to = unit_price)]\n", "");
    assert!(cart.contains(&unmapped), "the cart of the test is not\n{unmapped}");
    let error = read("tests/derives/ui/unknown/readme.stderr");
    let quoted = error.trim_end().replace("ui/unknown/readme.rs", "src/main.rs");
    assert!(readme.contains(&quoted), "README.md does not quote\n{quoted}");
}

#[test]
fn every_page_is_in_the_guide_and_in_the_lists() {
    let (guide, front_page, readme) = (
        read("dintero-api/src/guide.rs"),
        read("dintero-api/docs/front_page.md"),
        read("README.md"),
    );
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dintero-api/docs");
    let pages = fs::read_dir(folder).unwrap().filter_map(|entry| {
        let name = entry.unwrap().file_name().into_string().unwrap();
        name.strip_suffix(".md").filter(|name| *name != "front_page").map(str::to_owned)
    });
    let mut count = 0;
    for page in pages {
        count += 1;
        assert!(guide.contains(&format!("../docs/{page}.md")), "{page} must be a module");
        assert!(guide.contains(&format!("//! | [`{page}`] |")), "{page} must be in the index");
        assert!(front_page.contains(&format!("guide::{page}")), "{page} must be on the front page");
        assert!(readme.contains(&format!("/guide/{page}/")), "{page} must be in README.md");
    }
    assert!(count > 10, "only {count} pages");
}

#[test]
fn examples_stay_short() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dintero-api/examples");
    let readme = read("README.md");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if name != "smoke" {
            let lines = fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines < 120, "{name} has {lines} lines");
            assert!(readme.contains(&format!("`{name}`")), "{name} must be in README.md");
        }
    }
}
