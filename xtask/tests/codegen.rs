//! Runs `xtask codegen` on small documents in temporary folders. The tests of dintero-codegen check
//! the generated files; these tests check only how they are written and compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use dintero_codegen::OWNED;

const DOCUMENT: &str = r##"openapi: 3.0.3
info:
  title: Tea
  version: "1"
  description: A shop for tea.
servers:
  - url: https://api.example.com/v1
paths:
  /pots/{id}:
    get:
      operationId: pot_get
      summary: Reads a pot.
      tags: [pots]
      x-rust-group: pots
      x-rust-name: get
      parameters:
        - name: id
          in: path
          required: true
          description: The number of the pot.
          schema:
            type: string
      responses:
        "200":
          description: The pot.
          content:
            application/json:
              schema:
                $ref: "#/components/schemas/Pot"
components:
  schemas:
    Pot:
      type: object
      description: A pot of tea.
      required: [id]
      properties:
        id:
          type: string
          description: The number of the pot.
"##;

/// A folder that contains a document and an `out` folder to generate into.
struct Shop {
    folder: PathBuf,
}

impl Shop {
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let shop = Self { folder };
        shop.write("api.yaml", DOCUMENT);
        shop
    }

    /// Creates a shop and generates its files.
    fn generated(name: &str) -> Self {
        let shop = Self::new(name);
        let run = shop.codegen(&[]);
        assert!(run.success, "{}{}", run.stderr, run.stdout);
        shop
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn codegen(&self, more: &[&str]) -> Run {
        self.xtask(
            &[&["codegen", "--spec", "api.yaml", "--overlay", "none", "--out", "out"], more]
                .concat(),
        )
    }

    fn xtask(&self, args: &[&str]) -> Run {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(args)
            .current_dir(&self.folder)
            .output()
            .unwrap()
            .into()
    }

    /// Returns all files under `out`, with their contents and modification times.
    fn files(&self) -> BTreeMap<String, (Vec<u8>, SystemTime)> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.path("out")];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).into_iter().flatten().map(Result::unwrap) {
                if entry.file_type().unwrap().is_dir() {
                    folders.push(entry.path());
                } else {
                    let path = entry.path();
                    let name =
                        path.strip_prefix(&self.folder).unwrap().to_str().unwrap().to_owned();
                    files.insert(
                        name,
                        (fs::read(&path).unwrap(), entry.metadata().unwrap().modified().unwrap()),
                    );
                }
            }
        }
        files
    }

    /// Returns the path of a generated Rust file.
    fn a_file(&self) -> String {
        self.files()
            .into_keys()
            .find(|name| name.ends_with(".rs"))
            .expect("a Rust file is generated")
    }
}

struct Run {
    success: bool,
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        Self {
            success: output.status.success(),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Run {
    #[track_caller]
    fn says(&self, text: &str) -> &Self {
        assert!(
            self.stdout.contains(text) || self.stderr.contains(text),
            "{text:?} is not in the output:\n{}{}",
            self.stderr,
            self.stdout
        );
        self
    }

    /// Asserts that `--check` failed and printed the command to run.
    #[track_caller]
    fn is_out_of_date(&self) -> &Self {
        assert_eq!(self.code, Some(1), "{}{}", self.stderr, self.stdout);
        let last = self.stdout.lines().last().unwrap();
        let command = "run `cargo xtask codegen --spec api.yaml --overlay none --out out` and \
                       commit the result";
        assert_eq!(last, command);
        self
    }
}

#[test]
fn writes_and_then_changes_nothing() {
    let shop = Shop::new("writes");
    let first = shop.codegen(&[]);
    let files = shop.files();
    assert!(first.success, "{}{}", first.stderr, first.stdout);
    for name in files.keys() {
        first.says(&format!("wrote {name}\n"));
    }
    let number = files.len();
    assert!(
        first.stdout.ends_with(&format!("\n{number} files, {number} changed\n")),
        "{}",
        first.stdout
    );

    let second = shop.codegen(&[]);
    assert!(second.success);
    assert_eq!(second.stdout, format!("{number} files, 0 changed\n"));
    assert_eq!(shop.files(), files, "contents and modification times");
}

#[test]
fn a_check_of_current_files_succeeds_and_writes_nothing() {
    let shop = Shop::generated("green");
    let files = shop.files();
    let check = shop.codegen(&["--check"]);
    assert!(check.success, "{}{}", check.stderr, check.stdout);
    check.says("files, all current");
    assert_eq!(shop.files(), files);
}

#[test]
fn a_check_names_what_is_out_of_date() {
    let shop = Shop::generated("red");
    let file = shop.a_file();
    let text = fs::read_to_string(shop.path(&file)).unwrap();
    let left_over = format!("out/{}/old/left.rs", OWNED[0]);

    fs::remove_file(shop.path(&file)).unwrap();
    shop.codegen(&["--check"]).is_out_of_date().says(&format!("missing {file}\n"));
    assert!(!shop.path(&file).exists(), "a check writes nothing");

    shop.write(&file, text.replacen('\n', "\n// by hand\n", 1));
    shop.codegen(&["--check"])
        .is_out_of_date()
        .says(&format!("changed {file}\n"))
        .says(&format!("--- {file} (on the disk)\n+++ {file} (generated)\n"))
        .says("\n-// by hand\n");

    shop.write(&file, text.replace('\n', "\r\n"));
    shop.codegen(&["--check"]).is_out_of_date().says("differs only in its line endings");

    shop.write(&file, &text);
    shop.write(&left_over, "");
    shop.codegen(&["--check"]).is_out_of_date().says(&format!("left over {left_over}\n"));
    assert!(shop.path(&left_over).exists(), "a check removes nothing");
}

/// Returns a document that has every type that the derives fill.
fn with_derives() -> String {
    let schemas = ["DinteroOrderItem", "DinteroShippingOption", "DinteroAddress", "DinteroDiscount"]
        .map(|derive| {
            format!(
                "    {derive}: {{x-rust-derive: {derive}, type: object, properties: {{id: {{type: string}}}}}}\n"
            )
        });
    let fields = ["DinteroOrderItem", "DinteroShippingOption", "DinteroAddress", "DinteroDiscount"]
        .map(|derive| format!("        {derive}: {{$ref: '#/components/schemas/{derive}'}}\n"));
    format!(
        "{DOCUMENT}{}    Order:\n      x-rust-derive: DinteroOrder\n      type: object\n      properties:\n{}    \
         Session: {{x-rust-derive: session, type: object, properties: {{id: {{type: string}}}}}}\n",
        schemas.concat(),
        fields.concat()
    )
}

#[test]
fn the_table_of_the_derives_is_checked_and_removed_like_other_files() {
    let shop = Shop::new("derives");
    shop.write("api.yaml", with_derives());
    let run = shop.codegen(&[]);
    assert!(run.success, "{}{}", run.stderr, run.stdout);
    let (table, docs) = (
        "out/dintero-macros/src/generated/target.rs",
        "out/dintero-macros/src/generated/docs/order.md",
    );
    run.says(&format!("wrote {table}\n")).says(&format!("wrote {docs}\n"));
    assert!(shop.codegen(&["--check"]).success);

    for file in [table, docs] {
        let text = fs::read_to_string(shop.path(file)).unwrap();
        shop.write(file, text + "by hand\n");
        shop.codegen(&["--check"]).is_out_of_date().says(&format!("changed {file}\n"));
        fs::remove_file(shop.path(file)).unwrap();
        shop.codegen(&["--check"]).is_out_of_date().says(&format!("missing {file}\n"));
    }

    // Without the marks, the table and the documentation are not generated.
    assert!(shop.codegen(&[]).success);
    shop.write("api.yaml", DOCUMENT);
    shop.codegen(&["--check"])
        .is_out_of_date()
        .says(&format!("left over {table}\n"))
        .says(&format!("left over {docs}\n"));
    shop.codegen(&[]).says(&format!("removed {table}\n")).says(&format!("removed {docs}\n"));
    assert!(!shop.path("out/dintero-macros").join("src/generated").exists());
}

#[test]
fn a_diff_has_at_most_forty_lines() {
    let shop = Shop::generated("diff");
    let file = shop.a_file();
    let text = fs::read_to_string(shop.path(&file)).unwrap();
    shop.write(&file, "// by hand\n".repeat(2_000) + &text);
    let check = shop.codegen(&["--check"]);
    check.is_out_of_date().says("more lines\n");
    let diff = check.stdout.lines().take_while(|line| !line.starts_with("changed ")).count();
    assert_eq!(diff, 40);
}

#[test]
fn writes_only_what_is_out_of_date() {
    let shop = Shop::generated("mends");
    let files = shop.files();
    let file = shop.a_file();
    let beside = "out/dintero-api/src/by_hand.rs";
    shop.write(&file, "// by hand");
    shop.write(beside, "");
    shop.write(&format!("out/{}/old/older/left.rs", OWNED[0]), "");

    let run = shop.codegen(&[]);
    assert!(run.success, "{}{}", run.stderr, run.stdout);
    let number = files.len();
    run.says(&format!("wrote {file}\n"))
        .says(&format!("removed out/{}/old/older/left.rs\n", OWNED[0]));
    run.says(&format!("\n{number} files, 1 changed, 1 removed\n"));
    assert!(shop.path(beside).exists(), "files outside the generator's folders are kept");
    assert!(!shop.path(&format!("out/{}/old", OWNED[0])).exists());
    for (name, now) in shop.files().iter().filter(|(name, _)| *name != &file && *name != beside) {
        assert_eq!(now, &files[name], "{name}");
    }
    assert!(shop.codegen(&["--check"]).success);
}

#[test]
fn files_and_folders_replace_each_other() {
    let shop = Shop::generated("places");
    let files = shop.files();
    // A folder with content in place of a file, and a file in place of a folder.
    let file = files.keys().find(|name| name.ends_with(".lock") || name.ends_with(".rs")).unwrap();
    fs::remove_file(shop.path(file)).unwrap();
    shop.write(&format!("{file}/inner.rs"), "");
    let owned =
        OWNED.iter().find(|owned| !file.contains(*owned) && shop.path("out").join(owned).is_dir());
    if let Some(owned) = owned {
        fs::remove_dir_all(shop.path("out").join(owned)).unwrap();
        shop.write(&format!("out/{owned}"), "");
    }

    shop.codegen(&["--check"]).is_out_of_date();
    let run = shop.codegen(&[]);
    assert!(run.success, "{}{}", run.stderr, run.stdout);
    assert!(shop.files().keys().eq(files.keys()));
    assert!(shop.codegen(&["--check"]).success);
}

#[cfg(unix)]
#[test]
fn a_link_is_removed_but_its_target_is_not() {
    let shop = Shop::generated("link");
    shop.write("elsewhere/precious.rs", "");
    let link = format!("out/{}/link", OWNED[0]);
    std::os::unix::fs::symlink(shop.path("elsewhere"), shop.path(&link)).unwrap();
    let run = shop.codegen(&[]);
    assert!(run.success);
    run.says(&format!("removed {link}\n"));
    assert!(shop.path("elsewhere/precious.rs").exists());
    assert!(!shop.path(&link).is_symlink());
}

#[test]
fn a_failed_write_changes_nothing_and_names_the_file() {
    let shop = Shop::generated("blocked");
    let file = shop.a_file();
    // `blocked/dintero-api` is a file, so nothing can be created under it.
    shop.write("blocked/dintero-api", "");
    let run =
        shop.xtask(&["codegen", "--spec", "api.yaml", "--overlay", "none", "--out", "blocked"]);
    assert_eq!(run.code, Some(1));
    run.says("error[write]").says(&file.replacen("out/", "blocked/", 1));
    assert_eq!(fs::read_dir(shop.path("blocked")).unwrap().count(), 1);
}

/// Generates, breaks the document, and generates again. The second run must fail, show the location
/// of the problem, and change no file.
#[track_caller]
fn breaks(name: &str, from: &str, to: &str, says: &[&str]) {
    let shop = Shop::generated(name);
    let files = shop.files();
    let document = DOCUMENT.replacen(from, to, 1);
    assert_ne!(document, DOCUMENT);
    let line = DOCUMENT[..DOCUMENT.find(from).unwrap()].matches('\n').count() + 1;
    shop.write("api.yaml", document);
    for flags in [&[][..], &["--check"]] {
        let run = shop.codegen(flags);
        assert_eq!(run.code, Some(1), "{}{}", run.stderr, run.stdout);
        assert_eq!(run.stdout, "");
        run.says("error[").says("1 error; nothing was");
        run.says(&format!("[api.yaml:{line}:"));
        for text in says {
            run.says(text);
        }
        assert_eq!(shop.files(), files);
    }
}

#[test]
fn refuses_openapi_3_1() {
    breaks("openapi31", "openapi: 3.0.3", "openapi: 3.1.0", &["3.1"]);
}

#[test]
fn refuses_swagger_2_0() {
    breaks("swagger20", "openapi: 3.0.3", "swagger: \"2.0\"", &["2.0"]);
}

#[test]
fn refuses_an_unknown_key() {
    let pointer = "/components/schemas/Pot";
    breaks(
        "unknown_key",
        "      required: [id]",
        "      requierd: [id]",
        &["requierd", "required", pointer],
    );
}

#[test]
fn refuses_broken_yaml() {
    breaks("broken_yaml", "title: Tea", "title: Tea: green", &["YAML"]);
}

#[test]
fn refuses_a_dangling_reference() {
    breaks("dangling", "schemas/Pot\"", "schemas/Nowhere\"", &["Nowhere"]);
}

#[test]
fn shows_all_reports_at_once() {
    let shop = Shop::new("all");
    let document = DOCUMENT
        .replace("required: [id]", "requierd: [id]")
        .replace("schemas/Pot\"", "schemas/Nowhere\"");
    shop.write("api.yaml", document);
    let run = shop.codegen(&[]);
    run.says("requierd").says("Nowhere").says("\n2 errors; nothing was written\n");
    assert!(!run.stderr.contains('\u{1b}'), "no color without a terminal");
    assert!(!shop.path("out").exists());
}

#[test]
fn names_all_files_that_cannot_be_read() {
    let shop = Shop::new("unreadable");
    let run =
        shop.xtask(&["codegen", "--spec", "no.yaml", "--overlay", "nor this.yaml", "--out", "out"]);
    assert_eq!(run.code, Some(1));
    run.says("no.yaml does not exist")
        .says("`--spec FILE`")
        .says("nor this.yaml does not exist")
        .says("`--overlay none`");

    shop.write("folder/file", "");
    shop.xtask(&["codegen", "--spec", "folder"])
        .says("error[folder]")
        .says("folder is a folder, not a file");

    shop.write("latin1.yaml", b"openapi: 3.0.3\ninfo: {title: Br\xf8d}\n");
    let run = shop.xtask(&["codegen", "--spec", "latin1.yaml"]);
    assert_eq!(run.code, Some(1));
    run.says("latin1.yaml:2 is not UTF-8 (byte 0xf8)");

    shop.write("utf16.yaml", b"\xff\xfeo\0p\0");
    shop.xtask(&["codegen", "--spec", "utf16.yaml"]).says("UTF-16");

    let run =
        shop.xtask(&["codegen", "--spec", "api.yaml", "--overlay", "none", "--out", "api.yaml"]);
    assert_eq!(run.code, Some(1));
    run.says("api.yaml is not a folder");
}

#[test]
fn incorrect_usage_has_its_own_exit_code() {
    let shop = Shop::new("usage");
    assert_eq!(shop.xtask(&["codegen", "--chekc"]).code, Some(2));
    assert_eq!(shop.xtask(&[]).code, Some(2));
    let help = shop.xtask(&["codegen", "--help"]);
    assert!(help.success);
    help.says("Usage: cargo xtask codegen [OPTIONS]").says("--overlay <FILE|none>");
}

#[test]
fn the_workspace_is_found_at_run_time() {
    let shop = Shop::new("workspace");
    let binary = env!("CARGO_BIN_EXE_xtask");
    let run: Run = Command::new(binary)
        .args(["codegen", "--overlay", "none", "--out", "out"])
        .env_remove("CARGO_MANIFEST_DIR")
        .current_dir("/")
        .output()
        .unwrap()
        .into();
    assert_eq!(run.code, Some(1));
    run.says("error[no-workspace]");

    // A workspace with another document.
    shop.write("Cargo.toml", "[workspace]\n");
    shop.write("dintero-codegen/Cargo.toml", "");
    shop.write("spec/payments-api.yaml", DOCUMENT);
    shop.write(
        "spec/overlay.yaml",
        "overlay: 1.1.0\ninfo: {title: None, version: \"1\"}\nactions: []\n",
    );
    fs::create_dir(shop.path("deep")).unwrap();
    let run: Run = Command::new(binary)
        .arg("codegen")
        .env_remove("CARGO_MANIFEST_DIR")
        .current_dir(shop.path("deep"))
        .output()
        .unwrap()
        .into();
    assert!(run.success, "{}{}", run.stderr, run.stdout);
    run.says(&format!("wrote {}", OWNED[0]));
    assert!(shop.path(OWNED[0]).exists());
}

#[test]
fn a_supplement_adds_to_the_document_and_is_checked_with_it() {
    const SUPPLEMENT: &str = "openapi: 3.0.0\ninfo: {title: More, version: '1'}\npaths:\n  /pots:\n    post:\n      \
        operationId: pot_create\n      summary: Creates a pot.\n      tags: [pots]\n      x-rust-group: pots\n      \
        x-rust-name: create\n      requestBody: {required: true, content: {application/json: {schema: {$ref: \
        'api.yaml#/components/schemas/Pot'}}}}\n      responses: {'204': {description: It is there.}}\n";
    let shop = Shop::new("supplement");
    shop.write("more.yaml", SUPPLEMENT);
    let run = shop.codegen(&["--supplement", "more.yaml"]);
    assert!(run.success, "{}{}", run.stderr, run.stdout);
    let lock = fs::read_to_string(shop.path("out/spec/names.lock")).unwrap();
    assert!(lock.contains("operations::Pots.create body Pot\n"), "{lock}");
    assert!(lock.contains("operations::Pots.get 200 Pot\n"), "{lock}");

    assert!(shop.codegen(&["--supplement", "more.yaml", "--check"]).success);
    let without = shop.codegen(&["--check"]);
    assert_eq!(without.code, Some(1), "the supplement's names are in names.lock");
    shop.write("more.yaml", SUPPLEMENT.replace("schemas/Pot", "schemas/Pto"));
    let broken = shop.codegen(&["--supplement", "more.yaml"]);
    assert_eq!(broken.code, Some(1));
    assert!(broken.stderr.contains("more.yaml:11:"), "{}", broken.stderr);
    let missing = shop.codegen(&["--supplement", "no.yaml"]);
    assert!(missing.stderr.contains("no.yaml does not exist"), "{}", missing.stderr);
}
