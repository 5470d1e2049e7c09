//! A registry of named transformations that keeps what it is given.

use super::{demand_key, status};
use darkroom_api::v1::{
    CreateNamedTransformationRequest, DeleteNamedTransformationRequest, ErrorReason, GetNamedTransformationRequest,
    ListNamedTransformationsRequest, ListNamedTransformationsResponse, NamedTransformation,
    UpdateNamedTransformationRequest, named_transformation_service_server::NamedTransformationService,
};
use std::sync::{Arc, Mutex};
use tonic::{Code, Request, Response, Status};

#[derive(Clone, Default)]
pub(crate) struct FakeNamedTransformations {
    pub(crate) stored: Arc<Mutex<Vec<NamedTransformation>>>,
    pub(crate) updates: Arc<Mutex<Vec<UpdateNamedTransformationRequest>>>,
    pub(crate) refuse: Arc<Mutex<Option<Status>>>,
}

impl FakeNamedTransformations {
    fn refused(&self) -> Result<(), Status> {
        self.refuse.lock().unwrap().take().map_or(Ok(()), Err)
    }

    fn find(&self, name: &str) -> Result<NamedTransformation, Status> {
        let missing = || status(Code::NotFound, ErrorReason::NamedTransformationNotFound, "no such name", &[]);
        let stored = self.stored.lock().unwrap();
        let is_it = |named: &&NamedTransformation| {
            named.name == name || Some(named.uid.as_str()) == name.strip_prefix("namedTransformations/")
        };
        stored.iter().find(is_it).cloned().ok_or_else(missing)
    }
}

#[tonic::async_trait]
impl NamedTransformationService for FakeNamedTransformations {
    async fn list_named_transformations(
        &self,
        request: Request<ListNamedTransformationsRequest>,
    ) -> Result<Response<ListNamedTransformationsResponse>, Status> {
        demand_key(&request)?;
        let named_transformations = self.stored.lock().unwrap().clone();
        Ok(Response::new(ListNamedTransformationsResponse { named_transformations, next_page_token: String::new() }))
    }

    async fn get_named_transformation(
        &self,
        request: Request<GetNamedTransformationRequest>,
    ) -> Result<Response<NamedTransformation>, Status> {
        demand_key(&request)?;
        self.find(&request.get_ref().name).map(Response::new)
    }

    async fn create_named_transformation(
        &self,
        request: Request<CreateNamedTransformationRequest>,
    ) -> Result<Response<NamedTransformation>, Status> {
        demand_key(&request)?;
        self.refused()?;
        let CreateNamedTransformationRequest { named_transformation, named_transformation_id, validate_only } =
            request.into_inner();
        let mut named = named_transformation.expect("a named transformation");
        named.name = format!("namedTransformations/{named_transformation_id}");
        if !validate_only {
            let mut stored = self.stored.lock().unwrap();
            named.uid = format!("nt-{}", stored.len());
            named.create_time = Some(prost_types::Timestamp { seconds: 1_700_000_000, nanos: 500_000_000 });
            named.update_time = named.create_time;
            stored.push(named.clone());
        }
        Ok(Response::new(named))
    }

    async fn update_named_transformation(
        &self,
        request: Request<UpdateNamedTransformationRequest>,
    ) -> Result<Response<NamedTransformation>, Status> {
        demand_key(&request)?;
        self.refused()?;
        self.updates.lock().unwrap().push(request.get_ref().clone());
        let named = request.into_inner().named_transformation.expect("a named transformation");
        self.find(&named.name).map(Response::new)
    }

    async fn delete_named_transformation(
        &self,
        request: Request<DeleteNamedTransformationRequest>,
    ) -> Result<Response<()>, Status> {
        demand_key(&request)?;
        self.refused()?;
        self.find(&request.get_ref().name)?;
        Ok(Response::new(()))
    }
}
