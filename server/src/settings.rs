//! Settings: flag, then environment variable, then TOML file. The only reader of the environment.
//!
//! Every problem is found before a port is bound, and all of them are reported together.

pub mod quantity;

use clap::Args;
use darkroom_server::{
    cache, delivery,
    origin::{self, memory::SourceMemory},
    registry::{self, PRIVATE_KEY_CHARACTERS_MIN},
    secret::SecretString,
    server, workers,
};
use quantity::{parse_bytes, parse_duration};
use serde::Deserialize;
use std::{
    net::{SocketAddr, ToSocketAddrs},
    path::{Path, PathBuf},
    time::Duration,
};

/// Settings as they were written. Each can be a flag, an environment variable, or a line of the file.
#[derive(Debug, Clone, Default, Args, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Flags {
    /// TOML file with settings, named as the flags are (with `_` for `-`).
    #[arg(long, global = true, env = "DARKROOM_CONFIG", value_name = "FILE")]
    #[serde(skip)]
    config: Option<PathBuf>,
    /// Address of the delivery URLs (public). Default: 127.0.0.1:8080.
    #[arg(long, global = true, env = "DARKROOM_DELIVERY_ADDR", value_name = "HOST:PORT")]
    delivery_addr: Option<String>,
    /// Address of the management API, health and metrics. Default: 127.0.0.1:8081.
    #[arg(long, global = true, env = "DARKROOM_ADMIN_ADDR", value_name = "HOST:PORT")]
    admin_addr: Option<String>,
    /// Address of gRPC. Default: 127.0.0.1:9090.
    #[arg(long, global = true, env = "DARKROOM_GRPC_ADDR", value_name = "HOST:PORT")]
    grpc_addr: Option<String>,
    /// Folder for the registry, the keys and the disk cache. Default: ./darkroom-data.
    #[arg(long, global = true, env = "DARKROOM_DATA_DIR", value_name = "DIR")]
    data_dir: Option<String>,
    /// Registry: `sqlite://…` or `postgres://…`. Default: SQLite in the data folder.
    #[arg(long, global = true, env = "DARKROOM_REGISTRY", value_name = "URL", hide_env_values = true)]
    registry: Option<String>,
    /// The account's first access key. Default: made at the first start and printed once.
    #[arg(long, global = true, env = "DARKROOM_PRIVATE_KEY", value_name = "KEY", hide_env_values = true)]
    private_key: Option<String>,
    /// File with the key that encrypts stored credentials. Default: made in the data folder.
    #[arg(long, global = true, env = "DARKROOM_MASTER_KEY_FILE", value_name = "FILE")]
    master_key_file: Option<String>,
    /// Let origins sit on loopback or private addresses: `true` or `false`. Default: false.
    #[arg(long, global = true, env = "DARKROOM_ALLOW_PRIVATE_ORIGINS", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    allow_private_origins: Option<String>,
    /// Memory for cached renditions, for example 256MiB; 0 switches it off. Default: 256MiB.
    #[arg(long, global = true, env = "DARKROOM_CACHE_MEMORY", value_name = "SIZE")]
    cache_memory: Option<String>,
    /// Disk for cached renditions; 0 switches it off. Default: 10GiB.
    #[arg(long, global = true, env = "DARKROOM_CACHE_DISK", value_name = "SIZE")]
    cache_disk: Option<String>,
    /// After how long a cached rendition's source is asked for again. Default: 1h.
    #[arg(long, global = true, env = "DARKROOM_CACHE_REVALIDATE", value_name = "DURATION")]
    cache_revalidate: Option<String>,
    /// For how long clients may keep a rendition (Cache-Control). Default: 365d.
    #[arg(long, global = true, env = "DARKROOM_MAX_AGE", value_name = "DURATION")]
    max_age: Option<String>,
    /// Worker processes. Default: one per core.
    #[arg(long, global = true, env = "DARKROOM_WORKERS", value_name = "COUNT")]
    workers: Option<String>,
    /// What one image may take in a worker. Default: 10s.
    #[arg(long, global = true, env = "DARKROOM_WORKER_TIMEOUT", value_name = "DURATION")]
    worker_timeout: Option<String>,
    /// Workers that are kept while there is no work; the others come and go with it. Default: 0.
    #[arg(long, global = true, env = "DARKROOM_WORKERS_KEPT", value_name = "COUNT")]
    workers_kept: Option<String>,
    /// How long the last worker is kept after its last job. Default: 1m.
    #[arg(long, global = true, env = "DARKROOM_WORKER_IDLE", value_name = "DURATION")]
    worker_idle: Option<String>,
    /// What a job may be expected to wait for a worker; one that would wait longer is refused. Default: 1s.
    #[arg(long, global = true, env = "DARKROOM_QUEUE_WAIT", value_name = "DURATION")]
    queue_wait: Option<String>,
    /// Jobs that may wait for a worker. Default: 32 per core.
    #[arg(long, global = true, env = "DARKROOM_QUEUE", value_name = "COUNT")]
    queue: Option<String>,
    /// Bytes of a source image. Default: 40MiB.
    #[arg(long, global = true, env = "DARKROOM_SOURCE_BYTES", value_name = "SIZE")]
    source_bytes: Option<String>,
    /// What all source images under way may take together; one more waits. Default: 64MiB.
    #[arg(long, global = true, env = "DARKROOM_SOURCE_MEMORY", value_name = "SIZE")]
    source_memory: Option<String>,
    /// What one fetch from an origin may take, retries included. Default: 10s.
    #[arg(long, global = true, env = "DARKROOM_FETCH_TIMEOUT", value_name = "DURATION")]
    fetch_timeout: Option<String>,
    /// Pixels of a source image. Default: 100000000.
    #[arg(long, global = true, env = "DARKROOM_INPUT_PIXELS", value_name = "COUNT")]
    input_pixels: Option<String>,
    /// Log lines as JSON: `true` or `false`. Default: false.
    #[arg(long, global = true, env = "DARKROOM_LOG_JSON", value_name = "BOOL", num_args = 0..=1, default_missing_value = "true")]
    log_json: Option<String>,
    /// What is logged, for example `info` or `darkroom_server=debug`. Default: info.
    #[arg(long, global = true, env = "DARKROOM_LOG", value_name = "FILTER")]
    log: Option<String>,
    /// Where traces go (OpenTelemetry, gRPC). Default: nowhere.
    #[arg(long, global = true, env = "OTEL_EXPORTER_OTLP_ENDPOINT", value_name = "URL")]
    otlp_endpoint: Option<String>,
}

/// Settings as they are used.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Of delivery URLs.
    pub delivery_addr: SocketAddr,
    /// Of management, health and metrics.
    pub admin_addr: SocketAddr,
    /// Of gRPC.
    pub grpc_addr: SocketAddr,
    /// The first access key, where one was given.
    pub private_key: Option<SecretString>,
    /// What is logged.
    pub log: String,
    /// As JSON lines.
    pub log_json: bool,
    /// Where traces go.
    pub otlp_endpoint: Option<String>,
    /// Folder of everything that is kept.
    pub data_dir: PathBuf,
    /// What the server's rooms need.
    pub server: server::Config,
}

impl Settings {
    /// Reads flags, environment and file.
    ///
    /// # Errors
    /// All problems, each naming the setting and what was expected.
    pub fn read(flags: &Flags) -> Result<Self, Vec<String>> {
        let file = match &flags.config {
            None => Flags::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .map_err(|error| vec![format!("config {}: {error}", path.display())])?;
                toml::from_str(&text).map_err(|error| vec![format!("config {}: {error}", path.display())])?
            }
        };
        let mut problems = Vec::new();
        let settings = Self::merge(flags, &file, &mut problems);
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }

    fn merge(flags: &Flags, file: &Flags, problems: &mut Vec<String>) -> Self {
        macro_rules! setting {
            ($name:ident) => {
                Written {
                    name: stringify!($name),
                    value: flags.$name.clone().filter(|text| !text.is_empty()).or_else(|| file.$name.clone()),
                }
            };
        }
        let count = |text: &str| {
            text.parse::<usize>()
                .ok()
                .filter(|count| *count > 0)
                .ok_or_else(|| "expected a whole number above 0".to_owned())
        };
        let pixels = |text: &str| {
            text.parse::<u64>()
                .ok()
                .filter(|count| *count > 0)
                .ok_or_else(|| "expected a whole number above 0".to_owned())
        };
        let count_or_none = |text: &str| text.parse::<usize>().map_err(|_| "expected a whole number".to_owned());
        let flag = |text: &str| text.parse::<bool>().map_err(|_| "expected `true` or `false`".to_owned());
        let text = |text: &str| Ok(text.to_owned());

        let data_dir = PathBuf::from(setting!(data_dir).or("./darkroom-data".to_owned(), text, problems));
        let workers = workers::Config::default();
        let limits = origin::Limits::default();
        let delivery = delivery::Config::default();
        let input_pixels = setting!(input_pixels).or(workers.limits.input_pixels, pixels, problems);
        let registry = setting!(registry).or(
            format!("sqlite://{}", data_dir.join("registry.sqlite").display()),
            registry_url,
            problems,
        );
        let master_key_file =
            setting!(master_key_file).or(data_dir.join("master.key").display().to_string(), text, problems);
        Self {
            delivery_addr: setting!(delivery_addr).or(SocketAddr::from(([127, 0, 0, 1], 8080)), address, problems),
            admin_addr: setting!(admin_addr).or(SocketAddr::from(([127, 0, 0, 1], 8081)), address, problems),
            grpc_addr: setting!(grpc_addr).or(SocketAddr::from(([127, 0, 0, 1], 9090)), address, problems),
            private_key: setting!(private_key).or(None, |key| private_key(key).map(Some), problems),
            log: setting!(log).or("info".to_owned(), text, problems),
            log_json: setting!(log_json).or(false, flag, problems),
            otlp_endpoint: setting!(otlp_endpoint).or(None, |text| Ok(Some(text.to_owned())), problems),
            server: server::Config {
                registry: registry::Config {
                    url: registry.clone().into(),
                    master_key_file: master_key_file.clone().into(),
                },
                network: origin::Network { allow_private: setting!(allow_private_origins).or(false, flag, problems) },
                origin: origin::Limits {
                    source_bytes: setting!(source_bytes).or(limits.source_bytes, parse_bytes, problems),
                    fetch_timeout: setting!(fetch_timeout).or(limits.fetch_timeout, parse_duration, problems),
                    source_memory: setting!(source_memory).or(limits.source_memory.clone(), source_memory, problems),
                    never_read: own_files(&data_dir, &registry, &master_key_file),
                    ..limits
                },
                cache: cache::Config {
                    memory_bytes: setting!(cache_memory).or(256 << 20, parse_bytes, problems),
                    disk_bytes: setting!(cache_disk).or(10 << 30, parse_bytes, problems),
                    disk_dir: data_dir.join("cache"),
                },
                delivery: delivery::Config {
                    revalidate_after: setting!(cache_revalidate).or(
                        delivery.revalidate_after,
                        parse_duration,
                        problems,
                    ),
                    max_age: setting!(max_age).or(delivery.max_age, parse_duration, problems),
                    ..delivery
                },
                workers: workers::Config {
                    workers: setting!(workers).or(workers.workers, count, problems),
                    workers_kept: setting!(workers_kept).or(workers.workers_kept, count_or_none, problems),
                    idle_timeout: setting!(worker_idle).or(workers.idle_timeout, parse_duration, problems),
                    queue: setting!(queue).or(workers.queue, count, problems),
                    queue_wait: setting!(queue_wait).or(workers.queue_wait, parse_duration, problems),
                    job_timeout: setting!(worker_timeout).or(workers.job_timeout, positive_duration, problems),
                    limits: darkroom_engine::Limits {
                        input_pixels,
                        input_pixels_unstreamable: workers.limits.input_pixels_unstreamable.min(input_pixels),
                        ..workers.limits
                    },
                    ..workers
                },
            },
            data_dir,
        }
    }
}

/// What a folder origin must not serve, whoever registers it: the keys, the registry and the cache.
fn own_files(data_dir: &Path, registry: &str, master_key_file: &str) -> Vec<PathBuf> {
    let database = registry.strip_prefix("sqlite:").map(|path| PathBuf::from(path.trim_start_matches("//")));
    let own = [Some(data_dir.join("cache")), Some(PathBuf::from(master_key_file)), database];
    // The files need not be there yet: their folder is resolved, and their name put behind it.
    let resolve = |path: PathBuf| {
        let path = std::path::absolute(path).ok()?;
        let folder = path.parent()?;
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        Some(folder.join(path.file_name()?))
    };
    own.into_iter().flatten().filter_map(resolve).collect()
}

/// A setting by its name and what was written for it.
struct Written {
    name: &'static str,
    value: Option<String>,
}

impl Written {
    /// What was written, parsed; the default when nothing was, or when it is wrong (then there is a problem more).
    fn or<T>(self, default: T, parse: impl FnOnce(&str) -> Result<T, String>, problems: &mut Vec<String>) -> T {
        let Some(text) = self.value else { return default };
        parse(&text).unwrap_or_else(|expected| {
            problems.push(format!("{}: {expected}", self.name));
            default
        })
    }
}

fn source_memory(text: &str) -> Result<SourceMemory, String> {
    match parse_bytes(text)? {
        0 => Err("expected a size above 0, for example 64MiB".to_owned()),
        bytes => Ok(SourceMemory::new(bytes)),
    }
}

/// A host name is looked up once, at the start.
fn address(text: &str) -> Result<SocketAddr, String> {
    let found = text.to_socket_addrs().ok().and_then(|mut found| found.next());
    found.ok_or_else(|| "expected a host and a port, for example 127.0.0.1:8080".to_owned())
}

fn positive_duration(text: &str) -> Result<Duration, String> {
    parse_duration(text).and_then(|duration| {
        if duration.is_zero() { Err("expected a duration above 0, for example 10s".to_owned()) } else { Ok(duration) }
    })
}

/// The value of a wrong one is not repeated: it may hold a password.
fn registry_url(text: &str) -> Result<String, String> {
    let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme));
    if known { Ok(text.to_owned()) } else { Err("expected `sqlite://<file>` or `postgres://…`".to_owned()) }
}

fn private_key(text: &str) -> Result<SecretString, String> {
    let fits =
        text.len() >= PRIVATE_KEY_CHARACTERS_MIN && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b':');
    if fits {
        Ok(text.to_owned().into())
    } else {
        Err(format!("expected at least {PRIVATE_KEY_CHARACTERS_MIN} visible ASCII characters without `:`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_wins_over_the_file() {
        let mut problems = Vec::new();
        let flags = Flags { workers: Some("3".into()), ..Flags::default() };
        let file: Flags = toml::from_str("workers = \"5\"\ncache_memory = \"1GiB\"").unwrap();
        let settings = Settings::merge(&flags, &file, &mut problems);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!((settings.server.workers.workers, settings.server.cache.memory_bytes), (3, 1 << 30));
    }

    #[test]
    fn all_problems_are_reported_at_once_and_no_secret_is_repeated() {
        let mut problems = Vec::new();
        let flags = Flags {
            workers: Some("none".into()),
            cache_disk: Some("much".into()),
            registry: Some("mysql://user:hunter2@host".into()),
            private_key: Some("x:hunter2hunter2".into()),
            ..Flags::default()
        };
        Settings::merge(&flags, &Flags::default(), &mut problems);
        assert_eq!(problems.len(), 4, "{problems:?}");
        assert!(problems.iter().all(|problem| !problem.contains("hunter2")), "{problems:?}");
    }

    #[test]
    fn the_file_knows_no_other_settings() {
        assert!(toml::from_str::<Flags>("wrokers = \"5\"").is_err());
    }
}
