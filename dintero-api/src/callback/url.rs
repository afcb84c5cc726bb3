//! The `callback_url` of a session, whose own query tells Dintero how to call it.

use std::fmt;
use std::time::Duration;

use crate::AccountId;
use crate::BuildError;
use crate::types::TransactionEventEvent;
use crate::web_url::{self, WebUrl};

/// The document's limit of `delay_callback`.
const LONGEST_DELAY: Duration = Duration::from_secs(60);

const SETTINGS: [&str; 6] =
    ["method", "includes", "report_error", "report_event", "delay_callback", "sid_parameter_name"];

/// What Dintero adds to the query.
const ANSWERS: [&str; 8] = [
    "transaction_id",
    "session_id",
    "sid",
    "merchant_reference",
    "time",
    "error",
    "event",
    "event_id",
];

/// Builds the `callback_url` of a session, with the settings that its query holds.
///
/// Without any, Dintero calls it by GET, with a transaction that was authorised or captured or is on hold.
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
/// `Debug` shows neither path nor query, which may hold what tells Dintero's calls from others.
#[derive(Clone)]
#[must_use = "the URL is only made by `build`"]
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
    /// Takes the URL that Dintero is to call: HTTPS, and reachable by the world. It may have a query of its own.
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
    /// The body is not signed, and after an error there may be none: read the transaction again in any case.
    pub fn post(mut self) -> Self {
        self.post = true;
        self
    }

    /// Asks for the session in the transaction of the body (`includes=session`), and so for a [`post`](Self::post).
    pub fn include_session(mut self) -> Self {
        self.session = true;
        self.post()
    }

    /// Asks for a call when a payment was cancelled or failed, too (`report_error=true`).
    ///
    /// Then [`transaction_id`](super::CallbackQuery::transaction_id) may be missing.
    pub fn report_error(mut self) -> Self {
        self.report_error = true;
        self
    }

    /// Asks for a call after each such event of the transaction, too: `CAPTURE`, `REFUND` or `VOID` (`report_event`).
    ///
    /// May be called for several.
    pub fn report_event(mut self, event: impl Into<TransactionEventEvent>) -> Self {
        let event = event.into();
        if !self.report_events.contains(&event) {
            self.report_events.push(event);
        }
        self
    }

    /// Asks Dintero to wait before it calls for the first time (`delay_callback`): whole seconds, 60 at most.
    ///
    /// It gives a shop time to store the order, but is no promise of it: the response to an order that is not known stays
    /// [`NotYet`](super::CallbackResponse::NotYet).
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Asks for the parameter `sid` in place of `session_id` (`sid_parameter_name=sid`), which some firewalls take for
    /// an attack.
    pub fn sid_parameter_name(mut self) -> Self {
        self.sid = true;
        self
    }

    /// Says which account's sessions the URL is for. A sandbox account may have a URL that Dintero cannot reach: plain HTTP, or
    /// a host on this machine or network, for tests against a stand-in. A production account may not.
    ///
    /// The same code then builds the URL in tests, behind a tunnel and in production, and only the account differs. Without an
    /// account, the URL must be one that Dintero can reach.
    /// [`SessionProfile::check_for`](crate::types::SessionProfile::check_for) has the same rule for all URLs of a session.
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

    /// Checks everything and puts the URL together.
    ///
    /// # Errors
    ///
    /// All problems at once: no URL, no HTTPS, a host that is not public ([`for_account`](Self::for_account)), credentials, a
    /// fragment, a character that must be percent-encoded, a parameter in the given query that is a setting (use
    /// the method) or that Dintero adds, an event that is not reported, a delay of more than 60 or of broken seconds.
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
            // The names are ours, so that they can be shown.
            if let Some(setting) = SETTINGS.iter().find(|setting| **setting == name) {
                problems.push(format!("its query holds the setting `{setting}`: use the method"));
            }
            if let Some(response) = ANSWERS.iter().find(|response| **response == name) {
                problems
                    .push(format!("its query holds `{response}`, which Dintero adds: rename it"));
            }
        }
    }

    fn check_settings(&self, problems: &mut Vec<String>) {
        use TransactionEventEvent::{Capture, Refund, Void};
        if !self.report_events.iter().all(|event| matches!(event, Capture | Refund | Void)) {
            problems.push("the events that are reported are CAPTURE, REFUND and VOID".to_owned());
        }
        if self.delay.is_some_and(|delay| delay > LONGEST_DELAY || delay.subsec_nanos() != 0) {
            problems.push("the delay must be whole seconds, and at most 60".to_owned());
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
