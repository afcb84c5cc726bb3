//! The derives that map a merchant's own cart onto the order types of `dintero-api`, which re-exports them.
//!
//! One engine under six names. A struct goes through it in this order: `parse` reads the attributes, `cart` decides
//! which value goes where and asks what is missing, and `expand` writes the impl. What there is to be filled is in
//! `table`, most of which `cargo xtask codegen` writes from the same model as the types (`generated/target.rs`), and
//! whether a type fits is left to the traits of `dintero-api`. Mistakes are collected in `ctxt` and reported at once.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proc_macro::TokenStream;
use syn::DeriveInput;

use crate::cart::complete::check_cart_is_complete;
use crate::cart::model::Cart;
use crate::ctxt::Ctxt;
use crate::expand::{impls, newtype};
use crate::parse::attr::Container;
use crate::table::Family;

mod cart;
mod ctxt;
mod expand;
#[rustfmt::skip]
mod generated {
    pub(crate) mod target;
}
mod message;
mod parse;
mod suggest;
mod table;
#[cfg(test)]
mod tests;

/// Maps a struct onto an order: it gets `ToOrder`, and with it `to_order` and `to_session`.
///
/// ```
/// use dintero_api::{Decimal, DinteroAddress, DinteroOrder, DinteroOrderItem, ToOrder};
///
/// #[derive(DinteroOrder)]
/// #[dintero(currency = "NOK")] // the same for every cart
/// struct Cart {
///     #[dintero(to = merchant_reference)] // a field of the order that has another name
///     id: u64,
///     #[dintero(to = items)]
///     lines: Vec<Line>,
///     shipping_address: Option<Address>, // the same name: nothing to say
///     #[dintero(skip)] // not part of the order
///     session_token: String,
/// }
///
/// #[derive(DinteroOrderItem)]
/// struct Line {
///     #[dintero(to = id)]
///     sku: String,
///     quantity: u32,
///     unit_price: Decimal, // with VAT, in kroner
///     vat: u8,             // percent
/// }
///
/// #[derive(DinteroAddress)]
/// struct Address {
///     postal_code: String,
///     country: String,
/// }
///
/// let lines = vec![Line { sku: "A1".into(), quantity: 2, unit_price: Decimal::new(14950, 2), vat: 25 }];
/// let cart = Cart { id: 7, lines, shipping_address: None, session_token: String::new() };
/// let order = cart.to_order()?;
/// assert_eq!((order.amount.get(), order.merchant_reference.as_str()), (29900, "7"));
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
///
/// Every field of the struct is mapped, or left out on purpose; every required field of the order has a value. What is
/// wrong is a compile error on the line where it stands, all mistakes of a struct at once.
///
/// # Keys
///
/// On a field, `#[dintero(...)]`. Several of them map one field to several targets, each with its own keys.
///
/// | key | meaning |
/// | --- | --- |
/// | `to = TARGET` | what the field is; without it, its own name |
/// | `with = PATH` or `with = CLOSURE` | a function of a reference to the field, `fn(&FieldType) -> …`: for an `Option<f64>` it takes `&Option<f64>`. It returns what the target takes, an `Option` of that (`None` leaves it out), or a `Result` with an error that can be displayed |
/// | `default = EXPR` | the value where an `Option` is `None` |
/// | `default` | the same for a required target, with the blank value of its type |
/// | `exponent = N` | the unit of money: `0` whole kroner, `2` øre, `4` hundredths of an øre. Without it integers are in the currency's minor unit and decimals in its major unit |
/// | `flatten` | the field's type has the same derive; what it sets is set here. What is missing then shows at run time |
/// | `skip` | not part of the order |
///
/// On the struct:
///
/// | key | meaning |
/// | --- | --- |
/// | `TARGET = EXPR` | a value for every cart: `currency = "NOK"`, `type = Physical`. Currencies, and words of a list, may stand without quotes: `currency = NOK`, `type = physical` |
/// | `TARGET = \|self\| EXPR` | a value made from the whole struct |
/// | `part` | a part of a larger struct, which takes it with `flatten`: what is required may be there instead |
/// | `skip_unmapped` | fields that are no target are left out without `skip` |
/// | `bound(T: Trait)` | bounds of type parameters, instead of those that the mapped fields need |
/// | `crate = PATH` | where `dintero_api` is, if not in the root of the crates |
///
/// and on an order besides:
///
/// | key | meaning |
/// | --- | --- |
/// | `total_mismatch = error` | the default: a mapped `amount` must be the sum of the lines and the shipping option |
/// | `total_mismatch = rounding_line(max = 10)` | a line of at most ten minor units closes the gap |
///
/// # Targets
///
/// A target is a field of the order, by its name in Rust or in the API (`kind` and `type` are the same), or a path into
/// one: `billing_address.business_name`. A struct that a path leads into is left out if nothing in it is set; its
/// required fields must be mapped as well.
///
/// Required are `currency`, `merchant_reference`, and either `items` or `amount`. Several fields may be mapped to
/// `items`: their lines follow each other. Beside the fields below there is
///
/// | input | takes | meaning |
/// | --- | --- | --- |
/// | `discount` | one discount or several | coupons: taken off the product lines, and described in `discount_lines` |
/// | `session.…` | a path | what stands around the order, as in `session.customer.email`; `to_session` sends it |
///
#[doc = include_str!("generated/docs/order.md")]
///
/// # Shipping
///
/// `shipping_option` takes a struct with [`DinteroShippingOption`](macro@DinteroShippingOption). Where the cart has only
/// the price of the delivery, VAT included, the rest of the option is given on the struct; its `line_id` is by default
/// its `id`:
///
/// ```
/// use dintero_api::{Decimal, DinteroOrder, DinteroOrderItem};
///
/// #[derive(DinteroOrder)]
/// #[dintero(
///     currency = "NOK",
///     shipping_option.id = "post",
///     shipping_option.title = "Post",
///     shipping_option.operator = "Posten",
///     shipping_option.vat = 25,
/// )]
/// struct Cart {
///     merchant_reference: String,
///     items: Vec<Line>,
///     #[dintero(to = shipping_option.amount)]
///     shipping: Decimal,
/// }
///
/// #[derive(DinteroOrderItem)]
/// struct Line {
///     amount: i64,
/// }
/// ```
///
/// # Around the order
///
/// Targets that begin with `session.`:
///
#[doc = include_str!("generated/docs/session.md")]
///
/// # Types
///
/// | takes | the field may be |
/// | --- | --- |
/// | text, a phone number, a currency, a country | a string, an integer, a character (`ToText`) |
/// | an amount | an integer in minor units, a `Decimal` in major units (`ToPrice`); never a float, which cannot hold most amounts: convert one with `with = dintero_api::money::f64_major`, an `Option<f64>` with `with = dintero_api::money::f64_major_option` |
/// | a quantity | an integer, a `Decimal`, a float (`ToQuantity`) |
/// | a percentage | the same (`ToPercent`): 25 is 25 % |
/// | a list of lines | a `Vec`, slice, array, `VecDeque`, `Option`, or map by line id, of types with `DinteroOrderItem` |
/// | anything else | what converts into the type of the field with `From` or `TryFrom` |
///
/// Pointers to these count as well (`&T`, `Box`, `Rc`, `Arc`, `Cow`), and so do newtypes with
/// [`DinteroValue`](macro@DinteroValue). An `Option` is written out: behind a type alias it is not seen.
#[proc_macro_derive(DinteroOrder, attributes(dintero))]
pub fn derive_order(input: TokenStream) -> TokenStream {
    entry("DinteroOrder", input.into(), |input| derive(Family::Order, input)).into()
}

/// Maps a struct onto a line of an order, or an enum onto one line or another: it gets `ToOrderItems`.
///
/// ```
/// use dintero_api::{DinteroOrderItem, order};
/// use dintero_api::{Currency, Decimal};
///
/// #[derive(DinteroOrderItem)]
/// #[dintero(type = Physical)]
/// struct Line {
///     #[dintero(to = id)]
///     sku: String,
///     #[dintero(to = description)]
///     name: Option<String>,
///     #[dintero(to = quantity, default = 1)]
///     count: Option<u32>,
///     #[dintero(to = net_unit_price)] // without VAT
///     price: Decimal,
///     #[dintero(to = vat_fraction)] // 0.25
///     vat_rate: Decimal,
///     #[dintero(to = items)] // lines under this one
///     addons: Vec<Row>,
/// }
///
/// #[derive(DinteroOrderItem)]
/// #[dintero(vat = 25)] // for every variant that does not say otherwise
/// enum Row {
///     #[dintero(type = Shipping)]
///     Freight { id: String, amount: i64 },
///     #[dintero(type = GiftCard, vat = 0, negative)]
///     GiftCard(#[dintero(to = id)] String, #[dintero(to = amount)] i64),
///     Article(#[dintero(flatten)] Box<Line>),
///     #[dintero(skip)]
///     Note(String),
/// }
///
/// let line = Line {
///     sku: "A1".into(),
///     name: None,
///     count: None,
///     price: Decimal::new(8000, 2),
///     vat_rate: Decimal::new(25, 2),
///     addons: vec![Row::Note("wrapped".into()), Row::GiftCard("G1".into(), 5000)],
/// };
/// let lines = order::order_lines(&line, Currency::NOK)?;
/// let amounts: Vec<_> = lines.iter().filter_map(|line| line.amount).map(|amount| amount.get()).collect();
/// assert_eq!(amounts, [10000, -5000]);
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
///
/// The keys of fields, and `TARGET = ...`, `part`, `skip_unmapped`, `bound`, `crate` on the type, are those of
/// [`DinteroOrder`](macro@DinteroOrder#keys). Besides there are
///
/// | key | on | meaning |
/// | --- | --- | --- |
/// | `rounding = half_away_from_zero` | the type | the default: the line is rounded once, a half away from zero |
/// | `rounding = half_to_even` | the type | a half to the even neighbour |
/// | `rounding = exact` | the type | a fraction of a minor unit is an error |
/// | `bundle` | the type | the price is spread over `items`, which are sent in its place |
/// | `splits = PATH`, `splits = \|self, amount\| EXPR` | the type, a variant | the sellers' shares, from the line and its finished amount; they must add up to it |
/// | `negative` | a variant | the amount is taken off the order |
/// | `skip` | a variant | no line |
/// | `TARGET = ...` | a variant | a value for these lines; it goes before one on the enum |
///
/// # The price
///
/// The `amount` of a line is its total with VAT after discounts. A shop mostly knows something else; from it the amount
/// is made, exactly, and rounded once. One of the four is needed, and one without VAT needs the VAT rate.
///
/// | input | meaning |
/// | --- | --- |
/// | `amount` | the whole line, with VAT |
/// | `net_amount` | the whole line, without VAT |
/// | `unit_price` | one unit, with VAT |
/// | `net_unit_price` | one unit, without VAT |
/// | `quantity` | how many units; 1 if it is not mapped; fractions are allowed |
/// | `vat` | the VAT rate in percent: 25 |
/// | `vat_basis_points` | the same in hundredths of a percent: 2500 |
/// | `vat_fraction` | the same as a fraction: 0.25 |
/// | `discount` | taken off the line: a price, or a type with [`DinteroDiscount`](macro@DinteroDiscount), which also describes it |
/// | `discount_percent` | taken off the line, in percent |
/// | `items` | further lines under this one: add-ons, or the parts of a `bundle` |
///
/// A line without `line_id` gets its key in a map, or its position.
///
/// # Fields
///
#[doc = include_str!("generated/docs/order_item.md")]
#[proc_macro_derive(DinteroOrderItem, attributes(dintero))]
pub fn derive_order_item(input: TokenStream) -> TokenStream {
    entry("DinteroOrderItem", input.into(), |input| derive(Family::OrderItem, input)).into()
}

/// Maps a struct onto a shipping option: it gets `ToShippingOption`.
///
/// ```
/// use dintero_api::{Currency, DinteroShippingOption, ToShippingOption};
///
/// #[derive(DinteroShippingOption)]
/// #[dintero(delivery_method = PickUp, operator = "Bring")]
/// struct Freight {
///     id: String,
///     title: String,
///     #[dintero(to = amount)]
///     price: i64,
///     vat: u8,
/// }
///
/// let freight = Freight { id: "kiosk".into(), title: "Pick up".into(), price: 4900, vat: 25 };
/// let option = freight.to_shipping_option(Currency::NOK)?;
/// assert_eq!(option.vat_amount.map(|amount| amount.get()), Some(980));
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
///
/// Required are `id`, `title`, `operator`, and `amount` or `net_amount`; `line_id` is by default the id. The keys are
/// those of [`DinteroOrder`](macro@DinteroOrder#keys), and `splits` as on
/// [`DinteroOrderItem`](macro@DinteroOrderItem).
///
/// | input | meaning |
/// | --- | --- |
/// | `amount` | the price with VAT |
/// | `net_amount` | the price without VAT, which needs the VAT rate |
/// | `vat`, `vat_basis_points`, `vat_fraction` | the VAT rate: 25, 2500, 0.25 |
///
/// # Fields
///
#[doc = include_str!("generated/docs/shipping_option.md")]
#[proc_macro_derive(DinteroShippingOption, attributes(dintero))]
pub fn derive_shipping_option(input: TokenStream) -> TokenStream {
    entry("DinteroShippingOption", input.into(), |input| derive(Family::ShippingOption, input))
        .into()
}

/// Maps a struct onto an address: it gets `ToAddress`.
///
/// ```
/// use dintero_api::{DinteroAddress, ToAddress};
///
/// #[derive(DinteroAddress)]
/// struct Address {
///     #[dintero(to = address_line)]
///     street: String,
///     #[dintero(to = postal_code)]
///     zip: String,
///     #[dintero(to = postal_place)]
///     city: String,
///     country: String,
///     #[dintero(to = phone_number)] // spaces, hyphens and brackets are taken out
///     phone: Option<String>,
/// }
///
/// let address = Address {
///     street: "Storgata 1".into(),
///     zip: "0150".into(),
///     city: "Oslo".into(),
///     country: "NO".into(),
///     phone: Some("+47 40 00 00 00".into()),
/// };
/// assert_eq!(address.to_address()?.phone_number.as_deref(), Some("+4740000000"));
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
///
/// Nothing is required. Keep a postal code as text: an integer has lost its leading zero, and 0150 Oslo goes out as 150.
/// The keys are those of [`DinteroOrder`](macro@DinteroOrder#keys).
///
/// # Fields
///
#[doc = include_str!("generated/docs/address.md")]
#[proc_macro_derive(DinteroAddress, attributes(dintero))]
pub fn derive_address(input: TokenStream) -> TokenStream {
    entry("DinteroAddress", input.into(), |input| derive(Family::Address, input)).into()
}

/// Maps a struct onto a discount, on a line or as a coupon on the whole order: it gets `ToDiscount`.
///
/// ```
/// use dintero_api::{DinteroDiscount, DinteroOrder, DinteroOrderItem, ToOrder};
///
/// #[derive(DinteroDiscount)]
/// struct Coupon {
///     #[dintero(to = discount_id)]
///     code: String,
///     #[dintero(to = percentage)]
///     percent: u8,
/// }
///
/// #[derive(DinteroOrder)]
/// #[dintero(currency = "SEK")]
/// struct Cart {
///     merchant_reference: String,
///     items: Vec<Line>,
///     #[dintero(to = discount)]
///     coupon: Option<Coupon>,
/// }
///
/// #[derive(DinteroOrderItem)]
/// struct Line {
///     amount: i64,
/// }
///
/// let coupon = Some(Coupon { code: "SPRING".into(), percent: 10 });
/// let cart = Cart { merchant_reference: "1".into(), items: vec![Line { amount: 20000 }], coupon };
/// assert_eq!(cart.to_order()?.amount.get(), 18000);
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
///
/// `amount` or `percentage` says what is taken off. The keys are those of
/// [`DinteroOrder`](macro@DinteroOrder#keys), and on the struct
///
/// | key | meaning |
/// | --- | --- |
/// | `spread` | the default: a coupon is spread over the product lines, the largest remainder first |
/// | `as_items` | a coupon becomes negative lines, one for each VAT rate |
///
/// Mapped to `discount_lines` instead of `discount`, it only describes what has been taken off already.
///
/// # Fields
///
#[doc = include_str!("generated/docs/discount.md")]
#[proc_macro_derive(DinteroDiscount, attributes(dintero))]
pub fn derive_discount(input: TokenStream) -> TokenStream {
    entry("DinteroDiscount", input.into(), |input| derive(Family::Discount, input)).into()
}

/// Gives a newtype the value traits of what it holds: `ToText`, `ToPrice`, `ToQuantity`, `ToPercent` and `ToDiscount`,
/// each if the inner type has it.
///
/// ```
/// use dintero_api::{DinteroOrderItem, DinteroValue};
///
/// #[derive(DinteroValue)]
/// struct Sku(String);
///
/// #[derive(DinteroValue)]
/// struct Ore {
///     amount: i64,
/// }
///
/// #[derive(DinteroOrderItem)]
/// struct Line {
///     #[dintero(to = id)]
///     sku: Sku,
///     unit_price: Ore,
/// }
/// ```
///
/// The struct has one field, or one that is not `#[dintero(skip)]`: `struct Id<T>(u64, #[dintero(skip)] PhantomData<T>)`.
/// The one key of the struct is `crate = PATH`.
#[proc_macro_derive(DinteroValue, attributes(dintero))]
pub fn derive_value(input: TokenStream) -> TokenStream {
    entry("DinteroValue", input.into(), newtype::expand).into()
}

/// Parses and expands; a panic becomes an error with the version in it.
fn entry(
    name: &str,
    input: proc_macro2::TokenStream,
    expand: fn(&DeriveInput) -> proc_macro2::TokenStream,
) -> proc_macro2::TokenStream {
    let run = || match syn::parse2(input) {
        Ok(input) => expand(&input),
        Err(error) => error.to_compile_error(),
    };
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text =
            text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        syn::Error::new(proc_macro2::Span::call_site(), message::bug(name, text)).to_compile_error()
    })
}

/// Expands one of the five derives that map fields.
fn derive(family: Family, input: &DeriveInput) -> proc_macro2::TokenStream {
    let ctxt = Ctxt::new();
    let container = Container::of_type(&ctxt, family, &input.attrs);
    let krate = container.krate();
    let cart = Cart::build(&ctxt, family, input, container);
    if let Some(cart) = &cart {
        check_cart_is_complete(&ctxt, cart);
    }
    match (ctxt.finish(), &cart) {
        (Ok(()), Some(cart)) => impls::cart(cart, &krate),
        (mistakes, _) => {
            let mistakes = mistakes.err().unwrap_or_default();
            impls::stand_in(input, family, &krate, &mistakes)
        }
    }
}
