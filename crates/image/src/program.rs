//! A program, as its bytes tell of it: for which processor, and whether it is static. Whether it works is `trial`'s to see.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use object::elf::{self, FileHeader64};
use object::read::elf::{Dyn as _, FileHeader as _, ProgramHeader as _};
use object::{Endianness, FileKind};

use crate::ImageError;
use crate::blob::sha256_hex;

/// No static function is nearly as large; a larger file is a mistake.
const LARGEST: u64 = 256 << 20;

/// A processor that the platform has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arch {
    /// x86-64, the platform's shape `GENERIC_X86`.
    Amd64,
    /// 64-bit ARM, the platform's shape `GENERIC_ARM`.
    Arm64,
}

impl Arch {
    /// The name that images use.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Amd64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }

    /// The one of this machine.
    #[must_use]
    pub fn here() -> Option<Self> {
        match std::env::consts::ARCH {
            "x86_64" => Some(Self::Amd64),
            "aarch64" => Some(Self::Arm64),
            _ => None,
        }
    }
}

impl fmt::Display for Arch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A static program for Linux.
#[derive(Clone)]
pub struct Program {
    arch: Arch,
    bytes: Vec<u8>,
    sha256: String,
}

impl Program {
    /// Reads a program. `wanted`: the only processor that it may be built for.
    ///
    /// # Errors
    /// The file cannot be read, is not executable, is no program for Linux, is not static, or is for another processor.
    pub fn read(path: &Path, wanted: Option<Arch>) -> Result<Self, ImageError> {
        let unreadable = |error| ImageError::Unreadable { path: path.to_owned(), error };
        let file = File::open(path).map_err(unreadable)?;
        let found = file.metadata().map_err(unreadable)?;
        let no_program = |why: String| ImageError::NotAProgram { path: path.to_owned(), why };
        if !found.is_file() {
            return Err(no_program("it is no file".to_owned()));
        }
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > LARGEST {
            return Err(no_program(format!("it is larger than {} MB", LARGEST >> 20)));
        }
        let arch = inspect(&bytes).map_err(|fault| match fault {
            Fault::NotAProgram(why) => no_program(why),
            Fault::NotStatic(needs) => ImageError::NotStatic { path: path.to_owned(), needs },
            Fault::Processor(found) => ImageError::WrongArchitecture {
                path: path.to_owned(),
                found,
                wanted: wanted.map_or("amd64 or arm64", Arch::name).to_owned(),
            },
        })?;
        if let Some(wanted) = wanted.filter(|wanted| *wanted != arch) {
            let (found, wanted) = (arch.to_string(), wanted.to_string());
            return Err(ImageError::WrongArchitecture { path: path.to_owned(), found, wanted });
        }
        let mode = found.permissions().mode() & 0o7777;
        if mode & 0o111 == 0 {
            return Err(ImageError::NotExecutable { path: path.to_owned(), mode });
        }
        let sha256 = sha256_hex(&bytes);
        Ok(Self { arch, bytes, sha256 })
    }

    /// What it is built for.
    #[must_use]
    pub fn arch(&self) -> Arch {
        self.arch
    }

    /// The file.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// SHA-256 of the file, in hexadecimal digits.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Program")
            .field("arch", &self.arch)
            .field("sha256", &self.sha256)
            .finish_non_exhaustive()
    }
}

/// What is wrong with the bytes.
#[derive(Debug, PartialEq, Eq)]
enum Fault {
    NotAProgram(String),
    NotStatic(String),
    Processor(String),
}

/// For which processor these bytes are a static program.
fn inspect(bytes: &[u8]) -> Result<Arch, Fault> {
    let damaged =
        |error: object::read::Error| Fault::NotAProgram(format!("its ELF headers are damaged ({error})"));
    match FileKind::parse(bytes) {
        Ok(FileKind::Elf64) => {}
        Ok(FileKind::Elf32) => return Err(Fault::Processor("a 32-bit processor".to_owned())),
        Ok(kind) => return Err(Fault::NotAProgram(format!("it is of the kind {kind:?}"))),
        Err(_) if bytes.starts_with(b"#!") => {
            return Err(Fault::NotStatic("an interpreter: it is a script".to_owned()));
        }
        Err(_) => return Err(Fault::NotAProgram("it does not begin as an ELF file".to_owned())),
    }
    let header = FileHeader64::<Endianness>::parse(bytes).map_err(damaged)?;
    let endian = header.endian().map_err(damaged)?;
    let arch = match (header.e_machine(endian), endian) {
        (elf::EM_X86_64, Endianness::Little) => Arch::Amd64,
        (elf::EM_AARCH64, Endianness::Little) => Arch::Arm64,
        (machine, _) => {
            return Err(Fault::Processor(format!("another processor (ELF machine {})", number(machine))));
        }
    };
    if !matches!(header.e_type(endian), elf::ET_EXEC | elf::ET_DYN) || header.e_entry(endian) == 0 {
        return Err(Fault::NotAProgram("it is an object or a library, not a program".to_owned()));
    }
    let segments = header.program_headers(endian, bytes).map_err(damaged)?;
    let mut loads = false;
    for segment in segments {
        if segment.p_type(endian) == elf::PT_LOAD {
            segment.data(endian, bytes).map_err(|()| {
                Fault::NotAProgram("it is cut off: its headers promise more bytes than there are".to_owned())
            })?;
            loads = true;
        }
        if let Some(interpreter) = segment.interpreter(endian, bytes).map_err(damaged)? {
            return Err(Fault::NotStatic(format!("the loader {}", shown(interpreter))));
        }
        let entries = segment.dynamic(endian, bytes).map_err(damaged)?.unwrap_or_default();
        if entries.iter().any(|entry| entry.d_tag(endian) == elf::DT_NEEDED) {
            return Err(Fault::NotStatic("a shared library".to_owned()));
        }
    }
    if loads { Ok(arch) } else { Err(Fault::NotAProgram("it has nothing to load".to_owned())) }
}

fn number(machine: elf::Machine) -> u16 {
    machine.0
}

/// A name from the file, as far as a person reads it.
fn shown(name: &[u8]) -> String {
    String::from_utf8_lossy(name).chars().filter(|c| !c.is_control()).take(120).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The program of this test: for this machine, and not static.
    fn this_program() -> Vec<u8> {
        std::fs::read(std::env::current_exe().unwrap()).unwrap()
    }

    /// The least static program: one header, one segment that is loaded.
    fn least(machine: u16) -> Vec<u8> {
        let mut file = vec![0; 124];
        file[..8].copy_from_slice(b"\x7fELF\x02\x01\x01\x00");
        file[16..18].copy_from_slice(&2_u16.to_le_bytes());
        file[18..20].copy_from_slice(&machine.to_le_bytes());
        file[20..24].copy_from_slice(&1_u32.to_le_bytes());
        file[24..32].copy_from_slice(&0x40_0078_u64.to_le_bytes());
        file[32..40].copy_from_slice(&64_u64.to_le_bytes());
        file[52..54].copy_from_slice(&64_u16.to_le_bytes());
        file[54..56].copy_from_slice(&56_u16.to_le_bytes());
        file[56..58].copy_from_slice(&1_u16.to_le_bytes());
        file[64..68].copy_from_slice(&1_u32.to_le_bytes());
        file[96..104].copy_from_slice(&124_u64.to_le_bytes());
        file
    }

    #[test]
    fn the_processor_is_read_and_others_are_named() {
        assert_eq!(inspect(&least(62)), Ok(Arch::Amd64));
        assert_eq!(inspect(&least(183)), Ok(Arch::Arm64));
        assert_eq!(
            inspect(&least(243)),
            Err(Fault::Processor("another processor (ELF machine 243)".to_owned()))
        );
        let mut narrow = least(3);
        narrow[4] = 1;
        assert!(matches!(inspect(&narrow), Err(Fault::Processor(_))));
    }

    #[test]
    fn a_program_that_needs_others_is_not_static() {
        let Err(Fault::NotStatic(needs)) = inspect(&this_program()) else { panic!("this test is static") };
        assert!(needs.starts_with("the loader /lib"), "{needs}");
        assert!(matches!(inspect(b"#!/bin/sh\n"), Err(Fault::NotStatic(_))));
    }

    #[test]
    fn what_is_no_program_is_told_apart() {
        let cut = &least(62)[..122];
        for (bytes, why) in [
            (&b""[..], "begin as an ELF"),
            (b"MZ", "begin as an ELF"),
            (b"\x7fELF\x02\x01\x01", "begin as an ELF"),
            (&least(62)[..64], "damaged"),
            (cut, "cut off"),
        ] {
            let Err(Fault::NotAProgram(told)) = inspect(bytes) else { panic!("{bytes:?}") };
            assert!(told.contains(why), "{told} {bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(at in 0_usize..120, byte: u8, length in 0_usize..200, tail in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut bytes = least(62);
            bytes[at] = byte;
            bytes.extend(tail);
            bytes.truncate(length);
            let _ = inspect(&bytes);
        }

        #[test]
        fn a_real_program_with_a_wrong_byte_makes_no_panic(at in 0_usize..4096, byte: u8) {
            let mut bytes = this_program();
            bytes[at] = byte;
            let _ = inspect(&bytes);
        }
    }
}
