//! The first stage: the text of a document to checked JSON. [`source`] reads YAML with the position of every value,
//! [`join`] adds the supplement to the document, [`overlay`] applies the corrections, and [`keywords`] reports every key that OpenAPI 3.0 does not have.

pub(crate) mod join;
pub(crate) mod keywords;
pub(crate) mod overlay;
pub(crate) mod source;
