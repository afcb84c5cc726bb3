//! A shop as a developer would write it after reading README.md and the documentation: express checkout, callbacks, two
//! shipments and a return. The shop's database stores only text.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{FromRef, State};
use axum::routing::{get, post};
use dintero_api::callback::{
    CallbackResponse, CallbackUrl, CallbackVerifier, ShippingResponseBuilder, VerifiedCallback,
    VerifiedExpressCallback,
};
use dintero_api::client::GuardedChange;
use dintero_api::order::{Capture, PaymentFor, Refund};
use dintero_api::types::{
    MultiShipmentShippingOption, SessionOrder, SessionUrls, ShippingAddressCallbackResponse,
};
use dintero_api::{
    Client, Decimal, DinteroOrder, DinteroOrderItem, DinteroShippingOption, serde_json,
};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[derive(DinteroOrder)]
#[dintero(
    currency = "NOK",
    session.express.shipping_address_callback_url = "https://shop.example.com/dintero/address",
)]
pub(crate) struct Cart {
    #[dintero(to = merchant_reference)]
    pub(crate) number: String,
    #[dintero(to = items)]
    pub(crate) lines: Vec<Line>,
    /// Empty until the customer has entered an address.
    #[dintero(to = session.express.shipping_options)]
    pub(crate) delivery: Vec<Delivery>,
}

#[derive(DinteroOrderItem)]
pub(crate) struct Line {
    #[dintero(to = id)]
    pub(crate) sku: String,
    #[dintero(to = unit_price)]
    pub(crate) price: Decimal,
    pub(crate) quantity: u32,
    pub(crate) vat: u8,
}

#[derive(DinteroShippingOption)]
pub(crate) struct Delivery {
    id: String,
    line_id: String,
    title: String,
    operator: String,
    #[dintero(to = amount)]
    price: Decimal,
}

/// A row of the database.
#[derive(Clone, Default)]
pub(crate) struct Row {
    pub(crate) order: String,
    pub(crate) offered: String,
    pub(crate) paid_by: Option<String>,
    pub(crate) state: String,
}

#[derive(Clone)]
pub(crate) struct Shop {
    client: Client,
    verifier: CallbackVerifier,
    pub(crate) rows: Arc<Mutex<HashMap<String, Row>>>,
}

impl FromRef<Shop> for CallbackVerifier {
    fn from_ref(shop: &Shop) -> Self {
        shop.verifier.clone()
    }
}

impl Shop {
    pub(crate) fn new(signature_secret: String) -> Result<Self> {
        let client = Client::from_env()?;
        let verifier = CallbackVerifier::builder(client.account_id(), [signature_secret]);
        let verifier = verifier.public_url("https://shop.example.com").build()?;
        Ok(Self { client, verifier, rows: Arc::default() })
    }

    pub(crate) fn router(&self) -> Router {
        Router::new()
            .route("/dintero/callback", get(paid))
            .route("/dintero/address", post(address))
            .with_state(self.clone())
    }

    /// Creates a session and returns the URL of the page on which the customer pays.
    pub(crate) async fn checkout(&self, cart: &Cart) -> Result<String> {
        let callback = CallbackUrl::new("https://shop.example.com/dintero/callback").build()?;
        let urls = SessionUrls::new("https://shop.example.com/thanks").callback_url(callback);
        let prepared = self.client.sessions().create_from_cart(cart, "default", urls)?;
        let order = serde_json::to_string(prepared.order())?;
        let row = Row { order, offered: "[]".to_owned(), ..Row::default() };
        self.rows.lock().unwrap().insert(cart.number.clone(), row);
        Ok(prepared.await?.session.into_inner().url)
    }

    /// Updates the order's row from the transaction after a callback.
    async fn settle(&self, number: &str, transaction_id: &str) -> Result<CallbackResponse> {
        let Some(row) = self.row(number) else { return Ok(CallbackResponse::NotYet) };
        let (order, offered) = (row.order()?, serde_json::from_str::<Vec<_>>(&row.offered)?);
        let transaction = self.client.transactions().get(transaction_id).await?;
        let stored = match row.paid_by.filter(|paid_by| paid_by != transaction_id) {
            Some(paid_by) => Some(self.client.transactions().get(&paid_by).await?),
            None => None,
        };
        match transaction.express_payment_for(&order, &offered, stored.as_deref()) {
            PaymentFor::ThisOrder => self.update(number, |row| {
                row.paid_by = Some(transaction_id.to_owned());
                row.state = transaction.outcome().state.to_string();
            }),
            PaymentFor::Again => {
                let change = self.client.transactions().void_once(transaction_id).await?;
                if !change.is_done() {
                    return Ok(CallbackResponse::NotYet);
                }
            }
            other => eprintln!("order {number} needs manual handling: {other:?}"),
        }
        Ok(CallbackResponse::Handled)
    }

    pub(crate) async fn ship(
        &self,
        number: &str,
        line: &str,
        units: u32,
        id: &str,
    ) -> Result<bool> {
        let row = self.row(number).ok_or("no such order")?;
        let capture = Capture::of(&row.order()?).line(line, units).reference(id);
        let capture = if id.ends_with("-1") { capture.shipping() } else { capture };
        let paid_by = row.paid_by.ok_or("not paid")?;
        let change = self.client.transactions().capture_once(&paid_by, capture).await?;
        Ok(self.keep_state(number, &change))
    }

    pub(crate) async fn give_back(&self, number: &str, line: &str, id: &str) -> Result<bool> {
        let row = self.row(number).ok_or("no such order")?;
        let refund = Refund::of(&row.order()?).line(line, 1).reference(id);
        let paid_by = row.paid_by.ok_or("not paid")?;
        let change = self.client.transactions().refund_once(&paid_by, refund).await?;
        Ok(self.keep_state(number, &change))
    }

    fn keep_state(&self, number: &str, change: &GuardedChange<'_>) -> bool {
        let state = change.transaction().outcome().state;
        self.update(number, |row| row.state = state.as_str().to_owned());
        change.is_done()
    }

    pub(crate) fn row(&self, number: &str) -> Option<Row> {
        self.rows.lock().unwrap().get(number).cloned()
    }

    fn update(&self, number: &str, change: impl FnOnce(&mut Row)) {
        self.rows.lock().unwrap().entry(number.to_owned()).and_modify(change);
    }
}

impl Row {
    fn order(&self) -> Result<SessionOrder> {
        Ok(serde_json::from_str(&self.order)?)
    }
}

async fn paid(State(shop): State<Shop>, callback: VerifiedCallback) -> CallbackResponse {
    let Some(id) = callback.query.transaction_id else { return CallbackResponse::Handled };
    let settled = shop.settle(&callback.query.merchant_reference, &id).await;
    settled.unwrap_or_else(|error| {
        eprintln!("{error}");
        CallbackResponse::NotYet
    })
}

async fn address(
    State(shop): State<Shop>,
    express: VerifiedExpressCallback,
) -> std::result::Result<ShippingAddressCallbackResponse, CallbackResponse> {
    let home = MultiShipmentShippingOption::new("home", "home", 7900, "Home delivery", "Bring");
    let offered = serde_json::to_string(&[&home]).map_err(|_| CallbackResponse::NotYet)?;
    let number = &express.callback.order.merchant_reference;
    shop.update(number, |row| row.offered = offered);
    let response = ShippingResponseBuilder::new(&express.callback, [home]).build();
    response.map_err(|error| {
        eprintln!("{error}");
        CallbackResponse::NotYet
    })
}
