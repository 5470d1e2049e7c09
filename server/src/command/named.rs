//! `darkroom named …`: named transformations of a running server.

use super::{
    Failure,
    client::{Authorized, connect, failure},
};
use crate::settings::Settings;
use clap::{Args, Subcommand};
use darkroom_api::v1::{
    CreateNamedTransformationRequest, DeleteNamedTransformationRequest, GetNamedTransformationRequest,
    ListNamedTransformationsRequest, NamedTransformation, UpdateNamedTransformationRequest,
    named_transformation_service_client::NamedTransformationServiceClient,
};
use prost_types::FieldMask;

#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// List all named transformations.
    List,
    /// Show one.
    Get {
        /// Its name, as URLs say it.
        name: String,
    },
    /// Add one: `darkroom named create small "w-300,h-300"`.
    Create {
        /// Its name: letters, digits and underscores.
        name: String,
        /// The transformation.
        transformation: String,
        /// Keep URLs from using it for now.
        #[arg(long)]
        disabled: bool,
    },
    /// Change one. What is not given stays.
    Update {
        /// Its name.
        name: String,
        /// The new transformation.
        #[arg(long)]
        transformation: Option<String>,
        /// The new name.
        #[arg(long)]
        rename: Option<String>,
        /// Let URLs use it.
        #[arg(long, conflicts_with = "disable")]
        enable: bool,
        /// Keep URLs from using it.
        #[arg(long)]
        disable: bool,
    },
    /// Delete one. URLs that use it are then answered with an error.
    Delete {
        /// Its name.
        name: String,
    },
}

#[allow(clippy::print_stdout)] // the command's answer
pub async fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let mut client = NamedTransformationServiceClient::new(connect(&settings).await?);
    match arguments.command {
        Command::List => list(&mut client).await,
        Command::Get { name } => {
            let request = GetNamedTransformationRequest { name: resource(&name) };
            let found = client.get_named_transformation(request).await.map_err(failure)?.into_inner();
            println!("{}", line(&found));
            Ok(())
        }
        Command::Create { name, transformation, disabled } => {
            let named = NamedTransformation { transformation, disabled, ..Default::default() };
            let request = CreateNamedTransformationRequest {
                named_transformation: Some(named),
                named_transformation_id: name,
                validate_only: false,
            };
            let created = client.create_named_transformation(request).await.map_err(failure)?.into_inner();
            println!("{}", created.name);
            Ok(())
        }
        Command::Update { name, transformation, rename, enable, disable } => {
            // Never without a path, which would say that what is filled is to be changed.
            let paths = [
                Some("name"),
                transformation.is_some().then_some("transformation"),
                (enable || disable).then_some("disabled"),
            ];
            let named = NamedTransformation {
                name: resource(&name),
                transformation: transformation.unwrap_or_default(),
                disabled: disable,
                ..Default::default()
            };
            let request = UpdateNamedTransformationRequest {
                named_transformation: Some(named),
                update_mask: Some(FieldMask { paths: paths.into_iter().flatten().map(str::to_owned).collect() }),
                validate_only: false,
                new_named_transformation_id: rename.unwrap_or_default(),
            };
            let updated = client.update_named_transformation(request).await.map_err(failure)?.into_inner();
            println!("{}", line(&updated));
            Ok(())
        }
        Command::Delete { name } => {
            let request = DeleteNamedTransformationRequest { name: resource(&name), etag: String::new() };
            client.delete_named_transformation(request).await.map_err(failure)?;
            Ok(())
        }
    }
}

#[allow(clippy::print_stdout)] // the command's answer
async fn list(client: &mut NamedTransformationServiceClient<Authorized>) -> Result<(), Failure> {
    let mut page_token = String::new();
    loop {
        let page = client
            .list_named_transformations(ListNamedTransformationsRequest { page_size: 0, page_token })
            .await
            .map_err(failure)?
            .into_inner();
        for found in &page.named_transformations {
            println!("{}", line(found));
        }
        if page.next_page_token.is_empty() {
            return Ok(());
        }
        page_token = page.next_page_token;
    }
}

fn line(named: &NamedTransformation) -> String {
    let state = if named.disabled { "disabled" } else { "enabled" };
    format!("{}\t{state}\t{}", named.name, named.transformation)
}

fn resource(name: &str) -> String {
    if name.contains('/') { name.to_owned() } else { format!("namedTransformations/{name}") }
}
