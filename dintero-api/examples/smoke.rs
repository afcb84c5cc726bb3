//! A live check against a sandbox account: `cargo xtask smoke`.
//!
//! Fetches a token, creates, reads and cancels a session, and tries to capture a transaction that does not exist.
//! Reports the result of each step, and the response properties for which the types of this crate have no field. The
//! output contains no secrets, and no response values except the codes and messages of Dintero's errors.
//!
//! | variable | |
//! | --- | --- |
//! | `DINTERO_ACCOUNT_ID` | the account, `T` followed by eight digits; production accounts (`P…`) are refused |
//! | `DINTERO_CLIENT_ID`, `DINTERO_CLIENT_SECRET` | an API client of the account with the scope `write:checkout` |
//! | `DINTERO_PROFILE_ID` | the payment profile, `default` if it is not set |
//! | `DINTERO_BASE_URL` | only for tests: the URL of a server to call instead of Dintero; this server also receives the credentials |
//!
//! Exit code: 0 if every step succeeded, 1 if a step failed, 2 if a variable is missing or invalid.

use std::collections::BTreeSet;
use std::env;
use std::error::Error as _;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use dintero_api::client::Response;
use dintero_api::serde_json::{self, Value};
use dintero_api::types::{
    CaptureTransactionRequest, ClientCredentials, ErrorBody, OrderLine, SessionDetails,
    SessionOrder, SessionProfile, SessionUrls,
};
use dintero_api::wire::Serialize;
use dintero_api::{AccountId, Client, Currency, Error};

/// The number of characters after which text from Dintero is truncated.
const SHOWN: usize = 400;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<ExitCode> {
    let code = run(|name| env::var(name).ok(), &mut io::stdout()).await?;
    Ok(ExitCode::from(code))
}

/// Runs all steps, reading variables through `variable`, and returns the exit code.
pub(crate) async fn run(
    variable: impl Fn(&str) -> Option<String>,
    out: &mut dyn Write,
) -> io::Result<u8> {
    match Settings::read(variable) {
        Ok((client, settings)) => {
            let mut check = Check { out, secret: settings.secret.clone(), failed: 0 };
            check.all(&client, &settings).await?;
            Ok(u8::from(check.failed > 0))
        }
        Err(problems) => {
            for problem in problems {
                writeln!(out, "{problem}")?;
            }
            Ok(2)
        }
    }
}

struct Settings {
    account: AccountId,
    secret: String,
    profile: String,
}

impl Settings {
    /// Reads the variables and builds the client. Returns the problems if variables are missing or invalid.
    fn read(variable: impl Fn(&str) -> Option<String>) -> Result<(Client, Self), Vec<String>> {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        let mut problems = Vec::new();
        let mut required = |name: &str| {
            given(name).unwrap_or_else(|| {
                problems.push(format!("set {name}"));
                String::new()
            })
        };
        let account = required("DINTERO_ACCOUNT_ID");
        let id = required("DINTERO_CLIENT_ID");
        let secret = required("DINTERO_CLIENT_SECRET");
        if !problems.is_empty() {
            return Err(problems);
        }
        let account: AccountId = account
            .parse()
            .map_err(|error| vec![format!("DINTERO_ACCOUNT_ID is invalid: {error}")])?;
        if !account.is_sandbox() {
            let problem = "DINTERO_ACCOUNT_ID is a production account, which moves real money; use an account whose id begins with `T`";
            return Err(vec![problem.to_owned()]);
        }
        let mut builder = Client::builder(account.as_str(), id, secret.clone())
            .system("dintero-api smoke", env!("CARGO_PKG_VERSION"));
        if let Some(url) = given("DINTERO_BASE_URL") {
            builder = builder.base_url(url);
        }
        let client = builder.build().map_err(|error| vec![error.to_string()])?;
        let profile = given("DINTERO_PROFILE_ID").unwrap_or_else(|| "default".to_owned());
        Ok((client, Self { account, secret, profile }))
    }
}

/// The check: its output, and the number of failed steps.
struct Check<'o> {
    out: &'o mut dyn Write,
    /// The client secret, which is removed from the output if a response repeats it.
    secret: String,
    failed: usize,
}

impl Check<'_> {
    async fn all(&mut self, client: &Client, settings: &Settings) -> io::Result<()> {
        let account = settings.account;
        writeln!(self.out, "account {account}, profile {}", settings.profile)?;
        let audience = format!("https://api.dintero.com/v1/accounts/{account}");
        let grant = ClientCredentials::new(audience).into();
        if self.step("token", client.auth().create_token(&grant)).await?.is_none() {
            return self.end("without a token, no other step can run");
        }
        let profile = session(&settings.profile);
        let sessions = client.sessions();
        let created = self.step("create session", sessions.create_from_profile(&profile)).await?;
        match created.map(|created| created.into_inner().id) {
            Some(id) => {
                self.step_with("read session", sessions.get(&id), unknown_settings).await?;
                self.step_with("cancel session", sessions.cancel(&id), unknown_settings).await?;
            }
            None => self.fail("read, cancel", "skipped: no session")?,
        }
        // A well-formed id that does not exist.
        let transaction_id = format!("{account}.{}", "0".repeat(22));
        let capture = CaptureTransactionRequest::new(1).capture_reference("smoke");
        self.wrong("wrong capture", client.transactions().capture(&transaction_id, &capture))
            .await?;
        self.end("")
    }

    /// Makes a call that should succeed, and returns the response if the call succeeds.
    async fn step<T: Serialize>(
        &mut self,
        name: &str,
        call: impl IntoFuture<Output = Result<Response<T>, Error>>,
    ) -> io::Result<Option<Response<T>>> {
        self.step_with(name, call, |_| Vec::new()).await
    }

    /// Like [`step`](Self::step), for a response type that also preserves properties for which it has no field: `kept`
    /// returns the paths of these properties.
    async fn step_with<T: Serialize>(
        &mut self,
        name: &str,
        call: impl IntoFuture<Output = Result<Response<T>, Error>>,
        kept: impl Fn(&T) -> Vec<String>,
    ) -> io::Result<Option<Response<T>>> {
        let begun = Instant::now();
        let response = call.await;
        let time = begun.elapsed().as_millis();
        match response {
            Ok(response) => {
                let known = known(response.raw(), &*response, kept(&response));
                self.line(name, &format!("{} in {time} ms; {known}", response.status().as_u16()))?;
                Ok(Some(response))
            }
            Err(error) => {
                let told = self.told(&error);
                self.fail(name, &format!("{told} in {time} ms"))?;
                Ok(None)
            }
        }
    }

    /// Makes a call that Dintero should refuse with a readable error.
    async fn wrong<T>(
        &mut self,
        name: &str,
        call: impl IntoFuture<Output = Result<Response<T>, Error>>,
    ) -> io::Result<()> {
        let begun = Instant::now();
        let response = call.await;
        let time = begun.elapsed().as_millis();
        match response {
            Ok(response) => {
                let status = response.status().as_u16();
                self.fail(name, &format!("{status} in {time} ms, but should have been refused"))
            }
            Err(error) => {
                let told = format!("{} in {time} ms", self.told(&error));
                let refused = error.status().is_some_and(|status| status.is_client_error());
                match error.body::<ErrorBody>() {
                    Ok(body) if refused => {
                        let raw = error.raw_body().map_or(&[][..], |raw| raw);
                        self.line(name, &format!("{told}, as expected; {}", known(raw, &body, [])))
                    }
                    _ => self.fail(name, &format!("{told}; expected an API error with status 4xx")),
                }
            }
        }
    }

    /// Returns the text of an error, with Dintero's own code and message.
    fn told(&self, error: &Error) -> String {
        let mut told = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            told += &format!(": {cause}");
            source = cause.source();
        }
        if let Some(message) = error.message() {
            told += &format!(", message {message:?}");
        }
        if !error.errors().is_empty() {
            let errors: Vec<String> = error.errors().iter().map(Value::to_string).collect();
            told += &format!(", errors [{}]", errors.join(", "));
        }
        let told = told.replace(&self.secret, "…");
        match told.char_indices().nth(SHOWN) {
            Some((end, _)) => format!("{}…", &told[..end]),
            None => told,
        }
    }

    fn line(&mut self, name: &str, what: &str) -> io::Result<()> {
        writeln!(self.out, "  ok   {name:<15} {what}")
    }

    fn fail(&mut self, name: &str, what: &str) -> io::Result<()> {
        self.failed += 1;
        writeln!(self.out, "  FAIL {name:<15} {what}")
    }

    fn end(&mut self, why: &str) -> io::Result<()> {
        match self.failed {
            0 => writeln!(self.out, "all as expected"),
            _ if why.is_empty() => writeln!(self.out, "not as expected: {}", self.failed),
            _ => writeln!(self.out, "{why}"),
        }
    }
}

/// Returns a session for one chair at NOK 10.00, without personal data.
fn session(profile: &str) -> SessionProfile {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let chair = OrderLine::new().line_id("1").description("Chair").quantity(1).amount(1000).vat(25);
    let order = SessionOrder::new(1000, Currency::NOK, format!("smoke-{}", now.as_secs()));
    let urls = SessionUrls::new("https://example.com/thanks");
    SessionProfile::new(urls, order.items([chair]), profile)
}

/// Returns the paths of session settings for which the type has no field, such as a new payment method.
fn unknown_settings(session: &SessionDetails) -> Vec<String> {
    let others = session.configuration.iter().flat_map(|configuration| configuration.others.keys());
    others.map(|name| format!("configuration.{name}")).collect()
}

/// Describes the response properties for which the type has no field: the properties that are missing when the parsed
/// value is serialized again, and the properties in `kept`.
fn known(raw: &[u8], read: &impl Serialize, kept: impl IntoIterator<Item = String>) -> String {
    let raw = serde_json::from_slice(raw);
    let (Ok(raw), Ok(written)) = (raw, serde_json::to_value(read)) else {
        return "cannot be compared".to_owned();
    };
    let mut unknown = BTreeSet::from_iter(kept);
    compare("", &raw, &written, &mut unknown);
    if unknown.is_empty() {
        return "parsed whole".to_owned();
    }
    let unknown: Vec<String> = unknown.into_iter().collect();
    format!("parsed, but the types have no field for these properties: {}", unknown.join(", "))
}

/// Collects the paths of properties that are in `raw` but not in `written`, such as `events[].new_property`.
fn compare(at: &str, raw: &Value, written: &Value, unknown: &mut BTreeSet<String>) {
    match (raw, written) {
        (Value::Object(raw), Value::Object(written)) => {
            for (name, value) in raw {
                let dot = if at.is_empty() { "" } else { "." };
                let at = format!("{at}{dot}{name}");
                match written.get(name) {
                    Some(written) => compare(&at, value, written, unknown),
                    // A null property is parsed as an absent property, so it is missing in `written` even if the type
                    // has a field for it.
                    None if value.is_null() => {}
                    None => drop(unknown.insert(at)),
                }
            }
        }
        (Value::Array(raw), Value::Array(written)) => {
            for (raw, written) in raw.iter().zip(written) {
                compare(&format!("{at}[]"), raw, written, unknown);
            }
        }
        _ => {}
    }
}
