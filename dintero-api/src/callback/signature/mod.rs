//! Verifies `Dintero-Signature`: the request is from Dintero, is meant for this account and this URL, and is recent.
//!
//! The signature is the HMAC-SHA256 of `time\naccount\nMETHOD\nhost\npath\nquery`. `target` extracts the host, path and
//! query; `header` parses the signature; this file compares the signature with the request.

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

/// The tolerance that Dintero recommends.
const TOLERANCE: Duration = Duration::from_secs(5 * 60);

type Clock = dyn Fn() -> Timestamp + Send + Sync;

/// Verifies that a request comes from Dintero, by checking its `Dintero-Signature` header.
///
/// One verifier serves one account, sandbox or production, because the signature covers the account id. Cloning is
/// cheap. Signatures are compared in constant time.
///
/// The body is not signed. Trust only what Dintero returns when you read the transaction.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::CallbackVerifier;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let verifier = CallbackVerifier::builder("P00000000", ["123"])
///     # .clock(|| dintero_api::Timestamp::from_second(1_582_236_540).unwrap())
///     .public_url("https://example.com") // as in the URLs given to Dintero
///     .build()?;
///
/// // From the request: the method, the path with its query, and the header, if present.
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

/// The facts that a verified signature proves about a request.
///
/// # Examples
///
/// ```
/// use dintero_api::callback::CallbackVerifier;
///
/// // During a rotation: the new secret first, then the old one.
/// let verifier = CallbackVerifier::builder("T12345678", ["new secret", "old secret"])
///     .public_url("https://shop.example.com")
///     .build()?;
/// let url = "/callback?merchant_reference=order-17";
/// let signature = verifier.sign("GET", url)?; // in production, the header of the request
/// let verified = verifier.verify("GET", url, Some(&signature))?;
/// if verified.secret == 1 {
///     println!("Dintero still signs with the old secret");
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct VerifiedSignature {
    /// When Dintero signed the request.
    pub signed_at: Timestamp,
    /// The index of the secret that the request was signed with, counted from 0. Remove an old secret once no request
    /// is signed with it any more.
    pub secret: usize,
}

impl CallbackVerifier {
    /// Returns a builder for an account's verifier. Takes the account's signature secret, or several secrets during a
    /// rotation.
    ///
    /// The account id is `T` (sandbox) or `P` (production) followed by eight digits. The secret is the
    /// `signature.secret` that `client.signature_secrets().create()` returned; the text itself is the key, and is not
    /// decoded. Nothing is checked before [`build`](CallbackVerifierBuilder::build).
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::CallbackVerifier;
    ///
    /// let secret = "the signature secret, from your secret store";
    /// let verifier = CallbackVerifier::builder("T12345678", [secret])
    ///     .public_url("https://shop.example.com")
    ///     .build()?;
    /// assert!(verifier.account_id().is_sandbox());
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
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

    /// Returns the account whose callbacks this verifier verifies.
    #[must_use]
    pub fn account_id(&self) -> AccountId {
        self.0.account
    }

    /// Verifies the signature of any callback request.
    ///
    /// `method` is the request method in upper case. `url` is the path and query as received, still percent-encoded;
    /// without a [public URL](CallbackVerifierBuilder::public_url), it must be the whole URL. `signature` is the value
    /// of the `Dintero-Signature` header, or `None` if it is absent.
    ///
    /// # Errors
    ///
    /// The error describes the problem and what to do about it, without secrets; [`SignatureError::response`] returns
    /// the response to send. The time is checked last, so [`TooOld`](SignatureError::TooOld) and
    /// [`InFuture`](SignatureError::InFuture) mean that Dintero did sign the request.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::{CallbackVerifier, SignatureError};
    ///
    /// /// Returns the body of an express callback if Dintero sent the request.
    /// fn verified<'b>(
    ///     verifier: &CallbackVerifier,
    ///     path_and_query: &str,
    ///     signature: Option<&str>,
    ///     body: &'b [u8],
    /// ) -> Result<&'b [u8], SignatureError> {
    ///     verifier.verify("POST", path_and_query, signature)?;
    ///     Ok(body)
    /// }
    /// # let verifier = CallbackVerifier::builder("T12345678", ["secret"]).public_url("https://h").build().unwrap();
    /// # let signature = verifier.sign("POST", "/address").unwrap();
    /// # assert!(verified(&verifier, "/address", Some(&signature), b"{}").is_ok());
    /// # assert_eq!(verified(&verifier, "/address", None, b"{}"), Err(SignatureError::Missing));
    /// # assert_eq!(verified(&verifier, "/other", Some(&signature), b"{}"), Err(SignatureError::NoMatch));
    /// ```
    pub fn verify(
        &self,
        method: &str,
        url: &str,
        signature: Option<&str>,
    ) -> Result<VerifiedSignature, SignatureError> {
        self.verify_target(method, &Target::of_url(url)?, signature)
    }

    /// Verifies a GET or POST request to `callback_url`, and parses its query.
    ///
    /// The arguments are those of [`verify`](Self::verify).
    ///
    /// # Errors
    ///
    /// Returns an error if the signature cannot be verified, or if the query has no `merchant_reference`.
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

    /// Signs a request as Dintero does, for your own tests. Returns the value of `Dintero-Signature`.
    ///
    /// Uses the first secret, and the time of the [clock](CallbackVerifierBuilder::clock).
    ///
    /// # Errors
    ///
    /// Returns an error if the URL is invalid, or if it has no host and no public URL is set.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::CallbackVerifier;
    ///
    /// // A test sends this value to the shop's callback handler, in the header `Dintero-Signature`.
    /// let verifier = CallbackVerifier::builder("T12345678", ["a secret for tests"])
    ///     .public_url("https://shop.example.com")
    ///     .build()?;
    /// let url = "/callback?merchant_reference=order-17&transaction_id=T12345678.t1";
    /// let header = verifier.sign("GET", url)?;
    /// assert!(header.starts_with("t=") && header.contains(",v0-hmac-sha256="));
    /// assert!(verifier.callback("GET", url, Some(&header)).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn sign(&self, method: &str, url: &str) -> Result<String, SignatureError> {
        let time = (self.0.clock)();
        let message = self.message(&time.as_second().to_string(), method, &Target::of_url(url)?)?;
        // There is always a key: `build` refuses an empty list.
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
        // The age is in whole seconds, like the time in the header.
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
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use dintero_api::callback::CallbackVerifier;
///
/// let verifier = CallbackVerifier::builder("T12345678", ["the signature secret"])
///     .public_url("https://shop.example.com/api") // a proxy strips `/api`
///     .tolerance(Duration::from_secs(120))
///     .build()?;
/// # let _ = verifier;
/// # Ok::<(), dintero_api::BuildError>(())
/// ```
#[must_use = "call `build` to get a verifier"]
pub struct CallbackVerifierBuilder {
    account_id: String,
    secrets: Vec<Secret>,
    tolerance: Duration,
    public_url: Option<String>,
    clock: Box<Clock>,
}

impl CallbackVerifierBuilder {
    /// Sets how old a signature may be, and how far in the future its timestamp may be. Default: five minutes, as Dintero
    /// recommends.
    ///
    /// Fractions of a second are ignored. An intercepted request can be replayed for that long, which is one reason to
    /// [deduplicate](CallbackQuery::deduplication_key) callbacks.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use dintero_api::Timestamp;
    /// use dintero_api::callback::{CallbackVerifier, SignatureError};
    ///
    /// let builder = || CallbackVerifier::builder("T12345678", ["secret"]).public_url("https://h");
    /// let signed = builder().clock(|| Timestamp::from_second(1_000).unwrap()).build()?.sign("GET", "/cb")?;
    /// // Six minutes later:
    /// let later = || builder().clock(|| Timestamp::from_second(1_360).unwrap());
    /// let error = later().build()?.verify("GET", "/cb", Some(&signed)).unwrap_err();
    /// assert!(matches!(error, SignatureError::TooOld { .. }));
    /// let patient = later().tolerance(Duration::from_secs(10 * 60)).build()?;
    /// assert!(patient.verify("GET", "/cb", Some(&signed)).is_ok());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets the public base URL of this shop, as in the callback URLs given to Dintero. Recommended for every shop, and
    /// required behind a proxy, because Dintero signs the public URL.
    ///
    /// If a public URL is set, the host of a request is ignored, and the path of the public URL is prepended to the
    /// request's path. If a proxy strips `/api`, so that `https://shop.example.com/api/callback` arrives as
    /// `/callback`, set `https://shop.example.com/api`; if the proxy leaves paths unchanged, set
    /// `https://shop.example.com`. For a proxy that rewrites paths in another way, do not call this method, and pass
    /// the public URL to [`verify`](CallbackVerifier::verify).
    ///
    /// Scheme and port are not signed. Write a host with non-ASCII letters in its `xn--` form.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::CallbackVerifier;
    ///
    /// let verifier = CallbackVerifier::builder("T12345678", ["secret"])
    ///     .public_url("https://shop.example.com/api")
    ///     .build()?;
    /// // Dintero calls https://shop.example.com/api/callback, and the proxy passes this path on:
    /// let path = "/callback?merchant_reference=order-17";
    /// # let signature = verifier.sign("GET", path)?;
    /// verifier.verify("GET", path, Some(&signature))?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn public_url(mut self, url: impl Into<String>) -> Self {
        self.public_url = Some(url.into());
        self
    }

    /// Replaces the system clock, for tests.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::Timestamp;
    /// use dintero_api::callback::CallbackVerifier;
    ///
    /// // A recorded callback can be verified in a test, however old it is.
    /// let verifier = CallbackVerifier::builder("P00000000", ["123"])
    ///     .public_url("https://example.com")
    ///     .clock(|| Timestamp::from_second(1_582_236_540).unwrap())
    ///     .build()?;
    /// let recorded = "t=1582236537,\
    ///     v0-hmac-sha256=6bed2ab1b919d460ef7465a20dc6c97260dca73fab6647106ca525f0908df64a";
    /// assert!(verifier.verify("GET", "/callback?B=123&A=992", Some(recorded)).is_ok());
    /// # Ok::<(), dintero_api::BuildError>(())
    /// ```
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Box::new(clock);
        self
    }

    /// Checks the configuration and builds the verifier.
    ///
    /// # Errors
    ///
    /// Returns all problems at once: an invalid account id, no secret, an empty secret (anyone could sign with it), a
    /// secret with whitespace around it (no signature would match), or a public URL that is not a plain base URL.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::callback::CallbackVerifier;
    ///
    /// // The secret was read from a file, including the line break at the end.
    /// let error = CallbackVerifier::builder("T12345678", ["secret\n"]).build().unwrap_err();
    /// assert!(error.to_string().contains("begins or ends with whitespace"));
    /// ```
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
        BuildError::unless("callback verifier", verifier, problems)
    }
}

impl fmt::Debug for CallbackVerifierBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Omits the account id: it has not been checked, and may be a secret passed by mistake.
        f.debug_struct("CallbackVerifierBuilder")
            .field("secrets", &self.secrets.len())
            .field("tolerance", &self.tolerance)
            .finish_non_exhaustive()
    }
}
