//! One origin of every kind, with a fake or a folder behind it.

use super::*;

/// One kind, and what stands behind it.
pub(super) struct Subject {
    pub(super) origin: Origin,
    pub(super) fake: Option<Fake>,
    pub(super) clients: Clients,
    pub(super) folder: Option<TempDir>,
}

fn origin(location: Location) -> Origin {
    Origin {
        id: location.kind().to_owned(),
        display_name: "test".to_owned(),
        location,
        include_canonical_header: false,
        canonical_base_url: String::new(),
        create_time: jiff::Timestamp::UNIX_EPOCH,
        update_time: jiff::Timestamp::UNIX_EPOCH,
        etag: "1".to_owned(),
    }
}

impl Subject {
    pub(super) fn new(location: Location, fake: Option<Fake>) -> Self {
        let clients = Clients::new(Network { allow_private: true }, limits());
        Self { origin: origin(location), fake, clients, folder: None }
    }

    pub(super) async fn gcs() -> Self {
        let fake = Fake::start("/bucket/pre fix/", Dialect::Xml).await;
        let location = Location::Gcs(gcs::Location {
            bucket: "bucket".to_owned(),
            prefix: "/pre fix/".to_owned(),
            client_email: "reader@project.iam.gserviceaccount.com".to_owned(),
            private_key_id: "id".to_owned(),
            endpoint: fake.url(),
            private_key: gcs::bearer::tests::key().0.into(),
        });
        Self::new(location, Some(fake))
    }

    pub(super) async fn azure_blob() -> Self {
        let fake = Fake::start("/account/container/", Dialect::Azure).await;
        let location = Location::AzureBlob(azure_blob::Location {
            account: "account".to_owned(),
            container: "container".to_owned(),
            prefix: String::new(),
            endpoint: format!("{}/account", fake.url()),
            sas_token: "?sv=2024-11-04&sr=c&sp=r&se=2999-01-01T00%3A00%3A00Z&sig=canary%2B%3D".into(),
        });
        Self::new(location, Some(fake))
    }

    pub(super) async fn s3() -> Self {
        let fake = Fake::start("/bucket/a/b/", Dialect::Xml).await;
        let location = Location::S3(s3::Location {
            bucket: "bucket".to_owned(),
            prefix: "a/b".to_owned(),
            endpoint: fake.url(),
            access_key: "canary-access".into(),
            secret_key: "canary-secret".into(),
            ..s3::Location::default()
        });
        Self::new(location, Some(fake))
    }

    pub(super) async fn s3_compatible() -> Self {
        let fake = Fake::start("/bucket/", Dialect::Xml).await;
        let location = Location::S3Compatible(s3::CompatibleLocation {
            bucket: "bucket".to_owned(),
            prefix: "/".to_owned(),
            endpoint: fake.url(),
            region: "nowhere-1".to_owned(),
            force_path_style: true,
            access_key: "canary-access".into(),
            secret_key: "canary-secret".into(),
        });
        Self::new(location, Some(fake))
    }

    pub(super) async fn web_folder() -> Self {
        let fake = Fake::start("/base/", Dialect::Web).await;
        let base_url = format!("{}/base/", fake.url());
        let location = web_folder::Location { base_url, forward_host_header: false };
        Self::new(Location::WebFolder(location), Some(fake))
    }

    pub(super) async fn web_proxy() -> Self {
        let fake = Fake::start("/base/", Dialect::Web).await;
        let location = web_proxy::Location { allowed_hosts: vec!["127.0.0.1".to_owned()] };
        Self::new(Location::WebProxy(location), Some(fake))
    }

    pub(super) fn folder() -> Self {
        let root = tempfile::tempdir().unwrap();
        for key in ODD_KEYS.into_iter().chain(["found"]) {
            let path = root.path().join(key);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, IMAGE).unwrap();
        }
        std::fs::write(root.path().join("large"), vec![0; 1001]).unwrap();
        let path = root.path().to_str().unwrap().to_owned();
        let subject = Self::new(Location::Folder(folder::Location { path }), None);
        Self { folder: Some(root), ..subject }
    }

    /// Those that ask over HTTP.
    pub(super) async fn remote() -> Vec<Self> {
        vec![
            Self::gcs().await,
            Self::azure_blob().await,
            Self::s3().await,
            Self::s3_compatible().await,
            Self::web_folder().await,
            Self::web_proxy().await,
        ]
    }

    pub(super) async fn all() -> Vec<Self> {
        let mut subjects = Self::remote().await;
        subjects.push(Self::folder());
        subjects
    }

    pub(super) fn kind(&self) -> &'static str {
        self.origin.location.kind()
    }

    pub(super) fn path(&self, key: &str) -> ImagePath {
        match (&self.origin.location, &self.fake) {
            (Location::WebProxy(_), Some(fake)) => {
                // Encoded twice: once for the inner URL, once for the segment that it is in.
                let inner = format!("{}/base/{}", fake.url(), utf8_percent_encode(key, NON_ALPHANUMERIC));
                ImagePath::from_url(&utf8_percent_encode(&inner, NON_ALPHANUMERIC).to_string()).unwrap()
            }
            _ => ImagePath::parse(key).unwrap(),
        }
    }

    pub(super) async fn fetch_if_not(&self, key: &str, version: Option<&str>) -> Result<Fetched, Error> {
        let fetch = Fetch {
            path: self.path(key),
            query: String::new(),
            host: String::new(),
            if_not_version: version.map(str::to_owned),
            is_beside: false,
        };
        self.clients.fetch(&self.origin, &fetch).await
    }

    pub(super) async fn fetch(&self, key: &str) -> Result<Fetched, Error> {
        self.fetch_if_not(key, None).await
    }

    pub(super) async fn error(&self, key: &str) -> Error {
        match self.fetch(key).await {
            Err(error) => {
                assert!(!error.to_string().contains("canary"), "{}: {error}", self.kind());
                assert!(!error.to_string().contains("127.0.0.1"), "{}: {error}", self.kind());
                error
            }
            Ok(fetched) => panic!("{}: {key}: {fetched:?}", self.kind()),
        }
    }

    pub(super) fn requests(&self) -> usize {
        self.fake.as_ref().map_or(0, |fake| fake.seen().len())
    }
}
