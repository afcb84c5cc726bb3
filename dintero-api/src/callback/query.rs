//! The query parameters that Dintero adds to a URL: to `callback_url` when it calls the shop, and to `return_url` for
//! the customer.

use jiff::Timestamp;
use serde_json::Value;

use crate::types::{Transaction, TransactionEventEvent, TransactionStatus};
use crate::wire::{self, FromJson, ObjectReader, ValueError};
use crate::{UnknownValue, types};

/// Why a payment did not succeed: the `error` parameter of the callback and return URLs.
///
/// Dintero's older documentation also lists capture errors. These are preserved in `Other`, as any unknown value is.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::PaymentError;
///
/// fn message(error: &PaymentError) -> &'static str {
///     match error {
///         PaymentError::Cancelled => "Your cart is still here.",
///         PaymentError::Authorization => "Your bank declined the payment. Please try another card.",
///         _ => "The payment did not succeed. Please try again.",
///     }
/// }
/// assert_eq!(message(&PaymentError::from("cancelled")), "Your cart is still here.");
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum PaymentError {
    /// `cancelled`: the customer gave up.
    Cancelled,
    /// `authorization`: the payment was not authorized.
    Authorization,
    /// `failed`: the payment was rejected, or failed along the way.
    Failed,
    /// A value this version does not know; it is preserved as is.
    Other(UnknownValue),
}

wire::open_enum! {
    PaymentError {
        Cancelled = "cancelled",
        Authorization = "authorization",
        Failed = "failed",
    }
}

wire::texts! { PaymentError }

/// The query parameters of a GET or POST request to `callback_url`.
///
/// A refused callback is lost, so only the reference that identifies the order is required. The API document's own
/// types, [`SessionCallbackQuery`](types::SessionCallbackQuery) for GET and
/// [`SessionWithTransactionCallbackQuery`](types::SessionWithTransactionCallbackQuery) for POST, also contain the URL's
/// settings, and require every field that the document requires.
///
/// The query tells you which transaction to read; the transaction itself has the status.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::CallbackQuery;
///
/// let query = CallbackQuery::from_query("merchant_reference=order-17&transaction_id=T1.x&session_id=T1.s")?;
/// assert_eq!(query.merchant_reference, "order-17");
/// assert_eq!(query.transaction_id.as_deref(), Some("T1.x")); // read this transaction
/// # Ok::<(), dintero_api::ValueError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CallbackQuery {
    /// The shop's own reference for the order, as sent in the session.
    pub merchant_reference: String,
    /// The id of the transaction to read. `None` if the payment failed before a transaction was created; Dintero only
    /// sends such callbacks with `report_error`.
    pub transaction_id: Option<String>,
    /// The id of the session that was paid: the `session_id` parameter, or `sid` with `sid_parameter_name`.
    pub session_id: Option<String>,
    /// When the transaction was created. (Some descriptions in the API document call this value the time of the
    /// callback.)
    pub time: Option<Timestamp>,
    /// Why there is no payment. Only with `report_error`.
    pub error: Option<PaymentError>,
    /// The event that this callback reports, such as `CAPTURE`. Only with `report_event`.
    pub event: Option<TransactionEventEvent>,
    /// The id of the reported event within the transaction.
    pub event_id: Option<String>,
}

impl CallbackQuery {
    /// Parses the query of the URL that Dintero called. Pass the query without the question mark.
    ///
    /// [`CallbackVerifier::callback`](super::CallbackVerifier::callback) does this after it has verified the signature.
    ///
    /// # Errors
    ///
    /// Returns an error if `merchant_reference` is missing.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::CallbackQuery;
    ///
    /// // The shop has verified this callback and put its URL into a queue.
    /// let queued = "https://shop.example.com/callback?merchant_reference=order-17&error=cancelled";
    /// let query = queued.split_once('?').map_or("", |(_, query)| query);
    /// let query = CallbackQuery::from_query(query)?;
    /// assert!(query.transaction_id.is_none() && query.error.is_some());
    /// # Ok::<(), dintero_api::ValueError>(())
    /// ```
    pub fn from_query(query: &str) -> Result<Self, ValueError> {
        wire::from_query(query, &[], &[])
    }

    /// Returns whether the transaction, as you have read it, already shows the event that this callback reports.
    ///
    /// A read can still return the transaction as it was before the event. Store what the transaction shows, but
    /// respond with [`CallbackResponse::NotYet`](super::CallbackResponse::NotYet) and do not store the
    /// [`deduplication_key`](Self::deduplication_key), so that Dintero calls again.
    ///
    /// Returns `true` if the callback has no `event_id`, because nothing then shows which event it reports. Without
    /// [`report_event`](super::CallbackUrl::report_event), callbacks have no `event_id`.
    ///
    /// ```
    /// use dintero_api::callback::CallbackQuery;
    /// use dintero_api::serde_json;
    /// use dintero_api::types::Transaction;
    ///
    /// let query = "merchant_reference=order-17&transaction_id=T1.x&event=REFUND&event_id=e2";
    /// let query = CallbackQuery::from_query(query)?;
    /// let mut read: Transaction = serde_json::from_str(
    ///     r#"{
    ///         "amount": 29990, "currency": "NOK", "payment_product": "vipps", "payment_product_type": "vipps",
    ///         "status": "CAPTURED", "events": [{"id": "e1", "event": "CAPTURE", "success": true, "amount": 29990}]
    ///     }"#,
    /// )?;
    /// assert!(!query.is_shown_by(&read)); // the refund is still missing
    /// # read.events.as_mut().unwrap()[0].id = Some("e2".to_owned());
    /// # assert!(query.is_shown_by(&read));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn is_shown_by(&self, transaction: &Transaction) -> bool {
        let Some(id) = &self.event_id else { return true };
        transaction.events.iter().flatten().any(|event| event.id.as_ref() == Some(id))
    }

    /// Returns a key that identifies the callback; store the key with the order to recognize repeated callbacks.
    /// Returns `None` if nothing in the callback distinguishes it from other callbacks.
    ///
    /// `status` is the transaction's status as you have just read it, or `None` if there is no transaction. The key
    /// contains the status because Dintero reports a payment that was `ON_HOLD` a second time, with the same query,
    /// once the payment is decided. The key of a callback with an `event_id` does not contain the status, so the
    /// reported event counts once.
    ///
    /// A reported event without an `event_id` has no key: two partial captures would share a key, and the second
    /// capture would be ignored. (`time` does not help, because Dintero documents it both as the time of the callback
    /// and as the time when the transaction was created.) Process every such callback: read the transaction, and act on
    /// the events that you have not stored yet.
    ///
    /// The format of the key does not change between releases.
    ///
    /// ```
    /// use dintero_api::callback::CallbackQuery;
    /// use dintero_api::types::TransactionStatus;
    ///
    /// # fn main() -> Result<(), dintero_api::ValueError> {
    /// let paid = "merchant_reference=order-17&transaction_id=T1.x&session_id=T1.s";
    /// let key = CallbackQuery::from_query(paid)?.deduplication_key(Some(&TransactionStatus::OnHold));
    /// assert_eq!(key.as_deref(), Some("transaction_id=T1.x&status=ON_HOLD"));
    ///
    /// let captured = format!("{paid}&event=CAPTURE&event_id=2");
    /// let key = CallbackQuery::from_query(&captured)?.deduplication_key(None);
    /// assert_eq!(key.as_deref(), Some("transaction_id=T1.x&event=CAPTURE&event_id=2"));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn deduplication_key(&self, status: Option<&TransactionStatus>) -> Option<String> {
        if self.event.is_some() && self.event_id.is_none() {
            return None;
        }
        let mut key = form_urlencoded::Serializer::new(String::new());
        let mut add = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                key.append_pair(name, value);
            }
        };
        match &self.transaction_id {
            Some(id) => add("transaction_id", Some(id)),
            None => {
                add("merchant_reference", Some(&self.merchant_reference));
                add("session_id", self.session_id.as_deref());
                add("error", self.error.as_ref().map(PaymentError::as_str));
            }
        }
        add("event", self.event.as_ref().map(TransactionEventEvent::as_str));
        add("event_id", self.event_id.as_deref());
        if self.event_id.is_none() {
            add("status", status.map(TransactionStatus::as_str));
        }
        Some(key.finish())
    }
}

impl FromJson for CallbackQuery {
    fn from_json(value: Value) -> Result<Self, ValueError> {
        let mut object = ObjectReader::new(value);
        let read = Self {
            merchant_reference: object.required("merchant_reference")?,
            transaction_id: text(&mut object, "transaction_id"),
            session_id: text(&mut object, "session_id").or_else(|| text(&mut object, "sid")),
            time: text(&mut object, "time").and_then(|time| time.parse().ok()),
            error: text(&mut object, "error").map(|error| error.as_str().into()),
            event: text(&mut object, "event").map(|event| event.as_str().into()),
            event_id: text(&mut object, "event_id"),
        };
        object.finish(read)
    }
}

impl From<types::SessionCallbackQuery> for CallbackQuery {
    #[inline]
    fn from(query: types::SessionCallbackQuery) -> Self {
        Self {
            merchant_reference: query.merchant_reference,
            transaction_id: query.transaction_id,
            session_id: query.session_id.or(query.sid),
            time: Some(query.time),
            error: query.error.map(|error| error.as_str().into()),
            event: query.event.map(|event| event.as_str().into()),
            event_id: query.event_id,
        }
    }
}

/// The query parameters of the `return_url` to which the customer returns.
///
/// The URL passes through the customer's browser and is NOT signed: anyone can forge it. Use it only to choose the page
/// to show, and read the transaction before you do anything else. The customer may never return, or may return before
/// the callback arrives.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::{PaymentError, ReturnQuery};
///
/// let query = ReturnQuery::from_query("merchant_reference=order-17&error=cancelled")?;
/// let page = match query.error {
///     None => "Thank you! We are looking at your payment.",
///     Some(PaymentError::Cancelled) => "You have not paid. Your cart is still here.",
///     Some(_) => "The payment did not succeed. Please try again.",
/// };
/// assert!(page.starts_with("You have not paid"));
/// # Ok::<(), dintero_api::ValueError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReturnQuery {
    /// The shop's own reference for the order, as sent in the session.
    pub merchant_reference: String,
    /// The id of the transaction, if there is one.
    pub transaction_id: Option<String>,
    /// Why there is no payment. `None` if the payment succeeded or is on hold.
    pub error: Option<PaymentError>,
}

impl ReturnQuery {
    /// Parses the query of the URL. Pass the query without the question mark.
    ///
    /// # Errors
    ///
    /// Returns an error if `merchant_reference` is missing.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::ReturnQuery;
    ///
    /// // Paid or on hold: read the transaction before you promise anything.
    /// let query = ReturnQuery::from_query("merchant_reference=order-17&transaction_id=T12345678.t1")?;
    /// assert_eq!(query.transaction_id.as_deref(), Some("T12345678.t1"));
    ///
    /// assert!(ReturnQuery::from_query("utm_source=mail").is_err()); // opened without a payment
    /// # Ok::<(), dintero_api::ValueError>(())
    /// ```
    pub fn from_query(query: &str) -> Result<Self, ValueError> {
        wire::from_query(query, &[], &[])
    }
}

impl FromJson for ReturnQuery {
    fn from_json(value: Value) -> Result<Self, ValueError> {
        let mut object = ObjectReader::new(value);
        let read = Self {
            merchant_reference: object.required("merchant_reference")?,
            transaction_id: text(&mut object, "transaction_id"),
            error: text(&mut object, "error").map(|error| error.as_str().into()),
        };
        object.finish(read)
    }
}

/// Returns a parameter if it is present and not empty.
fn text(object: &mut ObjectReader, name: &'static str) -> Option<String> {
    object.optional::<String>(name).filter(|text| !text.is_empty())
}
