//! Tests `Dintero-Signature` with the published example, and with random requests signed by a second implementation.

use std::time::Duration;

use dintero_api::Timestamp;
use dintero_api::callback::{
    CallbackError, CallbackResponse, CallbackVerifier, CallbackVerifierBuilder, SignatureError,
};
use proptest::prelude::*;
use proptest::sample::Index;
use ring::hmac;

/// The example from Dintero's documentation. The time, the account id and the method are signed as they appear here;
/// the parameters of the URL are sorted first.
const SECRET: &str = "123";
const TIME: i64 = 1_582_236_537;
const ACCOUNT: &str = "P00000000";
const URL: &str = "https://example.com/callback?B=123&A=992";
const HEX: &str = "6bed2ab1b919d460ef7465a20dc6c97260dca73fab6647106ca525f0908df64a";

fn at(seconds: i64) -> impl Fn() -> Timestamp + Send + Sync + 'static {
    let time = Timestamp::from_second(seconds).expect("a time");
    move || time
}

fn builder(secrets: &[&str], now: i64) -> CallbackVerifierBuilder {
    CallbackVerifier::builder(ACCOUNT, secrets.iter().copied()).clock(at(now))
}

fn verifier(secrets: &[&str], now: i64) -> CallbackVerifier {
    builder(secrets, now).build().expect("a verifier")
}

fn header(time: i64, hex: &str) -> String {
    format!("t={time},v0-hmac-sha256={hex}")
}

/// Signs a message without using this crate.
fn hex_of(secret: &str, message: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, message.as_bytes());
    tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn published_example_verifies() {
    let verified = verifier(&[SECRET], TIME).verify("GET", URL, Some(&header(TIME, HEX)));
    let verified = verified.expect("the signature is valid");
    assert_eq!((verified.signed_at.as_second(), verified.secret), (TIME, 0));
    // The comma between the parts of the header may be followed by a space, or by a line break as in Dintero's
    // documentation.
    for separator in [", ", ",\n"] {
        let printed = format!("t={TIME}{separator}v0-hmac-sha256={HEX}");
        verifier(&[SECRET], TIME).verify("GET", URL, Some(&printed)).expect("the space is trimmed");
    }
    assert_eq!(verifier(&[SECRET], TIME).sign("GET", URL), Ok(header(TIME, HEX)));
}

/// The query parameters may be ordered and encoded differently than in the signed message.
#[test]
fn query_may_be_in_another_order_and_encoding() {
    let verifier = verifier(&[SECRET], TIME);
    for query in ["A=992&B=123", "B=123&&A=992&", "%41=992&B=12%33"] {
        let url = format!("https://example.com/callback?{query}#fragment");
        verifier.verify("GET", &url, Some(&header(TIME, HEX))).expect(query);
    }
    for url in [
        "https://EXAMPLE.com:8443/callback?B=123&A=992",
        "http://u:p@example.com/callback?B=123&A=992",
    ] {
        verifier.verify("GET", url, Some(&header(TIME, HEX))).expect(url);
    }
}

#[test]
fn unsorted_query_is_not_what_is_signed() {
    let message = format!("{TIME}\n{ACCOUNT}\nGET\nexample.com\n/callback\nB=123&A=992");
    let hex = hex_of(SECRET, &message);
    assert!(hex.starts_with("14751103"), "{hex}");
    let error = verifier(&[SECRET], TIME).verify("GET", URL, Some(&header(TIME, &hex)));
    assert_eq!(error, Err(SignatureError::NoMatch));
}

/// Returns whether a URL with this query is accepted if `signed` is the last line of the signed message.
fn query_is_signed_as(query: &str, signed: &str) -> bool {
    let hex = hex_of(SECRET, &format!("{TIME}\n{ACCOUNT}\nGET\nexample.com\n/cb\n{signed}"));
    let url = format!("https://example.com/cb?{query}");
    verifier(&[SECRET], TIME).verify("GET", &url, Some(&header(TIME, &hex))).is_ok()
}

#[test]
fn equal_keys_keep_their_order() {
    assert!(query_is_signed_as("b=2&a=9&b=1&a=8&b=3", "a=9&a=8&b=2&b=1&b=3"));
    assert!(!query_is_signed_as("b=1&b=2", "b=2&b=1"));
    assert!(!query_is_signed_as("a=8&a=9", "a=9&a=8"));
}

#[test]
fn spaces_are_signed_as_plus() {
    for query in ["a=x%20y&b=%2B", "a=x+y&b=%2b"] {
        assert!(query_is_signed_as(query, "a=x+y&b=%2B"), "{query}");
        assert!(!query_is_signed_as(query, "a=x%20y&b=%2B"), "{query}");
    }
}

/// In UTF-16, U+1F600 is D83D DE00 and sorts before U+FF5E. By code point, and in UTF-8, it sorts after U+FF5E.
#[test]
fn keys_are_sorted_by_utf16() {
    let (emoji, tilde) = ("%F0%9F%98%80", "%EF%BD%9E");
    for query in [format!("{tilde}=1&{emoji}=2"), format!("{emoji}=2&{tilde}=1")] {
        assert!(query_is_signed_as(&query, &format!("{emoji}=2&{tilde}=1")));
        assert!(!query_is_signed_as(&query, &format!("{tilde}=1&{emoji}=2")));
    }
}

#[test]
fn time_is_checked_both_ways() {
    let verify = |now: i64| verifier(&[SECRET], now).verify("GET", URL, Some(&header(TIME, HEX)));
    for now in [TIME - 300, TIME, TIME + 300] {
        assert!(verify(now).is_ok(), "{now}");
    }
    let age = |error| match error {
        SignatureError::TooOld { age, .. } => i64::try_from(age.as_secs()).expect("small"),
        SignatureError::InFuture { ahead, .. } => -i64::try_from(ahead.as_secs()).expect("small"),
        other => panic!("{other}"),
    };
    for seconds in [301, 5 * 60 * 60, -301, -5 * 60 * 60] {
        let error = verify(TIME + seconds).expect_err("the time is outside the tolerance");
        // The signature is valid, and Dintero does not retry a callback after a 4xx response, so the response is a 503.
        assert_eq!(error.response(), CallbackResponse::NotYet);
        assert!(error.to_string().contains(&format!("{} seconds", seconds.abs())), "{error}");
        assert_eq!(age(error), seconds);
    }
    let strict = builder(&[SECRET], TIME + 11).tolerance(Duration::from_secs(10)).build();
    let error = strict.expect("a verifier").verify("GET", URL, Some(&header(TIME, HEX)));
    assert!(matches!(error, Err(SignatureError::TooOld { .. })));
    // The error for an invalid signature does not reveal whether the time is within the tolerance.
    let error = verifier(&["124"], TIME + 301).verify("GET", URL, Some(&header(TIME, HEX)));
    assert_eq!(error, Err(SignatureError::NoMatch));
}

#[test]
fn several_secrets_and_several_signatures_are_tried() {
    for (secrets, index) in [(["123", "new"], 0), (["new", "123"], 1)] {
        let verified = verifier(&secrets, TIME).verify("GET", URL, Some(&header(TIME, HEX)));
        assert_eq!(verified.map(|verified| verified.secret), Ok(index));
    }
    let zero = "0".repeat(64);
    for hexes in [[HEX, &zero], [&zero, HEX]] {
        let header = format!("t={TIME},v0-hmac-sha256={},v0-hmac-sha256={}", hexes[0], hexes[1]);
        verifier(&[SECRET], TIME).verify("GET", URL, Some(&header)).expect("one valid signature");
    }
    let other = verifier(&["new", "124"], TIME).verify("GET", URL, Some(&header(TIME, HEX)));
    assert_eq!(other, Err(SignatureError::NoMatch));
}

#[test]
fn public_url_is_verified_behind_a_proxy() {
    let header = header(TIME, HEX);
    let verify = |public: Option<&str>, url: &str| {
        let mut builder = builder(&[SECRET], TIME);
        if let Some(public) = public {
            builder = builder.public_url(public);
        }
        builder.build().expect("a verifier").verify("GET", url, Some(&header))
    };
    let inside = "http://10.0.0.7:3000/callback?B=123&A=992";
    assert_eq!(verify(None, inside), Err(SignatureError::NoMatch));
    for public in ["https://example.com", "https://example.com:443/", "http://example.com"] {
        verify(Some(public), inside).expect(public);
        verify(Some(public), "/callback?B=123&A=992").expect(public);
    }
    // If the proxy removes all of `/callback` from the path, the verified path is `/callback/`, which was not signed.
    verify(Some("https://example.com/callback"), "/?B=123&A=992").expect_err("another path");
    let longer =
        hex_of(SECRET, &format!("{TIME}\n{ACCOUNT}\nGET\nexample.com\n/api/callback\nA=992&B=123"));
    let with_prefix = builder(&[SECRET], TIME).public_url("https://example.com/api/").build();
    let with_prefix = with_prefix.expect("a verifier");
    let longer = format!("t={TIME},v0-hmac-sha256={longer}");
    with_prefix.verify("GET", "/callback?B=123&A=992", Some(&longer)).expect("the prefix counts");

    let error = verify(None, "/callback?B=123&A=992").expect_err("there is no host");
    assert!(error.to_string().contains("`public_url`"), "{error}");
    assert_eq!(error.response(), CallbackResponse::NotYet);
}

#[test]
fn errors_say_what_to_do_and_how_to_respond() {
    let verifier = verifier(&["hunter2"], TIME);
    let missing = verifier.verify("GET", URL, None).expect_err("there is no header");
    assert!(missing.to_string().contains("`client.signature_secrets().create()`"));
    assert_eq!(missing.response().status_code(), 401);
    let malformed = verifier.verify("GET", URL, Some("t=1")).expect_err("the header is incomplete");
    assert!(malformed.to_string().contains("it has no signature"), "{malformed}");
    assert_eq!(malformed.response().status_code(), 400);
    let wrong = verifier
        .verify("GET", URL, Some(&header(TIME, HEX)))
        .expect_err("the signature is invalid");
    for hint in ["secret", "account id", "`public_url`"] {
        assert!(wrong.to_string().contains(hint), "{wrong}");
    }
    assert_eq!(wrong.response().status_code(), 401);
    for error in [missing, malformed, wrong] {
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains("hunter2") && !shown.contains(HEX), "{shown}");
    }
}

#[test]
fn callback_is_verified_and_read() {
    let verifier = verifier(&[SECRET], TIME);
    let url = "https://example.com/cb?transaction_id=T1.x&merchant_reference=order+17&time=now";
    let signature = verifier.sign("POST", url).expect("the URL has a host");
    let query = verifier.callback("POST", url, Some(&signature)).expect("the callback is signed");
    assert_eq!(query.merchant_reference, "order 17");
    assert_eq!(query.transaction_id.as_deref(), Some("T1.x"));

    let error = verifier.callback("GET", url, Some(&signature)).expect_err("signed for POST");
    assert_eq!(error, CallbackError::Signature(SignatureError::NoMatch));
    let error = verifier.callback("GET", URL, Some(&header(TIME, HEX))).expect_err("no reference");
    assert_eq!(error.response(), CallbackResponse::Malformed);
    assert!(error.to_string().contains("`merchant_reference` is missing"), "{error}");
}

#[test]
fn builder_reports_all_problems_without_values() {
    let error =
        CallbackVerifier::builder("hunter2", [""; 1]).public_url("hunter3").build().unwrap_err();
    let problems: Vec<_> = error.messages().collect();
    assert_eq!(
        problems,
        [
            "an account id is `T` (sandbox) or `P` (production) followed by eight digits",
            "a secret is empty",
            "the public URL is not a URL such as `https://shop.example.com`",
        ]
    );
    assert!(!format!("{error} {error:?}").contains("hunter"), "{error}");
    let none = CallbackVerifier::builder(ACCOUNT, [""; 0]).build().unwrap_err();
    assert_eq!(none.messages().collect::<Vec<_>>(), ["there is no secret"]);
}

#[test]
fn debug_shows_no_secret() {
    let builder = builder(&["hunter2", "hunter3"], TIME).public_url("https://example.com");
    let shown = format!("{builder:?}");
    assert!(!shown.contains("hunter"), "{shown}");
    let shown = format!("{:?}", builder.build().expect("a verifier"));
    assert!(shown.contains(ACCOUNT) && shown.contains("secrets: 2"), "{shown}");
    assert!(!shown.contains("hunter"), "{shown}");
}

/// A request, with its URL in parts.
#[derive(Debug, Clone, PartialEq)]
struct Request {
    time: String,
    account: String,
    method: String,
    host: String,
    path: String,
    query: Vec<(String, String)>,
    signature: String,
}

const HOST: usize = 3;

const SOME_SECRET: &str =
    "a secret that is slightly longer than a SHA-256 block of sixty-four bytes";

impl Request {
    /// Signs a message built from the parts. The insertion sort is stable: pairs with equal keys keep their order.
    fn signed(mut self) -> Self {
        let mut pairs: Vec<&(String, String)> = Vec::new();
        for pair in &self.query {
            let key = |(key, _): &(String, String)| key.encode_utf16().collect::<Vec<u16>>();
            let place =
                pairs.iter().position(|other| key(other) > key(pair)).unwrap_or(pairs.len());
            pairs.insert(place, pair);
        }
        let query: Vec<_> = pairs.iter().map(|(k, v)| format!("{}={}", form(k), form(v))).collect();
        let Self { time, account, method, host, path, .. } = &self;
        let message = format!("{time}\n{account}\n{method}\n{host}\n{path}\n{}", query.join("&"));
        self.signature = hex_of(SOME_SECRET, &message);
        self
    }

    fn url(&self) -> String {
        // Percent-encodes every byte of the query, unlike the signed message.
        let escape =
            |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        let pairs =
            self.query.iter().map(|(key, value)| format!("{}={}", escape(key), escape(value)));
        format!("https://{}{}?{}", self.host, self.path, pairs.collect::<Vec<_>>().join("&"))
    }

    /// Verifies the request at the time of its signature, so that the time is always within the tolerance.
    fn verifies(&self) -> bool {
        let Ok(time) = self.time.parse() else { return false };
        let builder =
            CallbackVerifier::builder(self.account.as_str(), [SOME_SECRET]).clock(at(time));
        let Ok(verifier) = builder.build() else { return false };
        let header = format!("t={},v0-hmac-sha256={}", self.time, self.signature);
        verifier.verify(&self.method, &self.url(), Some(&header)).is_ok()
    }

    /// Returns the parts, for a test to change. The host has the index [`HOST`].
    fn parts(&mut self) -> Vec<&mut String> {
        let Self { time, account, method, host, path, query, signature } = self;
        let mut parts = vec![time, account, method, host, path, signature];
        parts.extend(query.iter_mut().flat_map(|(key, value)| [key, value]));
        parts
    }
}

/// Encodes form data as the URL standard defines it: alphanumerics and `*-._` are unchanged, and a space becomes `+`.
fn form(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        b'*' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

fn request() -> impl Strategy<Value = Request> {
    let key = prop_oneof!["[a-c]{0,2}", "[a-zA-Z_ +*~é\u{ff5e}\u{1f600}]{1,3}"];
    let pairs = prop::collection::vec((key, ".{0,6}"), 0..6);
    (
        1_000_000_000..2_000_000_000i64,
        "[TP][0-9]{8}",
        prop_oneof!["GET", "POST"],
        "[a-z]{1,6}(\\.[a-z]{2,4}){1,2}",
        "(/[a-zA-Z0-9._~%-]{1,5}){1,3}",
        pairs,
    )
        .prop_map(|(time, account, method, host, path, query)| {
            let signature = String::new();
            let time = time.to_string();
            Request { time, account, method, host, path, query, signature }.signed()
        })
}

/// Flips one bit of a string. Returns `None` if the result is not valid UTF-8.
fn with_one_bit_changed(text: &str, bit: Index) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let bit = bit.index(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
    String::from_utf8(bytes).ok()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn signed_request_verifies(request in request()) {
        prop_assert!(request.verifies());
    }

    #[test]
    fn request_signed_by_the_crate_is_signed_the_same(request in request()) {
        let time = request.time.parse().expect("seconds");
        let builder = CallbackVerifier::builder(request.account.as_str(), [SOME_SECRET]).clock(at(time));
        let header = builder.build().expect("a verifier").sign(&request.method, &request.url());
        prop_assert_eq!(header, Ok(format!("t={time},v0-hmac-sha256={}", request.signature)));
    }

    /// Changes one bit of each part in every test case, so that no part is missed by chance.
    #[test]
    fn one_changed_bit_anywhere_fails(request in request(), bit: Index) {
        let parts = request.clone().parts().len();
        for part in 0..parts {
            let mut changed = request.clone();
            let text = &mut changed.parts()[part];
            if text.is_empty() {
                continue;
            }
            let Some(other) = with_one_bit_changed(text, bit) else { continue };
            // Host names are case-insensitive.
            let same = part == HOST && text.eq_ignore_ascii_case(&other);
            **text = other;
            prop_assert_eq!(changed.verifies(), same, "{:?}", changed);
        }
    }

    /// Changes one bit anywhere in the header: the result may be malformed, but is never valid.
    #[test]
    fn one_changed_bit_in_the_header_fails(request in request(), bit: Index) {
        let time = request.time.parse().expect("seconds");
        let builder = CallbackVerifier::builder(request.account.as_str(), [SOME_SECRET]).clock(at(time));
        let verifier = builder.tolerance(Duration::from_secs(u64::MAX)).build().expect("a verifier");
        let header = format!("t={},v0-hmac-sha256={}", request.time, request.signature);
        if let Some(header) = with_one_bit_changed(&header, bit) {
            let verified = verifier.verify(&request.method, &request.url(), Some(&header));
            prop_assert!(verified.is_err(), "{}", header);
        }
    }

    #[test]
    fn parameters_may_be_in_any_order(request in request(), at: Index) {
        let mut moved = request.clone();
        if moved.query.len() < 2 {
            return Ok(());
        }
        let at = at.index(moved.query.len() - 1);
        moved.query.swap(at, at + 1);
        let same_key = moved.query[at].0 == moved.query[at + 1].0;
        let verifies = !same_key || moved.query[at] == moved.query[at + 1];
        prop_assert_eq!(moved.verifies(), verifies);
    }

    /// No input from the network makes the verifier panic.
    #[test]
    fn anything_else_is_an_error(method in ".{0,5}", url in ".{0,40}", header in ".{0,90}") {
        let verifier = verifier(&[SECRET], TIME);
        prop_assert!(verifier.verify(&method, &url, Some(&header)).is_err());
        let _ = verifier.sign(&method, &url);
        let path = format!("/{url}");
        prop_assert!(verifier.verify(&method, &path, Some(&header)).is_err());
    }
}
