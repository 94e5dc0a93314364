//! The function's program as a container image, without a container engine: looked at, tried, written, pushed.
//!
//! What the program is, is read from its bytes ([`Program`]); that it works is seen by starting it as the platform does ([`trial`]);
//! what it is made of is told by the script that built it ([`Parts`]). From these three an [`Image`] is made: the same ones give the
//! same bytes. A [`layout`] is such an image on the disk. The rules that an image keeps are those of the OCI image specification 1.1,
//! and those of the platform: user 1000, a `/tmp` that everybody may write to, no volume.

mod blob;
pub mod code_zip;
mod error;
mod image;
mod layer;
pub mod layout;
mod parts;
mod program;
pub mod registry;
mod sbom;
pub mod trial;

pub use blob::Blob;
pub use error::ImageError;
pub use image::{Image, Recipe};
pub use parts::{Part, PartKind, Parts};
pub use program::{Arch, Program};
