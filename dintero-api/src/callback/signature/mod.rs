//! The check of `Dintero-Signature`: that a request is from Dintero, for this account and this URL, and recent.
//!
//! What is signed is `time\naccount\nMETHOD\nhost\npath\nquery`, by HMAC-SHA256. `target` owns host, path and query,
//! `header` the value that is checked; putting the two together is done here.

mod header;
mod target;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use hmac::{Hmac, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;

use self::header::SignatureHeader;
use self::target::PublicUrl;
pub(super) use self::target::Target;
use super::error::{CallbackError, SignatureError};
use super::{CallbackQuery, keys};
use crate::BuildError;
use crate::{AccountId, Secret};

/// What Dintero recommends.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

type Clock = dyn Fn() -> Timestamp + Send + Sync;

/// Verifies that a request comes from Dintero, by its header `Dintero-Signature`.
///
/// One verifier serves one account, sandbox or production, because the account id is part of what is signed. Cloning
/// is cheap. The comparison takes the same time whatever the signature is.
///
/// The body is not signed. What counts is what Dintero says when the transaction is read.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::CallbackVerifier;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let verifier = CallbackVerifier::builder("P00000000", ["123"])
///     # .clock(|| dintero_api::Timestamp::from_second(1_582_236_540).unwrap())
///     .public_url("https://example.com") // as Dintero was given it
///     .build()?;
///
/// // Of the request: method, path with query, and the header, if there is one.
/// let signature = "t=1582236537,\
///     v0-hmac-sha256=6bed2ab1b919d460ef7465a20dc6c97260dca73fab6647106ca525f0908df64a";
/// let verified = verifier.verify("GET", "/callback?B=123&A=992", Some(signature))?;
/// assert_eq!(verified.signed_at.as_second(), 1_582_236_537);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct CallbackVerifier(Arc<Inner>);

struct Inner {
    account: AccountId,
    keys: Vec<Hmac<Sha256>>,
    tolerance: Duration,
    public: Option<PublicUrl>,
    clock: Box<Clock>,
}

/// What a signature vouched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedSignature {
    /// When Dintero signed the request.
    pub signed_at: Timestamp,
    /// Which of the verifier's secrets it was signed with, counted from 0. When none is signed with an old secret any
    /// more, that one can go.
    pub secret: usize,
}

impl CallbackVerifier {
    /// Starts a verifier for an account, with its signature secret, or several while they are being changed.
    ///
    /// The account id is `T` (sandbox) or `P` (production) and eight digits. The secret is the
    /// `signature.secret` that `client.signature_secrets().create()` returned; its text is the key, as it is. Nothing is
    /// checked before [`build`](CallbackVerifierBuilder::build).
    pub fn builder<S: Into<Secret>>(
        account_id: impl Into<String>,
        secrets: impl IntoIterator<Item = S>,
    ) -> CallbackVerifierBuilder {
        CallbackVerifierBuilder {
            account_id: account_id.into(),
            secrets: secrets.into_iter().map(Into::into).collect(),
            tolerance: TOLERANCE,
            public_url: None,
            clock: Box::new(Timestamp::now),
        }
    }

    /// Returns the account whose callbacks are verified.
    #[must_use]
    pub fn account_id(&self) -> AccountId {
        self.0.account
    }

    /// Verifies a request, for a callback of any kind.
    ///
    /// `method` is in capitals, as it came. `url` is path and query as they came, still percent-encoded; without a
    /// [public URL](CallbackVerifierBuilder::public_url), the whole URL. `signature` is the value of the header
    /// `Dintero-Signature`, `None` if there is none.
    ///
    /// # Errors
    ///
    /// The error says what is wrong and what to do, without secrets; [`SignatureError::response`] is what to respond with.
    /// Whether the time is right is looked at last, so [`TooOld`](SignatureError::TooOld) and
    /// [`InFuture`](SignatureError::InFuture) mean that it was Dintero who signed.
    pub fn verify(
        &self,
        method: &str,
        url: &str,
        signature: Option<&str>,
    ) -> Result<VerifiedSignature, SignatureError> {
        self.verify_target(method, &Target::of_url(url)?, signature)
    }

    /// Verifies a call of `callback_url` and reads its query, whether it came by GET or POST.
    ///
    /// Takes what [`verify`](Self::verify) takes.
    ///
    /// # Errors
    ///
    /// The signature does not vouch for the request, or the query has no `merchant_reference`.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::{CallbackResponse, CallbackVerifier};
    ///
    /// let verifier = CallbackVerifier::builder("T12345678", ["secret"])
    ///     .public_url("https://shop.example.com")
    ///     .build()?;
    /// let url = "/dintero/callback?merchant_reference=order-17&transaction_id=T1.x";
    /// let signature = verifier.sign("GET", url)?; // in production, the header of the request
    ///
    /// let query = verifier.callback("GET", url, Some(&signature))?;
    /// assert_eq!(query.merchant_reference, "order-17");
    ///
    /// let error = verifier.callback("GET", url, Some("t=1,v0-hmac-sha256=00")).unwrap_err();
    /// assert_ne!(error.response(), CallbackResponse::Handled);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn callback(
        &self,
        method: &str,
        url: &str,
        signature: Option<&str>,
    ) -> Result<CallbackQuery, CallbackError> {
        let target = Target::of_url(url)?;
        self.verify_target(method, &target, signature)?;
        Ok(CallbackQuery::from_query(target.query)?)
    }

    /// Signs a request as Dintero does, for a shop's own tests. The result is the value of `Dintero-Signature`.
    ///
    /// With the first secret, at the time of the [clock](CallbackVerifierBuilder::clock).
    ///
    /// # Errors
    ///
    /// The URL has no host, and there is no public URL.
    pub fn sign(&self, method: &str, url: &str) -> Result<String, SignatureError> {
        let time = (self.0.clock)();
        let message = self.message(&time.as_second().to_string(), method, &Target::of_url(url)?)?;
        // There is one: `build` refuses an empty list.
        let key = self.0.keys.first().ok_or(SignatureError::NoMatch)?;
        let signature = key.clone().chain_update(message).finalize();
        Ok(header::format(time, &signature.into_bytes()))
    }

    pub(super) fn verify_target(
        &self,
        method: &str,
        target: &Target<'_>,
        signature: Option<&str>,
    ) -> Result<VerifiedSignature, SignatureError> {
        let header = SignatureHeader::parse(signature.ok_or(SignatureError::Missing)?)?;
        let message = self.message(header.time_text, method, target)?;
        let made_by = |key: &Hmac<Sha256>| {
            let signed = key.clone().chain_update(&message);
            let mut signatures = header.signatures.iter();
            signatures.any(|signature| signed.clone().verify_slice(signature).is_ok())
        };
        let secret = self.0.keys.iter().position(made_by).ok_or(SignatureError::NoMatch)?;
        self.check_time(header.time)?;
        Ok(VerifiedSignature { signed_at: header.time, secret })
    }

    fn message(
        &self,
        time: &str,
        method: &str,
        target: &Target<'_>,
    ) -> Result<String, SignatureError> {
        let signed = target.signed(self.0.public.as_ref())?;
        let account = self.0.account;
        Ok(format!(
            "{time}\n{account}\n{method}\n{}\n{}\n{}",
            signed.host, signed.path, signed.query
        ))
    }

    fn check_time(&self, signed_at: Timestamp) -> Result<(), SignatureError> {
        // In whole seconds, which is what the header has.
        let age = (self.0.clock)().as_second() - signed_at.as_second();
        let difference = Duration::from_secs(age.unsigned_abs());
        if difference <= self.0.tolerance {
            Ok(())
        } else if age > 0 {
            Err(SignatureError::TooOld { age: difference })
        } else {
            Err(SignatureError::InFuture { ahead: difference })
        }
    }
}

impl fmt::Debug for CallbackVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackVerifier")
            .field("account_id", &self.0.account)
            .field("secrets", &self.0.keys.len())
            .field("tolerance", &self.0.tolerance)
            .field("public_url", &self.0.public)
            .finish_non_exhaustive()
    }
}

/// Configures a [`CallbackVerifier`].
#[must_use = "a verifier is only made by `build`"]
pub struct CallbackVerifierBuilder {
    account_id: String,
    secrets: Vec<Secret>,
    tolerance: Duration,
    public_url: Option<String>,
    clock: Box<Clock>,
}

impl CallbackVerifierBuilder {
    /// Sets how old a signature may be, and how far in the future. Five minutes by default, as Dintero recommends.
    ///
    /// Counted in whole seconds. Whoever got hold of a request can repeat it for that long; that is why a callback is
    /// [deduplicated](CallbackQuery::deduplication_key).
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Says where the world finds this shop, as it stands in the URLs that Dintero was given. Recommended always, and
    /// needed behind a proxy, because it is the public URL that Dintero signs.
    ///
    /// The host of a request is then ignored, and the path of this URL put before its path. Where a proxy takes
    /// `/api` off, so that `https://shop.example.com/api/callback` arrives as `/callback`, say
    /// `https://shop.example.com/api`; where it leaves paths alone, `https://shop.example.com`. For a proxy that
    /// changes them in another way, leave this out and hand the public URL to [`verify`](CallbackVerifier::verify).
    ///
    /// Scheme and port are not signed. A host with letters beyond ASCII is written in its `xn--` form.
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// Sets what tells the time. The system's clock by default; for tests.
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Checks everything and makes the verifier.
    ///
    /// # Errors
    ///
    /// All problems at once: an account id that is none, no secret or an empty one (with which anybody could sign), white
    /// space around one (with which nobody could), a public URL that is not a plain one.
    pub fn build(self) -> Result<CallbackVerifier, BuildError> {
        let mut problems = Vec::new();
        let account: Option<AccountId> =
            self.account_id.parse().map_err(|error| problems.push(format!("{error}"))).ok();
        let keys = keys(&self.secrets, &mut problems);
        let public = self.public_url.map(|url| PublicUrl::parse(&url)).transpose();
        let public =
            public.map_err(|problem| problems.push(problem.to_owned())).unwrap_or_default();
        let inner = account.map(|account| Inner {
            account,
            keys,
            tolerance: self.tolerance,
            public,
            clock: self.clock,
        });
        let verifier = inner.map(|inner| CallbackVerifier(Arc::new(inner)));
        BuildError::unless("verifier of signatures", verifier, problems)
    }
}

impl fmt::Debug for CallbackVerifierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The account id has not been checked, and may be a secret in the wrong place.
        f.debug_struct("CallbackVerifierBuilder")
            .field("secrets", &self.secrets.len())
            .field("tolerance", &self.tolerance)
            .finish_non_exhaustive()
    }
}
