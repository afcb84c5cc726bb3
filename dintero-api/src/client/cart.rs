//! A checkout session straight from a merchant's cart.

use crate::generated::operations::{CreateSessionFromProfile, Sessions};
use crate::order::{OrderError, ToOrder, ToSession as _};
use crate::types::SessionUrls;

impl<'c> Sessions<'c> {
    /// Begins to create a checkout session from a cart, under a payment profile of the account (every account has one
    /// named `default`).
    ///
    /// ```no_run
    /// use dintero_api::types::SessionUrls;
    /// use dintero_api::{Client, ToOrder};
    ///
    /// async fn pay(client: &Client, cart: &impl ToOrder) -> Result<Option<String>, Box<dyn std::error::Error>> {
    ///     let urls = SessionUrls::new("https://example.com/thanks");
    ///     let session = client.sessions().create_from_cart(cart, "default", urls)?.await?;
    ///     Ok(session.into_inner().url)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// If the cart is not a correct order: every problem, with its path in the cart. Nothing is sent then. What goes wrong
    /// later is the error of the call itself, [`Error`](crate::Error).
    pub fn create_from_cart<C: ToOrder + ?Sized>(
        &self,
        cart: &C,
        profile_id: &str,
        urls: SessionUrls,
    ) -> Result<CreateSessionFromProfile<'c>, OrderError> {
        Ok(self.create_from_profile(&cart.to_session(profile_id, urls)?))
    }
}
