use crate::server::exchange;

const NOTHING: &str = "HTTP/1.1 204 X\r\n\r\n";

#[test]
fn a_key_is_sent_in_the_declared_header_or_not_at_all() {
    let (request, _) = exchange(NOTHING, async |c| c.credentials().act().await.unwrap());
    assert!(request.contains("x-api-key: key\r\n"), "{request}");
    let (request, _) = exchange(NOTHING, async |c| c.credentials().get().await.unwrap());
    assert!(!request.contains("key"), "{request}");
}
