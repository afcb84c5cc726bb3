use std::collections::BTreeMap;

use dintero_api::generated::styles::types::{Filter, Mode, Range};

use crate::server::exchange;

const NOTHING: &str = "HTTP/1.1 204 X\r\n\r\n";

fn range() -> Range {
    Range::new(1).unit("a b")
}

#[test]
fn queries_headers_and_cookies_are_written_by_their_style() {
    let labels = BTreeMap::from([("k".to_owned(), "v".to_owned())]);
    let filter = Filter::new().all(["x"]);
    let (request, _) = exchange(NOTHING, async |c| {
        let call = c.styles().find([1, 2]).either("5").mixed(["fast", "true"]).pin("0000");
        let call = call.spaced(["a", "b"]).piped([1, 2]).plain(&range()).deep(&range());
        let call = call.joined(&range()).labels(&labels).filter(&filter).x_range(&range());
        call.x_assigned(&range()).session("s;1").kinds([Mode::Fast, Mode::Slow]).await.unwrap()
    });
    let (line, head) = request.split_once("\r\n").unwrap();
    assert_eq!(
        line,
        "GET /v1/things/1,2?either=5&mixed=fast&mixed=true&pin=0000&spaced=a%20b&piped=1%7C2&from=1&unit=a+b\
         &deep%5Bfrom%5D=1&deep%5Bunit%5D=a+b&joined=from,1,unit,a+b&labels%5Bk%5D=v\
         &filter=%7B%22all%22%3A%5B%22x%22%5D%7D HTTP/1.1"
    );
    assert!(head.contains("x-range: from,1,unit,a b\r\n"), "{head}");
    assert!(head.contains("x-assigned: from=1,unit=a b\r\n"), "{head}");
    assert!(head.contains("cookie: session=s%3B1; kinds=fast,slow\r\n"), "{head}");
}

#[test]
fn paths_contain_the_prefixes_of_their_styles() {
    let (request, _) =
        exchange(NOTHING, async |c| c.styles().path("a", ["b", "c/d"], &range()).await.unwrap());
    let path = "/v1/label/.a/;matrix=b,c%2Fd/from=1,unit=a%20b";
    assert!(request.starts_with(&format!("GET {path} HTTP/1.1\r\n")), "{request}");
}

#[test]
fn a_path_needs_at_least_one_value() {
    let client = dintero_api::Client::builder_with_api_key("T12345678", "key").build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let error = runtime.block_on(client.styles().find([]).send()).unwrap_err();
    assert!(error.to_string().contains("`ids` must not be empty"), "{error}");
}
