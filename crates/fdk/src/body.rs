//! Reading a request's body to its end, and keeping it if it is not too large. What a truncated body means for the
//! call is decided in `call`.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Body;

/// A request body that was longer than the [limit](crate::Contract::max_body); it was read to its end and not kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the request body has at least {at_least} bytes: at most {limit} are accepted")]
pub struct BodyTooLarge {
    /// How many bytes are accepted.
    pub limit: usize,
    /// How many bytes came.
    pub at_least: u64,
}

/// The body so far. Most bodies come in one piece, which is kept as it came, uncopied.
#[derive(Debug)]
enum Kept {
    Whole(Bytes),
    Joined(BytesMut),
    Over(u64),
}

impl Kept {
    fn add(self, piece: Bytes, limit: usize) -> Self {
        let so_far = match &self {
            Self::Whole(whole) => whole.len(),
            Self::Joined(joined) => joined.len(),
            Self::Over(seen) => return Self::Over(seen.saturating_add(count(piece.len()))),
        };
        let seen = so_far.saturating_add(piece.len());
        if seen > limit {
            return Self::Over(count(seen));
        }
        match self {
            Self::Whole(whole) if whole.is_empty() => Self::Whole(piece),
            Self::Whole(whole) => {
                let mut joined = BytesMut::with_capacity(seen);
                joined.extend_from_slice(&whole);
                joined.extend_from_slice(&piece);
                Self::Joined(joined)
            }
            Self::Joined(mut joined) => {
                joined.extend_from_slice(&piece);
                Self::Joined(joined)
            }
            Self::Over(_) => self,
        }
    }
}

fn count(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

/// Reads `body` to its end, keeping at most `limit` bytes. It is always drained, so that the connection can be used
/// again (contract clause 25).
///
/// # Errors
///
/// The connection's error when the body ends before its end; nothing of it must be used.
pub(crate) async fn collect<B>(mut body: B, limit: usize) -> Result<Result<Bytes, BodyTooLarge>, B::Error>
where
    B: Body<Data = Bytes> + Unpin,
{
    let mut kept = Kept::Whole(Bytes::new());
    while let Some(frame) = body.frame().await {
        // Trailers carry nothing in this contract.
        if let Ok(piece) = frame?.into_data() {
            kept = kept.add(piece, limit);
        }
    }
    Ok(match kept {
        Kept::Whole(whole) => Ok(whole),
        Kept::Joined(joined) => Ok(joined.freeze()),
        Kept::Over(at_least) => Err(BodyTooLarge { limit, at_least }),
    })
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use proptest::prelude::*;

    use super::{BodyTooLarge, Kept};

    fn kept(pieces: &[Vec<u8>], limit: usize) -> Result<Bytes, u64> {
        let empty = Kept::Whole(Bytes::new());
        match pieces.iter().fold(empty, |kept, piece| kept.add(Bytes::copy_from_slice(piece), limit)) {
            Kept::Whole(whole) => Ok(whole),
            Kept::Joined(joined) => Ok(joined.freeze()),
            Kept::Over(seen) => Err(seen),
        }
    }

    proptest! {
        #[test]
        fn pieces_are_joined_in_order_up_to_the_limit_and_counted_beyond_it(
            pieces in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..8), 0..8),
            limit in 0_usize..40,
        ) {
            let whole = pieces.concat();
            match kept(&pieces, limit) {
                Ok(body) => prop_assert!(body == whole && whole.len() <= limit),
                Err(seen) => prop_assert!(seen == whole.len() as u64 && whole.len() > limit),
            }
        }
    }

    #[test]
    fn a_body_in_one_piece_is_not_copied() {
        let piece = Bytes::from(vec![7; 100]);
        let Kept::Whole(whole) = Kept::Whole(Bytes::new()).add(piece.clone(), 100) else { panic!("copied") };
        assert_eq!(whole.as_ptr(), piece.as_ptr());
    }

    #[test]
    fn the_error_says_what_came_and_what_is_allowed() {
        let text = BodyTooLarge { limit: 10, at_least: 11 }.to_string();
        assert_eq!(text, "the request body has at least 11 bytes: at most 10 are accepted");
    }
}
