//! Every model with its schema, and type-erased functions that read and write the model.
//!
//! The tables are maintained by hand, so that a change to a schema's type is noticed.

use std::collections::BTreeMap;

use dintero_api::types;
use dintero_api::wire::{FromJson, Place, without_read_only};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::document::component;

/// A type of `dintero_api::types`, with functions whose signatures are the same for every type.
#[derive(Debug, Clone)]
pub struct Model {
    /// The JSON pointer of the schema.
    pub schema: String,
    /// The name of the schema, or of the type if the schema has no name.
    pub name: &'static str,
    /// Reads a JSON value and writes it back.
    pub through_value: fn(Value) -> Result<Value, String>,
    /// Reads JSON text and writes it back.
    pub through_text: fn(&str) -> Result<String, String>,
    /// Reads a JSON value as the client reads a response, and writes it as the client writes a request.
    pub sent: fn(Value) -> Result<Value, String>,
    /// Reads a JSON value and returns its `Debug` output.
    pub debug: fn(Value) -> Result<String, String>,
}

fn through_value<T: DeserializeOwned + Serialize>(value: Value) -> Result<Value, String> {
    let read: T = serde_json::from_value(value).map_err(|error| error.to_string())?;
    serde_json::to_value(&read).map_err(|error| error.to_string())
}

fn through_text<T: DeserializeOwned + Serialize>(text: &str) -> Result<String, String> {
    let read: T = serde_json::from_str(text).map_err(|error| error.to_string())?;
    serde_json::to_string(&read).map_err(|error| error.to_string())
}

/// Reads a value as the client reads a response. Unlike serde's own errors, an error in a list contains the position in
/// the list.
fn read<T: FromJson>(value: Value) -> Result<T, String> {
    T::from_json(value).map_err(|error| error.to_string())
}

/// Returns the JSON that the client sends for a value.
fn sent<T: FromJson + Place>(value: Value) -> Result<Value, String> {
    let value: T = read(value)?;
    serde_json::to_value(without_read_only(&value)).map_err(|error| error.to_string())
}

macro_rules! model {
    ($schema:expr, $type:ty, $name:expr) => {
        Model {
            schema: $schema,
            name: $name,
            through_value: through_value::<$type>,
            through_text: through_text::<$type>,
            sent: sent::<$type>,
            debug: |value| read::<$type>(value).map(|read| format!("{read:?} {read:#?}")),
        }
    };
}

/// Each entry is a schema whose type has the same name, or `schema => Type`.
macro_rules! components {
    (@type $name:ident) => { types::$name };
    (@type $name:ident $type:ident) => { types::$type };
    ($($name:ident $(=> $type:ident)?),* $(,)?) => {
        vec![$(model!(component(stringify!($name)), components!(@type $name $($type)?), stringify!($name))),*]
    };
}

macro_rules! bodies {
    ($($schema:literal => $type:ty),* $(,)?) => {
        vec![$(model!($schema.to_owned(), $type, stringify!($type))),*]
    };
}

/// Returns the models of the component schemas, in the same sequence as in the document.
#[must_use]
pub fn components() -> Vec<Model> {
    components! {
        SwishPayment,
        VippsPayment,
        BamboraMobilePayPayment,
        PayExCreditcardPayment,
        BamboraCreditcardPayment,
        DinteroPspCreditcardMitPayment,
        KraviaInvoiceDetails,
        KraviaInvoiceB2BMitPayment => KraviaInvoiceB2bMitPayment,
        KraviaInvoiceB2BGroupedMitPayment => KraviaInvoiceB2bGroupedMitPayment,
        KraviaInvoiceB2CMitPayment => KraviaInvoiceB2cMitPayment,
        DinteroPspApplePayPayment,
        CollectorInvoiceB2BPayment => CollectorInvoiceB2bPayment,
        CollectorFinancePayment,
        PayExTokenProvider,
        BamboraTokenProvider,
        DinteroPspCardTokenProvider,
        DinteroPspGooglePayTokenProvider,
        DinteroPspClickToPayPayTokenProvider,
        PayExV3ClickToPayPaymentOperation,
        PayExVippsPayment,
        KlarnaPaymentOperation,
        CollectorInvoiceB2BPreapprovedPayment => CollectorInvoiceB2bPreapprovedPayment,
        BamboraVippsPayment,
        PayExSwishPayment,
        BamboraPaymentOperation,
        BamboraApplePayPaymentOperation,
        CollectorInstallmentPayment,
        CollectorInvoicePayment,
        KlarnaPayment,
        PayExMobilePayPayment,
        client_credentials => ClientCredentials,
        BamboraCreditcardCitPayment,
        AmountLimitLTERule => AmountLimitLteRule,
        SeitatechInPersonPayment,
        CallbackUrl,
        SessionUrls,
        SessionCustomer,
        OrderAddress,
        PayoutFeeSplit,
        PayoutSplit,
        EmdEvent,
        EmdSubscription,
        EmdCustomerAccountInfo,
        EmdRecurring,
        EmdAirReservationDetailsItinerary,
        EmdTravelInsurance,
        EmdTravelPassenger,
        EmdAirReservationDetails,
        EmdBusReservationDetailsItinerary,
        EmdBusReservationDetails,
        EmdTrainReservationDetailsItinerary,
        EmdTrainReservationDetails,
        EmdFerryReservationDetailsItinerary,
        EmdFerryReservationDetails,
        EmdHotelReservationDetailsItinerary,
        EmdHotelReservationDetails,
        EmdCarRentalReservationDetailsItinerary,
        EmdCarRentalReservationDetails,
        EmdTravel,
        EmdMarketplaceAccountLastModified,
        EmdMarketplaceSellerInfo,
        EmdMarketplaceWinnerInfo,
        EmdMarketplaceOrder,
        Emd,
        Address,
        Store,
        OrderItem,
        DiscountType,
        DiscountItem,
        OrderDiscountItem,
        RelativeTime,
        OpeningHours,
        ShippingAddressDetails,
        ShippingOption,
        SplitShippingOption,
        MultiShipmentItem,
        MultiShipmentShippingOption,
        MultiShipmentTopLevelShippingOption => OrderShippingOption,
        Giftcard,
        SessionOrderUpdate,
        SessionOrder,
        Checkbox,
        CheckboxConfiguration,
        SessionBase,
        SessionCustomerTokens,
        AutoCaptureConfiguration,
        PublishConfiguration,
        SessionPayability,
        BamboraConfiguration,
        DinteroConfiguration,
        DinteroPspTokenAuthMethods,
        SCARule => ScaRule,
        DinteroPaymentOptionSCAPolicy => DinteroPaymentOptionScaPolicy,
        DinteroPspConfiguration,
        InstabankFinanceProduct,
        InstabankInvoiceProduct,
        InstabankInstallmentProduct,
        InstabankPostponementProduct,
        InstabankConfiguration,
        NetaxeptConfiguration,
        PayExConfiguration,
        VippsConfiguration,
        CollectorB2BAddress => CollectorB2bAddress,
        CollectorConfiguration,
        KlarnaConfiguration,
        InvoiceChannel,
        KraviaConfiguration,
        TwoConfiguration,
        SantanderConfiguration,
        SeitatechConfiguration,
        SwishConfiguration,
        PayoutConfiguration,
        PaymentConfiguration,
        DiscountsConfiguration,
        SessionThemeConfiguration,
        CountryConfiguration,
        DefaultCustomerTypeConfiguration,
        AllowDifferentBillingShippingAddressConfiguration => DifferentAddressConfiguration,
        Merchant,
        SessionExpressUpdate,
        SessionExpress,
        SessionProfile => SessionProfileBase,
        SessionCustomerGiftcards,
        Metadata,
        Id,
        SessionOptions,
        SystemRequestHeaders,
        PaymentOperationIntent,
        RequestHeaders,
        CollectorB2BPaymentOperationAddress => CollectorB2bPaymentOperationAddress,
        CollectorProduct,
        MyDinteroUserCreation,
        SessionMeta,
        Session,
        SessionRead,
        SessionCancelled,
        Error => ErrorBody,
        UpdateSessionOptions,
        SessionPaymentToken,
        TokenProvider,
        StringMetadata,
        SettlementStatus,
        TransactionSettlementsEvent,
        TransactionSettlementsRead,
        TransactionEvent,
        Card,
        TransactionBambora,
        VerifiedIdentity,
        TransactionCollector,
        TransactionInstabank,
        TransactionDinteroPsp,
        TransactionKlarna,
        TransactionNetaxept,
        TransactionPayEx,
        TransactionSantander,
        SwishTransactionEventMetadata,
        TransactionSwish,
        TransactionVipps,
        TransactionKravia,
        TransactionSeitatech,
        TransactionTwo,
        Transaction,
        SettlementItem,
        SettlementResponse,
        UpdateSettlementReportConfigItem,
        SettlementReportConfigItem,
        SettlementReportConfigResponse,
        TestReportOptions,
        TestReportResponse,
        ReportFilter,
        ReportMetadata,
        StartingAfter,
        AuthToken,
        AccessToken,
        Entity,
        LegalEntityType,
        Individual,
        ApprovalsBankAccount,
        ApprovalsPayoutDestination,
        ApprovalStatus,
        ApprovalsPayoutDestinationResponse,
        PaySessionBase,
        PaySessionOptions,
        PayPayment,
        SessionPayResult,
        DiscountCodesOrderUpdate,
        ShippingAddressCallbackSessionOrderUpdate => ShippingAddressOrderUpdate,
        FundTransferCreateDataV2,
        FundTransferV2,
        PayoutDestinationBalanceV2,
        PayoutDestinationBalancesV2,
        PaymentMatchReportDataV2,
        PayoutDestinationTransferEntryV2,
        PayoutDestinationTransfersV2,
        Payment,
        CollectorPaymentDetails,
        CollectorDetails,
        CollectorAddress,
        PaymentOperation,
        KlarnaAddress,
        IssuerCountryCondition,
        AmountLimit,
        KraviaInvoiceB2BPayment => KraviaInvoiceB2bPayment,
        KraviaInvoiceB2BGroupedPayment => KraviaInvoiceB2bGroupedPayment,
        KraviaInvoiceB2CPayment => KraviaInvoiceB2cPayment,
        KraviaPaymentDetails,
        SessionPayment,
        PaymentErrorDetails,
        SignatureSecret,
        CardTokenStatus,
        CardToken,
        PaymentProfile,
    }
}

/// Returns the models of the bodies that are not component schemas.
#[must_use]
pub fn bodies() -> Vec<Model> {
    bodies! {
        "/components/requestBodies/example_discount_codes_callback_urlOptions/content/application~1json/schema" => types::ExpressCallback,
        "/components/responses/ApprovalsPayoutDestinationList/content/application~1json/schema" => types::ListApprovalsResponse,
        "/components/responses/ReportMetadata/content/application~1json/schema" => types::ListReportsResponse,
        "/components/responses/SessionCreated/content/application~1json/schema" => types::SessionCreated,
        "/components/responses/TransactionOperationAccepted/content/application~1json/schema" => types::Transaction,
        "/paths/~1accounts~1{oid}~1auth~1token/post/responses/403/content/application~1json/schema" => types::CreateAuthTokenError,
        "/paths/~1examples~1discount_code_callback_url/post/responses/200/content/application~1json/schema" => types::DiscountCodesCallbackResponse,
        "/paths/~1examples~1session_url_callback/get/responses/200/content/application~1json/schema" => BTreeMap<String, Value>,
        "/paths/~1examples~1session_url_callback/post/responses/200/content/application~1json/schema" => BTreeMap<String, Value>,
        "/paths/~1examples~1session_url_callback/post/requestBody/content/application~1json/schema" => types::Transaction,
        "/paths/~1examples~1shipping_address_callback_url/post/responses/200/content/application~1json/schema" => types::ShippingAddressCallbackResponse,
        "/paths/~1admin~1session~1profiles/get/responses/200/content/application~1json/schema" => Vec<types::PaymentProfile>,
        "/paths/~1card-tokens/get/responses/200/content/application~1json/schema" => Vec<types::CardToken>,
        "/paths/~1card-tokens~1{token_id}/delete/requestBody/content/application~1json/schema" => types::CardTokenDeletion,
        "/paths/~1sessions/get/responses/200/content/application~1json/schema" => Vec<types::SessionDetails>,
        "/paths/~1sessions/post/requestBody/content/application~1json/schema" => types::CreateSessionRequest,
        "/paths/~1sessions-profile/post/requestBody/content/application~1json/schema" => types::SessionProfile,
        "/paths/~1sessions~1pay/post/requestBody/content/application~1json/schema" => types::PaySessionRequest,
        "/paths/~1sessions~1pay/post/responses/200/content/application~1json/schema" => types::PaySessionResponse,
        "/paths/~1sessions~1pay/post/responses/400/content/application~1json/schema" => types::PaySessionError,
        "/paths/~1sessions~1pay/post/responses/500/content/application~1json/schema" => types::PaySessionError,
        "/paths/~1sessions~1pay/post/responses/default/content/application~1json/schema" => types::PaySessionError,
        "/paths/~1sessions~1payment-token/post/requestBody/content/application~1json/schema" => types::CreateSessionPaymentTokenRequest,
        "/paths/~1sessions~1{session_id}/get/responses/200/content/application~1json/schema" => types::SessionDetails,
        "/paths/~1sessions~1{session_id}/put/requestBody/content/application~1json/schema" => types::UpdateSessionOptions,
        "/paths/~1sessions~1{session_id}/put/responses/200/content/application~1json/schema" => types::SessionDetails,
        "/paths/~1sessions~1{session_id}~1cancel/post/responses/200/content/application~1json/schema" => types::SessionDetails,
        "/paths/~1transactions/get/responses/200/content/application~1json/schema" => Vec<types::Transaction>,
        "/paths/~1transactions~1{id}/get/responses/200/content/application~1json/schema" => types::Transaction,
        "/paths/~1transactions~1{id}/put/requestBody/content/application~1json/schema" => types::UpdateTransactionRequest,
        "/paths/~1transactions~1{id}/put/responses/200/content/application~1json/schema" => types::Transaction,
        "/paths/~1transactions~1{id}~1authorization/post/requestBody/content/application~1json/schema" => types::UpdateTransactionAuthorizationRequest,
        "/paths/~1transactions~1{id}~1authorization/post/responses/200/content/application~1json/schema" => types::Transaction,
        "/paths/~1transactions~1{id}~1capture/post/requestBody/content/application~1json/schema" => types::CaptureTransactionRequest,
        "/paths/~1transactions~1{id}~1capture/post/responses/200/content/application~1json/schema" => types::Transaction,
        "/paths/~1transactions~1{id}~1refund/post/requestBody/content/application~1json/schema" => types::RefundTransactionRequest,
        "/paths/~1transactions~1{id}~1refund/post/responses/200/content/application~1json/schema" => types::Transaction,
        "/paths/~1transactions~1{id}~1void/post/responses/200/content/application~1json/schema" => types::Transaction,
        "/paths/~1v2~1accounts~1{aid}~1payout~1fund-transfers/post/responses/200/content/application~1json/schema" => types::CreatePayoutFundTransferResponse,
        "/paths/~1v2~1accounts~1{aid}~1payout~1payout-destinations~1{payout_destination_id}~1balances/get/responses/200/content/application~1json/schema" => types::ListPayoutBalancesResponse,
        "/paths/~1v2~1accounts~1{aid}~1payout~1payout-destinations~1{payout_destination_id}~1transfers/get/responses/200/content/application~1json/schema" => types::ListPayoutTransfersResponse,
    }
}

/// Returns the models of all schemas and bodies.
#[must_use]
pub fn all() -> Vec<Model> {
    [components(), bodies()].concat()
}
