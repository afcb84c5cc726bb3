//! Calls of the operations for an account: access tokens, signature secrets, payment profiles and images.

use super::*;

/// Returns the calls of the operations for signature secrets and payment profiles.
pub(super) fn settings() -> Vec<Call> {
    vec![
        Call::new("get", "/admin/signature", |client| {
            Box::pin(value(client.signature_secrets().get()))
        }),
        Call::new("post", "/admin/signature", |client| {
            Box::pin(value(client.signature_secrets().create()))
        }),
        Call::new("get", "/admin/session/profiles", |client| {
            Box::pin(value(client.payment_profiles().list()))
        }),
        Call::new("get", "/admin/session/profiles/{profile_id}", |client| {
            Box::pin(value(client.payment_profiles().get(ID)))
        })
        .in_path(json!({"profile_id": ID})),
    ]
}

/// Returns the calls of the operations for access tokens and images.
pub(super) fn tokens_and_images() -> Vec<Call> {
    const IMAGE: &str = "/variant/{variant}/color/{color}/width/{width}/{template}";
    let image = json!({"variant": "mono", "color": "ff 00/00", "width": "420"});
    let in_path = |name: &str, template: &str| {
        let mut in_path = image.clone();
        in_path[name] = "a b_c/d".into();
        in_path["template"] = template.into();
        in_path
    };
    vec![
        Call::new("post", "/accounts/{oid}/auth/token", |client| {
            Box::pin(value(client.auth().create_token(&bodies::token())))
        })
        .with_body(|client, json| Box::pin(value(client.auth().create_token(&body(json))))),
        Call::new("get", concat_path("/branding/logos/{logos}", IMAGE), |client| {
            Box::pin(bytes(client.branding().get_logos(
                "a b_c/d",
                GetBrandingLogosVariant::Mono,
                "ff 00/00",
                "420",
                GetBrandingLogosTemplate::LogosSvg,
            )))
        })
        .in_path(in_path("logos", "logos.svg")),
        Call::new("get", concat_path("/branding/profiles/{profile_id}", IMAGE), |client| {
            Box::pin(bytes(client.branding().get_profile_image(
                "a b_c/d",
                GetBrandingLogosVariant::Mono,
                "ff 00/00",
                "420",
                GetBrandingLogosTemplate::DinteroTopFrameSvg,
            )))
        })
        .in_path(in_path("profile_id", "dintero_top_frame.svg")),
    ]
}
