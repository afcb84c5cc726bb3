//! Tests webhooks of the account, which are signed with HMAC-SHA1 of the raw body.

use dintero_api::callback::{CallbackVerifier, WebhookError, WebhookEvent, WebhookVerifier};
use proptest::prelude::*;
use proptest::sample::Index;
use ring::hmac;

/// RFC 2202, test case 2: a signature that this crate did not create.
const SECRET: &str = "Jefe";
const BODY: &[u8] = b"what do ya want for nothing?";
const HEX: &str = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79";

fn verifier(secrets: &[&str]) -> WebhookVerifier {
    WebhookVerifier::new(secrets.iter().copied()).expect("a verifier")
}

#[test]
fn hmac_sha1_of_the_body_verifies() {
    assert_eq!(verifier(&[SECRET]).verify(BODY, Some(HEX)), Ok(()));
    assert_eq!(verifier(&["new", SECRET]).verify(BODY, Some(HEX)), Ok(()));
    assert_eq!(verifier(&["new"]).verify(BODY, Some(HEX)), Err(WebhookError::NoMatch));
}

/// Parsing the JSON and serializing it again changes the body.
#[test]
fn every_byte_of_the_body_is_signed() {
    let body = br#"{"event": "settlement_add", "b": 1, "a": 2}"#;
    let hex = hex_of(SECRET, body);
    assert_eq!(verifier(&[SECRET]).verify(body, Some(&hex)), Ok(()));
    let value: serde_json::Value = serde_json::from_slice(body).expect("JSON");
    let again = value.to_string();
    assert_eq!(
        verifier(&[SECRET]).verify(again.as_bytes(), Some(&hex)),
        Err(WebhookError::NoMatch)
    );
}

#[test]
fn errors_say_what_to_do() {
    let verifier = verifier(&["hunter2"]);
    let missing = verifier.verify(BODY, None).expect_err("there is none");
    assert!(missing.to_string().contains("the subscription has no secret"), "{missing}");
    for header in ["", "t=1,v0-hmac-sha256=00", &HEX.to_uppercase(), &HEX[2..]] {
        assert_eq!(verifier.verify(BODY, Some(header)), Err(WebhookError::Malformed), "{header}");
    }
    let wrong = verifier.verify(BODY, Some(HEX)).expect_err("the signature is invalid");
    assert!(wrong.to_string().contains("the bytes as received"), "{wrong}");
    let shown = format!("{wrong} {wrong:?} {verifier:?}");
    assert!(!shown.contains("hunter2") && !shown.contains(HEX), "{shown}");
}

#[test]
fn a_secret_is_required() {
    for (secrets, problem) in
        [(&[][..], "there is no secret"), (&["hunter2", ""][..], "a secret is empty")]
    {
        let error = WebhookVerifier::new(secrets.iter().copied())
            .expect_err("a missing or empty secret is refused");
        assert_eq!(error.messages().collect::<Vec<_>>(), [problem]);
    }
}

/// A secret that is copied from a web page or read from a file may end with whitespace, and then no signature would
/// match.
#[test]
fn secrets_with_surrounding_white_space_are_refused() {
    for secret in [
        " hunter2",
        "hunter2 ",
        "hunter2\t",
        "\thunter2",
        "hunter2\n",
        "hunter2\r\n",
        "\nhunter2",
        "hunter2\u{a0}",
        "\u{feff}hunter2",
        "hunter2\0",
        " ",
    ] {
        let webhook = WebhookVerifier::new(["right", secret]).map(|_| ());
        let callback =
            CallbackVerifier::builder("T12345678", ["right", secret]).build().map(|_| ());
        for error in [webhook, callback]
            .map(|built| built.expect_err("whitespace around a secret is refused"))
        {
            let messages: Vec<_> = error.messages().collect();
            assert!(
                messages.len() == 1 && messages[0].contains("whitespace"),
                "{secret:?}: {error}"
            );
            assert!(!error.to_string().contains("hunter2"));
        }
    }
    // White space inside a secret is part of the secret.
    WebhookVerifier::new(["correct horse battery"]).expect("it is a secret");
}

#[test]
fn events_are_open() {
    assert_eq!(WebhookEvent::from("checkout_transaction"), WebhookEvent::CheckoutTransaction);
    assert_eq!(WebhookEvent::from("checkout_authorization"), WebhookEvent::CheckoutAuthorization);
    assert_eq!(WebhookEvent::from("settlement_add"), WebhookEvent::SettlementAdd);
    let new = WebhookEvent::from("payout_add");
    assert!(matches!(&new, WebhookEvent::Other(_)));
    assert_eq!(new.as_str(), "payout_add");
}

fn hex_of(secret: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret.as_bytes());
    hmac::sign(&key, body).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

proptest! {
    #[test]
    fn one_changed_bit_fails(body in prop::collection::vec(any::<u8>(), 1..200), bit: Index) {
        let verifier = verifier(&[SECRET]);
        let hex = hex_of(SECRET, &body);
        prop_assert_eq!(verifier.verify(&body, Some(&hex)), Ok(()));
        let mut changed = body.clone();
        flip(&mut changed, bit);
        prop_assert_eq!(verifier.verify(&changed, Some(&hex)), Err(WebhookError::NoMatch));
        let mut changed = hex.into_bytes();
        flip(&mut changed, bit);
        if let Ok(hex) = String::from_utf8(changed) {
            prop_assert!(verifier.verify(&body, Some(&hex)).is_err(), "{}", hex);
        }
    }
}

fn flip(bytes: &mut [u8], bit: Index) {
    let bit = bit.index(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}
