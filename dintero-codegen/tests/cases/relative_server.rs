use crate::server::exchange;

#[test]
fn the_base_url_gives_the_host() {
    let (request, _) =
        exchange("HTTP/1.1 204 X\r\n\r\n", async |c| c.relative_server().get().await.unwrap());
    assert!(request.starts_with("GET /api/v3/a HTTP/1.1\r\n"), "{request}");
}
