use std::collections::BTreeMap;

use dintero_api::generated::forms::types::Place;

use crate::server::exchange;

const NOTHING: &str = "HTTP/1.1 204 X\r\n\r\n";

#[test]
fn a_url_encoded_form_contains_its_fields() {
    let data = BTreeMap::from([("k".to_owned(), "v".to_owned())]);
    let (request, _) = exchange(NOTHING, async |c| {
        let call = c.forms().send("a@b").urgent(true).tags(["x", "y"]).ids([1, 2]);
        call.where_(&Place::new().city("Oslo")).data(&data).await.unwrap()
    });
    assert!(request.contains("content-type: application/x-www-form-urlencoded\r\n"), "{request}");
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(
        body,
        "to=a%40b&urgent=true&tags=x&tags=y&ids=1,2&where%5Bcity%5D=Oslo&data=%7B%22k%22%3A%22v%22%7D"
    );
}

#[test]
fn a_multipart_form_contains_texts_json_and_files() {
    let (request, _) = exchange(NOTHING, async |c| {
        let call = c.forms().upload("%PDF").more(["one", "two"]).note("n").tags(["x"]);
        call.place(&Place::new().city("Oslo")).await.unwrap()
    });
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let (_, boundary) = head.split_once("content-type: multipart/form-data; boundary=").unwrap();
    let boundary = boundary.lines().next().unwrap();
    let parts: Vec<&str> = body.split(boundary).map(|part| part.trim_end_matches("--")).collect();
    let part = |index: usize| parts[index].trim();
    assert_eq!(parts.len(), 8, "{body}");
    assert_eq!(
        part(1),
        "Content-Disposition: form-data; name=\"file\"; filename=\"file\"\r\nContent-Type: application/pdf\r\n\r\n%PDF"
    );
    assert!(part(3).ends_with("Content-Type: application/octet-stream\r\n\r\ntwo"), "{body}");
    assert_eq!(part(4), "Content-Disposition: form-data; name=\"note\"\r\n\r\nn");
    assert!(
        part(6).ends_with("Content-Type: application/json\r\n\r\n{\"city\":\"Oslo\"}"),
        "{body}"
    );
}
