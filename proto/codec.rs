//! Protobuf on the wire, as tonic's own codec has it, but for messages that would take far more memory than bytes.
//!
//! An empty message inside another takes two bytes on the wire and up to a kilobyte decoded, so that the limit on bytes
//! says little of the memory. What stands inside one another is therefore counted before anything is decoded, by what
//! the contract says of each field.

use crate::{DESCRIPTOR_SET, limits::NESTED_MESSAGES_MAX};
use bytes::{Buf, Bytes};
use prost::{
    DecodeError, Message, Name,
    encoding::{WireType, decode_key, decode_varint},
};
use prost_reflect::{DescriptorPool, Kind, MessageDescriptor};
use std::{marker::PhantomData, sync::LazyLock};
use tonic::{
    Status,
    codec::{Codec, DecodeBuf, Decoder},
};
use tonic_prost::ProstEncoder;

static CONTRACT: LazyLock<DescriptorPool> =
    LazyLock::new(|| DescriptorPool::decode(DESCRIPTOR_SET).expect("the descriptor set was made by build.rs"));

/// What the generated services and clients use.
#[derive(Debug)]
pub struct BoundedCodec<T, U>(PhantomData<(T, U)>);

impl<T, U> Default for BoundedCodec<T, U> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<T, U> Codec for BoundedCodec<T, U>
where
    T: Message + Send + 'static,
    U: Message + Name + Default + Send + 'static,
{
    type Encode = T;
    type Decode = U;
    type Encoder = ProstEncoder<T>;
    type Decoder = BoundedDecoder<U>;

    fn encoder(&mut self) -> Self::Encoder {
        ProstEncoder::default()
    }

    fn decoder(&mut self) -> Self::Decoder {
        BoundedDecoder(PhantomData)
    }
}

/// Decodes what is within [`NESTED_MESSAGES_MAX`].
#[derive(Debug)]
pub struct BoundedDecoder<U>(PhantomData<U>);

impl<U: Message + Name + Default> Decoder for BoundedDecoder<U> {
    type Item = U;
    type Error = Status;

    fn decode(&mut self, buf: &mut DecodeBuf<'_>) -> Result<Option<U>, Status> {
        let message = buf.copy_to_bytes(buf.remaining());
        if let Some(descriptor) = CONTRACT.get_message_by_name(&U::full_name()) {
            let mut left = NESTED_MESSAGES_MAX;
            match count(&message, &descriptor, &mut left) {
                Ok(()) => {}
                Err(Found::TooMany) => {
                    let words = format!("a message may hold at most {NESTED_MESSAGES_MAX} messages");
                    return Err(Status::out_of_range(words));
                }
                Err(Found::Broken(error)) => return Err(broken(&error)),
            }
        }
        U::decode(message).map(Some).map_err(|error| broken(&error))
    }
}

/// As tonic's own codec says it.
fn broken(error: &DecodeError) -> Status {
    Status::internal(error.to_string())
}

enum Found {
    TooMany,
    Broken(DecodeError),
}

impl From<DecodeError> for Found {
    fn from(error: DecodeError) -> Self {
        Self::Broken(error)
    }
}

/// Takes the messages inside `bytes` from `left`.
fn count(bytes: &Bytes, descriptor: &MessageDescriptor, left: &mut usize) -> Result<(), Found> {
    // An explicit stack: the depth is a stranger's.
    let mut open = vec![(bytes.clone(), descriptor.clone())];
    while let Some((mut bytes, descriptor)) = open.pop() {
        while bytes.has_remaining() {
            let (number, wire_type) = decode_key(&mut bytes)?;
            if wire_type != WireType::LengthDelimited {
                prost::encoding::skip_field(wire_type, number, &mut bytes, prost::encoding::DecodeContext::default())?;
                continue;
            }
            let length = usize::try_from(decode_varint(&mut bytes)?).unwrap_or(usize::MAX);
            if length > bytes.remaining() {
                // What is cut off is for the decoder to tell.
                return Ok(());
            }
            let inner = bytes.split_to(length);
            if let Some(Kind::Message(kind)) = descriptor.get_field(number).map(|field| field.kind()) {
                *left = left.checked_sub(1).ok_or(Found::TooMany)?;
                open.push((inner, kind));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{CONTRACT, Found, count};
    use crate::{
        limits::{MESSAGE_BYTES_MAX, NESTED_MESSAGES_MAX},
        v1,
    };
    use bytes::{BufMut, Bytes, BytesMut};
    use prost::{Message, Name};

    fn counted<M: Message + Name>(bytes: &Bytes) -> Result<usize, Found> {
        let descriptor = CONTRACT.get_message_by_name(&M::full_name()).expect("a message of the contract");
        let mut left = NESTED_MESSAGES_MAX;
        count(bytes, &descriptor, &mut left).map(|()| NESTED_MESSAGES_MAX - left)
    }

    /// A request with so many empty transformations.
    fn request(transformations: usize) -> Bytes {
        let pipeline = BytesMut::from(&[0x0A, 0x00].repeat(transformations)[..]);
        let mut request = BytesMut::new();
        request.put_u8(0x1A); // `pipeline`
        prost::encoding::encode_varint(pipeline.len() as u64, &mut request);
        request.put(pipeline);
        request.freeze()
    }

    #[test]
    fn every_message_inside_counts() {
        let steps = vec![v1::Transformation::default(); 3];
        let pipeline = v1::Pipeline { transformations: steps };
        let request = v1::TransformImageRequest {
            image: Some(v1::ImageSource::default()),
            steps: Some(v1::transform_image_request::Steps::Pipeline(pipeline)),
            ..Default::default()
        };
        assert!(matches!(counted::<v1::TransformImageRequest>(&request.encode_to_vec().into()), Ok(5)));
    }

    #[test]
    fn too_many_are_refused_and_the_most_are_not() {
        let of = |transformations| counted::<v1::TransformImageRequest>(&request(transformations));
        assert!(matches!(of(NESTED_MESSAGES_MAX - 1), Ok(NESTED_MESSAGES_MAX)));
        assert!(matches!(of(NESTED_MESSAGES_MAX), Err(Found::TooMany)));
        assert!(matches!(of(MESSAGE_BYTES_MAX / 2), Err(Found::TooMany)));
    }

    #[test]
    fn image_data_is_not_looked_into() {
        // What would be a transformation, were it not data.
        let data: Bytes = [0x0A, 0x00].repeat(MESSAGE_BYTES_MAX / 4).into();
        let image = v1::ImageSource { source: Some(v1::image_source::Source::Data(data)) };
        let request = v1::TransformImageRequest { image: Some(image), ..Default::default() };
        assert!(matches!(counted::<v1::TransformImageRequest>(&request.encode_to_vec().into()), Ok(1)));
    }

    #[test]
    fn broken_messages_are_left_to_the_decoder() {
        let whole = request(5);
        for length in 0..whole.len() {
            let _ = counted::<v1::TransformImageRequest>(&whole.slice(..length));
        }
        assert!(counted::<v1::TransformImageRequest>(&Bytes::from_static(&[0xFF; 16])).is_err());
    }
}
