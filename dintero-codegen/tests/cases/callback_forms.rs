use dintero_api::generated::callback_forms::types::CalledCallbackQuery;

#[test]
fn the_rest_of_the_query_is_parsed() {
    let query = CalledCallbackQuery::from_query("id=7&range%5Bfrom%5D=1").unwrap();
    assert_eq!(query.id, "7");
}
