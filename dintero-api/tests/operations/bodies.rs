//! Tests request bodies built with the setters: minimal bodies and realistic orders.

use dintero_api::types::*;
use dintero_api::{Country, Currency, Timestamp};

const RETURN_URL: &str = "https://fjordshop.example/thanks";

pub(crate) fn minimal_session() -> SessionProfile {
    let order = SessionOrder::new(33890, Currency::NOK, "cart-7f3a");
    SessionProfile::new(SessionUrls::new(RETURN_URL), order, "default")
}

pub(crate) fn session() -> SessionProfile {
    let urls = SessionUrls::new(RETURN_URL)
        .callback_url("https://fjordshop.example/callback?method=POST")
        .merchant_terms_url("https://fjordshop.example/terms");
    let tokens = SessionCustomerTokensCustomerTokens::new()
        .dintero_psp_creditcard(DinteroPspCreditcardToken::new().payment_token("card-token"));
    let customer = SessionProfileCustomer::new()
        .customer_id("customer-881")
        .email("kari@example.com")
        .phone_number("+4799999999")
        .tokens(tokens);
    let configuration = SessionConfiguration::new()
        .auto_capture(true)
        .channel(Channel::Ecommerce)
        .vipps(VippsConfiguration::new(true));
    let express = ExpressOptions::new([delivery()])
        .shipping_mode(SessionExpressUpdateShippingMode::ShippingRequired)
        .shipping_address_callback_url("https://fjordshop.example/shipping");
    SessionProfile::new(urls, order(), "default")
        .customer(customer)
        .expires_at(Timestamp::UNIX_EPOCH)
        .checkboxes([Checkbox::new("terms", "I accept the terms").required(true)])
        .configuration(configuration)
        .express(express)
        .metadata([("extShop", "fjordshop"), ("extTill", "12")])
}

pub(crate) fn minimal_configured_session() -> CreateSessionRequest {
    let order = SessionOrder::new(33890, Currency::NOK, "cart-7f3a");
    CreateSessionRequest::new(SessionUrls::new(RETURN_URL), order, SessionConfiguration::new())
}

pub(crate) fn configured_session() -> CreateSessionRequest {
    let profile = session();
    let configuration = profile.configuration.expect("the session has one");
    let mut created = CreateSessionRequest::new(profile.url, profile.order, configuration);
    created.customer = profile.customer;
    created.expires_at = profile.expires_at;
    created.checkboxes = profile.checkboxes;
    created.express = profile.express;
    created.metadata = profile.metadata;
    created
}

pub(crate) fn token_deletion() -> CardTokenDeletion {
    CardTokenDeletion::new()
        .reason("The customer closed the account")
        .requestor(CardTokenDeletionRequestor::Cardholder)
}

/// Returns an order for a discounted chair and its delivery.
fn order() -> SessionOrder {
    SessionOrder::new(33890, Currency::NOK, "cart-7f3a")
        .vat_amount(6778)
        .merchant_reference_2("order-17")
        .shipping_address(address())
        .billing_address(address())
        .partial_payment(false)
        .items([chair()])
        .shipping_option(
            OrderShippingOption::new("express", "delivery-1", 3900, "Home delivery", "Bring")
                .vat_amount(780)
                .vat(25)
                .countries([Country::NO]),
        )
        .store(Store::new("oslo-1").mcc("5712"))
        .discount_codes(["SPRING"])
}

fn chair() -> OrderLine {
    OrderLine::new()
        .id("chair-1")
        .line_id("1")
        .description("Stablestol")
        .quantity(1)
        .amount(29990)
        .vat_amount(5998)
        .vat(25)
        .kind(OrderItemType::Physical)
        .unit_weight(4.5)
        .eligible_for_discount(true)
        .discount_lines([DiscountItem::new()
            .amount(1000)
            .percentage(3)
            .discount_type(DiscountType::Customer)
            .line_id(1)])
}

fn address() -> OrderAddress {
    OrderAddress::new()
        .first_name("Kari")
        .last_name("Nordmann")
        .address_line("Storgata 1")
        .postal_code("0155")
        .postal_place("Oslo")
        .country(Country::NO)
        .phone_number("+4799999999")
        .email("kari@example.com")
}

fn delivery() -> MultiShipmentShippingOption {
    MultiShipmentShippingOption::new("express", "delivery-1", 3900, "Home delivery", "Bring")
        .delivery_method(ShippingOptionDeliveryMethod::Delivery)
        .metadata([("carrier", "bring")])
}

pub(crate) fn session_update() -> UpdateSessionOptions {
    let order = SessionOrderUpdate::new()
        .amount(29990)
        .currency(Currency::NOK)
        .items([chair()])
        .shipping_address(address());
    let express = UpdateSessionOptionsExpress::new([delivery()]);
    UpdateSessionOptions::new(order).express(express).remove_lock(false)
}

pub(crate) fn minimal_token_session() -> CreateSessionPaymentTokenRequest {
    let order = SessionPaymentTokenOrder::new(Currency::SEK, "card-of-881");
    let urls = SessionUrls::new(RETURN_URL);
    let session = CreateSessionPaymentTokenRequestSession::new(order, urls);
    let provider = DinteroPspCardTokenProvider::new([CardTokenType::PaymentToken]);
    CreateSessionPaymentTokenRequest::new(session, provider)
}

pub(crate) fn token_session() -> CreateSessionPaymentTokenRequest {
    let order = SessionPaymentTokenOrder::new(Currency::SEK, "card-of-881");
    let urls = SessionUrls::new(RETURN_URL);
    let session = CreateSessionPaymentTokenRequestSession::new(order, urls)
        .profile_id("default")
        .customer(SessionCustomer::new().customer_id("customer-881").email("kari@example.com"))
        .expires_at(Timestamp::UNIX_EPOCH)
        .metadata([("extPlan", 12)]);
    let provider = PayExTokenProvider::new([PayExTokenProviderTokenType::RecurrenceToken]);
    CreateSessionPaymentTokenRequest::new(session, provider)
}

pub(crate) fn pay_session() -> PaySessionRequest {
    let tokens = SessionCustomerTokensCustomerTokens::new()
        .dintero_psp_creditcard(DinteroPspCreditcardToken::new().payment_token("card-token"));
    let session = PaySessionRequestSession::new(order())
        .customer(SessionProfileBaseCustomer::new().tokens(tokens))
        .configuration(PaySessionOptionsConfiguration::new().auto_capture(true));
    let payment =
        DinteroPspCreditcardMitPayment::new(MerchantInitiatedOperation::RecurringPurchase);
    PaySessionRequest::new(session, payment)
}

pub(crate) fn bare_pay_session() -> PaySessionRequest {
    let order = SessionOrder::new(29990, Currency::NOK, "order-1001");
    let payment = PayExCreditcardPayment::new(MerchantInitiatedOperation::RecurringPurchase);
    PaySessionRequest::new(PaySessionRequestSession::new(order), payment)
}

pub(crate) fn capture() -> CaptureTransactionRequest {
    CaptureTransactionRequest::new(29990)
        .capture_reference("shipment-1")
        .items([line()])
        .final_capture(true)
        .metadata([("extParcel", "1")])
}

fn line() -> CaptureTransactionRequestItem {
    CaptureTransactionRequestItem::new("1", 29990)
        .id("chair-1")
        .quantity(1)
        .vat(25)
        .splits([PayoutSplit::new("seller-42", 20000)])
}

pub(crate) fn refund() -> RefundTransactionRequest {
    RefundTransactionRequest::new(29990)
        .reason("returned")
        .refund_reference("return-1")
        .terminal_id("P00000000-T0007")
        .items([line()])
        .metadata([("extParcel", "1")])
}

pub(crate) fn authorization() -> UpdateTransactionAuthorizationRequest {
    UpdateTransactionAuthorizationRequest::new()
        .reason("late delivery")
        .reference("prolong-1")
        .amount(29990)
        .final_authorization(false)
        .items([OrderLine::new().line_id("1").amount(29990)])
        .description("another four weeks")
}

pub(crate) fn test_report() -> TestReportOptions {
    let date = |text: &str| text.parse().expect("a date");
    TestReportOptions::new()
        .transaction_ids(["T12345678.1"])
        .number_of_transactions(3)
        .date_range(TestReportOptionsDateRange::new(date("2026-03-01"), date("2026-03-31")))
}

pub(crate) fn minimal_report_configuration() -> SettlementReportConfigItem {
    SettlementReportConfigItem::new(["pdf"], [destination()], ["swedbank"])
}

pub(crate) fn report_configuration() -> SettlementReportConfigItem {
    minimal_report_configuration().send_every(7.0).filters([filter()])
}

pub(crate) fn minimal_report_update() -> UpdateSettlementReportConfigItem {
    UpdateSettlementReportConfigItem::new(["pdf"], [destination()], ["swedbank"])
}

pub(crate) fn report_update() -> UpdateSettlementReportConfigItem {
    minimal_report_update().send_every(1.0).filters([filter()])
}

fn destination() -> ReportDestination {
    ReportDestination::new(ReportDestinationDestinationType::AccountEmail)
}

fn filter() -> ReportConfigFilter {
    ReportConfigFilter::new().value("seller-42")
}

pub(crate) fn minimal_approval() -> ApprovalsPayoutDestination {
    let account = ApprovalsBankAccount::new(Currency::NOK, Currency::NOK);
    ApprovalsPayoutDestination::new("seller-42", "SELLER 42", [account])
}

pub(crate) fn approval() -> ApprovalsPayoutDestination {
    let account =
        ApprovalsBankAccount::new(Currency::NOK, Currency::NOK).bank_account_country_code("NO");
    let birth = "1980-05-04".parse().expect("a date");
    ApprovalsPayoutDestination::new("seller-42", "SELLER 42", [account])
        .payout_destination_name("Stolsnekkeren")
        .country_code("NO")
        .organization_number("123456785")
        .individual(Individual::new().name("Kari Nordmann").birth_date(birth))
        .report_configuration(SellerReports::new(true))
}

pub(crate) fn fund_transfer() -> FundTransferCreateDataV2 {
    FundTransferCreateDataV2::new("transfer-1", "seller-1", "seller-2", 1000, "NOK", "correction")
}

pub(crate) fn token() -> AuthToken {
    ClientCredentials::new("https://api.dintero.com/v1/accounts/T12345678").into()
}
