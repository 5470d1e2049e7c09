//! What is counted of deliveries. Looking up a counter by its labels costs more than counting, so those of nearly all
//! answers are looked up once.

use http::StatusCode;
use metrics::{Counter, Histogram};
use std::time::Duration;

const REQUESTS: &str = "darkroom_delivery_requests_total";

/// Counters of delivery.
pub(super) struct Measures {
    hits: Counter,
    hits_not_modified: Counter,
    seconds: Histogram,
}

impl Measures {
    /// At the recorder that is installed now.
    pub(super) fn new() -> Self {
        Self {
            hits: metrics::counter!(REQUESTS, "status" => "200", "cache" => "HIT"),
            hits_not_modified: metrics::counter!(REQUESTS, "status" => "304", "cache" => "HIT"),
            seconds: metrics::histogram!("darkroom_delivery_seconds"),
        }
    }

    /// Counts an answer. `cache` is its field `x-cache`.
    pub(super) fn answered(&self, status: StatusCode, cache: &str, elapsed: Duration) {
        match (status, cache) {
            (StatusCode::OK, "HIT") => self.hits.increment(1),
            (StatusCode::NOT_MODIFIED, "HIT") => self.hits_not_modified.increment(1),
            _ => {
                let (status, cache) = (status.as_u16().to_string(), cache.to_owned());
                metrics::counter!(REQUESTS, "status" => status, "cache" => cache).increment(1);
            }
        }
        self.seconds.record(elapsed.as_secs_f64());
    }
}
