//! Carrying a call out: credentials, transport, and the one repetition after a refused token.

use http::{HeaderValue, header};

use super::Client;
use super::answer::{Answer, Decode, Response};
use super::call::Call;
use super::endpoint::{Endpoint, Scheme};
use super::error::{BuildError, Error, TransportError};
use super::request::Request;

const UNAUTHORIZED: u16 = 401;

/// What a request says about who sends it.
pub(super) enum Authorization<'c> {
    None,
    Bearer(HeaderValue),
    Basic { id: &'c str, secret: &'c str },
}

impl Call<'_> {
    /// Sends the call and reads the answer.
    pub async fn send<T: Decode>(self) -> Result<Response<T>, Error> {
        let endpoint = self.endpoint;
        let answer = self.execute().await?;
        match T::decode(&answer) {
            Ok(value) => Ok(Response::new(value, answer)),
            Err(error) => Err(Error::unreadable(endpoint, answer, error)),
        }
    }

    /// Sends the call and returns an answer with a status of success.
    async fn execute(self) -> Result<Answer, Error> {
        let client = self.client;
        let request = self.into_request()?;
        let answer = match scheme(request.endpoint)? {
            None => client.transmit(&request, Authorization::None).await?,
            Some(Scheme::Basic) => client.transmit(&request, client.basic()).await?,
            Some(_) => client.transmit_with_token(&request).await?,
        };
        if answer.is_success() {
            Ok(answer)
        } else {
            Err(Error::answered(request.endpoint, answer))
        }
    }
}

/// Chooses how to say who calls. Client credentials serve for HTTP Basic and, through the token, for everything else.
///
/// Basic goes first: the document has it only for the operation that gives out tokens, where a bearer token stands for
/// a person who has one already.
fn scheme(endpoint: &'static Endpoint) -> Result<Option<Scheme>, BuildError> {
    let schemes = endpoint.schemes;
    if schemes.is_empty() {
        return Ok(None);
    }
    match [Scheme::Basic, Scheme::Bearer].into_iter().find(|scheme| schemes.contains(scheme)) {
        Some(scheme) => Ok(Some(scheme)),
        None => {
            let problem = "it needs an API key, and the client has client credentials".to_owned();
            Err(BuildError::call(endpoint.name, vec![problem]))
        }
    }
}

impl Client {
    pub(super) fn basic(&self) -> Authorization<'_> {
        Authorization::Basic {
            id: &self.inner.client_id,
            secret: self.inner.client_secret.expose(),
        }
    }

    /// Sends with the access token, and once more with a new one when Dintero refuses it.
    async fn transmit_with_token(&self, request: &Request) -> Result<Answer, Error> {
        let token = self.inner.token.get(self, None).await?;
        let answer = self.transmit(request, Authorization::Bearer(token.authorization())).await?;
        if answer.status() != UNAUTHORIZED {
            return Ok(answer);
        }
        let token = self.inner.token.get(self, Some(&token)).await?;
        self.transmit(request, Authorization::Bearer(token.authorization())).await
    }

    /// Sends once and reads the whole answer, whatever its status.
    pub(super) async fn transmit(
        &self,
        request: &Request,
        authorization: Authorization<'_>,
    ) -> Result<Answer, Error> {
        let mut headers = request.headers.clone();
        if let Authorization::Bearer(value) = &authorization {
            headers.insert(header::AUTHORIZATION, value.clone());
        }
        let mut builder =
            self.inner.http.request(request.endpoint.method.clone(), request.url.clone());
        builder = builder.headers(headers);
        if let Authorization::Basic { id, secret } = authorization {
            builder = builder.basic_auth(id, Some(secret));
        }
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let response = builder
            .send()
            .await
            .map_err(|error| TransportError::before_answer(request.endpoint, error))?;
        let status = response.status();
        let headers = response.headers().clone();
        let body = response
            .bytes()
            .await
            .map_err(|error| TransportError::in_answer(request.endpoint, status, error))?;
        Ok(Answer::new(status, headers, body))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_key_cannot_be_made_up() {
        static KEY: Endpoint = endpoint(&[Scheme::ApiKey]);
        let error = scheme(&KEY).unwrap_err().to_string();
        let expected = "`things.get` cannot be sent: it needs an API key, and the client has client credentials";
        assert_eq!(error, expected);
    }

    #[test]
    fn credentials_are_used_where_they_are_enough() {
        static TOKEN: Endpoint = endpoint(&[Scheme::Basic, Scheme::Bearer]);
        static USUAL: Endpoint = endpoint(&[Scheme::ApiKey, Scheme::Bearer]);
        static NONE: Endpoint = endpoint(&[]);
        assert_eq!(scheme(&TOKEN).unwrap(), Some(Scheme::Basic));
        assert_eq!(scheme(&USUAL).unwrap(), Some(Scheme::Bearer));
        assert_eq!(scheme(&NONE).unwrap(), None);
    }

    const fn endpoint(schemes: &'static [Scheme]) -> Endpoint {
        Endpoint {
            name: "things.get",
            method: http::Method::GET,
            server: "https://checkout.dintero.com/v1",
            path: "/things",
            schemes,
            client_headers: &[],
            repeatable: true,
        }
    }
}
