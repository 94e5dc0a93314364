//! The tokens, and how quotes are read.

use super::super::span::Span;
use super::hole;

/// A token with its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Token {
    pub(in super::super) kind: Kind,
    pub(in super::super) span: Span,
    /// How many line breaks are in the white space before it; two mean an empty line, and more are not counted.
    pub(in super::super) breaks: usize,
}

/// What kind of token it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind {
    /// Letters, digits and `_ - . @ +`, perhaps with holes.
    Word { holes: bool },
    /// A text in quotes. `right` if they are the language's own, `'`; `open` and `close` are their lengths in bytes, `close` is 0 where
    /// the line ends before it.
    Quoted { right: bool, open: usize, close: usize, holes: bool },
    /// `,`
    Comma,
    /// `:`
    Colon,
    /// `/`
    Slash,
    /// `{`
    OpenBrace,
    /// `}`
    CloseBrace,
    /// `(`
    OpenParenthesis,
    /// `)`
    CloseParenthesis,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `!`
    Bang,
    /// An operator that the language does not have: `==`, `<`, `&&`.
    Foreign,
    /// `//` and the rest of the line.
    Comment,
    /// A character without a meaning.
    Unknown,
    /// The end of the text.
    End,
}

impl Token {
    /// The place between the quotes; that of the token, if it has none.
    pub(in super::super) fn inside(&self) -> Span {
        match self.kind {
            Kind::Quoted { open, close, .. } => {
                Span { start: self.span.start + open, end: self.span.end - close }
            }
            _ => self.span,
        }
    }
}

/// The text in quotes that `rest` begins with, if it begins with one.
pub(super) fn quoted(rest: &str, first: char) -> Option<(Kind, usize)> {
    let (closes, right): (&[char], bool) = match first {
        '\'' => (&['\''], true),
        '"' => (&['"'], false),
        '`' => (&['`', '\''], false),
        '\u{2018}' | '\u{2019}' | '\u{201a}' => (&['\u{2018}', '\u{2019}'], false),
        '\u{201c}'..='\u{201e}' => (&['\u{201c}', '\u{201d}'], false),
        _ => return None,
    };
    let open = first.len_utf8();
    let (mut escaped, mut end) = (false, None);
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '\n' => {
                end = Some((at, 0));
                break;
            }
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if closes.contains(&c) => {
                end = Some((at, c.len_utf8()));
                break;
            }
            _ => {}
        }
    }
    let (at, close) = end.unwrap_or((rest.len(), 0));
    // Of a text that is not closed, the white space at its end is not part.
    let at = if close == 0 { rest.get(..at).map_or(at, |text| text.trim_end().len()) } else { at };
    let holes = rest.get(open..at).is_some_and(hole::any);
    Some((Kind::Quoted { right, open, close, holes }, at + close))
}
