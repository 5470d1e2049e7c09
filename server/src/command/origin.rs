//! `darkroom origin …`: origins of a running server. Secrets are read from files or the environment, never from
//! arguments, which every user of the machine can see.

use super::{
    Failure,
    client::{Authorized, connect, failure},
};
use crate::settings::Settings;
use clap::{Args, Subcommand};
use darkroom_api::v1::{
    AzureBlobLocation, CheckOriginRequest, CreateOriginRequest, DeleteOriginRequest, FolderLocation, GcsLocation,
    ListOriginsRequest, Origin, S3CompatibleLocation, S3Location, WebFolderLocation, WebProxyLocation,
    check_origin_request::Subject, origin::Location, origin_service_client::OriginServiceClient,
};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List all origins.
    List,
    /// Register an origin.
    Add {
        /// What people call it: letters, digits and spaces.
        #[arg(long)]
        name: String,
        /// Connect and authenticate first; register nothing that does not pass.
        #[arg(long)]
        check: bool,
        #[command(subcommand)]
        location: Kind,
    },
    /// Connect to an origin, authenticate, and read a path where one is given.
    Check {
        /// Its id, or its resource name.
        origin: String,
        /// A path to read.
        path: Option<String>,
    },
    /// Delete an origin that no URL endpoint uses.
    Delete {
        /// Its id, or its resource name.
        origin: String,
    },
}

#[derive(Debug, Subcommand)]
enum Kind {
    /// A Google Cloud Storage bucket.
    Gcs {
        #[arg(long)]
        bucket: String,
        #[arg(long, default_value = "")]
        prefix: String,
        /// The service account key, as downloaded from the console.
        #[arg(long)]
        key_file: PathBuf,
        /// Base URL of an emulator or a sovereign cloud.
        #[arg(long, default_value = "")]
        endpoint: String,
    },
    /// An Azure Blob Storage container. The SAS token is read from `AZURE_STORAGE_SAS_TOKEN`.
    Azure {
        #[arg(long)]
        account: String,
        #[arg(long)]
        container: String,
        #[arg(long, default_value = "")]
        prefix: String,
        #[arg(long, env = "AZURE_STORAGE_SAS_TOKEN", hide_env_values = true)]
        sas_token: String,
        #[arg(long, default_value = "")]
        endpoint: String,
    },
    /// An S3 bucket. Keys are read from `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`; without them the
    /// role of the instance is used. With an endpoint: a bucket of an S3-compatible service.
    S3 {
        #[arg(long)]
        bucket: String,
        #[arg(long, default_value = "")]
        region: String,
        #[arg(long, default_value = "")]
        prefix: String,
        #[arg(long, default_value = "")]
        endpoint: String,
        #[arg(long)]
        path_style: bool,
        #[arg(long, env = "AWS_ACCESS_KEY_ID", default_value = "", hide_env_values = true)]
        access_key: String,
        #[arg(long, env = "AWS_SECRET_ACCESS_KEY", default_value = "", hide_env_values = true)]
        secret_key: String,
    },
    /// A web server.
    Web {
        #[arg(long)]
        base_url: String,
        #[arg(long)]
        forward_host: bool,
    },
    /// Absolute URLs in the path, of these hosts.
    WebProxy {
        #[arg(long = "allow-host", required = true)]
        allowed_hosts: Vec<String>,
    },
    /// A folder on the server's disk.
    Folder { path: PathBuf },
}

pub async fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let mut client = OriginServiceClient::new(connect(&settings).await?);
    match arguments.command {
        Command::List => list(&mut client).await,
        Command::Add { name, check, location } => add(&mut client, name, check, location).await,
        Command::Check { origin, path } => self::check(&mut client, origin, path).await,
        Command::Delete { origin } => {
            client
                .delete_origin(DeleteOriginRequest { name: resource_name(&origin), etag: String::new() })
                .await
                .map_err(failure)?;
            Ok(())
        }
    }
}

#[allow(clippy::print_stdout)] // the command's answer
async fn list(client: &mut OriginServiceClient<Authorized>) -> Result<(), Failure> {
    let mut page_token = String::new();
    loop {
        let page =
            client.list_origins(ListOriginsRequest { page_size: 0, page_token }).await.map_err(failure)?.into_inner();
        for origin in page.origins {
            println!("{}\t{}\t{}", origin.name, kind(origin.location.as_ref()), origin.display_name);
            for warning in origin.warnings {
                println!("\twarning: {warning}");
            }
        }
        if page.next_page_token.is_empty() {
            return Ok(());
        }
        page_token = page.next_page_token;
    }
}

#[allow(clippy::print_stdout)] // the command's answer
async fn add(
    client: &mut OriginServiceClient<Authorized>,
    display_name: String,
    check: bool,
    kind: Kind,
) -> Result<(), Failure> {
    let origin = Origin { display_name, location: Some(location(kind)?), ..Default::default() };
    let request = CreateOriginRequest { origin: Some(origin), origin_id: String::new(), validate_only: true };
    if check {
        client.create_origin(request.clone()).await.map_err(failure)?;
    }
    let made = client
        .create_origin(CreateOriginRequest { validate_only: false, ..request })
        .await
        .map_err(failure)?
        .into_inner();
    println!("{}", made.name);
    for warning in made.warnings {
        println!("warning: {warning}");
    }
    Ok(())
}

#[allow(clippy::print_stdout)] // the command's answer
async fn check(
    client: &mut OriginServiceClient<Authorized>,
    origin: String,
    path: Option<String>,
) -> Result<(), Failure> {
    let request =
        CheckOriginRequest { subject: Some(Subject::Name(resource_name(&origin))), path: path.unwrap_or_default() };
    let found = client.check_origin(request).await.map_err(failure)?.into_inner();
    for step in &found.steps {
        println!("{}\t{}\t{}", step.step, if step.passed { "ok" } else { "failed" }, step.message);
    }
    if found.passed { Ok(()) } else { Err("the check failed".into()) }
}

fn location(kind: Kind) -> Result<Location, Failure> {
    Ok(match kind {
        Kind::Gcs { bucket, prefix, key_file, endpoint } => {
            let key = std::fs::read_to_string(&key_file).map_err(|error| format!("{}: {error}", key_file.display()))?;
            Location::Gcs(GcsLocation { bucket, prefix, service_account_key: key, endpoint, ..Default::default() })
        }
        Kind::Azure { account, container, prefix, sas_token, endpoint } => Location::AzureBlob(AzureBlobLocation {
            account,
            container,
            prefix,
            sas_token,
            endpoint,
            ..Default::default()
        }),
        Kind::S3 { bucket, region, prefix, endpoint, path_style, access_key, secret_key }
            if endpoint.is_empty() && !path_style =>
        {
            let use_iam_role = access_key.is_empty();
            Location::S3(S3Location {
                bucket,
                prefix,
                region,
                access_key,
                secret_key,
                use_iam_role,
                ..Default::default()
            })
        }
        Kind::S3 { bucket, region, prefix, endpoint, path_style, access_key, secret_key } => {
            Location::S3Compatible(S3CompatibleLocation {
                bucket,
                prefix,
                endpoint,
                region,
                access_key,
                secret_key,
                force_path_style: path_style,
                keys_set: false,
            })
        }
        Kind::Web { base_url, forward_host } => {
            Location::WebFolder(WebFolderLocation { base_url, forward_host_header: forward_host })
        }
        Kind::WebProxy { allowed_hosts } => Location::WebProxy(WebProxyLocation { allowed_hosts }),
        Kind::Folder { path } => {
            let path = std::path::absolute(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            Location::Folder(FolderLocation { path: path.display().to_string() })
        }
    })
}

fn kind(location: Option<&Location>) -> &'static str {
    match location {
        None => "-",
        Some(Location::Gcs(_)) => "gcs",
        Some(Location::AzureBlob(_)) => "azure",
        Some(Location::S3(_)) => "s3",
        Some(Location::S3Compatible(_)) => "s3-compatible",
        Some(Location::WebFolder(_)) => "web",
        Some(Location::WebProxy(_)) => "web-proxy",
        Some(Location::Folder(_)) => "folder",
    }
}

fn resource_name(origin: &str) -> String {
    if origin.contains('/') { origin.to_owned() } else { format!("origins/{origin}") }
}
