//! `darkroom sign URL…`: signed delivery URLs of a running server.

use super::{
    Failure,
    client::{connect, failure},
};
use crate::settings::{Settings, quantity::parse_duration};
use clap::Args;
use darkroom_api::v1::{SignUrlsRequest, image_service_client::ImageServiceClient};
use std::time::{Duration, SystemTime};

/// URLs of one call.
const URLS_MAX: usize = 1000;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The delivery URLs, with their hosts.
    #[arg(required = true)]
    urls: Vec<String>,
    /// After which time the signatures expire, for example `1h`. Without it they never do.
    #[arg(long, value_parser = parse_duration)]
    expires_in: Option<Duration>,
}

#[allow(clippy::print_stdout)] // the command's answer
pub async fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let Arguments { urls, expires_in } = arguments;
    let mut client = ImageServiceClient::new(connect(&settings).await?);
    let expire_time = expires_in.map(|time| (SystemTime::now() + time).into());
    for urls in urls.chunks(URLS_MAX) {
        let request = SignUrlsRequest { urls: urls.to_vec(), expire_time };
        for url in client.sign_urls(request).await.map_err(failure)?.into_inner().urls {
            println!("{url}");
        }
    }
    Ok(())
}
