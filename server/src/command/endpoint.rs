//! `darkroom endpoint …`: URL endpoints of a running server.

use super::{
    Failure,
    client::{Authorized, connect, failure},
};
use crate::settings::Settings;
use clap::{Args, Subcommand};
use darkroom_api::v1::{
    CreateUrlEndpointRequest, DeleteUrlEndpointRequest, ListUrlEndpointsRequest, UpdateUrlEndpointRequest, UrlEndpoint,
    url_endpoint_service_client::UrlEndpointServiceClient,
};
use prost_types::FieldMask;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List all URL endpoints.
    List,
    /// Add a URL endpoint.
    Add {
        /// First segment of the path of its URLs.
        #[arg(long, default_value = "")]
        prefix: String,
        /// A host name that leads to it; may be given more than once.
        #[arg(long = "host")]
        hosts: Vec<String>,
        /// An origin; may be given more than once, in order of preference.
        #[arg(long = "origin")]
        origins: Vec<String>,
        /// What it is for.
        #[arg(long)]
        description: String,
    },
    /// Attach these origins to a URL endpoint, in order of preference, in place of those that are attached.
    Attach {
        /// Its id, for example `default`.
        url_endpoint: String,
        /// The origins.
        origins: Vec<String>,
    },
    /// Delete a URL endpoint.
    Delete {
        /// Its id.
        url_endpoint: String,
    },
}

#[allow(clippy::print_stdout)] // the command's answer
pub async fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let mut client = UrlEndpointServiceClient::new(connect(&settings).await?);
    match arguments.command {
        Command::List => list(&mut client).await,
        Command::Add { prefix, hosts, origins, description } => {
            let origins = origins.iter().map(|origin| name("origins", origin)).collect();
            let url_endpoint = UrlEndpoint { description, url_prefix: prefix, hosts, origins, ..Default::default() };
            let request = CreateUrlEndpointRequest { url_endpoint: Some(url_endpoint), ..Default::default() };
            println!("{}", client.create_url_endpoint(request).await.map_err(failure)?.into_inner().name);
            Ok(())
        }
        Command::Attach { url_endpoint, origins } => {
            let origins = origins.iter().map(|origin| name("origins", origin)).collect();
            let url_endpoint = UrlEndpoint { name: name("urlEndpoints", &url_endpoint), origins, ..Default::default() };
            let update_mask = Some(FieldMask { paths: vec!["origins".to_owned()] });
            let request =
                UpdateUrlEndpointRequest { url_endpoint: Some(url_endpoint), update_mask, validate_only: false };
            client.update_url_endpoint(request).await.map_err(failure)?;
            Ok(())
        }
        Command::Delete { url_endpoint } => {
            let request = DeleteUrlEndpointRequest { name: name("urlEndpoints", &url_endpoint), etag: String::new() };
            client.delete_url_endpoint(request).await.map_err(failure)?;
            Ok(())
        }
    }
}

#[allow(clippy::print_stdout)] // the command's answer
async fn list(client: &mut UrlEndpointServiceClient<Authorized>) -> Result<(), Failure> {
    let mut page_token = String::new();
    loop {
        let page = client
            .list_url_endpoints(ListUrlEndpointsRequest { page_size: 0, page_token })
            .await
            .map_err(failure)?
            .into_inner();
        for found in page.url_endpoints {
            println!("{}\t/{}\t{}\t{}", found.name, found.url_prefix, found.hosts.join(","), found.origins.join(","));
        }
        if page.next_page_token.is_empty() {
            return Ok(());
        }
        page_token = page.next_page_token;
    }
}

fn name(collection: &str, id: &str) -> String {
    if id.contains('/') { id.to_owned() } else { format!("{collection}/{id}") }
}
