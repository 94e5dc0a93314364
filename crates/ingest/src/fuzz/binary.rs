//! PostgreSQL's binary formats read strictly, as the server's `…_recv` functions read them: what an encoder wrote must have exactly
//! its form.

use crate::encode::Encoding;

use super::reference;

/// How many fields each of these rows of the COPY format has.
pub(super) fn rows(bytes: &[u8]) -> Vec<usize> {
    let mut input = Input(bytes);
    let mut counts = Vec::new();
    while !input.0.is_empty() {
        let count = usize::from(u16::from_be_bytes(input.array()));
        for _ in 0..count {
            input.field();
        }
        counts.push(count);
    }
    counts
}

/// Checks one value with its length in front.
pub(super) fn framed(encoding: &Encoding, bytes: &[u8]) {
    let mut input = Input(bytes);
    let value = input.field();
    assert!(input.0.is_empty(), "{} bytes behind the value", input.0.len());
    assert!(value.is_some(), "a value became null");
    check(encoding, value.unwrap_or_default());
}

/// Checks one value.
fn check(encoding: &Encoding, value: &[u8]) {
    match encoding {
        Encoding::Bool => assert!(matches!(value, [0 | 1]), "{value:?}"),
        Encoding::Int2 => is_long(value, 2),
        Encoding::Int4 | Encoding::Oid | Encoding::Float4 | Encoding::Date => is_long(value, 4),
        Encoding::Int8 | Encoding::Float8 | Encoding::Timestamp | Encoding::Timestamptz => is_long(value, 8),
        Encoding::Numeric => numeric(value),
        Encoding::Text { max } => {
            let characters = text(value).chars().count();
            assert!(max.is_none_or(|max| characters <= max as usize), "{characters} characters of {max:?}");
        }
        Encoding::Name => assert!(text(value).len() <= 63, "{} bytes", value.len()),
        Encoding::Citext | Encoding::Enum => drop(text(value)),
        Encoding::Bytea => {}
        Encoding::Uuid => is_long(value, 16),
        Encoding::Time => {
            is_long(value, 8);
            time(&mut Input(value));
        }
        Encoding::Timetz => {
            let mut input = Input(value);
            time(&mut input);
            is_long(input.0, 4);
        }
        Encoding::Interval | Encoding::Point => is_long(value, 16),
        Encoding::Inet | Encoding::Cidr => network(value),
        Encoding::Mac { bytes } => is_long(value, *bytes),
        Encoding::Bit { length: most @ None } | Encoding::Varbit { max: most } => {
            let count = bits(value);
            assert!(most.is_none_or(|most| count <= most), "{count} bits of {most:?}");
        }
        Encoding::Bit { length: Some(length) } => assert_eq!(bits(value), *length),
        Encoding::Vector { dimensions } => vector(value, 4, *dimensions),
        Encoding::HalfVector { dimensions } => vector(value, 2, *dimensions),
        Encoding::SparseVector { dimensions } => sparse_vector(value, *dimensions),
        Encoding::Hstore => hstore(value),
        Encoding::Json => document(value),
        Encoding::Jsonb => {
            let (version, text) = value.split_first().unwrap_or((&0, &[]));
            assert_eq!(*version, 1);
            document(text);
        }
        Encoding::Array { element_oid, element } => array(value, *element_oid, element),
        Encoding::Range { subtype } => range(value, subtype),
        Encoding::Multirange { subtype } => {
            let mut input = Input(value);
            let count = i32::from_be_bytes(input.array());
            (0..count).for_each(|_| range(input.field().unwrap_or_default(), subtype));
            assert!(input.0.is_empty() && count >= 0, "{value:?}");
        }
        Encoding::Epoch { of, .. } => check(of, value),
        Encoding::Unsupported => assert!(value.is_empty(), "a type without an encoder was encoded"),
    }
}

fn is_long(value: &[u8], bytes: usize) {
    assert_eq!(value.len(), bytes);
}

fn text(value: &[u8]) -> &str {
    let text = std::str::from_utf8(value);
    assert!(text.is_ok_and(|text| !text.contains('\0')), "no text of PostgreSQL: {value:?}");
    text.unwrap_or_default()
}

fn document(value: &[u8]) {
    assert!(reference::is_value(text(value)), "not JSON: {}", text(value));
}

fn time(input: &mut Input<'_>) {
    let microseconds = i64::from_be_bytes(input.array());
    assert!((0..=86_400_000_000).contains(&microseconds), "{microseconds}");
}

fn network(value: &[u8]) {
    let (head, address) = value.split_at(4.min(value.len()));
    assert!(
        matches!((head, address.len()), ([2, 0..=32, 0 | 1, 4], 4) | ([3, 0..=128, 0 | 1, 16], 16)),
        "{value:?}"
    );
}

/// `numeric_recv`: no digit above 9999; and as the server stores it, without zeros at either end.
fn numeric(value: &[u8]) {
    let mut input = Input(value);
    let count = u16::from_be_bytes(input.array());
    let _weight = i16::from_be_bytes(input.array());
    let sign = u16::from_be_bytes(input.array());
    let scale = u16::from_be_bytes(input.array());
    assert!(matches!(sign, 0 | 0x4000 | 0xC000 | 0xD000 | 0xF000), "sign {sign:x}");
    assert!(scale <= 0x3fff, "scale {scale}");
    let digits: Vec<u16> = (0..count).map(|_| u16::from_be_bytes(input.array())).collect();
    assert!(input.0.is_empty() && digits.iter().all(|digit| *digit <= 9999), "{digits:?}");
    assert!(digits.first() != Some(&0) && digits.last() != Some(&0), "{digits:?}");
}

fn hstore(value: &[u8]) {
    let mut input = Input(value);
    let pairs = i32::from_be_bytes(input.array());
    for _ in 0..pairs {
        text(input.field().unwrap_or(&[0]));
        text(input.field().unwrap_or_default());
    }
    assert!(input.0.is_empty());
}

fn bits(value: &[u8]) -> u32 {
    let mut input = Input(value);
    let count = u32::from_be_bytes(input.array());
    assert_eq!(u32::try_from(input.0.len()), Ok(count.div_ceil(8)));
    let unused = count.div_ceil(8) * 8 - count;
    assert!(input.0.last().is_none_or(|last| last.trailing_zeros() >= unused), "{value:?}");
    count
}

fn vector(value: &[u8], bytes: usize, wanted: Option<u32>) {
    let mut input = Input(value);
    let count = u16::from_be_bytes(input.array());
    assert_eq!(u16::from_be_bytes(input.array()), 0);
    assert!((1..=16_000).contains(&count) && wanted.is_none_or(|wanted| wanted == u32::from(count)));
    is_long(input.0, usize::from(count) * bytes);
}

/// Places in rising order, and no zeros.
fn sparse_vector(value: &[u8], wanted: Option<u32>) {
    let mut input = Input(value);
    let dimensions = u32::from_be_bytes(input.array());
    let count = u32::from_be_bytes(input.array());
    assert_eq!(u32::from_be_bytes(input.array()), 0);
    assert!((1..=1_000_000_000).contains(&dimensions) && wanted.is_none_or(|wanted| wanted == dimensions));
    let places: Vec<u32> = (0..count).map(|_| u32::from_be_bytes(input.array())).collect();
    assert!(places.is_sorted_by(|a, b| a < b) && places.last().is_none_or(|last| *last < dimensions));
    let values: Vec<f32> = (0..count).map(|_| f32::from_be_bytes(input.array())).collect();
    assert!(
        input.0.is_empty() && values.iter().all(|value| value.is_finite() && *value != 0.0),
        "{values:?}"
    );
}

/// `range_recv`: empty, or bounds where the flags say that there are some.
fn range(value: &[u8], subtype: &Encoding) {
    let mut input = Input(value);
    let [flags] = input.array();
    assert_eq!(flags & !0x1f, 0, "{flags:x}");
    for (infinite, inclusive) in [(0x08, 0x02), (0x10, 0x04)] {
        if flags & (0x01 | infinite) == 0 {
            check(subtype, input.field().unwrap_or_default());
        } else {
            assert_eq!(flags & inclusive, 0, "a bound that is none is in it: {flags:x}");
        }
    }
    assert!(input.0.is_empty(), "{value:?}");
}

fn array(value: &[u8], element_oid: u32, element: &Encoding) {
    let mut input = Input(value);
    let dimensions = i32::from_be_bytes(input.array());
    let has_nulls = i32::from_be_bytes(input.array());
    assert!((0..=6).contains(&dimensions), "{dimensions} dimensions");
    assert_eq!(u32::from_be_bytes(input.array()), element_oid);
    let mut count = usize::from(dimensions > 0);
    for _ in 0..dimensions {
        count *= usize::try_from(i32::from_be_bytes(input.array())).unwrap_or_default();
        assert_eq!(i32::from_be_bytes(input.array()), 1, "the lower bound");
    }
    let elements: Vec<Option<&[u8]>> = (0..count).map(|_| input.field()).collect();
    assert!(input.0.is_empty() && (dimensions == 0) == elements.is_empty(), "{value:?}");
    assert_eq!(has_nulls == 1, elements.contains(&None));
    elements.into_iter().flatten().for_each(|value| check(element, value));
}

/// Bytes that must be there.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn take(&mut self, bytes: usize) -> &'a [u8] {
        assert!(bytes <= self.0.len(), "{bytes} bytes wanted, {} left", self.0.len());
        let (taken, rest) = self.0.split_at(bytes);
        self.0 = rest;
        taken
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        self.take(N).try_into().unwrap_or([0; N])
    }

    /// A length and so many bytes, or null.
    fn field(&mut self) -> Option<&'a [u8]> {
        let length = i32::from_be_bytes(self.array());
        assert!(length >= -1, "a length of {length}");
        usize::try_from(length).ok().map(|length| self.take(length))
    }
}
