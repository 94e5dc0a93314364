//! PostgreSQL's own text of an array, `{{1,2},{3,NULL}}`, taken apart (manual, array input): what CSV files hold that a PostgreSQL server
//! has written. Lower bounds other than 1 (`[0:1]={…}`) are not taken.

use std::iter::Peekable;
use std::str::Chars;

use super::array::MOST_DIMENSIONS;

/// The size of each dimension, and the elements in order; `None` among them is null. `None` if the text is no array.
pub(super) fn parse(text: &str) -> Option<(Vec<usize>, Vec<Option<String>>)> {
    let mut reader = Reader {
        characters: text.trim().chars().peekable(),
        sizes: [None; MOST_DIMENSIONS],
        elements_at: None,
        elements: Vec::new(),
    };
    reader.expect('{')?;
    reader.array(0)?;
    if reader.characters.next().is_some() {
        return None;
    }
    let shape: Vec<usize> = reader.sizes.into_iter().map_while(|size| size).collect();
    // Elements stand in the innermost arrays only.
    let level = reader.elements_at.is_none_or(|depth| depth + 1 == shape.len());
    level.then_some((shape, reader.elements))
}

struct Reader<'a> {
    characters: Peekable<Chars<'a>>,
    /// The size of the arrays at each depth: all of a depth have the same.
    sizes: [Option<usize>; MOST_DIMENSIONS],
    /// The depth at which there are elements.
    elements_at: Option<usize>,
    elements: Vec<Option<String>>,
}

impl Reader<'_> {
    /// Reads an array behind its opening brace.
    fn array(&mut self, depth: usize) -> Option<()> {
        // Beyond the last dimension nothing is read, however many braces there are.
        self.sizes.get(depth)?;
        let mut size = 0;
        self.spaces();
        if self.characters.next_if_eq(&'}').is_none() {
            loop {
                self.spaces();
                if self.characters.next_if_eq(&'{').is_some() {
                    self.array(depth + 1)?;
                } else {
                    let element = self.element()?;
                    self.elements.push(element);
                    if *self.elements_at.get_or_insert(depth) != depth {
                        return None;
                    }
                }
                size += 1;
                self.spaces();
                match self.characters.next()? {
                    ',' => {}
                    '}' => break,
                    _ => return None,
                }
            }
        }
        let same = self.sizes.get_mut(depth)?.get_or_insert(size);
        (*same == size).then_some(())
    }

    /// Reads one element: quoted, or up to the next comma or brace. `NULL` without quotes is null.
    fn element(&mut self) -> Option<Option<String>> {
        let mut value = String::new();
        if self.characters.next_if_eq(&'"').is_some() {
            loop {
                match self.characters.next()? {
                    '"' => return Some(Some(value)),
                    '\\' => value.push(self.characters.next()?),
                    c => value.push(c),
                }
            }
        }
        // Spaces at the end are not a part of it, unless they are escaped.
        let mut kept = 0;
        let mut escaped = false;
        while let Some(c) = self.characters.next_if(|c| !matches!(c, ',' | '{' | '}' | '"')) {
            if c == '\\' {
                escaped = true;
                value.push(self.characters.next()?);
                kept = value.len();
            } else {
                value.push(c);
                if !c.is_ascii_whitespace() {
                    kept = value.len();
                }
            }
        }
        value.truncate(kept);
        if value.is_empty() {
            return None;
        }
        Some((escaped || !value.eq_ignore_ascii_case("null")).then_some(value))
    }

    fn spaces(&mut self) {
        while self.characters.next_if(char::is_ascii_whitespace).is_some() {}
    }

    fn expect(&mut self, wanted: char) -> Option<()> {
        self.characters.next_if_eq(&wanted).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Option<(Vec<usize>, String)> {
        let (shape, elements) = parse(text)?;
        let shown: Vec<String> =
            elements.into_iter().map(|element| element.unwrap_or("∅".to_owned())).collect();
        Some((shape, shown.join("|")))
    }

    #[test]
    fn elements_come_in_order() {
        for (text, shape, elements) in [
            ("{}", vec![0], ""),
            (" { 1 , NULL , null } ", vec![3], "1|∅|∅"),
            (r#"{a b, "NULL",""," x ",a\,b,\NULL,"c\"d\\"}"#, vec![7], r#"a b|NULL|| x |a,b|NULL|c"d\"#),
            ("{{1,2},{3,4}}", vec![2, 2], "1|2|3|4"),
            ("{{{1}}}", vec![1, 1, 1], "1"),
            ("{{},{}}", vec![2, 0], ""),
        ] {
            assert_eq!(parsed(text), Some((shape, elements.to_owned())), "{text}");
        }
    }

    #[test]
    fn what_is_no_array_is_refused() {
        let deep = "{".repeat(1_000_000);
        for bad in [
            "",
            "{",
            "}",
            "{1",
            "{1,}",
            "{,1}",
            "{1}2",
            "{1,{2}}",
            "{{1},2}",
            "{{},1}",
            "{{1},{2,3}}",
            "{{1},{{2}}}",
            "{\"a}",
            "{a\\",
            "{1}}",
            "[0:1]={1,2}",
            "{{{{{{{1}}}}}}}",
            "{a\"b\"}",
            &deep,
        ] {
            assert_eq!(parsed(bad), None, "{}", super::super::shorten(bad));
        }
    }
}
