//! A registry of URL endpoints that keeps what it is given.

use super::{demand_key, status};
use darkroom_api::v1::{
    CreateUrlEndpointRequest, DeleteUrlEndpointRequest, ErrorReason, GetUrlEndpointRequest, ListUrlEndpointsRequest,
    ListUrlEndpointsResponse, UpdateUrlEndpointRequest, UrlEndpoint, url_endpoint_service_server::UrlEndpointService,
};
use std::sync::{Arc, Mutex};
use tonic::{Code, Request, Response, Status};

#[derive(Clone)]
pub(crate) struct FakeUrlEndpoints {
    pub(crate) stored: Arc<Mutex<Vec<UrlEndpoint>>>,
    pub(crate) updates: Arc<Mutex<Vec<UpdateUrlEndpointRequest>>>,
    pub(crate) refuse: Arc<Mutex<Option<Status>>>,
}

impl Default for FakeUrlEndpoints {
    fn default() -> Self {
        let default = UrlEndpoint {
            name: "urlEndpoints/default".into(),
            description: "Default".into(),
            origins: vec!["origins/o1".into()],
            ..UrlEndpoint::default()
        };
        Self { stored: Arc::new(Mutex::new(vec![default])), updates: Arc::default(), refuse: Arc::default() }
    }
}

impl FakeUrlEndpoints {
    fn refused(&self) -> Result<(), Status> {
        self.refuse.lock().unwrap().take().map_or(Ok(()), Err)
    }

    fn find(&self, name: &str) -> Result<UrlEndpoint, Status> {
        let missing = || status(Code::NotFound, ErrorReason::UrlEndpointNotFound, "no such URL endpoint", &[]);
        let stored = self.stored.lock().unwrap();
        stored.iter().find(|url_endpoint| url_endpoint.name == name).cloned().ok_or_else(missing)
    }
}

#[tonic::async_trait]
impl UrlEndpointService for FakeUrlEndpoints {
    async fn list_url_endpoints(
        &self,
        request: Request<ListUrlEndpointsRequest>,
    ) -> Result<Response<ListUrlEndpointsResponse>, Status> {
        demand_key(&request)?;
        let url_endpoints = self.stored.lock().unwrap().clone();
        Ok(Response::new(ListUrlEndpointsResponse { url_endpoints, next_page_token: String::new() }))
    }

    async fn get_url_endpoint(&self, request: Request<GetUrlEndpointRequest>) -> Result<Response<UrlEndpoint>, Status> {
        demand_key(&request)?;
        self.find(&request.get_ref().name).map(Response::new)
    }

    async fn create_url_endpoint(
        &self,
        request: Request<CreateUrlEndpointRequest>,
    ) -> Result<Response<UrlEndpoint>, Status> {
        demand_key(&request)?;
        self.refused()?;
        let CreateUrlEndpointRequest { url_endpoint, url_endpoint_id: _, validate_only } = request.into_inner();
        let mut url_endpoint = url_endpoint.expect("a URL endpoint");
        if !validate_only {
            let mut stored = self.stored.lock().unwrap();
            url_endpoint.name = format!("urlEndpoints/e{}", stored.len());
            stored.push(url_endpoint.clone());
        }
        Ok(Response::new(url_endpoint))
    }

    async fn update_url_endpoint(
        &self,
        request: Request<UpdateUrlEndpointRequest>,
    ) -> Result<Response<UrlEndpoint>, Status> {
        demand_key(&request)?;
        self.refused()?;
        self.updates.lock().unwrap().push(request.get_ref().clone());
        let url_endpoint = request.into_inner().url_endpoint.expect("a URL endpoint");
        self.find(&url_endpoint.name)?;
        Ok(Response::new(url_endpoint))
    }

    async fn delete_url_endpoint(&self, request: Request<DeleteUrlEndpointRequest>) -> Result<Response<()>, Status> {
        demand_key(&request)?;
        self.refused()?;
        self.find(&request.get_ref().name)?;
        Ok(Response::new(()))
    }
}
