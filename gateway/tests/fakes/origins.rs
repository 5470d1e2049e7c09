//! A registry of origins that keeps what it is given, secrets and all, and gives it all back: the worst that the
//! gateway could be handed.

use super::{demand_key, status};
use darkroom_api::v1::{
    CheckOriginRequest, CheckOriginResponse, CheckStep, CreateOriginRequest, DeleteOriginRequest, ErrorReason,
    GetOriginRequest, ListOriginsRequest, ListOriginsResponse, Origin, UpdateOriginRequest,
    origin_service_server::OriginService,
};
use std::sync::{Arc, Mutex};
use tonic::{Code, Request, Response, Status};

/// Origins of one page, whatever is asked for: so that lists have pages.
const PAGE: usize = 2;

#[derive(Clone, Default)]
pub(crate) struct FakeOrigins {
    pub(crate) stored: Arc<Mutex<Vec<Origin>>>,
    pub(crate) updates: Arc<Mutex<Vec<UpdateOriginRequest>>>,
    /// What the next change is refused with.
    pub(crate) refuse: Arc<Mutex<Option<Status>>>,
}

impl FakeOrigins {
    fn refused(&self) -> Result<(), Status> {
        self.refuse.lock().unwrap().take().map_or(Ok(()), Err)
    }

    fn find(&self, name: &str) -> Result<Origin, Status> {
        let stored = self.stored.lock().unwrap();
        let missing = || status(Code::NotFound, ErrorReason::OriginNotFound, "no such origin", &[]);
        stored.iter().find(|origin| origin.name == name).cloned().ok_or_else(missing)
    }
}

#[tonic::async_trait]
impl OriginService for FakeOrigins {
    async fn list_origins(
        &self,
        request: Request<ListOriginsRequest>,
    ) -> Result<Response<ListOriginsResponse>, Status> {
        demand_key(&request)?;
        let from: usize = request.get_ref().page_token.parse().unwrap_or(0);
        let stored = self.stored.lock().unwrap();
        let origins: Vec<_> = stored.iter().skip(from).take(PAGE).cloned().collect();
        let next = from + origins.len();
        let next_page_token = if next < stored.len() { next.to_string() } else { String::new() };
        Ok(Response::new(ListOriginsResponse { origins, next_page_token }))
    }

    async fn get_origin(&self, request: Request<GetOriginRequest>) -> Result<Response<Origin>, Status> {
        demand_key(&request)?;
        self.find(&request.get_ref().name).map(Response::new)
    }

    async fn create_origin(&self, request: Request<CreateOriginRequest>) -> Result<Response<Origin>, Status> {
        demand_key(&request)?;
        self.refused()?;
        let CreateOriginRequest { origin, origin_id: _, validate_only } = request.into_inner();
        let mut origin = origin.expect("an origin");
        if !validate_only {
            let mut stored = self.stored.lock().unwrap();
            origin.name = format!("origins/o{}", stored.len() + 1);
            origin.etag = "\"1\"".into();
            stored.push(origin.clone());
        }
        Ok(Response::new(origin))
    }

    async fn update_origin(&self, request: Request<UpdateOriginRequest>) -> Result<Response<Origin>, Status> {
        demand_key(&request)?;
        self.refused()?;
        self.updates.lock().unwrap().push(request.get_ref().clone());
        Ok(Response::new(request.into_inner().origin.expect("an origin")))
    }

    async fn delete_origin(&self, request: Request<DeleteOriginRequest>) -> Result<Response<()>, Status> {
        demand_key(&request)?;
        self.refused()?;
        let origin = self.find(&request.get_ref().name)?;
        self.stored.lock().unwrap().retain(|stored| stored.name != origin.name);
        Ok(Response::new(()))
    }

    async fn check_origin(
        &self,
        request: Request<CheckOriginRequest>,
    ) -> Result<Response<CheckOriginResponse>, Status> {
        demand_key(&request)?;
        let step = CheckStep {
            step: "read".into(),
            passed: false,
            message: format!("no image at {:?}", request.get_ref().path),
            duration: Some(prost_types::Duration { seconds: 1, nanos: 5_000_000 }),
        };
        Ok(Response::new(CheckOriginResponse { passed: false, steps: vec![step] }))
    }
}
