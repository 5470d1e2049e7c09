//! Services of the contract that are not built yet. They answer UNIMPLEMENTED and say so in proto/ too.

use super::status;
use darkroom_api::v1::{
    AccessKey, CreateAccessKeyRequest, CreatePurgeRequest, DeleteAccessKeyRequest, ErrorReason, GetPurgeRequest,
    ListAccessKeysRequest, ListAccessKeysResponse, Purge, access_key_service_server::AccessKeyService,
    cache_service_server::CacheService,
};
use tonic::{Request, Response, Status, async_trait};

/// Stands where a service of the contract will be.
#[derive(Debug, Clone, Copy)]
pub struct NotBuilt;

/// The answer of a call that is part of the contract and not built yet.
fn not_built<T>(method: &str) -> Result<Response<T>, Status> {
    Err(status::status(
        ErrorReason::NotImplemented,
        format!("{method} is not built yet"),
        &[("method", method.to_owned())],
    ))
}

#[async_trait]
impl CacheService for NotBuilt {
    async fn create_purge(&self, _: Request<CreatePurgeRequest>) -> Result<Response<Purge>, Status> {
        not_built("CreatePurge")
    }
    async fn get_purge(&self, _: Request<GetPurgeRequest>) -> Result<Response<Purge>, Status> {
        not_built("GetPurge")
    }
}

#[async_trait]
impl AccessKeyService for NotBuilt {
    async fn list_access_keys(
        &self,
        _: Request<ListAccessKeysRequest>,
    ) -> Result<Response<ListAccessKeysResponse>, Status> {
        not_built("ListAccessKeys")
    }
    async fn create_access_key(&self, _: Request<CreateAccessKeyRequest>) -> Result<Response<AccessKey>, Status> {
        not_built("CreateAccessKey")
    }
    async fn delete_access_key(&self, _: Request<DeleteAccessKeyRequest>) -> Result<Response<()>, Status> {
        not_built("DeleteAccessKey")
    }
}
