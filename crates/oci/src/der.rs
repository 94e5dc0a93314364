//! As much DER (X.690) as keys need: reading and writing of definite-length elements. It knows no key and no
//! certificate; those shapes are in [`crate::key`].

/// Universal tags that keys use.
pub(crate) mod tag {
    pub(crate) const INTEGER: u8 = 0x02;
    pub(crate) const BIT_STRING: u8 = 0x03;
    pub(crate) const OCTET_STRING: u8 = 0x04;
    pub(crate) const NULL: u8 = 0x05;
    pub(crate) const OID: u8 = 0x06;
    pub(crate) const SEQUENCE: u8 = 0x30;
}

/// The bytes are not the DER that was asked for: ended too early, another tag, or an indefinite or oversized length.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadDer;

/// Reads elements one after the other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next element: its tag and its content.
    pub(crate) fn any(&mut self) -> Result<(u8, &'a [u8]), BadDer> {
        let (&tag, rest) = self.rest.split_first().ok_or(BadDer)?;
        let (&first, rest) = rest.split_first().ok_or(BadDer)?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            // Four length bytes are four gigabytes: more than any key has.
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f)).ok_or(BadDer)?;
                (bytes.iter().fold(0_usize, |length, &byte| (length << 8) | usize::from(byte)), rest)
            }
            _ => return Err(BadDer),
        };
        let (content, rest) = rest.split_at_checked(length).ok_or(BadDer)?;
        self.rest = rest;
        Ok((tag, content))
    }

    /// The content of the next element, which must have `tag`.
    pub(crate) fn expect(&mut self, tag: u8) -> Result<&'a [u8], BadDer> {
        match self.any()? {
            (found, content) if found == tag => Ok(content),
            _ => Err(BadDer),
        }
    }

    /// The elements inside the next element, which must be a SEQUENCE.
    pub(crate) fn sequence(&mut self) -> Result<Reader<'a>, BadDer> {
        self.expect(tag::SEQUENCE).map(Reader::new)
    }

    /// The next INTEGER, when it is small.
    #[cfg(feature = "encrypted-keys")]
    pub(crate) fn small_integer(&mut self) -> Result<u32, BadDer> {
        let content = self.expect(tag::INTEGER)?;
        if content.len() > 4 || content.first().is_none_or(|&byte| byte > 0x7f) {
            return Err(BadDer);
        }
        Ok(content.iter().fold(0, |value, &byte| (value << 8) | u32::from(byte)))
    }
}

/// One element: tag, length, content.
pub(crate) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len().to_be_bytes();
    let significant: Vec<u8> = length.iter().copied().skip_while(|&byte| byte == 0).collect();
    match *significant.as_slice() {
        [] => out.push(0),
        [short @ 0..=0x7f] => out.push(short),
        _ => {
            // At most eight length bytes, so the cast keeps the value.
            out.push(0x80 | u8::try_from(significant.len()).unwrap_or(8));
            out.extend_from_slice(&significant);
        }
    }
    out.extend_from_slice(content);
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(tag in any::<u8>(), byte in any::<u8>(), length in 0_usize..70_000) {
            let content = vec![byte; length];
            let der = element(tag, &content);
            let mut reader = Reader::new(&der);
            prop_assert_eq!(reader.any(), Ok((tag, content.as_slice())));
            prop_assert!(reader.is_empty());
        }

        #[test]
        fn arbitrary_bytes_do_not_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut reader = Reader::new(&bytes);
            while reader.any().is_ok() {}
        }
    }

    #[test]
    fn truncated_and_indefinite_are_refused() {
        assert_eq!(Reader::new(&[0x30, 0x03, 1, 2]).any(), Err(BadDer));
        assert_eq!(Reader::new(&[0x30, 0x80, 0, 0]).any(), Err(BadDer));
        assert_eq!(Reader::new(&[0x30]).any(), Err(BadDer));
    }
}
