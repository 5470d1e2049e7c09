//! Compiles proto/ into the root package: messages, services, and the descriptor set that reflection, typed
//! pipelines and other languages' generators read. protox is a protoc written in Rust: nothing to install.

use prost::Message;
use std::{env, error::Error, fs, path::Path};

const FILES: [&str; 11] = [
    "darkroom/v1/access_key_service.proto",
    "darkroom/v1/cache_service.proto",
    "darkroom/v1/effect.proto",
    "darkroom/v1/error_reason.proto",
    "darkroom/v1/image_service.proto",
    "darkroom/v1/layer.proto",
    "darkroom/v1/named_transformation_service.proto",
    "darkroom/v1/origin_service.proto",
    "darkroom/v1/parameter.proto",
    "darkroom/v1/pipeline.proto",
    "darkroom/v1/url_endpoint_service.proto",
];

/// Messages that hold secrets. Their `Debug` is written by hand in proto/redacted.rs.
const SECRET_MESSAGES: [&str; 5] = [
    ".darkroom.v1.GcsLocation",
    ".darkroom.v1.AzureBlobLocation",
    ".darkroom.v1.S3Location",
    ".darkroom.v1.S3CompatibleLocation",
    ".darkroom.v1.AccessKey",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    let mut compiler = protox::Compiler::new(["proto"])?;
    compiler.include_imports(true).include_source_info(true).open_files(FILES)?;

    // Encoded by protox rather than by prost, so that the field options survive.
    let descriptor_set = compiler.encode_file_descriptor_set();
    let out = env::var("OUT_DIR")?;
    fs::write(Path::new(&out).join("descriptor_set.bin"), &descriptor_set)?;

    let messages = prost_types::FileDescriptorSet::decode(descriptor_set.as_slice())?;
    // The codec asks messages for their names.
    let mut config = tonic_prost_build::Config::new();
    config.enable_type_names();
    tonic_prost_build::configure()
        .bytes(".darkroom.v1")
        .skip_debug(SECRET_MESSAGES)
        .codec_path("crate::codec::BoundedCodec")
        .compile_fds_with_config(messages, config)?;
    Ok(())
}
