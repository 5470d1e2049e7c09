//! A running Darkroom: real processes on free ports with a data folder of their own, ended when dropped.

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};
use tonic::{
    Request, Status,
    metadata::{Ascii, MetadataValue},
    service::interceptor::InterceptedService,
    transport::{Channel, Endpoint},
};

/// How long a process may take to print its addresses.
const START_TIMEOUT: Duration = Duration::from_secs(30);

pub const KEY: &str = "private_test_key_of_this_suite";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// Server and gateway in one process.
    InProcess,
    /// Server and gateway in a process each.
    Network,
}

/// A running Darkroom.
pub struct Darkroom {
    pub delivery: String,
    pub admin: String,
    pub grpc: String,
    pub data: tempfile::TempDir,
    pub http: Client,
    processes: Vec<Process>,
    output: Arc<Mutex<Vec<u8>>>,
}

struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

/// The program under test, which cargo put beside this test.
pub fn program() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let program = test.parent().and_then(Path::parent).unwrap().join("darkroom");
    assert!(
        program.exists(),
        "{} is missing: run `cargo build --bin darkroom` first, as `make test` does",
        program.display()
    );
    program
}

impl Darkroom {
    pub async fn start(transport: Transport) -> Self {
        Self::start_with(transport, &[]).await
    }

    /// With more settings, as environment variables.
    pub async fn start_with(transport: Transport, settings: &[(&str, &str)]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), transport, settings).await
    }

    /// On a data folder that another one left.
    #[allow(clippy::unused_async)] // as the other two
    pub async fn start_in(data: tempfile::TempDir, transport: Transport, settings: &[(&str, &str)]) -> Self {
        let output = Arc::new(Mutex::new(Vec::new()));
        let mut settings: Vec<(&str, &str)> = settings.to_vec();
        if !settings.iter().any(|(name, _)| *name == "DARKROOM_PRIVATE_KEY") {
            settings.push(("DARKROOM_PRIVATE_KEY", KEY));
        }
        let launch = |arguments: &[&str]| Process::launch(arguments, data.path(), &settings, &output);
        let (processes, addresses) = match transport {
            Transport::InProcess => {
                let (process, addresses) = launch(&["serve"]);
                (vec![process], addresses)
            }
            Transport::Network => {
                let (server, mut addresses) = launch(&["server"]);
                let (gateway, more) =
                    launch(&["gateway", "--server", &format!("http://{}", address(&addresses, "gRPC"))]);
                addresses.extend(more);
                (vec![server, gateway], addresses)
            }
        };
        let url = |name| address(&addresses, name).trim_end_matches('/').to_owned();
        Self {
            delivery: url("delivery"),
            admin: url("management"),
            grpc: url("gRPC"),
            http: Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap(),
            data,
            processes,
            output,
        }
    }

    /// Ends the processes as a power cut would, and hands the data folder on.
    pub fn kill(self) -> tempfile::TempDir {
        drop(self.processes);
        self.data
    }

    /// Asks the processes to stop, and waits until they have.
    pub fn terminate(mut self) -> tempfile::TempDir {
        for process in &mut self.processes {
            let pid = i32::try_from(process.0.id()).unwrap();
            Command::new("kill").args(["-TERM", &pid.to_string()]).status().unwrap();
        }
        for process in &mut self.processes {
            let deadline = Instant::now() + Duration::from_secs(30);
            while process.0.try_wait().unwrap().is_none() {
                assert!(Instant::now() < deadline, "a process did not stop in 30 s");
                thread::sleep(Duration::from_millis(20));
            }
            assert_eq!(
                process.0.wait().unwrap().code(),
                Some(0),
                "{}",
                String::from_utf8_lossy(&self.output.lock().unwrap())
            );
        }
        self.data
    }

    /// Process id of the server.
    pub fn server_pid(&self) -> u32 {
        self.processes[0].0.id()
    }

    /// Everything that the processes have printed so far.
    pub fn output(&self) -> Vec<u8> {
        self.output.lock().unwrap().clone()
    }

    /// GET of a delivery URL.
    pub async fn get(&self, path: &str) -> Response {
        self.get_with(path, &[]).await
    }

    /// GET of a delivery URL with request fields.
    pub async fn get_with(&self, path: &str, fields: &[(&str, &str)]) -> Response {
        let mut request = self.http.get(format!("{}{path}", self.delivery));
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        request.send().await.unwrap()
    }

    /// A management call.
    pub async fn manage(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let authorization = format!("Basic {}", STANDARD.encode(format!("{KEY}:")));
        let mut request =
            self.http.request(method, format!("{}{path}", self.admin)).header("authorization", authorization);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        (status, if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap_or(Value::String(text)) })
    }

    /// Registers an origin over REST; its id.
    pub async fn origin(&self, origin: Value) -> String {
        let (status, body) = self.manage(Method::POST, "/v1/accounts/origins", Some(origin)).await;
        assert_eq!(status, 201, "{body}");
        body["id"].as_str().unwrap().to_owned()
    }

    /// Registers a folder origin; its id.
    pub async fn folder(&self, path: &Path) -> String {
        self.origin(json!({"name": "folder", "type": "FOLDER", "path": path})).await
    }

    /// Adds a URL endpoint over REST; its id.
    pub async fn url_endpoint(&self, endpoint: Value) -> String {
        let (status, body) = self.manage(Method::POST, "/v1/accounts/url-endpoints", Some(endpoint)).await;
        assert_eq!(status, 201, "{body}");
        body["id"].as_str().unwrap().to_owned()
    }

    /// A gRPC channel that carries the access key.
    pub async fn channel(&self) -> InterceptedService<Channel, Bearer> {
        InterceptedService::new(self.bare_channel().await, Bearer(format!("Bearer {KEY}").parse().unwrap()))
    }

    /// A gRPC channel without a key.
    pub async fn bare_channel(&self) -> Channel {
        Endpoint::try_from(format!("http://{}", self.grpc)).unwrap().connect().await.unwrap()
    }
}

#[derive(Clone)]
pub struct Bearer(pub MetadataValue<Ascii>);

impl tonic::service::Interceptor for Bearer {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        request.metadata_mut().insert("authorization", self.0.clone());
        Ok(request)
    }
}

fn address(lines: &[String], name: &str) -> String {
    let line = lines
        .iter()
        .find(|line| line.trim_start().starts_with(name))
        .unwrap_or_else(|| panic!("no {name} in {lines:?}"));
    line.split_whitespace().nth(1).unwrap().to_owned()
}

impl Process {
    /// Starts the program and reads its greeting.
    fn launch(
        arguments: &[&str],
        data: &Path,
        settings: &[(&str, &str)],
        output: &Arc<Mutex<Vec<u8>>>,
    ) -> (Self, Vec<String>) {
        let mut command = Command::new(program());
        command.args(arguments).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        for name in ["DELIVERY", "ADMIN", "GRPC"] {
            command.env(format!("DARKROOM_{name}_ADDR"), "127.0.0.1:0");
        }
        command
            .env("DARKROOM_DATA_DIR", data)
            .env("DARKROOM_ALLOW_PRIVATE_ORIGINS", "true")
            .envs(settings.iter().copied());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let process = Self(child);

        let (lines, greeting) = std::sync::mpsc::channel();
        let log = Arc::clone(output);
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                log.lock().unwrap().extend_from_slice(format!("{line}\n").as_bytes());
                _ = lines.send(line);
            }
        });
        let log = Arc::clone(output);
        thread::spawn(move || {
            let mut stderr = stderr;
            let mut buffer = [0; 4096];
            while let Ok(read @ 1..) = stderr.read(&mut buffer) {
                log.lock().unwrap().extend_from_slice(&buffer[..read]);
            }
        });

        let wanted: &[&str] = match arguments[0] {
            "serve" => &["delivery", "management", "gRPC"],
            "server" => &["gRPC"],
            _ => &["delivery", "management"],
        };
        let mut seen = Vec::new();
        let deadline = Instant::now() + START_TIMEOUT;
        while !wanted.iter().all(|name| seen.iter().any(|line: &String| line.trim_start().starts_with(name))) {
            let line = greeting.recv_timeout(deadline.saturating_duration_since(Instant::now()));
            if let Ok(line) = line {
                seen.push(line);
                continue;
            }
            thread::sleep(Duration::from_millis(100)); // for the last words
            panic!("{arguments:?} did not start: {}", String::from_utf8_lossy(&output.lock().unwrap()));
        }
        (process, seen)
    }
}

/// Runs each test on both transports.
#[macro_export]
macro_rules! on_both_transports {
    ($($name:ident)*) => {
        mod in_process {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let darkroom = $crate::darkroom::Darkroom::start($crate::darkroom::Transport::InProcess).await;
                super::$name(&darkroom).await;
            })*
        }
        mod over_the_network {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let darkroom = $crate::darkroom::Darkroom::start($crate::darkroom::Transport::Network).await;
                super::$name(&darkroom).await;
            })*
        }
    };
}
