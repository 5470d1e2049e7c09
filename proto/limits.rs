//! The limits that both sides of the API keep.

use std::time::Duration;

/// Bytes of one message, in either direction.
pub const MESSAGE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Messages inside one message, at whatever depth: a page of a list has a few for each of its resources, and 1.4 KB is
/// the largest of them before anything stands in it.
pub const NESTED_MESSAGES_MAX: usize = 16 * 1024;

/// Bytes of a source image that is given in a request.
pub const SOURCE_DATA_BYTES_MAX: usize = 3 * 1024 * 1024;

/// Bytes of image data in one message of a stream.
pub const CHUNK_BYTES: usize = 256 * 1024;

/// Renditions that one call may ask for.
pub const BATCH_TRANSFORMATIONS_MAX: usize = 32;

/// The longest that one call may take until it answers, whatever its deadline says. A stream of many renditions has no
/// longer in all.
pub const CALL_TIMEOUT: Duration = Duration::from_mins(1);

/// The longest that a client may take from one message of a stream to the next, once it is there to be read.
pub const STALL_TIMEOUT: Duration = Duration::from_mins(1);

/// Bytes of an HTTP/2 frame that both sides take: a chunk with what is told beside it, in one piece. The standard's
/// 16 KiB would cut it into 17, and each is a system call or two on either side.
pub const FRAME_BYTES: u32 = 272 * 1024;

/// Bytes that a client may send on one connection before they are read: more than on one stream, so that a message that
/// is sent along is followed by its answer, and not first by more room.
pub const CONNECTION_WINDOW_BYTES: u32 = 2 * 1024 * 1024;

/// Streams that one connection may have open at a time; a client waits with more.
pub const STREAMS_PER_CONNECTION_MAX: u32 = 128;

/// Connections that a server keeps open at a time; more wait in the kernel's queue.
pub const CONNECTIONS_MAX: usize = 1024;

/// Resources in a page of a list.
pub const PAGE_SIZE_MAX: i32 = 1000;

/// Resources in a page of a list when the request does not say.
pub const PAGE_SIZE_DEFAULT: i32 = 50;

/// Bytes of a transformation in the URL language.
pub const TRANSFORMATION_BYTES_MAX: usize = 8 * 1024;

/// Transformations of one pipeline, without those of pipelines inside it.
pub const PIPELINE_TRANSFORMATIONS_MAX: usize = 10;

/// Layers and conditions inside one another.
pub const PIPELINE_DEPTH_MAX: usize = 3;

/// Layers of one pipeline, those inside others included.
pub const PIPELINE_LAYERS_MAX: usize = 16;
