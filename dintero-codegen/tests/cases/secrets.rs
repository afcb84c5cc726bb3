use dintero_api::generated::secrets::types::Account;

#[test]
fn secrets_are_not_shown() {
    let account = Account::new()
        .client_secret("hunter2")
        .password("hunter3")
        .old_secrets(["hunter4"])
        .past_secrets(["hunter5"])
        .named_secrets([("a", "hunter6")])
        .email("hunter7")
        .emails(["hunter8"]);
    assert!(!format!("{account:?}").contains("hunter"));
}
