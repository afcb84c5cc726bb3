//! Tests where requests go when there is a proxy. Requests to this machine never use a proxy from the environment, and
//! always use a configured proxy.
//!
//! Environment variables belong to a process, so each test runs a part of itself in a second process with different
//! variables.

use dintero_api::client::StatusCode;
use std::process::Command;

use super::*;

/// The environment variables that tell the second process what to do.
const BASE_URL: &str = "TEST_BASE_URL";
const CHECKOUT: &str = "TEST_CHECKOUT";
const PROXIES: &str = "TEST_PROXIES";

/// A host that does not exist, so that only a proxy can respond.
const ELSEWHERE: &str = "http://checkout.invalid";

/// Runs in the second process: makes one call and ignores its result.
#[tokio::test]
#[expect(clippy::print_stdout, reason = "the test that starts this process reads the output")]
async fn call_in_another_process() {
    let Ok(base_url) = std::env::var(BASE_URL) else { return };
    let mut builder = Client::builder("T12345678", "my-client-id", SECRET)
        .base_url(base_url)
        .clock(Arc::new(TestClock::default()));
    if let Ok(checkout) = std::env::var(CHECKOUT) {
        builder = builder.base_url_for("https://checkout.dintero.com", checkout);
    }
    if let Ok(proxy) = std::env::var(PROXIES) {
        builder = builder.no_proxy();
        if !proxy.is_empty() {
            builder = builder.proxy(reqwest::Proxy::all(proxy).unwrap());
        }
    }
    match builder.build() {
        Ok(client) => drop(get(&client).await),
        Err(error) => println!("{REFUSED}{error}"),
    }
}

/// The prefix of the line with which the second process reports that the client cannot be built.
const REFUSED: &str = "refused: ";

/// Makes a call in a second process with these variables, and without any other proxy variables.
fn call_with(variables: &[(&str, &str)]) {
    assert_eq!(try_call_with(variables), None);
}

/// Makes a call as `call_with` does, and returns the reason if the client could not be built.
fn try_call_with(variables: &[(&str, &str)]) -> Option<String> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["proxies::call_in_another_process", "--exact", "--nocapture"]);
    for name in ["ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "REQUEST_METHOD"] {
        command.env_remove(name).env_remove(name.to_lowercase());
    }
    let output = command.envs(variables.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let shown = String::from_utf8(output.stdout).unwrap();
    let (_, refused) = shown.split_once(REFUSED)?;
    Some(refused.lines().next().unwrap_or_default().to_owned())
}

/// Starts a server that also works as a proxy.
fn server() -> Server {
    Server::on_thread(|request, before| match is_token(request) {
        true => token_reply(before),
        false => Reply::json(200, &json!({})),
    })
}

/// Returns how many token requests and how many calls arrived.
fn arrived(server: &Server) -> (usize, usize) {
    (server.token_calls().len(), server.calls().len())
}

#[test]
fn environment_proxy_is_not_used_for_this_machine() {
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        let (proxy, server) = (server(), server());
        let (proxy_url, port) = (proxy.url(), server.url().rsplit_once(':').unwrap().1.to_owned());
        for host in ["127.0.0.1", "localhost"] {
            let base_url = format!("http://{host}:{port}");
            call_with(&[(name, &proxy_url), (BASE_URL, &base_url)]);
        }
        assert_eq!((arrived(&proxy), arrived(&server)), ((0, 0), (2, 2)), "{name}");
    }
}

#[test]
fn environment_proxy_is_used_for_other_hosts() {
    let (proxy, server) = (server(), server());
    let (proxy_url, base_url) = (proxy.url(), server.url());
    call_with(&[("HTTP_PROXY", &proxy_url), (BASE_URL, &base_url), (CHECKOUT, ELSEWHERE)]);
    assert_eq!((arrived(&proxy), arrived(&server)), ((0, 1), (1, 0)));
    assert_eq!(proxy.calls()[0].target, format!("{ELSEWHERE}/v1/sessions/s1"));
    // The proxy is not used if `NO_PROXY` names the host, or if the builder turns proxies off.
    let no_proxy = ("NO_PROXY", "checkout.invalid");
    call_with(&[
        no_proxy,
        ("HTTP_PROXY", &proxy_url),
        (BASE_URL, &base_url),
        (CHECKOUT, ELSEWHERE),
    ]);
    call_with(&[
        (PROXIES, ""),
        ("HTTP_PROXY", &proxy_url),
        (BASE_URL, &base_url),
        (CHECKOUT, ELSEWHERE),
    ]);
    assert_eq!((arrived(&proxy), arrived(&server)), ((0, 1), (3, 0)));
}

/// If a proxy variable is invalid, requests must not bypass the proxy.
#[test]
fn invalid_environment_proxy_is_an_error() {
    let server = server();
    let base_url = server.url();
    let bad = "htp://user:hunter2@proxy.invalid:3128";
    for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"]
    {
        let elsewhere = [(name, bad), (BASE_URL, &base_url), (CHECKOUT, ELSEWHERE)];
        let error = try_call_with(&elsewhere).expect(name);
        assert!(error.contains(&format!("the variable `{name}` is not")), "{error}");
        assert!(!error.contains("hunter2") && !error.contains("proxy.invalid"), "{error}");
        // An invalid variable has no effect if the client does not use proxies from the environment.
        call_with(&[(name, bad), (BASE_URL, &base_url)]);
        call_with(&[(PROXIES, ""), (name, bad), (BASE_URL, &base_url), (CHECKOUT, ELSEWHERE)]);
    }
    let both = [("HTTPS_PROXY", bad), ("all_proxy", bad), (BASE_URL, "https://checkout.invalid")];
    let error = try_call_with(&both).unwrap();
    assert!(error.contains("`HTTPS_PROXY`") && error.contains("`all_proxy`"), "{error}");
}

#[test]
fn configured_proxy_takes_precedence_over_the_environment() {
    let (given, environment, server) = (server(), server(), server());
    let (given_url, environment_url, base_url) = (given.url(), environment.url(), server.url());
    call_with(&[
        (PROXIES, &given_url),
        ("HTTP_PROXY", &environment_url),
        (BASE_URL, &base_url),
        (CHECKOUT, ELSEWHERE),
    ]);
    assert_eq!(
        (arrived(&given), arrived(&environment), arrived(&server)),
        ((1, 1), (0, 0), (0, 0))
    );
}

/// The proxy is configured on the builder, or on the underlying HTTP client.
#[tokio::test]
async fn configured_proxy_is_used_for_this_machine_too() {
    let (proxy, server) = (server(), server());
    let url = proxy.url();
    let all = reqwest::Proxy::all(&url).unwrap();
    get(&builder(&server).proxy(all).build().unwrap()).await.unwrap();
    assert_eq!((arrived(&proxy), arrived(&server)), ((1, 1), (0, 0)));
    let adjusted =
        builder(&server).configure_http(move |http| http.proxy(reqwest::Proxy::all(&url).unwrap()));
    get(&adjusted.build().unwrap()).await.unwrap();
    assert_eq!((arrived(&proxy), arrived(&server)), ((2, 2), (0, 0)));
    let all = reqwest::Proxy::all(proxy.url()).unwrap();
    get(&builder(&server).proxy(all).no_proxy().build().unwrap()).await.unwrap();
    assert_eq!((arrived(&proxy), arrived(&server)), ((2, 2), (1, 1)));
}

#[tokio::test]
async fn http_client_can_be_adjusted_except_for_safety_settings() {
    let elsewhere = server();
    let location = format!("location: {}/v1/sessions/s1\r\n", elsewhere.url());
    let server = start(move |request| match request.target.as_str() {
        "/v1/redirect" => Reply::Bytes { status: 307, headers: location.clone(), body: Vec::new() },
        "/v1/slow" => Reply::Hang(String::new()),
        _ => Reply::json(200, &json!({})),
    })
    .await;
    let address = server.url().trim_start_matches("http://").parse().unwrap();
    let client = builder(&server)
        // A host name that only the adjusted client resolves.
        .base_url_for("https://checkout.dintero.com", ELSEWHERE)
        .configure_http(move |http| http.resolve("checkout.invalid", address))
        .configure_http(|http| http.redirect(reqwest::redirect::Policy::limited(5)))
        .configure_http(|http| http.timeout(std::time::Duration::MAX).user_agent("fjordshop/1"))
        .timeout(std::time::Duration::from_millis(500))
        .retries(dintero_api::client::RetryPolicy::never());
    // reqwest connects to the port of the URL, or to the port of the address if the URL has no port.
    let client = client.build().unwrap();
    get(&client).await.unwrap();
    assert_eq!(server.calls()[0].header("user-agent"), Some("fjordshop/1"));
    let error = client.request(Method::GET, "/v1/redirect").send::<Value>().await.unwrap_err();
    assert_eq!(error.status(), Some(StatusCode::TEMPORARY_REDIRECT));
    assert_eq!(arrived(&elsewhere), (0, 0));
    let error = client.request(Method::GET, "/v1/slow").send::<Value>().await.unwrap_err();
    assert!(error.is_timeout(), "{error:?}");
}
