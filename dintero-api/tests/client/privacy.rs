//! Tests that secrets and personal data from requests and responses do not appear in `Debug`, `Display` or traces.

use std::sync::Mutex;
use std::time::Duration;

use dintero_api::Currency;
use dintero_api::client::RetryPolicy;
use dintero_api::types::{
    SessionOrder, SessionProfile, SessionProfileCustomer, SessionUrls, Transaction,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;

/// A call with secrets and personal data that must not be shown, and a response that may repeat some of them.
#[derive(Debug, Clone)]
struct Case {
    credentials: Credentials,
    token: String,
    /// Personal data: name, e-mail address, phone number, id.
    data: [String; 4],
    status: u16,
    body: Body,
    call: Kind,
}

#[derive(Debug, Clone)]
enum Credentials {
    Client { secret: String },
    ApiKey(String),
}

#[derive(Debug, Clone, Copy)]
enum Body {
    Error,
    ErrorWithoutMeaning,
    Html,
    Truncated,
    OtherShape,
    Success,
    BreaksOff,
    Nothing,
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Get,
    Create,
    Custom,
    Signature,
}

/// Generates cases whose secrets and personal data are too long to appear in the output by chance.
fn cases() -> impl Strategy<Value = Case> {
    let secret = || "[a-zA-Z0-9+/=_.-]{16,40}";
    let credentials = prop_oneof![
        3 => secret().prop_map(|secret| Credentials::Client { secret }),
        1 => secret().prop_map(Credentials::ApiKey),
    ];
    let data = [
        "[A-ZÆØÅ][a-zæøå]{5,12} [A-ZÆØÅ][a-zæøå]{5,12}",
        "[a-z]{6,12}@[a-z]{6,12}\\.no",
        "\\+47[0-9]{10}",
        "[a-f0-9]{8}-[a-f0-9]{12}",
    ];
    let status = prop::sample::select(vec![200, 202, 307, 400, 401, 403, 404, 409, 429, 500, 503]);
    let body = prop::sample::select(vec![
        Body::Error,
        Body::ErrorWithoutMeaning,
        Body::Html,
        Body::Truncated,
        Body::OtherShape,
        Body::Success,
        Body::BreaksOff,
        Body::Nothing,
    ]);
    let call = prop::sample::select(vec![Kind::Get, Kind::Create, Kind::Custom, Kind::Signature]);
    (credentials, secret(), data, status, body, call).prop_map(
        |(credentials, token, data, status, body, call)| Case {
            credentials,
            token,
            data: data.map(|datum: String| datum),
            status,
            body,
            call,
        },
    )
}

impl Case {
    fn secrets(&self) -> Vec<&str> {
        let (Credentials::Client { secret } | Credentials::ApiKey(secret)) = &self.credentials;
        let data = self.data.iter().map(String::as_str);
        data.chain([secret.as_str(), self.token.as_str()]).collect()
    }

    fn builder(&self) -> ClientBuilder {
        match &self.credentials {
            Credentials::Client { secret } => {
                Client::builder("T12345678", "my-client-id", secret.as_str())
            }
            Credentials::ApiKey(key) => Client::builder_with_api_key("T12345678", key.as_str()),
        }
    }

    fn reply(&self) -> Reply {
        let [name, email, phone, id] = &self.data;
        let token = &self.token;
        let raw = |text: String| Reply::Bytes {
            status: self.status,
            headers: format!(
                "location: /{email}\r\nset-cookie: {token}\r\nx-request-id: {email}\r\n"
            ),
            body: text.into_bytes(),
        };
        raw(match self.body {
            Body::Error => {
                json!({"error": {"code": name, "message": email, "errors": [{"message": phone}]}, "mfa_token": token})
                    .to_string()
            }
            Body::ErrorWithoutMeaning => json!({"error": [name, id]}).to_string(),
            Body::Html => format!("<h1>{name} {email} {token}</h1>"),
            Body::Truncated => format!("{{\"id\": \"{id}\", \"name\": \"{name}"),
            Body::OtherShape => {
                json!({"id": [id], "signature": token, "amount": phone, "customer": email}).to_string()
            }
            Body::Success => json!({
                "payment_product": "payex", "payment_product_type": "payex.creditcard", "amount": 1, "currency": "NOK",
                "shipping_address": {"first_name": name, "email": email, "phone_number": phone},
                "signature": {"secret": token},
                "shipping_option": {
                    "id": "home", "line_id": "home", "amount": 0, "title": "Home", "operator": "Bring",
                    // Personal data as keys, with values that cannot be read.
                    "metadata": {email: null, phone: [name]},
                },
                "metadata": {name: {id: [token]}},
            })
            .to_string(),
            Body::BreaksOff => {
                return Reply::Raw(format!(
                    "HTTP/1.1 {} X\r\ncontent-length: 999\r\n\r\n{name} {email}",
                    self.status
                ));
            }
            Body::Nothing => return Reply::Raw(String::new()),
        })
    }

    fn session(&self) -> SessionProfile {
        let [name, email, phone, id] = &self.data;
        let customer =
            SessionProfileCustomer::new().customer_id(id).email(email).phone_number(phone);
        let address = serde_json::from_value(json!({"first_name": name, "email": email})).unwrap();
        let order = SessionOrder::new(100, Currency::NOK, "order-1001").shipping_address(address);
        SessionProfile::new(SessionUrls::new("https://fjordshop.example/thanks"), order, "default")
            .customer(customer)
    }

    /// Makes the call and returns everything that a program could log about it.
    async fn run(&self) -> String {
        let case = self.clone();
        let server = Server::start(move |request, _| {
            if is_token(request) {
                Reply::json(200, &json!({"access_token": case.token, "expires_in": 14400}))
            } else {
                case.reply()
            }
        })
        .await;
        let shown = Arc::new(Mutex::new(String::new()));
        let builder = self
            .builder()
            .base_url(server.url())
            .retries(RetryPolicy::default().max_attempts(2))
            .clock(Arc::new(TestClock::default()))
            .timeout(Duration::from_secs(60))
            .observer({
                let shown = Arc::clone(&shown);
                move |exchange| *shown.lock().unwrap() += &format!("{exchange:?}\n")
            });
        let mut text = format!("{builder:?}\n");
        let client = builder.build().unwrap();
        text += &format!("{client:?}\n");
        text += &match self.call(&client).await {
            Ok(response) => response,
            Err(error) => everything_shown(&error),
        };
        text += &shown.lock().unwrap();
        text
    }

    async fn call(&self, client: &Client) -> Result<String, Error> {
        let [name, email, _, id] = &self.data;
        match self.call {
            Kind::Get => {
                let call = client.transactions().get(id);
                let shown = format!("{call:?}\n");
                Ok(format!("{shown}{:?}", call.await?))
            }
            Kind::Create => {
                let session = self.session();
                let call = client.sessions().create_from_profile(&session);
                let shown = format!("{call:?} {session:?}\n");
                Ok(format!("{shown}{:?}", call.await?))
            }
            Kind::Custom => {
                let request = client
                    .request(Method::POST, format!("/v1/things/{id}"))
                    .query("email", email)
                    .header("x-email", email)
                    .json(&json!({"name": name}));
                let shown = format!("{request:?}\n");
                Ok(format!("{shown}{:?}", request.send_as::<Transaction>().await?))
            }
            Kind::Signature => Ok(format!("{:?}", client.signature_secrets().create().await?)),
        }
    }
}

#[test]
fn nothing_from_a_request_or_response_is_shown() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner =
        TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() });
    let result = runner.run(&cases(), |case| {
        let run = || runtime.block_on(case.run());
        #[cfg(feature = "tracing")]
        let (mut shown, logged) = traces::logged(run);
        #[cfg(not(feature = "tracing"))]
        let (mut shown, logged) = (run(), String::new());
        shown += &logged;
        let client = "Client { account_id: T12345678, .. }";
        prop_assert!(shown.contains(client), "{shown}");
        prop_assert!(cfg!(not(feature = "tracing")) || shown.contains("dintero.call"));
        for secret in case.secrets() {
            prop_assert!(!shown.contains(secret), "{secret} is in:\n{shown}");
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
}
