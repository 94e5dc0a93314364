//! The arguments of `adit build`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::OutputFormat;

/// Make a container image of the function, without a container engine; first the program is started and called once
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  adit build
  adit build -o image.tar --label org.opencontainers.image.source=https://github.com/me/mine
  adit build --function-binary target/x86_64-unknown-linux-gnu/release/my-function --format json

Exit code: 0 the image is written, 1 the program was refused, 2 a file cannot be read or written, 3 the program could not be tried")]
pub(crate) struct BuildArgs {
    /// The function's program, static [default: where scripts/build-function leaves it, else adit-function beside this program]
    #[arg(long, value_name = "FILE", env = "ADIT_FUNCTION_BIN", alias = "function")]
    pub(crate) function_binary: Option<PathBuf>,
    /// Where to write: a directory (OCI image layout), or FILE.tar (the same in one file, for `docker load`, too)
    /// [default: image; with --zip: function.zip]
    #[arg(short, long, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    /// The processor that the program must be built for [default: the one that it is built for]
    #[arg(long, value_name = "ARCH")]
    pub(crate) arch: Option<ImageArch>,
    /// A label of the image; version, revision and licence come from the build
    #[arg(long = "label", value_name = "NAME=VALUE", value_parser = label)]
    pub(crate) labels: Vec<(String, String)>,
    /// The time that the image and its files say, in seconds since 1970
    #[arg(
        long,
        value_name = "SECONDS",
        env = "SOURCE_DATE_EPOCH",
        default_value_t = 0,
        hide_env_values = true
    )]
    pub(crate) time: u64,
    /// Write the image of a program that cannot be started here, such as one for another processor
    #[arg(long)]
    pub(crate) untried: bool,
    /// Experimental: a code-only function instead, a ZIP with the program as `func`. Oracle documents that for Go alone
    #[arg(long, conflicts_with = "labels")]
    pub(crate) zip: bool,
    /// How the outcome is written
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub(crate) format: OutputFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImageArch {
    /// x86-64: applications of the shape GENERIC_X86
    Amd64,
    /// 64-bit ARM: applications of the shape GENERIC_ARM
    Arm64,
}

impl From<ImageArch> for adit_image::Arch {
    fn from(arch: ImageArch) -> Self {
        match arch {
            ImageArch::Amd64 => Self::Amd64,
            ImageArch::Arm64 => Self::Arm64,
        }
    }
}

/// Reads `NAME=VALUE`.
fn label(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !text.contains(char::is_control) => {
            Ok((name.to_owned(), value.to_owned()))
        }
        _ => Err("expected NAME=VALUE, such as org.opencontainers.image.source=https://…".to_owned()),
    }
}
