use dintero_api::generated::secrets::types::Account;

#[test]
fn secrets_are_not_shown() {
    let account = Account::new().client_secret("hunter2").password("hunter3");
    assert!(!format!("{account:?}").contains("hunter"));
}
