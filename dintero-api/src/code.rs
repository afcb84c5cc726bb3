//! Currency and country codes: small `Copy` types that also accept codes without a constant in this release.

use std::fmt;
use std::str::FromStr;

use crate::wire::{self, Given, Part, ReadScalar, ValueError};

/// The error for text that is not a code of the expected number of ASCII letters.
///
/// # Examples
///
/// ```
/// use dintero_api::{Country, Currency};
///
/// let error = "kroner".parse::<Currency>().unwrap_err();
/// assert_eq!(error.to_string(), "expected a three-letter currency code");
/// assert!(Country::try_from("NOR").is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidCode {
    expected: &'static str,
}

impl fmt::Display for InvalidCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {}", self.expected)
    }
}

impl std::error::Error for InvalidCode {}

/// Defines a code of `$length` ASCII letters: the type, its constants, its conversions and its JSON.
macro_rules! code_type {
    (
        $(#[$doc:meta])*
        $name:ident, $length:literal, $expected:literal {
            $($code:ident = $meaning:literal),* $(,)?
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $length]);

        impl $name {
            $(
                #[doc = $meaning]
                pub const $code: Self = Self(*stringify!($code).as_bytes().first_chunk().unwrap());
            )*

            /// The code whose letters are all `X`. In the ISO lists, `XXX` means that there is no currency, and `XX` is
            /// not a country.
            pub(crate) const NONE: Self = Self([b'X'; $length]);

            /// Returns the code, with the case of its letters unchanged.
            #[must_use]
            pub fn as_str(&self) -> &str {
                // The bytes are always ASCII, because every constructor checks them.
                str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl FromStr for $name {
            type Err = InvalidCode;

            fn from_str(text: &str) -> Result<Self, InvalidCode> {
                match <[u8; $length]>::try_from(text.as_bytes()) {
                    Ok(bytes) if bytes.iter().all(u8::is_ascii_alphabetic) => Ok(Self(bytes)),
                    _ => Err(InvalidCode { expected: $expected }),
                }
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidCode;

            fn try_from(text: &str) -> Result<Self, InvalidCode> {
                text.parse()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ReadScalar for $name {
            const HAS_FORMAT: bool = true;

            #[inline]
            fn read(given: Given<'_>) -> Result<Self, ValueError> {
                given.formatted($expected)
            }

            fn convert(given: Given<'_>) -> Result<Self, ValueError> {
                wire::present(given)
            }

            #[inline]
            fn part(&self) -> Part<'_> {
                Part::Text(self.as_str())
            }
        }

        wire::scalar! { $name }
    };
}

code_type! {
    /// A currency, as a three-letter ISO 4217 code.
    ///
    /// Any three ASCII letters are accepted and serialized unchanged: the API has no list of currencies, and a response
    /// with a new currency must still be readable.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::Currency;
    ///
    /// assert_eq!(Currency::NOK.exponent(), Some(2)); // one krone is 100 øre
    /// assert_eq!("ISK".parse::<Currency>()?.exponent(), Some(0));
    /// assert_eq!("XYZ".parse::<Currency>()?.exponent(), None); // accepted, but its minor unit is unknown
    /// # Ok::<(), dintero_api::InvalidCode>(())
    /// ```
    Currency, 3, "a three-letter currency code" {
        NOK = "Norwegian krone.",
        SEK = "Swedish krona.",
        DKK = "Danish krone.",
        EUR = "Euro.",
        USD = "United States dollar.",
        GBP = "Pound sterling.",
        CHF = "Swiss franc.",
        ISK = "Icelandic króna, which has no smaller unit.",
        JPY = "Japanese yen, which has no smaller unit.",
        PLN = "Polish złoty.",
    }
}

/// Codes of ISO 4217 (2026), grouped by the decimals of their minor unit. Codes for which ISO 4217 defines no number of
/// decimals, such as metals, are omitted.
const DECIMALS: [(u32, &str); 4] = [
    (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
    (
        2,
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE \
         CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD \
         HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK \
         MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD \
         RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH \
         USD USN UYU UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG",
    ),
    (3, "BHD IQD JOD KWD LYD OMR TND"),
    (4, "CLF UYW"),
];

impl Currency {
    /// Returns the number of decimals of the minor unit: 2 for NOK, 0 for JPY, 3 for KWD.
    ///
    /// Returns `None` for a code that is not in upper case, or for which ISO 4217 (2026) defines no number of decimals:
    /// any guess would be unsafe. Dintero expects amounts in the smallest unit of the currency.
    #[must_use]
    pub fn exponent(self) -> Option<u32> {
        let listed = |codes: &str| codes.as_bytes().chunks(4).any(|code| code.starts_with(&self.0));
        // Nearly every order has one of these currencies, so they are compared first.
        match self {
            Self::NOK | Self::SEK | Self::DKK | Self::EUR => Some(2),
            _ => DECIMALS.iter().find(|(_, codes)| listed(codes)).map(|(decimals, _)| *decimals),
        }
    }

    /// Returns every currency code for which ISO 4217 (2026) defines a number of decimals.
    #[doc(hidden)]
    pub fn all() -> impl Iterator<Item = &'static str> {
        DECIMALS.iter().flat_map(|(_, codes)| codes.split(' '))
    }
}

code_type! {
    /// A country, as a two-letter ISO 3166-1 code.
    ///
    /// Any two ASCII letters are accepted and serialized unchanged.
    ///
    /// # Examples
    ///
    /// ```
    /// use dintero_api::Country;
    ///
    /// let country: Country = "SE".parse()?; // from the customer's address
    /// let freight = match country {
    ///     Country::NO => 7900,
    ///     Country::SE | Country::DK => 12900,
    ///     _ => 24900,
    /// };
    /// assert_eq!(freight, 12900);
    /// # Ok::<(), dintero_api::InvalidCode>(())
    /// ```
    Country, 2, "a two-letter country code" {
        NO = "Norway.",
        SE = "Sweden.",
        DK = "Denmark.",
        FI = "Finland.",
        IS = "Iceland.",
        DE = "Germany.",
        GB = "United Kingdom.",
        US = "United States.",
        NL = "Netherlands.",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::wire::FromJson as _;

    #[test]
    fn constants_have_their_code() {
        assert_eq!(Currency::NOK.as_str(), "NOK");
        assert_eq!(Country::NO.to_string(), "NO");
        assert_eq!("SEK".parse(), Ok(Currency::SEK));
        assert_eq!(format!("{:?}", Currency::EUR), "EUR");
        assert_eq!(serde_json::to_value(Country::SE).unwrap(), json!("SE"));
    }

    #[test]
    fn exponent_is_known_or_none() {
        let exponent = |code: &str| Currency::try_from(code).unwrap().exponent();
        assert_eq!(exponent("NOK"), Some(2));
        assert_eq!(exponent("GBP"), Some(2));
        assert_eq!(exponent("ISK"), Some(0));
        assert_eq!(exponent("JPY"), Some(0));
        assert_eq!(exponent("KWD"), Some(3));
        assert_eq!(exponent("CLF"), Some(4));
        for code in ["nok", "XAU", "XXX", "ABC", "OKS", "AED "] {
            assert_eq!(Currency::try_from(code).ok().and_then(Currency::exponent), None, "{code}");
        }
        assert!(Currency::all().all(|code| exponent(code).is_some()));
        assert_eq!(Currency::all().count(), 165);
    }

    #[test]
    fn case_is_preserved() {
        let currency = Currency::from_json(json!("nok")).unwrap();
        assert_eq!(currency.as_str(), "nok");
        assert_ne!(currency, Currency::NOK);
    }

    #[test]
    fn invalid_codes_are_refused() {
        for text in ["", "NO", "NOKK", "N0K", "NØ", "no "] {
            assert!(Currency::try_from(text).is_err(), "{text}");
        }
        let error = Country::try_from("NOR").unwrap_err();
        assert_eq!(error.to_string(), "expected a two-letter country code");
        let error = Country::from_json(json!("Norway")).unwrap_err();
        assert_eq!(error.to_string(), "expected a two-letter country code, found another string");
    }
}
