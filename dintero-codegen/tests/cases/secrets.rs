use dintero_api::generated::secrets::types::Account;

#[test]
fn secrets_do_not_show() {
    let account = Account::new().client_secret("hunter2").password("hunter3");
    assert!(!format!("{account:?}").contains("hunter"));
}
