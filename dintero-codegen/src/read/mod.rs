//! The first stage: parses the text of a document into checked JSON. [`source`] parses YAML and JSON with the position
//! of every value, [`join`] adds the supplement to the document, and [`overlay`] applies the corrections. Then
//! [`references`] points every local reference at a component, and [`check`] uses the tables in [`keywords`] to report
//! every key that OpenAPI 3.0 does not define.

pub(crate) mod check;
pub(crate) mod join;
mod json;
pub(crate) mod keywords;
pub(crate) mod overlay;
pub(crate) mod references;
pub(crate) mod source;
mod spelling;
mod yaml;
