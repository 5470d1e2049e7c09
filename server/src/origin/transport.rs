//! HTTP for the object stores: our client and our rules under their protocol.
//!
//! `object_store` keeps no codes of answers, follows its own idea of retries and puts URLs into its errors. Here
//! an answer that is no object becomes an error of ours before it gets there, and is found again in its chain.

use super::{
    Limits,
    answer::{Answer, ERROR_BYTES_MAX, find, no_answer},
    attempt::Failure,
    network::{ChosenBy, Network},
};
use async_trait::async_trait;
use futures::StreamExt;
use http::{Method, StatusCode, header};
use object_store::{
    ClientOptions,
    client::{HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService},
};
use url::Url;

/// Where clouds hand out the credentials of a role. Only the credential providers of `object_store` ask there;
/// an origin whose endpoint is one of these is refused when it is registered.
const ROLE_HOSTS: [&str; 4] = ["169.254.169.254", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];

/// The one client, as an object store takes it.
#[derive(Debug, Clone)]
pub(super) struct Transport {
    pub(super) http: reqwest::Client,
    pub(super) network: Network,
    pub(super) limits: Limits,
    /// Credentials come from the role that Darkroom runs under.
    pub(super) with_role: bool,
}

/// Why there is no object; travels through `object_store` unseen.
#[derive(Debug, thiserror::Error)]
#[error("the origin gave no object")]
pub(super) enum Stopped {
    /// It answered something else.
    Answered(Answer),
    /// It did not answer, or was not asked.
    Failed(Failure),
}

impl HttpConnector for Transport {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Transport {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let url = Url::parse(&request.uri().to_string())
            .map_err(|_| failed(super::Error::Unreachable("the URL is malformed".to_owned())))?;
        if self.with_role && is_for_credentials(&url) {
            return self.http.call(request).await;
        }
        // An invariant rather than a case: nothing here asks for more.
        if !matches!(*request.method(), Method::GET | Method::HEAD) {
            return Err(failed(super::Error::Broken("only GET and HEAD are sent to an origin".to_owned())));
        }
        self.network
            .check(&url, ChosenBy::Operator)
            .map_err(|refused| failed(super::Error::Unreachable(refused.to_string())))?;
        let response = self.exchange(request, url.authority()).await?;
        match response.status() {
            StatusCode::OK if is_encoded(&response) => Err(failed(super::Error::Broken(
                "the image is stored with a content encoding; store it without one".to_owned(),
            ))),
            StatusCode::OK | StatusCode::NOT_MODIFIED => Ok(response),
            _ => Err(stop(Stopped::Answered(self.read_error(response).await))),
        }
    }
}

impl Transport {
    async fn exchange(&self, request: HttpRequest, authority: &str) -> Result<HttpResponse, HttpError> {
        let patience = self.limits.first_byte_timeout;
        match tokio::time::timeout(patience, self.http.call(request)).await {
            Ok(Ok(response)) => Ok(response),
            Ok(Err(error)) => Err(stop(Stopped::Failed(match find::<reqwest::Error>(&error) {
                Some(error) => no_answer(error, authority, &self.limits),
                None => Failure::passing(super::Error::Broken("the origin broke off".to_owned())),
            }))),
            Err(_) => Err(failed(super::Error::TimedOut(patience))),
        }
    }

    async fn read_error(&self, response: HttpResponse) -> Answer {
        let (parts, body) = response.into_parts();
        let mut beginning = Vec::new();
        let mut body = body.bytes_stream();
        // The status alone says enough when the body is slow or broken.
        let _ = tokio::time::timeout(self.limits.first_byte_timeout, async {
            while let Some(Ok(chunk)) = body.next().await {
                let room = ERROR_BYTES_MAX - beginning.len();
                beginning.extend_from_slice(&chunk[..chunk.len().min(room)]);
                if beginning.len() == ERROR_BYTES_MAX {
                    break;
                }
            }
        })
        .await;
        Answer::new(parts.status, &parts.headers, &beginning)
    }
}

/// Some tools leave the wire's `aws-chunked` in what they store; it is no encoding of the object.
fn is_encoded(response: &HttpResponse) -> bool {
    response
        .headers()
        .get(header::CONTENT_ENCODING)
        .is_some_and(|encoding| !encoding.is_empty() && encoding != "identity" && encoding != "aws-chunked")
}

fn is_for_credentials(url: &Url) -> bool {
    url.host_str().is_some_and(|host| {
        ROLE_HOSTS.contains(&host) || (host.starts_with("sts.") && host.ends_with(".amazonaws.com"))
    })
}

fn failed(error: super::Error) -> HttpError {
    stop(Stopped::Failed(error.into()))
}

/// The kind keeps `object_store` from its own retries.
fn stop(stopped: Stopped) -> HttpError {
    HttpError::new(HttpErrorKind::Unknown, stopped)
}
