//! Compressed payloads, recognised by their first bytes: gzip (RFC 1952) and zstd (RFC 8878), each of one member or frame after
//! another. How much may come out of them is `meter`'s to say; how much memory a frame may ask for, is said here.

use std::io::{self, Cursor, Read};

const GZIP: [u8; 2] = [0x1f, 0x8b];
const ZSTD: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// The magic number of a frame that holds nothing of the payload, without its first byte.
const SKIPPABLE: [u8; 3] = [0x2a, 0x4d, 0x18];
/// The largest window that a frame may ask for, which is memory, as a power of two: the 8 MiB that RFC 8878 (3.1.1.1.2) wants
/// every decoder to have. `zstd` needs more with `--ultra` and `--long` only.
const WINDOW_LOG: u32 = 23;

/// A payload's own bytes.
pub struct Plain {
    /// The bytes, after decompression.
    pub bytes: Box<dyn Read + Send>,
    /// Whether they came compressed: then their places are not those of the file.
    pub was_compressed: bool,
}

impl std::fmt::Debug for Plain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Plain").field("was_compressed", &self.was_compressed).finish_non_exhaustive()
    }
}

/// What is in a payload, whether it is compressed or not.
pub(super) fn unpacked(mut input: Box<dyn Read + Send>) -> io::Result<Plain> {
    let mut first = Vec::with_capacity(ZSTD.len());
    input.by_ref().take(4).read_to_end(&mut first)?;
    let gzip = first.starts_with(&GZIP);
    let zstd = first == ZSTD || matches!(first.as_slice(), [0x50..=0x5f, rest @ ..] if *rest == SKIPPABLE);
    let input = Cursor::new(first).chain(input);
    let bytes: Box<dyn Read + Send> = if gzip {
        Box::new(flate2::read::MultiGzDecoder::new(input))
    } else if zstd {
        let mut frames = zstd::Decoder::new(input)?;
        frames.window_log_max(WINDOW_LOG)?;
        Box::new(Frames(frames))
    } else {
        Box::new(input)
    };
    Ok(Plain { bytes, was_compressed: gzip || zstd })
}

/// Zstd's frames. The library has no words of its own for what is wrong with one.
struct Frames<R: Read>(zstd::Decoder<'static, io::BufReader<R>>);

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.read(buffer).map_err(|error| match error.to_string() {
            message if message.contains("strings stripped") => {
                let most = 1 << WINDOW_LOG;
                let message =
                    format!("corrupt zstd data, or a frame with a window of more than {most} bytes");
                io::Error::new(io::ErrorKind::InvalidData, message)
            }
            _ => error,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{"n":1}` and a line feed 200 times, as `zstd -19 --check` writes it.
    const CHECKED: &[u8] =
        b"\x28\xb5\x2f\xfd\x64\x40\x05\x7d\0\0\x40{\"n\":1}\n\x01\0\x35\xfe\x2f\x17\x35\xe3\x75\x7b";
    /// The same as `zstd --no-check` writes it.
    const PLAIN: &[u8] = b"\x28\xb5\x2f\xfd\x60\x40\x05\x7d\0\0\x40{\"n\":1}\n\x01\0\x35\xee\x2f\x5c";
    /// Three bytes that are not the payload's.
    const SKIPPED: &[u8] = b"\x5a\x2a\x4d\x18\x03\0\0\0xyz";

    fn read(parts: &[&[u8]]) -> io::Result<String> {
        let mut text = String::new();
        unpacked(Box::new(Cursor::new(parts.concat())))?.bytes.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn frames_are_read_one_after_another() {
        let lines = "{\"n\":1}\n".repeat(200);
        assert_eq!(read(&[CHECKED]).unwrap(), lines);
        assert_eq!(read(&[SKIPPED, PLAIN, SKIPPED, CHECKED, PLAIN]).unwrap(), lines.repeat(3));
        assert_eq!(read(&[SKIPPED]).unwrap(), "");
    }

    #[test]
    fn what_is_not_compressed_stays_as_it_is() {
        for text in ["", "{", "{}", "(\u{b5}/", "Q*M", "P*M\u{18}"] {
            let read = read(&[text.as_bytes()]);
            assert_eq!(read.is_ok(), text != "P*M\u{18}", "{text:?}");
            assert!(read.is_err() || read.unwrap() == text);
        }
    }

    #[test]
    fn what_is_cut_off_or_changed_is_an_error() {
        for end in 1..CHECKED.len() {
            let cut = &CHECKED[..end];
            // Shorter than its magic number, it is not known for zstd.
            assert!(end < 4 || read(&[cut]).is_err(), "{end}");
            assert!(read(&[PLAIN, cut]).is_err(), "{end}");
        }
        assert!(read(&[&SKIPPED[..9]]).is_err() && read(&[PLAIN, &SKIPPED[..6]]).is_err());
        assert!(read(&[PLAIN, b"{}"]).is_err(), "something else may not follow");
        let mut changed = CHECKED.to_vec();
        changed[12] = b'm';
        assert!(read(&[&changed]).unwrap_err().to_string().contains("corrupt"));
    }

    #[test]
    fn a_frame_that_asks_for_much_memory_is_refused() {
        // A window of 2^27 bytes: `zstd --long`.
        let error = read(&[b"\x28\xb5\x2f\xfd\x04\x88\x64\0\0\x10\0\0"]).unwrap_err();
        assert!(error.to_string().contains("window of more than 8388608 bytes"), "{error}");
        // One of 2^63 bytes, for a frame that says it has as many.
        assert!(read(&[b"\x28\xb5\x2f\xfd\xe0\0\0\0\0\0\0\0\x80\x01\0\0"]).is_err());
        // A dictionary that nobody gave.
        assert!(read(&[b"\x28\xb5\x2f\xfd\x21\x07\x01\x01\0\0"]).is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_change_ends(at in 0..CHECKED.len(), byte: u8, cut in 0..=CHECKED.len()) {
            let mut changed = CHECKED.to_vec();
            changed[at] = byte;
            changed.truncate(cut);
            let _ = read(&[&changed, &changed]);
        }
    }
}
