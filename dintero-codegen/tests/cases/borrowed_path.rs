use crate::server::exchange;

const NOTHING: &str = "HTTP/1.1 204 X\r\n\r\n";

#[test]
fn both_paths_are_called() {
    let (request, _) = exchange(NOTHING, async |c| c.borrowed_path().list().await.unwrap());
    assert!(request.starts_with("GET /v1/v2/rates "), "{request}");
    let (request, _) = exchange(NOTHING, async |c| c.borrowed_path().get_v1_rates().await.unwrap());
    assert!(request.starts_with("GET /v1/v1/rates "), "{request}");
}
