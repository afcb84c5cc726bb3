//! Suggestions for unknown names, based on edit distance and on words that shops use.

use crate::table::Family;

/// Returns the candidate nearest to `word`, if at most a third of the letters of `word` would have to change.
pub(crate) fn nearest<'c>(
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> Option<&'c str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= word.chars().count() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Returns the Damerau-Levenshtein distance, in which swapping two adjacent letters is one step: `NKO` is one step from
/// `NOK`.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().collect();
    let right: Vec<char> = right.chars().collect();
    let mut before = vec![0; right.len() + 1];
    let mut last: Vec<usize> = (0..=right.len()).collect();
    for (row, from) in left.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, to) in right.iter().enumerate() {
            let mut least = (last[column] + usize::from(from != to))
                .min(last[column + 1] + 1)
                .min(current[column] + 1);
            if row > 0 && column > 0 && *from == right[column - 1] && left[row - 1] == *to {
                least = least.min(before[column - 1] + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut last, current);
    }
    last[right.len()]
}

/// The meaning of a word that shops use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Alias {
    /// A single target, given as a path.
    Target(&'static str),
    /// One of the price inputs: the word does not say whether the price includes VAT or is a unit price.
    Price,
    /// One of the VAT inputs: the word does not say which unit is meant.
    Vat,
    /// The VAT of an order: the word does not say whether it means an amount or a rate. A rate belongs to the lines.
    VatOfOrder,
    /// The shipping price or the whole shipping option: the word does not say which.
    Shipping,
}

/// Returns the meaning of `word` in a struct of this family.
pub(crate) fn alias(family: Family, word: &str) -> Option<Alias> {
    family.facts().aliases.iter().find(|(_, words)| words.contains(&word)).map(|(alias, _)| *alias)
}

/// The words that shops use for a family's targets, grouped by meaning.
pub(crate) type Words = &'static [(Alias, &'static [&'static str])];

pub(crate) const ORDER: Words = &[
    (
        Alias::Target("amount"),
        &[
            "amount_total",
            "cents",
            "grand_total",
            "order_total",
            "sum",
            "to_pay",
            "total",
            "total_amount",
            "total_price",
        ],
    ),
    (Alias::Target("currency"), &["currency_code"]),
    (Alias::Target("vat_amount"), &["tax_amount", "total_tax", "total_vat", "vat_total"]),
    (
        Alias::VatOfOrder,
        &[
            "moms",
            "mva",
            "tax",
            "tax_percent",
            "tax_rate",
            "taxes",
            "vat_percent",
            "vat_percentage",
            "vat_rate",
        ],
    ),
    (
        Alias::Target("merchant_reference"),
        &[
            "id",
            "no",
            "number",
            "order",
            "order_id",
            "order_no",
            "order_number",
            "order_ref",
            "order_reference",
            "ref",
            "ref_",
            "reference",
            "uuid",
        ],
    ),
    (
        Alias::Target("items"),
        &[
            "articles",
            "basket",
            "cart",
            "line_items",
            "lines",
            "order_items",
            "order_lines",
            "positions",
            "products",
            "rows",
        ],
    ),
    (
        Alias::Target("shipping_address"),
        &["deliver_to", "delivery_address", "recipient", "ship_to"],
    ),
    (Alias::Target("billing_address"), &["bill_to", "invoice_address", "invoice_to"]),
    (
        Alias::Shipping,
        &[
            "carriage",
            "delivery",
            "delivery_cost",
            "delivery_fee",
            "delivery_price",
            "freight",
            "freight_cost",
            "postage",
            "shipment",
            "shipping",
            "shipping_amount",
            "shipping_cost",
            "shipping_fee",
            "shipping_price",
        ],
    ),
    (
        Alias::Target("discount"),
        &["campaign", "coupon", "coupons", "discounts", "promotion", "voucher", "vouchers"],
    ),
    (Alias::Target("session.customer.email"), &["customer_email", "e_mail", "email", "mail"]),
    (
        Alias::Target("session.customer.phone_number"),
        &["customer_phone", "mobile", "phone", "phone_number", "tel", "telephone"],
    ),
    (Alias::Target("session.customer.customer_id"), &["customer_id", "user_id"]),
    (Alias::Target("session.expires_at"), &["expires", "expires_at", "valid_until"]),
    (
        Alias::Target("session.express.shipping_options"),
        &["delivery_options", "options", "shipping_options"],
    ),
];

pub(crate) const ORDER_ITEM: Words = &[
    (
        Alias::Price,
        &[
            "cents",
            "cost",
            "gross",
            "gross_price",
            "minor_units",
            "net",
            "net_price",
            "ore",
            "price",
            "price_each",
            "sale_price",
            "unit",
            "unit_amount",
            "unit_cost",
        ],
    ),
    (
        Alias::Vat,
        &[
            "moms",
            "mva",
            "tax",
            "tax_rate",
            "tax_percent",
            "taxes",
            "vat_percent",
            "vat_percentage",
            "vat_rate",
        ],
    ),
    (Alias::Target("vat_basis_points"), &["vat_bp", "vat_bps"]),
    (
        Alias::Target("amount"),
        &[
            "line_amount",
            "line_total",
            "row_total",
            "subtotal",
            "sum",
            "total",
            "total_amount",
            "total_price",
        ],
    ),
    (Alias::Target("vat_amount"), &["tax_amount", "vat_total"]),
    (Alias::Target("quantity"), &["count", "number", "pcs", "pieces", "qty", "units"]),
    (
        Alias::Target("id"),
        &[
            "article",
            "article_id",
            "article_no",
            "article_number",
            "code",
            "ean",
            "gtin",
            "item_id",
            "plu",
            "product",
            "product_code",
            "product_id",
            "sku",
            "variant_id",
        ],
    ),
    (
        Alias::Target("description"),
        &["article_name", "label", "name", "product_name", "text", "title"],
    ),
    (Alias::Target("line_id"), &["line", "line_no", "line_number", "position", "row", "row_id"]),
    (Alias::Target("discount"), &["campaign", "coupon", "rebate", "reduction", "sale"]),
    (
        Alias::Target("discount_percent"),
        &["discount_pct", "discount_percentage", "discount_rate", "rebate_percent"],
    ),
    (
        Alias::Target("items"),
        &["add_ons", "addons", "children", "components", "extras", "lines", "options", "parts"],
    ),
    (
        Alias::Target("thumbnail_url"),
        &["image", "image_url", "img", "photo", "picture", "thumbnail"],
    ),
    (Alias::Target("unit_weight"), &["weight"]),
    (Alias::Target("unit_volume"), &["volume"]),
];

pub(crate) const SHIPPING_OPTION: Words = &[
    (
        Alias::Price,
        &["cents", "cost", "minor_units", "net", "net_price", "ore", "price", "shipping_price"],
    ),
    (
        Alias::Vat,
        &[
            "moms",
            "mva",
            "tax",
            "tax_rate",
            "tax_percent",
            "vat_percent",
            "vat_percentage",
            "vat_rate",
        ],
    ),
    (Alias::Target("amount"), &["fee", "gross", "gross_price", "sum", "total"]),
    (Alias::Target("vat_basis_points"), &["vat_bp", "vat_bps"]),
    (Alias::Target("id"), &["code", "product", "product_id", "sku"]),
    (Alias::Target("line_id"), &["line", "variant"]),
    (Alias::Target("title"), &["heading", "label", "name"]),
    (Alias::Target("description"), &["details", "text"]),
    (Alias::Target("operator"), &["carrier", "company", "provider", "shipper"]),
    (Alias::Target("delivery_method"), &["method"]),
    (Alias::Target("pick_up_address"), &["pickup", "pickup_address", "pickup_point", "point"]),
    (Alias::Target("thumbnail_url"), &["image", "image_url", "logo", "picture", "thumbnail"]),
];

pub(crate) const ADDRESS: Words = &[
    (Alias::Target("first_name"), &["first", "firstname", "forename", "given", "given_name"]),
    (Alias::Target("last_name"), &["family_name", "last", "lastname", "surname"]),
    (
        Alias::Target("address_line"),
        &[
            "address",
            "address1",
            "address_1",
            "address_line1",
            "address_line_1",
            "line1",
            "line_1",
            "street",
            "street1",
            "street_address",
        ],
    ),
    (
        Alias::Target("address_line_2"),
        &["address2", "address_2", "address_line2", "line2", "line_2", "street2", "street_2"],
    ),
    (Alias::Target("postal_code"), &["post_code", "postcode", "zip", "zip_code", "zipcode"]),
    (Alias::Target("postal_place"), &["city", "place", "post_town", "town"]),
    (Alias::Target("country"), &["country_code"]),
    (
        Alias::Target("business_name"),
        &["business", "company", "company_name", "organisation", "organization"],
    ),
    (Alias::Target("phone_number"), &["cell", "mobile", "phone", "tel", "telephone"]),
    (Alias::Target("email"), &["e_mail", "email_address", "mail"]),
    (
        Alias::Target("organization_number"),
        &["org_no", "org_nr", "org_number", "organisation_number", "vat_number"],
    ),
    (Alias::Target("co_address"), &["care_of", "co"]),
    (Alias::Target("customer_reference"), &["reference"]),
    (Alias::Target("latitude"), &["lat"]),
    (Alias::Target("longitude"), &["lng", "lon", "long"]),
];

pub(crate) const DISCOUNT: Words = &[
    (
        Alias::Target("amount"),
        &["cents", "deduction", "off", "ore", "rebate", "reduction", "sum", "value"],
    ),
    (Alias::Target("percentage"), &["pct", "percent", "rate"]),
    (
        Alias::Target("discount_id"),
        &["campaign", "campaign_id", "code", "coupon", "coupon_code", "id"],
    ),
    (Alias::Target("discount_type"), &["kind", "type"]),
    (Alias::Target("description"), &["label", "name", "text", "title"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_most_a_third_of_the_letters_may_change() {
        let candidates = ["amount", "currency", "items", "NOK", "NIO"];
        let near = |word| nearest(word, candidates);
        assert_eq!(near("ammount"), Some("amount"));
        assert_eq!(near("amuont"), Some("amount"), "two swapped letters are one step");
        assert_eq!(
            near("NKO"),
            Some("NOK"),
            "of two equally near candidates, the first is returned"
        );
        assert_eq!(near("item"), Some("items"));
        assert_eq!(near("note"), None);
        assert_eq!(near("it"), None);
        assert_eq!(near(""), None);
        assert_eq!(near("bel\u{f8}p"), None);
    }
}
