use dintero_api::generated::media_types::types::Invoice;

use crate::server::{exchange, response};

const NOTHING: &str = "HTTP/1.1 204 X\r\n\r\n";

#[test]
fn a_body_is_sent_with_its_media_type() {
    let invoice = Invoice::new("7");
    let (request, _) = exchange(NOTHING, async |c| c.media_types().create(&invoice).await.unwrap());
    assert!(request.contains("content-type: application/json\r\n"), "{request}");
    assert!(request.ends_with("{\"number\":\"7\"}"), "{request}");

    let reply = response(200, "{\"number\":\"8\"}");
    let (request, changed) =
        exchange(&reply, async |c| c.media_types().change(&invoice).await.unwrap());
    assert!(request.contains("content-type: application/merge-patch+json\r\n"), "{request}");
    assert_eq!(changed.number, "8");

    let (request, _) =
        exchange(NOTHING, async |c| c.media_types().replace().body(&invoice).await.unwrap());
    assert!(request.contains("content-type: application/json\r\n"), "{request}");
    let (request, _) = exchange(NOTHING, async |c| c.media_types().keep(&invoice).await.unwrap());
    assert!(request.contains("content-type: application/json\r\n"), "{request}");
}

#[test]
fn bytes_are_sent_unchanged() {
    let (request, _) =
        exchange(NOTHING, async |c| c.media_types().upload(b"png".as_slice()).await.unwrap());
    assert!(
        request.contains("content-type: image/png\r\n") && request.ends_with("png"),
        "{request}"
    );
    let (request, _) =
        exchange(NOTHING, async |c| c.media_types().rename().body("A name").await.unwrap());
    assert!(
        request.contains("content-type: text/plain\r\n") && request.ends_with("A name"),
        "{request}"
    );
    let (request, _) = exchange(NOTHING, async |c| c.media_types().rename().await.unwrap());
    assert!(!request.contains("content-type"), "{request}");
}
