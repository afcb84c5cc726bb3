//! What the generator writes for a struct: how its fields are read and written. All else is made of the two.

use super::ReadError;
use super::read::ObjectReader;
use super::write::ObjectWriter;

/// A model that is a JSON object. One trait for both ways, because each impl takes time to check.
#[doc(hidden)]
pub trait Model: Sized {
    /// Fields that `Debug` must not show.
    const HIDDEN: &'static [&'static str] = &[];

    /// Takes the fields out of an object, which keeps what is wrong with them.
    fn read(object: &mut ObjectReader) -> Result<Self, ReadError>;

    /// Adds the fields to an object.
    fn write<'a>(&'a self, object: &mut ObjectWriter<'a>);
}
