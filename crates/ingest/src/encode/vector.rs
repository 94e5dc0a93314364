//! pgvector's `vector` and `halfvec` (layouts: `vector_send`, `halfvec_send` in the extension), from an array of numbers or the same as
//! text. Their sparse sister is `sparse`'s.

use bytes::{BufMut, BytesMut};

use super::literal::{Cell, Literal, ValueError, shorten, wrong};

/// The extension's limit (`VECTOR_MAX_DIM`, `HALFVEC_MAX_DIM`).
const MOST_DIMENSIONS: usize = 16_000;

pub(super) const FORM: &str = "an array of numbers, as [1, 2.5, 3]";

/// Appends a `vector`: its elements in single precision.
pub(super) fn encode(cell: Cell<'_>, dimensions: Option<u32>, out: &mut BytesMut) -> Result<(), ValueError> {
    put(cell, dimensions, out, |value, _, out| {
        out.put_f32(value);
        Ok(())
    })
}

/// Appends a `halfvec`: its elements in half precision, rounded twice as the extension rounds them, to single precision before.
pub(super) fn encode_half(
    cell: Cell<'_>,
    dimensions: Option<u32>,
    out: &mut BytesMut,
) -> Result<(), ValueError> {
    put(cell, dimensions, out, |value, text, out| {
        let half = half_of(value);
        if half & 0x7fff == HALF_INFINITY {
            return Err(ValueError::Range { allowed: "±65504".into(), found: shorten(text) });
        }
        out.put_u16(half);
        Ok(())
    })
}

fn put(
    cell: Cell<'_>,
    dimensions: Option<u32>,
    out: &mut BytesMut,
    mut put_element: impl FnMut(f32, &str, &mut BytesMut) -> Result<(), ValueError>,
) -> Result<(), ValueError> {
    let literal = cell.literal()?;
    let start = out.len();
    out.put_u32(0);
    let mut count = 0_usize;
    for text in elements(&literal)? {
        count += 1;
        if count > MOST_DIMENSIONS {
            break;
        }
        put_element(element(text)?, text, out)?;
    }
    check_dimensions(count, dimensions, MOST_DIMENSIONS)?;
    // The number of elements, and two bytes that mean nothing.
    let count = u16::try_from(count).unwrap_or(u16::MAX);
    if let Some(place) = out.get_mut(start..start + 2) {
        place.copy_from_slice(&count.to_be_bytes());
    }
    Ok(())
}

/// The texts of the elements of `[1, 2.5, 3]`, at least one. Whatever is no number, nested arrays too, `element` will refuse.
pub(super) fn elements<'a>(literal: &'a Literal<'_>) -> Result<impl Iterator<Item = &'a str>, ValueError> {
    let text = match literal {
        Literal::Text(text) => text.trim(),
        Literal::Nested(text) => *text,
        _ => return Err(wrong(FORM, literal)),
    };
    let inner =
        text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).ok_or_else(|| wrong(FORM, literal))?;
    if inner.trim().is_empty() {
        return Err(ValueError::Type {
            expected: "at least 1 number".into(),
            found: "an empty array".to_owned(),
        });
    }
    Ok(inner.split(',').map(str::trim))
}

/// An element in single precision. What is too small for it is zero, as in the extension; infinities and NaN have no place there.
pub(super) fn element(text: &str) -> Result<f32, ValueError> {
    let refused =
        |expected: &'static str| ValueError::Type { expected: expected.into(), found: shorten(text) };
    let value: f32 = text.parse().map_err(|_| refused("a number in each place"))?;
    if value.is_finite() {
        Ok(value)
    } else if text.bytes().any(|byte| byte.is_ascii_digit()) {
        Err(ValueError::Range { allowed: "±3.4028235e38".into(), found: shorten(text) })
    } else {
        Err(refused("a finite number in each place"))
    }
}

/// Whether a vector of this length may stand in a column of so many dimensions.
pub(super) fn check_dimensions(count: usize, dimensions: Option<u32>, most: usize) -> Result<(), ValueError> {
    let wanted = dimensions.and_then(|dimensions| usize::try_from(dimensions).ok());
    let limit = wanted.unwrap_or(most);
    if count > limit {
        // Of a vector beyond the type's limit nobody has counted the rest.
        let found =
            if count > most { format!("more than {most} dimensions") } else { format!("{count} dimensions") };
        return Err(ValueError::TooLong { limit: format!("{limit}"), found });
    }
    match wanted {
        Some(wanted) if count < wanted => Err(ValueError::Type {
            expected: format!("{wanted} dimensions").into(),
            found: format!("{count}"),
        }),
        _ => Ok(()),
    }
}

const HALF_INFINITY: u16 = 0x7c00;

/// A finite number in half precision (IEEE 754 binary16), a tie to the even neighbour; infinity from 65520 on.
fn half_of(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = (bits >> 16) & 0x8000;
    let exponent = (bits >> 23) & 0xff;
    let fraction = bits & 0x007f_ffff;
    // How many bits of the 24 of the significand are lost, and what the exponent adds to those that stay.
    let (significand, lost, base) = match exponent {
        // 2^16 and more.
        143.. => (0, 0, u32::from(HALF_INFINITY)),
        // Normal in half precision: 13 bits less, and the leading one is not written.
        113..=142 => (fraction, 13, (exponent - 112) << 10),
        // Subnormal: the leading one is written, and the further down the more bits are lost.
        102..=112 => (fraction | 0x0080_0000, 126 - exponent, 0),
        _ => (0, 0, 0),
    };
    let kept = significand >> lost;
    let rest = significand - (kept << lost);
    let half_way = (1_u32 << lost) >> 1;
    let up = lost > 0 && (rest > half_way || rest == half_way && kept & 1 == 1);
    // A carry out of the fraction is the next exponent, up to infinity: the layout is made for it.
    u16::try_from(sign | (base + kept + u32::from(up))).unwrap_or(HALF_INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_the_extensions() {
        let mut out = BytesMut::new();
        encode(Cell::Json("[1, -2.5]"), Some(2), &mut out).unwrap();
        assert_eq!(out[..], [0, 2, 0, 0, 0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0]);
        let mut same = BytesMut::new();
        encode(Cell::Field(" [1,-2.5e0] "), None, &mut same).unwrap();
        assert_eq!(out, same);
        let mut out = BytesMut::new();
        encode_half(Cell::Json(r#""[1,-2.5]""#), Some(2), &mut out).unwrap();
        assert_eq!(out[..], [0, 2, 0, 0, 0x3c, 0, 0xc1, 0]);
    }

    #[test]
    fn every_half_is_its_own_and_every_tie_is_even() {
        // The value of a half's bits, by the definition of binary16.
        let value = |half: u16| {
            let (exponent, fraction) = (i32::from(half >> 10), f32::from(half & 0x3ff));
            if exponent == 0 {
                fraction * 2_f32.powi(-24)
            } else {
                (1024.0 + fraction) * 2_f32.powi(exponent - 25)
            }
        };
        for half in 0..HALF_INFINITY {
            assert_eq!(half_of(value(half)), half, "{half:04x}");
            assert_eq!(half_of(-value(half)), half | 0x8000, "{half:04x}");
            let next = if half + 1 == HALF_INFINITY { 65536.0 } else { value(half + 1) };
            let between = f32::midpoint(value(half), next);
            assert_eq!(half_of(between), half + (half & 1), "tie above {half:04x}");
            assert_eq!(half_of(between.next_down()), half, "below the tie above {half:04x}");
            assert_eq!(half_of(between.next_up()), half + 1, "above the tie above {half:04x}");
        }
        assert_eq!(half_of(f32::MAX), HALF_INFINITY);
        assert_eq!(half_of(f32::MIN_POSITIVE), 0);
    }

    #[test]
    fn what_is_no_vector_is_refused() {
        let refused = |cell| encode(cell, Some(2), &mut BytesMut::new()).unwrap_err().to_string();
        assert_eq!(refused(Cell::Json("[1,2,3]")), "3 dimensions do not fit into 2");
        assert_eq!(refused(Cell::Json("[1]")), "expected 2 dimensions, found 1");
        assert_eq!(refused(Cell::Json("[]")), "expected at least 1 number, found an empty array");
        assert_eq!(refused(Cell::Json("[1,null]")), "expected a number in each place, found null");
        assert_eq!(refused(Cell::Field("[1,NaN]")), "expected a finite number in each place, found NaN");
        assert_eq!(refused(Cell::Json("[1,1e39]")), "1e39 is outside ±3.4028235e38");
        for bad in ["5", "[[1],[2]]", r#"["1","2"]"#, "{}", "true", r#""[1,2""#, r#""1,2""#, r#""[1,,2]""#] {
            assert!(encode(Cell::Json(bad), None, &mut BytesMut::new()).is_err(), "{bad}");
        }
        let half = encode_half(Cell::Json("[1,65520]"), None, &mut BytesMut::new()).unwrap_err();
        assert_eq!(half.to_string(), "65520 is outside ±65504");
        let long = format!("[{}1]", "1,".repeat(MOST_DIMENSIONS));
        let error = encode(Cell::Json(&long), None, &mut BytesMut::new()).unwrap_err();
        assert_eq!(error.to_string(), "more than 16000 dimensions do not fit into 16000");
    }
}
