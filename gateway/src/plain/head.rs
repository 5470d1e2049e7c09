//! The head of an answer, written into memory that the connection keeps.

use crate::{
    headers::{insert_always, insert_freshness, insert_representation, write_server_timing},
    request_id::{REQUEST_ID, RequestId},
    url::Attachment,
};
use darkroom_api::{at_hand::Written, v1::Rendition};
use http::{HeaderMap, Response, StatusCode, header::DATE};
use std::{
    cell::RefCell,
    sync::LazyLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Bytes that the head of nearly every answer fits into.
const HEAD_BYTES: usize = 1536;

/// The head of the answer that is written now.
#[derive(Debug)]
pub(crate) struct Head(Vec<u8>);

impl Default for Head {
    fn default() -> Self {
        Self(Vec::with_capacity(HEAD_BYTES))
    }
}

impl Head {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Writes the head of an answer that hyper could write as well.
    pub(super) fn write_response<B>(&mut self, response: &Response<B>) {
        let Self(head) = self;
        head.clear();
        let status = response.status();
        head.extend_from_slice(b"HTTP/1.1 ");
        head.extend_from_slice(status.as_str().as_bytes());
        head.push(b' ');
        head.extend_from_slice(status.canonical_reason().unwrap_or_default().as_bytes());
        head.extend_from_slice(b"\r\n");
        for (name, value) in response.headers() {
            write_line(head, name.as_str(), value.as_bytes());
        }
        with_date(|date| write_line(head, DATE.as_str(), date));
        head.extend_from_slice(b"\r\n");
    }

    /// Writes the head of a hit with this status: `took` is how long the image was looked for, `elapsed` how long
    /// the answer took in all.
    pub(crate) fn write_hit(
        &mut self,
        status: StatusCode,
        written: &Written,
        id: &RequestId,
        took: Duration,
        elapsed: Duration,
    ) {
        static ALWAYS: LazyLock<Box<[u8]>> = LazyLock::new(|| {
            let mut fields = HeaderMap::new();
            insert_always(&mut fields);
            lines(&fields)
        });
        let Self(head) = self;
        head.clear();
        let is_image = status == StatusCode::OK;
        head.extend_from_slice(if is_image { b"HTTP/1.1 200 OK\r\n" } else { b"HTTP/1.1 304 Not Modified\r\n" });
        head.extend_from_slice(&written.freshness);
        if is_image {
            head.extend_from_slice(&written.representation);
        }
        head.extend_from_slice(&ALWAYS);
        head.extend_from_slice(b"server-timing: ");
        write_server_timing(head, true, [("cache", took)].into_iter(), elapsed);
        head.extend_from_slice(b"\r\n");
        write_line(head, REQUEST_ID.as_str(), id.as_bytes());
        with_date(|date| write_line(head, DATE.as_str(), date));
        head.extend_from_slice(b"\r\n");
    }
}

/// The lines that every answer with this image under `target` has in common.
pub(crate) fn written(rendition: &Rendition, target: &str) -> Written {
    let (mut freshness, mut representation) = (HeaderMap::new(), HeaderMap::new());
    insert_freshness(&mut freshness, rendition);
    insert_representation(&mut representation, rendition, &Attachment::of(target));
    Written { freshness: lines(&freshness), representation: lines(&representation) }
}

fn lines(fields: &HeaderMap) -> Box<[u8]> {
    let mut lines = Vec::new();
    for (name, value) in fields {
        write_line(&mut lines, name.as_str(), value.as_bytes());
    }
    lines.into()
}

fn write_line(lines: &mut Vec<u8>, name: &str, value: &[u8]) {
    for part in [name.as_bytes(), b": ", value, b"\r\n"] {
        lines.extend_from_slice(part);
    }
}

/// The time as `Date` has it, written once a second by each thread.
fn with_date(write: impl FnOnce(&[u8])) {
    thread_local! {
        static DATE: RefCell<(u64, String)> = const { RefCell::new((0, String::new())) };
    }
    let now = SystemTime::now();
    let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    DATE.with_borrow_mut(|(of, date)| {
        if *of != seconds || date.is_empty() {
            (*of, *date) = (seconds, httpdate::fmt_http_date(now));
        }
        write(date.as_bytes());
    });
}
