//! Reads servers and security schemes: where a request is sent, and how it is authenticated.

use openapiv3::{APIKeyLocation, SecurityRequirement, SecurityScheme, Server};

use super::{Base, Operations};
use crate::model::Scheme;
use crate::pointer::Pointer;
use crate::report::Report;

/// The header in which the client sends an API key.
const API_KEY: &str = "x-api-key";

impl Operations<'_, '_> {
    /// Returns the URL of the most specific server, or an empty string if no server is declared. A trailing slash is
    /// removed, because paths start with a slash.
    pub(super) fn server(&mut self, own: &[Server], base: &Base<'_>, at: &Pointer) -> String {
        let root = Pointer::root();
        let places = [(own, at), (base.servers, base.at), (base.api.servers.as_slice(), &root)];
        let found = places.into_iter().find_map(|(servers, at)| Some((servers.first()?, at)));
        let help = "set the full URL in the overlay, or accept the warning with `x-accept: [server]` and set `base_url`";
        let Some((server, at)) = found else {
            let message =
                "no server is declared, so a call fails unless the client has a `base_url`";
            self.reports.push(Report::warning("server", &root, message).help(help));
            return String::new();
        };
        if !server.url.contains("://") {
            let message = format!(
                "the server `{}` has no host, so a call fails unless the client has a `base_url`",
                server.url
            );
            let at = at.child("servers").item(0);
            self.reports.push(Report::warning("server", &at, message).help(help));
        }
        server.url.trim_end_matches('/').to_owned()
    }

    /// Returns the security schemes of an operation in the document's order; any one of them is enough. If the list is
    /// empty, requests are sent without authentication.
    pub(super) fn schemes(
        &mut self,
        requirements: Option<&Vec<SecurityRequirement>>,
        at: &Pointer,
    ) -> Vec<Scheme> {
        let mut schemes = Vec::new();
        for requirement in requirements.into_iter().flatten() {
            if requirement.len() > 1 {
                self.reports.push(
                    Report::warning(
                        "security",
                        &at.child("security"),
                        "two security schemes at once are not supported; the first is used",
                    )
                    .help("accept the warning with `x-accept: [security]` in the overlay"),
                );
            }
            let Some(name) = requirement.keys().next() else { continue };
            let Some(scheme) = self.scheme(name, at) else { continue };
            if !schemes.contains(&scheme) {
                schemes.push(scheme);
            }
        }
        schemes
    }

    /// Returns a security scheme of the document, or reports why the client does not support it. The report points to
    /// the declaration of an unsupported scheme, so the scheme is reported only once.
    fn scheme(&mut self, name: &str, at: &Pointer) -> Option<Scheme> {
        let declared = self.components.security_schemes.get(name);
        let Some(scheme) = declared.and_then(|scheme| scheme.as_item()) else {
            let message = format!("the security scheme `{name}` is not declared");
            self.reports.push(
                Report::warning("security", &at.child("security"), message)
                    .help("declare it under `components/securitySchemes`"),
            );
            return None;
        };
        match supported(scheme) {
            Ok(scheme) => Some(scheme),
            Err(what) => {
                let at = Pointer::from("/components/securitySchemes").child(name);
                let message = format!("`{name}` is {what}; calls are sent without it");
                self.reports.push(Report::warning("security", &at, message).help(
                    "API keys in the header `x-api-key`, bearer tokens and HTTP Basic are supported; \
                     accept the warning with `x-accept: [security]` in the overlay",
                ));
                None
            }
        }
    }
}

/// Returns how the client authenticates with a scheme, or a description of an unsupported scheme.
fn supported(scheme: &SecurityScheme) -> Result<Scheme, String> {
    match scheme {
        SecurityScheme::APIKey { location: APIKeyLocation::Header, name, .. } => {
            // Swagger 2.0 had no bearer scheme; documents converted from it declare the `Authorization` header instead.
            if name.eq_ignore_ascii_case("authorization") {
                Ok(Scheme::Bearer)
            } else if name.eq_ignore_ascii_case(API_KEY) {
                Ok(Scheme::ApiKey)
            } else {
                Err(format!(
                    "an API key in the header `{name}`, but the client sends its key only in `{API_KEY}`"
                ))
            }
        }
        SecurityScheme::APIKey { location: APIKeyLocation::Query, name, .. } => {
            Err(format!("an API key in the query (`{name}`)"))
        }
        SecurityScheme::APIKey { location: APIKeyLocation::Cookie, name, .. } => {
            Err(format!("an API key in a cookie (`{name}`)"))
        }
        SecurityScheme::HTTP { scheme, .. } if scheme.eq_ignore_ascii_case("basic") => {
            Ok(Scheme::Basic)
        }
        SecurityScheme::HTTP { scheme, .. } if scheme.eq_ignore_ascii_case("bearer") => {
            Ok(Scheme::Bearer)
        }
        SecurityScheme::HTTP { scheme, .. } => {
            Err(format!("HTTP authentication with the scheme `{scheme}`"))
        }
        SecurityScheme::OAuth2 { .. } | SecurityScheme::OpenIDConnect { .. } => Ok(Scheme::Bearer),
    }
}
