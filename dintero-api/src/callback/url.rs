//! The `callback_url` of a session, whose query tells Dintero when and how to send callbacks.

use std::fmt;
use std::time::Duration;

use crate::AccountId;
use crate::BuildError;
use crate::types::TransactionEventEvent;
use crate::web_url::{self, WebUrl};

/// The API document's limit for `delay_callback`.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

const SETTINGS: [&str; 6] =
    ["method", "includes", "report_error", "report_event", "delay_callback", "sid_parameter_name"];

/// The parameters that Dintero adds to the query.
const ADDED: [&str; 8] = [
    "transaction_id",
    "session_id",
    "sid",
    "merchant_reference",
    "time",
    "error",
    "event",
    "event_id",
];

/// Builds the `callback_url` of a session, with settings for Dintero in its query.
///
/// Without any settings, Dintero sends a GET request when a transaction is authorized, captured or on hold.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use dintero_api::callback::CallbackUrl;
/// use dintero_api::types::{SessionUrls, TransactionEventEvent};
///
/// # fn main() -> Result<(), dintero_api::BuildError> {
/// let callback_url = CallbackUrl::new("https://shop.example.com/dintero/callback")
///     .report_error()
///     .report_event(TransactionEventEvent::Refund)
///     .delay(Duration::from_secs(30))
///     .build()?;
/// assert_eq!(
///     callback_url,
///     "https://shop.example.com/dintero/callback?report_error=true&report_event=REFUND&delay_callback=30"
/// );
/// let urls = SessionUrls::new("https://shop.example.com/thanks").callback_url(callback_url);
/// # Ok(())
/// # }
/// ```
///
/// `Debug` omits the path and the query, which may contain a secret that identifies Dintero's requests.
#[derive(Clone)]
#[must_use = "call `build` to get the URL"]
pub struct CallbackUrl {
    url: String,
    post: bool,
    session: bool,
    report_error: bool,
    report_events: Vec<TransactionEventEvent>,
    delay: Option<Duration>,
    sid: bool,
    account: Option<AccountId>,
}

impl CallbackUrl {
    /// Creates a builder from the URL that Dintero calls, which must use HTTPS and be publicly reachable. The URL may
    /// have a query of its own.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::CallbackUrl;
    ///
    /// // The URL's own parameter says which of several shops the callback is for.
    /// let url = CallbackUrl::new("https://example.com/dintero/callback?shop=7").report_error().build()?;
    /// assert_eq!(url, "https://example.com/dintero/callback?shop=7&report_error=true");
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            post: false,
            session: false,
            report_error: false,
            report_events: Vec::new(),
            delay: None,
            sid: false,
            account: None,
        }
    }

    /// Asks for a POST with the [transaction](crate::types::Transaction) in the body (`method=POST`).
    ///
    /// The body is not signed, and may be missing after an error: always read the transaction again.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::CallbackUrl;
    ///
    /// let url = CallbackUrl::new("https://shop.example.com/callback").post().build()?;
    /// assert_eq!(url, "https://shop.example.com/callback?method=POST");
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn post(mut self) -> Self {
        self.post = true;
        self
    }

    /// Asks Dintero to include the session in the transaction (`includes=session`). Implies [`post`](Self::post).
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::CallbackUrl;
    ///
    /// let url = CallbackUrl::new("https://shop.example.com/callback").include_session().build()?;
    /// assert_eq!(url, "https://shop.example.com/callback?method=POST&includes=session");
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn include_session(mut self) -> Self {
        self.session = true;
        self.post()
    }

    /// Also requests a callback when a payment is cancelled or fails (`report_error=true`).
    ///
    /// In such a callback, [`transaction_id`](super::CallbackQuery::transaction_id) may be missing.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::CallbackUrl;
    ///
    /// // Puts the goods back into stock as soon as the customer gives up.
    /// let url = CallbackUrl::new("https://shop.example.com/callback").report_error().build()?;
    /// assert_eq!(url, "https://shop.example.com/callback?report_error=true");
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn report_error(mut self) -> Self {
        self.report_error = true;
        self
    }

    /// Also requests a callback after each event of this type: `CAPTURE`, `REFUND` or `VOID` (`report_event`).
    ///
    /// Call this method once for each event type.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::CallbackUrl;
    /// use dintero_api::types::TransactionEventEvent;
    ///
    /// // Also report captures and refunds that colleagues make in the back office.
    /// let url = CallbackUrl::new("https://shop.example.com/callback")
    ///     .report_event(TransactionEventEvent::Capture)
    ///     .report_event(TransactionEventEvent::Refund)
    ///     .build()?;
    /// assert_eq!(url, "https://shop.example.com/callback?report_event=CAPTURE&report_event=REFUND");
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn report_event(mut self, event: impl Into<TransactionEventEvent>) -> Self {
        let event = event.into();
        if !self.report_events.contains(&event) {
            self.report_events.push(event);
        }
        self
    }

    /// Asks Dintero to wait before the first callback (`delay_callback`): whole seconds, at most 60.
    ///
    /// The delay gives a shop time to store the order, but guarantees nothing. Still respond with
    /// [`NotYet`](super::CallbackResponse::NotYet) while the order is not known.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dintero_api::callback::CallbackUrl;
    ///
    /// let url = CallbackUrl::new("https://shop.example.com/callback").delay(Duration::from_secs(5)).build()?;
    /// assert_eq!(url, "https://shop.example.com/callback?delay_callback=5");
    ///
    /// let too_long = CallbackUrl::new("https://shop.example.com/callback").delay(Duration::from_secs(61));
    /// assert!(too_long.build().is_err());
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Asks for the parameter `sid` (`sid_parameter_name=sid`) instead of `session_id`, which some firewalls mistake
    /// for an attack.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::{CallbackQuery, CallbackUrl};
    ///
    /// let url = CallbackUrl::new("https://shop.example.com/callback").sid_parameter_name().build()?;
    /// assert_eq!(url, "https://shop.example.com/callback?sid_parameter_name=sid");
    /// // `CallbackQuery` reads both names.
    /// let query = CallbackQuery::from_query("merchant_reference=order-17&sid=T12345678.s1").unwrap();
    /// assert_eq!(query.session_id.as_deref(), Some("T12345678.s1"));
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn sid_parameter_name(mut self) -> Self {
        self.sid = true;
        self
    }

    /// Sets the account whose sessions use the URL. For tests against a mock server, a sandbox account may have a URL
    /// that Dintero cannot reach: plain HTTP, or a host on this machine or network. For a production account, such a
    /// URL is an error.
    ///
    /// The same code can then build the URL in tests, behind a tunnel and in production; only the account differs.
    /// Without an account, the URL must be one that Dintero can reach.
    /// [`SessionProfile::check_for`](crate::types::SessionProfile::check_for) applies the same rule to every callback
    /// URL of a session.
    ///
    /// ```
    /// use dintero_api::AccountId;
    /// use dintero_api::callback::CallbackUrl;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let url = |account: &str| -> Result<_, Box<dyn std::error::Error>> {
    ///     let account = AccountId::try_from(account)?;
    ///     Ok(CallbackUrl::new("http://127.0.0.1:3000/callback").for_account(&account).build())
    /// };
    /// assert!(url("T12345678")?.is_ok());
    /// assert!(url("P12345678")?.is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn for_account(mut self, account: &AccountId) -> Self {
        self.account = Some(*account);
        self
    }

    /// Checks the settings and builds the URL.
    ///
    /// # Errors
    ///
    /// Returns all problems at once: an invalid URL, plain HTTP, a host that is not public (see
    /// [`for_account`](Self::for_account)), credentials, a fragment, a character that must be percent-encoded, a query
    /// parameter that is a setting (use the method) or that Dintero adds, an event that Dintero does not report, or a
    /// delay that is longer than 60 seconds or not in whole seconds.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::CallbackUrl;
    ///
    /// let error = CallbackUrl::new("http://localhost:3000/callback?method=POST").build().unwrap_err();
    /// for problem in error.messages() {
    ///     eprintln!("{problem}"); // plain HTTP, a host that Dintero cannot reach, and a setting
    /// }
    /// # assert_eq!(error.messages().count(), 3);
    /// ```
    pub fn build(self) -> Result<String, BuildError> {
        let mut problems = Vec::new();
        self.check_place(&mut problems);
        self.check_query(&mut problems);
        self.check_settings(&mut problems);
        BuildError::unless("callback URL", Some(self.with_settings()), problems)
    }

    fn check_place(&self, problems: &mut Vec<String>) {
        let may_be_local = self.account.is_some_and(|account| account.is_sandbox());
        let faults = web_url::callback_faults(&self.url).into_iter();
        let faults = faults.filter(|fault| !(may_be_local && fault.is_only_reach()));
        problems.extend(faults.map(|fault| fault.message().to_owned()));
    }

    fn check_query(&self, problems: &mut Vec<String>) {
        let (_, query) = self.url.split_once('?').unwrap_or_default();
        for (name, _) in form_urlencoded::parse(query.as_bytes()) {
            // Messages show names from `SETTINGS` and `ADDED`, never text from the URL.
            if let Some(setting) = SETTINGS.iter().find(|setting| **setting == name) {
                problems.push(format!(
                    "its query has the setting `{setting}`: use the builder's method instead"
                ));
            }
            if let Some(added) = ADDED.iter().find(|added| **added == name) {
                problems.push(format!(
                    "its query has the parameter `{added}`, which Dintero adds itself: rename yours"
                ));
            }
        }
    }

    fn check_settings(&self, problems: &mut Vec<String>) {
        use TransactionEventEvent::{Capture, Refund, Void};
        if !self.report_events.iter().all(|event| matches!(event, Capture | Refund | Void)) {
            problems.push("Dintero only reports the events CAPTURE, REFUND and VOID".to_owned());
        }
        if self.delay.is_some_and(|delay| delay > LONGEST_DELAY || delay.subsec_nanos() != 0) {
            problems.push("the delay must be a whole number of seconds, at most 60".to_owned());
        }
    }

    fn with_settings(&self) -> String {
        let mut settings = form_urlencoded::Serializer::new(String::new());
        if self.post {
            settings.append_pair("method", "POST");
        }
        if self.session {
            settings.append_pair("includes", "session");
        }
        if self.report_error {
            settings.append_pair("report_error", "true");
        }
        for event in &self.report_events {
            settings.append_pair("report_event", event.as_str());
        }
        if let Some(delay) = self.delay {
            settings.append_pair("delay_callback", &delay.as_secs().to_string());
        }
        if self.sid {
            settings.append_pair("sid_parameter_name", "sid");
        }
        let settings = settings.finish();
        let joint = match self.url.split_once('?') {
            _ if settings.is_empty() => "",
            None => "?",
            Some((_, "")) => "",
            Some((_, query)) if query.ends_with('&') => "",
            Some(_) => "&",
        };
        format!("{}{joint}{settings}", self.url)
    }
}

impl fmt::Debug for CallbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Nothing has been checked yet: the text before a slash is a host only if a scheme precedes it.
        f.debug_struct("CallbackUrl")
            .field("host", &WebUrl::split(&self.url).map(WebUrl::host))
            .field("post", &self.post)
            .field("session", &self.session)
            .field("report_error", &self.report_error)
            .field("report_events", &self.report_events)
            .field("delay", &self.delay)
            .finish_non_exhaustive()
    }
}
