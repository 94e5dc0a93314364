//! Bytes by their digest, and values as JSON that is always the same.

use std::fmt;

use oci_spec::image::{Descriptor, MediaType, Platform, Sha256Digest};
use ring::digest::{SHA256, digest};
use serde::Serialize;

/// Content of an image: its bytes, and what a manifest says of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Blob {
    descriptor: Descriptor,
    bytes: Vec<u8>,
}

impl Blob {
    pub(crate) fn new(media_type: MediaType, bytes: Vec<u8>) -> Self {
        Self { descriptor: Descriptor::new(media_type, bytes.len() as u64, sha256(&bytes)), bytes }
    }

    /// Bytes that were read, if they are what `descriptor` says.
    pub(crate) fn verified(descriptor: Descriptor, bytes: Vec<u8>) -> Result<Self, String> {
        let (wanted, found) = (descriptor.digest().to_string(), format!("sha256:{}", sha256_hex(&bytes)));
        if wanted == found && descriptor.size() == bytes.len() as u64 {
            Ok(Self { descriptor, bytes })
        } else {
            Err(format!("{wanted} of {} bytes has {} bytes of {found}", descriptor.size(), bytes.len()))
        }
    }

    /// Adds to what is said of it that it is for this platform.
    pub(crate) fn describe(&mut self, platform: Platform) {
        self.descriptor.set_platform(Some(platform));
    }

    /// What a manifest says of it.
    #[must_use]
    pub fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    /// `sha256:` and 64 hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> String {
        self.descriptor.digest().to_string()
    }

    /// The content.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many bytes it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.descriptor.size()
    }
}

impl fmt::Debug for Blob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Blob").field(&self.digest()).field(&self.size()).finish()
    }
}

#[expect(clippy::expect_used, reason = "64 hexadecimal digits are a digest")]
fn sha256(bytes: &[u8]) -> Sha256Digest {
    sha256_hex(bytes).parse().expect("64 hexadecimal digits are a digest")
}

/// SHA-256 in hexadecimal digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    digest(&SHA256, bytes).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A value as JSON whose keys are in order: the specification's types keep labels in hash maps, whose order is another in each run.
#[expect(
    clippy::expect_used,
    reason = "the specification's types have string keys and no number that JSON has not"
)]
pub(crate) fn json(value: &impl Serialize) -> Vec<u8> {
    let mut value = serde_json::to_value(value).expect("a value of the specification is JSON");
    value.sort_all_objects();
    value.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blob_that_is_another_one_is_refused() {
        let blob = Blob::new(MediaType::ImageConfig, b"{}".to_vec());
        assert_eq!(blob.digest(), "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
        assert!(Blob::verified(blob.descriptor().clone(), b"{}".to_vec()).is_ok());
        for bytes in [&b"{} "[..], b"[]", b""] {
            assert!(Blob::verified(blob.descriptor().clone(), bytes.to_vec()).is_err());
        }
    }
}
