//! Parses the value of `Dintero-Signature`.

use jiff::Timestamp;

use crate::callback::error::SignatureError;
use crate::callback::hex;

const SCHEME: &str = "v0-hmac-sha256";

/// A parsed `t=1582236537,v0-hmac-sha256=6bed…`. The header may have spaces after the comma (as in Dintero's example),
/// parts of future schemes, and several signatures.
#[derive(Debug)]
pub(super) struct SignatureHeader<'a> {
    /// The time as received, because the signature covers this text.
    pub(super) time_text: &'a str,
    pub(super) time: Timestamp,
    pub(super) signatures: Vec<[u8; 32]>,
}

impl<'a> SignatureHeader<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, SignatureError> {
        let mut time = None;
        let mut signatures = Vec::new();
        for part in text.split(',').map(str::trim) {
            match part.split_once('=') {
                Some(("t", _)) if time.is_some() => return Err(malformed("it has two times")),
                Some(("t", text)) => time = Some((text, parse_time(text)?)),
                Some((SCHEME, text)) => signatures.push(hex::decode(text).ok_or_else(|| {
                    malformed("a signature is not 64 hexadecimal digits in lower case")
                })?),
                // A scheme that this version does not support.
                _ => {}
            }
        }
        let (time_text, time) = time.ok_or_else(|| malformed("it has no time (`t=`)"))?;
        if signatures.is_empty() {
            return Err(malformed("it has no signature (`v0-hmac-sha256=`)"));
        }
        Ok(Self { time_text, time, signatures })
    }
}

pub(super) fn format(time: Timestamp, signature: &[u8]) -> String {
    format!("t={},{SCHEME}={}", time.as_second(), hex::encode(signature))
}

fn parse_time(text: &str) -> Result<Timestamp, SignatureError> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let seconds = text.parse().ok().filter(|_| digits);
    seconds
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .ok_or_else(|| malformed("its time is not a number of seconds since 1970"))
}

fn malformed(reason: &'static str) -> SignatureError {
    SignatureError::Malformed { reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "6bed2ab1b919d460ef7465a20dc6c97260dca73fab6647106ca525f0908df64a";

    #[test]
    fn parts_are_trimmed_and_other_schemes_ignored() {
        for text in [
            format!("t=12,v0-hmac-sha256={HEX}"),
            format!(" t=12 , v0-hmac-sha256={HEX} "),
            format!("t=12,\n\tv0-hmac-sha256={HEX},"),
            format!("v1-ed25519=a=b,v0-hmac-sha256={HEX},T=1,t=12,later"),
        ] {
            let header = SignatureHeader::parse(&text).unwrap();
            assert_eq!((header.time_text, header.time.as_second()), ("12", 12), "{text}");
            assert_eq!(header.signatures.len(), 1, "{text}");
            assert_eq!(hex::encode(&header.signatures[0]), HEX);
        }
        let two = format!("t=12,v0-hmac-sha256={HEX},v0-hmac-sha256={}", "0".repeat(64));
        assert_eq!(SignatureHeader::parse(&two).unwrap().signatures.len(), 2);
    }

    #[test]
    fn everything_else_is_malformed() {
        for text in [
            String::new(),
            "t=12".to_owned(),
            format!("v0-hmac-sha256={HEX}"),
            format!("t=12,t=12,v0-hmac-sha256={HEX}"),
            format!("t=+12,v0-hmac-sha256={HEX}"),
            format!("t=-12,v0-hmac-sha256={HEX}"),
            format!("t=,v0-hmac-sha256={HEX}"),
            format!("t=12.5,v0-hmac-sha256={HEX}"),
            format!("t=99999999999999,v0-hmac-sha256={HEX}"),
            format!("t=99999999999999999999,v0-hmac-sha256={HEX}"),
            format!("t=12,v0-hmac-sha256={}", HEX.to_uppercase()),
            format!("t=12,v0-hmac-sha256={}", &HEX[1..]),
            format!("t=12,v0-hmac-sha256={HEX}0"),
            format!("t=12,v0-hmac-sha256={}å", &HEX[2..]),
        ] {
            let error = SignatureHeader::parse(&text).unwrap_err();
            assert!(matches!(error, SignatureError::Malformed { .. }), "{text}");
            assert!(!error.to_string().contains(HEX));
        }
    }
}
