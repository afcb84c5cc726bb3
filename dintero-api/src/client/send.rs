//! Sends a request: with credentials, in as many attempts as needed, and with a new token when Dintero refuses the old
//! one.

use std::mem;

use bytes::BytesMut;
use http::StatusCode;

use super::attempt::{Attempt, Failure, Trail};
use super::call::Call;
use super::credentials::Authorization;
use super::endpoint::Scheme;
use super::error::{Error, TransportError};
use super::observe::Exchange;
use super::request::Request;
use super::response::{Decode, RawResponse, Response};
use super::retry::{Retries, RetryPolicy};
use super::runtime::{self, RuntimeId};
use super::token::Helped;
use super::trace::{self, CallTrace};
use super::{BoxFuture, Client};
use crate::BuildError;

impl<'c> Call<'c> {
    /// Sends the call and reads the response.
    ///
    /// The future is boxed here, once for all response types: rustc would check an `async fn` in each operation
    /// separately.
    pub fn send<T: Decode + Send + 'c>(self) -> BoxFuture<'c, Result<Response<T>, Error>> {
        let success = self.carry_out();
        Box::pin(async { success.await?.read() })
    }

    /// Sends the call and returns the raw response.
    pub(super) fn carry_out(self) -> BoxFuture<'c, Result<Success, Error>> {
        let client = self.client;
        client.carry_out(self.into_request(), &client.inner.retries)
    }
}

/// A response with a success status, and the record of the attempts that led to it.
pub(super) struct Success {
    pub(super) response: RawResponse,
    pub(super) trail: Trail,
}

impl Success {
    pub(super) fn read<T: Decode>(self) -> Result<Response<T>, Error> {
        match T::decode(&self.response) {
            Ok(decoded) => {
                trace::unread(self.trail.operation.name, &decoded.unread);
                Ok(Response::new(decoded, self.response))
            }
            Err(reason) => Err(Error::unreadable(self.trail, self.response, reason)),
        }
    }
}

impl Client {
    /// Sends a request, in as many attempts as needed and allowed by the policy, and returns the response if its status
    /// is a success.
    ///
    /// This function has no type parameter: with one, rustc would prove again for each set of bounds that the future is
    /// `Send`. Without one, rustc proves this once for everything up to the response, except for reqwest's part in
    /// [`transmit`](Self::transmit).
    pub(super) fn carry_out<'c>(
        &'c self,
        request: Result<Request, BuildError>,
        policy: &'c RetryPolicy,
    ) -> BoxFuture<'c, Result<Success, Error>> {
        Box::pin(async move {
            let request = request?;
            if let Err(lack) = RuntimeId::current() {
                let trail = Trail::new(request.operation);
                return Err(TransportError::new(trail, Failure::no_runtime(lack)).into());
            }
            let mut retries = Retries::new(&self.inner, policy, request.operation);
            let trace = CallTrace::new(&request);
            let result = trace.run(self.authorized(&request, &mut retries)).await;
            trace.end(&result, &retries.trail(), retries.elapsed());
            result
        })
    }

    /// Sends the request with the credentials, and once more with a new token when Dintero refuses the old one.
    async fn authorized(
        &self,
        request: &Request,
        retries: &mut Retries<'_>,
    ) -> Result<Success, Error> {
        let credentials = &self.inner.credentials;
        let scheme = credentials.scheme(request.operation.name, request.schemes)?;
        let mut refused = None;
        loop {
            let (authorization, token) = match scheme {
                None => (Authorization::None, None),
                Some(Scheme::Basic | Scheme::ApiKey) => (credentials.authorization(), None),
                Some(Scheme::Bearer) => {
                    let tokens = &self.inner.token;
                    let token = tokens.get(self, retries.trail(), refused.as_ref()).await?;
                    (Authorization::Bearer(token.authorization()), Some(token))
                }
            };
            let result = self.send_with_retries(request, &authorization, retries).await;
            let is_refused =
                result.as_ref().is_ok_and(|response| response.status() == StatusCode::UNAUTHORIZED);
            let (tokens, trail) = (&self.inner.token, retries.trail());
            if refused.is_some() && result.is_ok() {
                tokens.record_new_token(
                    self,
                    &trail,
                    if is_refused { Helped::No } else { Helped::Yes },
                );
            }
            let is_final = !is_refused || token.is_none() || refused.is_some();
            if is_final || !tokens.may_help(self, trail.operation.name) {
                return conclude(result, trail);
            }
            refused = token;
        }
    }

    /// Sends the request until an attempt succeeds or must not be retried, until the policy allows no further attempt,
    /// or until the request's condition is not met.
    async fn send_with_retries(
        &self,
        request: &Request,
        authorization: &Authorization<'_>,
        retries: &mut Retries<'_>,
    ) -> Attempt {
        let clock = &self.inner.clock;
        loop {
            let unmet = request.condition.as_ref().and_then(|it| it.unmet(&**clock));
            if let Some(unmet) = unmet {
                return Err(Failure::withheld(unmet));
            }
            let began = clock.now();
            let result = self.transmit(request, authorization).await;
            let took = clock.now().saturating_duration_since(began);
            let wait = retries.after(&result);
            let attempt = retries.trail().attempts;
            trace::attempt(attempt, &result, took, wait);
            if let Some(observer) = &self.inner.observer {
                observer.notify(&Exchange::new(request, authorization, attempt, &result));
            }
            match wait {
                None => return result,
                Some(wait) => clock.sleep(wait).await,
            }
        }
    }

    /// Sends the request once and reads the whole response, whatever its status.
    ///
    /// The future is boxed, so that rustc proves once that reqwest's futures are `Send`, and no other future contains
    /// them.
    fn transmit(
        &self,
        request: &Request,
        authorization: &Authorization<'_>,
    ) -> BoxFuture<'static, Attempt> {
        let mut builder = self.inner.http.request(request.method.clone(), request.url.clone());
        builder = authorization.add_to(builder.headers(request.headers.clone()));
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let limit = self.inner.response_limit;
        let exchange = Box::pin(async move {
            let mut response = builder.send().await.map_err(Failure::before_response)?;
            let status = response.status();
            let cut_short = |error| Failure::in_response(status, error);
            let mut body = BytesMut::new();
            while let Some(chunk) = response.chunk().await.map_err(cut_short)? {
                if chunk.len() > limit - body.len() {
                    return Err(Failure::too_large(status, limit));
                }
                body.extend_from_slice(&chunk);
            }
            let headers = mem::take(response.headers_mut());
            Ok(RawResponse::new(status, headers, body.freeze()))
        });
        Box::pin(async move {
            runtime::run(exchange).await.unwrap_or_else(|lack| Err(Failure::no_runtime(lack)))
        })
    }
}

/// Turns the last attempt of a call into its result.
fn conclude(result: Attempt, trail: Trail) -> Result<Success, Error> {
    match result {
        Ok(response) if response.is_success() => Ok(Success { response, trail }),
        Ok(response) => Err(Error::responded(trail, response)),
        Err(failure) => Err(TransportError::new(trail, failure).into()),
    }
}
