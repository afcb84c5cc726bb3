//! The alphabetic codes of ISO 4217, which the derives use to report a misspelled constant at compile time. Codes
//! without a minor unit, such as those of metals, are left out, because their amounts cannot be expressed in minor
//! units.

/// Returns whether `code` is in the list.
pub(crate) fn is_known(code: &str) -> bool {
    codes().any(|known| known == code)
}

/// Returns every code, starting with those of the Nordic countries and their neighbors. If two codes are equally close
/// to a misspelled code, the merchant probably meant the first.
pub(crate) fn codes() -> impl Iterator<Item = &'static str> {
    CODES.split_ascii_whitespace()
}

const CODES: &str = "
    NOK SEK DKK EUR ISK GBP USD CHF PLN CZK
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF
    CHE CHW CLF CLP CNY COP COU CRC CUP CVE DJF DOP DZD EGP ERN ETB FJD FKP GEL GHS GIP GMD GNF GTQ GYD HKD
    HNL HTG HUF IDR ILS INR IQD IRR JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD
    MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NPR NZD OMR PAB PEN PGK PHP PKR
    PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY
    TTD TWD TZS UAH UGX USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_valid_and_unique() {
        let mut all: Vec<_> = codes().collect();
        assert!(
            all.iter()
                .all(|code| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()))
        );
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
