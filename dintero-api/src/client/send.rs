//! Carrying a request out: credentials, attempts, and a new token when Dintero refuses the old one.

use bytes::{Bytes, BytesMut};

use super::answer::{Answer, Decode, Response};
use super::call::Call;
use super::credentials::Authorization;
use super::endpoint::Scheme;
use super::error::{AuthError, Error, Failure, TransportError};
use super::observe::Exchange;
use super::request::Request;
use super::retry::{Retries, Trail};
use super::trace::{self, CallTrace};
use super::{BoxFuture, Client};

const UNAUTHORIZED: u16 = 401;

impl<'c> Call<'c> {
    /// Sends the call and reads the answer.
    ///
    /// Boxed here, once for all answers: an `async fn` in each operation would be checked by itself.
    pub fn send<T: Decode + Send + 'c>(self) -> BoxFuture<'c, Result<Response<T>, Error>> {
        let success = self.carry_out();
        Box::pin(async { success.await?.read() })
    }

    /// Without a type parameter, because rustc proves anew for every set of bounds that what is inside is `Send`.
    fn carry_out(self) -> BoxFuture<'c, Result<Success, Error>> {
        Box::pin(async {
            let client = self.client;
            let request = self.into_request()?;
            client.carry_out(&request).await
        })
    }
}

/// An answer with a status of success, and how it came about.
pub(super) struct Success {
    pub(super) answer: Answer,
    pub(super) trail: Trail,
}

impl Success {
    pub(super) fn read<T: Decode>(self) -> Result<Response<T>, Error> {
        match T::decode(&self.answer) {
            Ok(value) => Ok(Response::new(value, self.answer)),
            Err(reason) => Err(Error::unreadable(self.trail, self.answer, reason)),
        }
    }
}

impl Client {
    /// Sends a request as often as the policy allows, and returns an answer with a status of success.
    pub(super) async fn carry_out(&self, request: &Request) -> Result<Success, Error> {
        let scheme = self.inner.credentials.scheme(request.operation.name, request.schemes)?;
        let mut retries = Retries::new(&self.inner, request.operation);
        let trace = CallTrace::new(request);
        let result = trace.run(self.authorized(request, scheme, &mut retries)).await;
        trace.end(&result, &retries.trail(), retries.elapsed());
        result
    }

    async fn authorized(
        &self,
        request: &Request,
        scheme: Option<Scheme>,
        retries: &mut Retries<'_>,
    ) -> Result<Success, Error> {
        let result = match scheme {
            None => self.repeat(request, &Authorization::None, retries).await,
            Some(Scheme::Bearer) => self.with_token(request, retries).await?,
            Some(Scheme::Basic | Scheme::ApiKey) => {
                self.repeat(request, &self.inner.credentials.authorization(), retries).await
            }
        };
        conclude(result, retries.trail())
    }

    /// Sends with the access token, and once more with a new one when Dintero refuses it.
    async fn with_token(
        &self,
        request: &Request,
        retries: &mut Retries<'_>,
    ) -> Result<Result<Answer, Failure>, AuthError> {
        let cache = &self.inner.token;
        let token = cache.get(self, retries.trail(), None).await?;
        let result =
            self.repeat(request, &Authorization::Bearer(token.authorization()), retries).await;
        if !result.as_ref().is_ok_and(|answer| answer.status() == UNAUTHORIZED) {
            return Ok(result);
        }
        let token = cache.get(self, retries.trail(), Some(&token)).await?;
        Ok(self.repeat(request, &Authorization::Bearer(token.authorization()), retries).await)
    }

    /// Sends, waits and sends again, until there is an answer to keep or the policy says that it is enough.
    pub(super) async fn repeat(
        &self,
        request: &Request,
        authorization: &Authorization<'_>,
        retries: &mut Retries<'_>,
    ) -> Result<Answer, Failure> {
        let clock = &self.inner.clock;
        loop {
            let began = clock.now();
            let result = self.transmit(request, authorization).await;
            let took = clock.now().saturating_duration_since(began);
            let wait = retries.after(&result);
            let attempt = retries.trail().attempts;
            trace::attempt(attempt, &result, took, wait);
            if let Some(observer) = &self.inner.observer {
                observer.tell(&Exchange::new(request, authorization, attempt, &result));
            }
            match wait {
                None => return result,
                Some(wait) => clock.sleep(wait).await,
            }
        }
    }

    /// Sends once and reads the whole answer, whatever its status.
    async fn transmit(
        &self,
        request: &Request,
        authorization: &Authorization<'_>,
    ) -> Result<Answer, Failure> {
        let mut builder = self.inner.http.request(request.method.clone(), request.url.clone());
        builder = authorization.add_to(builder.headers(request.headers.clone()));
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let response = builder.send().await.map_err(Failure::before_answer)?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = read_body(response, self.inner.answer_limit).await?;
        Ok(Answer::new(status, headers, body))
    }
}

/// Reads a body of at most `limit` bytes.
async fn read_body(mut response: reqwest::Response, limit: usize) -> Result<Bytes, Failure> {
    let status = response.status();
    let mut body = BytesMut::new();
    while let Some(chunk) =
        response.chunk().await.map_err(|error| Failure::in_answer(status, error))?
    {
        if chunk.len() > limit - body.len() {
            return Err(Failure::too_large(status, limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Says what became of a call, after its last attempt.
pub(super) fn conclude(result: Result<Answer, Failure>, trail: Trail) -> Result<Success, Error> {
    match result {
        Ok(answer) if answer.is_success() => Ok(Success { answer, trail }),
        Ok(answer) => Err(Error::answered(trail, answer)),
        Err(failure) => Err(TransportError::new(trail, failure).into()),
    }
}
