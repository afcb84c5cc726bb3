//! Reads the keys of `DinteroValue`: `crate` on the struct and `skip` on a field. A newtype has no targets.

use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::{Attribute, Path};

use super::item::{Item, items};
use super::keys::{self, Key, On};
use crate::ctxt::Ctxt;
use crate::message;
use crate::table::Derive;

/// Returns the path to `dintero_api`.
pub(crate) fn krate(ctxt: &Ctxt, attrs: &[Attribute]) -> TokenStream {
    let item = only(ctxt, attrs, On::Type, Key::Crate);
    let path: Option<Path> = item.and_then(|item| item.path(ctxt));
    path.map_or_else(|| quote!(::dintero_api), ToTokens::into_token_stream)
}

/// Returns whether a field has the key `skip`.
pub(crate) fn is_skipped(ctxt: &Ctxt, attrs: &[Attribute]) -> bool {
    only(ctxt, attrs, On::Field, Key::Skip).is_some_and(|item| item.flag(ctxt).is_some())
}

/// Returns the item with the only key that is allowed here, and reports all others. A misspelled key is reported and read
/// as the key that the merchant probably meant, so that one mistake causes one error.
fn only(ctxt: &Ctxt, attrs: &[Attribute], on: On, key: Key) -> Option<Item> {
    let mut found = None;
    for item in items(ctxt, Derive::Value, attrs, on).into_iter().flat_map(|list| list.items) {
        let word = item.key.word().unwrap_or_default();
        let is_known = keys::find(&word).is_some();
        let near = keys::meant(&word, [key.word()].into_iter()).filter(|_| !is_known);
        if word == key.word() {
            if found.is_some() {
                ctxt.error(item.key.span(), message::duplicate_key(&word));
            }
        } else if let Some(near) = near {
            let message = match on {
                On::Field => message::unknown_key(&word, Some(near), near),
                On::Type | On::Variant => message::near_container_key(&word, near),
            };
            ctxt.error(item.key.span(), message);
        } else {
            ctxt.error_under(&item.key, message::not_on_newtype(&item.key.text()));
            continue;
        }
        found.get_or_insert(item);
    }
    found
}
