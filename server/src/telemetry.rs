//! Logs, traces and metrics: started once, stopped after everything else.

use crate::settings::Settings;
use darkroom_server::service::image_service::HITS;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::WithExportConfig;
use opentelemetry_sdk::{Resource, trace::SdkTracerProvider};
use std::{sync::OnceLock, time::Duration};
use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

/// Upper bounds of the duration histograms, in seconds.
const SECONDS: [f64; 12] = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 10.0];

/// How often recorded durations are added up: 100 000 requests per second keep 4 MB in it.
const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

/// What has to be flushed at the end.
pub struct Telemetry {
    traces: Option<SdkTracerProvider>,
}

/// Starts logging to standard error, metrics, and traces where an endpoint is set. A problem with telemetry is
/// told and never stops the program.
pub fn start(settings: &Settings) -> Telemetry {
    let filter = EnvFilter::try_new(&settings.log).unwrap_or_else(|error| {
        eprintln!("darkroom: log: {error}; `info` is used");
        EnvFilter::new("info")
    });
    let traces = settings.otlp_endpoint.as_deref().and_then(exporter);
    // A hit writes no line to the log, so where no traces are sent its span is for nobody.
    let filter = match traces {
        None => match format!("{HITS}=off").parse() {
            Ok(directive) => filter.add_directive(directive),
            Err(_) => filter,
        },
        Some(_) => filter,
    };
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = if settings.log_json { lines.json().boxed() } else { lines.boxed() };
    let spans = traces.as_ref().map(|provider| tracing_opentelemetry::layer().with_tracer(provider.tracer("darkroom")));
    if let Err(error) = tracing_subscriber::registry().with(filter).with(lines).with(spans).try_init() {
        eprintln!("darkroom: logging: {error}");
    }
    match PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &SECONDS)
        .and_then(PrometheusBuilder::install_recorder)
    {
        Ok(handle) => {
            tokio::spawn(keep_up(handle.clone()));
            _ = METRICS.set(handle);
        }
        Err(error) => eprintln!("darkroom: metrics: {error}"),
    }
    Telemetry { traces }
}

/// What a histogram records is kept one by one until it is added up: by whoever asks for the metrics, and by this,
/// or the memory of a process that nobody asks would grow with every request.
async fn keep_up(metrics: PrometheusHandle) {
    loop {
        tokio::time::sleep(UPKEEP_INTERVAL).await;
        metrics.run_upkeep();
    }
}

/// All metrics in the Prometheus text format.
pub fn metrics() -> String {
    METRICS.get().map(PrometheusHandle::render).unwrap_or_default()
}

fn exporter(endpoint: &str) -> Option<SdkTracerProvider> {
    match opentelemetry_otlp::SpanExporter::builder().with_tonic().with_endpoint(endpoint).build() {
        Ok(exporter) => {
            let resource = Resource::builder().with_service_name("darkroom").build();
            Some(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build())
        }
        Err(error) => {
            eprintln!("darkroom: traces: {error}; none are sent");
            None
        }
    }
}

impl Telemetry {
    /// Sends what was not sent yet.
    pub async fn stop(self) {
        let Some(traces) = self.traces else { return };
        // It blocks while it talks to the collector.
        let stopped = tokio::task::spawn_blocking(move || traces.shutdown()).await;
        if let Ok(Err(error)) = stopped {
            eprintln!("darkroom: traces: {error}");
        }
    }
}
