//! Creates a checkout session directly from a merchant's cart, and returns the order for the shop to store.

use std::future::IntoFuture;

use super::{BoxFuture, Error, Response};
use crate::generated::operations::{CreateSessionFromProfile, Sessions};
use crate::order::{OrderError, Problem, ReportedSession, Rule, ToOrder, ToSession as _};
use crate::types::{SessionCreated, SessionOrder, SessionUrls};

/// A checkout session prepared from a cart. Awaiting this value creates the session.
///
/// Store [`order`](Self::order) first: a callback can arrive before the response, and
/// [`Capture`](crate::order::Capture) and [`Refund`](crate::order::Refund) need the order later.
///
/// # Examples
///
/// ```no_run
/// use dintero_api::types::SessionUrls;
/// use dintero_api::{Client, ToOrder, serde_json};
/// # fn store(order: &str) {}
///
/// async fn pay(client: &Client, cart: &impl ToOrder) -> Result<String, Box<dyn std::error::Error>> {
///     let urls = SessionUrls::new("https://shop.example.com/thanks");
///     let prepared = client.sessions().create_from_cart(cart, "default", urls)?;
///     for warning in prepared.warnings() {
///         eprintln!("{warning}"); // a warning does not make the session invalid
///     }
///     store(&serde_json::to_string(prepared.order())?); // before the session exists
///     Ok(prepared.await?.session.into_inner().url)
/// }
/// ```
#[derive(Debug)]
#[must_use = "the session is only created when this value is awaited"]
pub struct CartSession<'c> {
    call: CreateSessionFromProfile<'c>,
    order: SessionOrder,
    warnings: Vec<Problem>,
}

/// A session created from a cart.
///
/// # Examples
///
/// ```no_run
/// use dintero_api::client::{CartSession, CreatedSession};
///
/// /// Returns the id to store with the order, and the URL to send the customer to.
/// async fn open(prepared: CartSession<'_>) -> Result<(String, String), dintero_api::Error> {
///     let CreatedSession { session, order, .. } = prepared.await?;
///     println!("order {}: {} minor units", order.merchant_reference, order.amount);
///     let session = session.into_inner();
///     Ok((session.id, session.url))
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct CreatedSession {
    /// Dintero's response: the session's id, and the URL to send the customer to.
    pub session: Response<SessionCreated>,
    /// The order as sent. Store it with the session's id: captures and refunds are computed from it.
    pub order: SessionOrder,
    /// The warnings from the check of the session, each with its path in the cart.
    pub warnings: Vec<Problem>,
}

impl<'c> CartSession<'c> {
    /// Returns the order as it will be sent. Use serde to store it as JSON in the shop's database, and to read it back.
    #[must_use]
    pub fn order(&self) -> &SessionOrder {
        &self.order
    }

    /// Returns the warnings from the check of the session, each with its path in the cart.
    #[must_use]
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Adjusts the call that creates the session, for example to set optional parameters such as `include_session`.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use dintero_api::types::SessionUrls;
    /// use dintero_api::{Client, ToOrder};
    ///
    /// # async fn pay(client: &Client, cart: &impl ToOrder) -> Result<(), Box<dyn std::error::Error>> {
    /// let urls = SessionUrls::new("https://shop.example.com/thanks");
    /// let prepared = client.sessions().create_from_cart(cart, "default", urls)?;
    /// let created = prepared.adjust(|call| call.include_session(true)).await?;
    /// println!("{:?}", created.session.session); // the whole session, because it was requested
    /// # Ok(())
    /// # }
    /// ```
    pub fn adjust(
        mut self,
        adjust: impl FnOnce(CreateSessionFromProfile<'c>) -> CreateSessionFromProfile<'c>,
    ) -> Self {
        self.call = adjust(self.call);
        self
    }

    /// Creates the session. Awaiting the `CartSession` does the same.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`create_from_profile`](Sessions::create_from_profile). If [`Error::maybe_sent`] is
    /// `true`, the session may exist: look for it before you create another one.
    #[inline]
    pub fn send(self) -> BoxFuture<'c, Result<CreatedSession, Error>> {
        Box::pin(async move {
            let Self { call, order, warnings } = self;
            Ok(CreatedSession { session: call.await?, order, warnings })
        })
    }
}

impl<'c> IntoFuture for CartSession<'c> {
    type Output = Result<CreatedSession, Error>;
    type IntoFuture = BoxFuture<'c, Self::Output>;

    #[inline]
    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}

impl<'c> Sessions<'c> {
    /// Prepares a checkout session from a cart, under a payment profile of the account (every account has one named
    /// `default`). Awaiting the returned value creates the session.
    ///
    /// ```no_run
    /// use dintero_api::types::SessionUrls;
    /// use dintero_api::{Client, ToOrder, serde_json};
    /// # fn store(order: &str) {}
    ///
    /// async fn pay(client: &Client, cart: &impl ToOrder) -> Result<String, Box<dyn std::error::Error>> {
    ///     let urls = SessionUrls::new("https://example.com/thanks");
    ///     let prepared = client.sessions().create_from_cart(cart, "default", urls)?;
    ///     store(&serde_json::to_string(prepared.order())?);
    ///     let created = prepared.await?;
    ///     Ok(created.session.into_inner().url) // send the customer there
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the cart does not form a valid order and session. The error lists all problems at once, as
    /// [`ToOrder::to_order`] does. If the cart is valid and the account is a production account (`P…`), a callback URL
    /// that Dintero cannot reach is also an error. Nothing is sent in either case. Awaiting the returned value can fail
    /// with an [`Error`].
    pub fn create_from_cart<C: ToOrder + ?Sized>(
        &self,
        cart: &C,
        profile_id: &str,
        urls: SessionUrls,
    ) -> Result<CartSession<'c>, OrderError> {
        let ReportedSession { session, mut report } =
            cart.to_session_with_report(profile_id, urls)?;
        // Checked again, because only the account decides whether Dintero must be able to reach the callback URLs.
        let checked = session.check_for(&self.client.account_id());
        if !checked.is_ok() {
            return Err(OrderError::new(checked.errors));
        }
        let still_applies = |warning: &Problem| {
            checked.warnings.iter().any(|checked| checked.message == warning.message)
        };
        report.warnings.retain(|warning| warning.rule != Rule::Url || still_applies(warning));
        let call = self.create_from_profile(&session);
        Ok(CartSession { call, order: session.order, warnings: report.warnings })
    }
}
