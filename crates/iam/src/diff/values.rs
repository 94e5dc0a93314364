//! For the texts and patterns that a variable is compared with, a few values that stand for all: one for each way in which a value can
//! match some of them and not the others.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use crate::decide::pattern::matches;
use crate::tenancy::same;

/// How many states of all patterns together are looked at.
const MOST_STATES: usize = 4_000;

/// What a value is compared with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Compared {
    /// With this text.
    Text(String),
    /// With this pattern, in which `*` stands for any characters.
    Pattern(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Piece {
    Letter(char),
    Any,
}

impl Compared {
    /// Whether a text is it, or matches it.
    pub(super) fn meets(&self, text: &str) -> bool {
        match self {
            Compared::Text(other) => same(other, text),
            Compared::Pattern(pattern) => matches(pattern, text),
        }
    }

    fn pieces(&self) -> Vec<Piece> {
        match self {
            Compared::Text(text) => text.to_lowercase().chars().map(Piece::Letter).collect(),
            Compared::Pattern(pattern) => {
                let piece = |it| if it == '*' { Piece::Any } else { Piece::Letter(it) };
                pattern.to_lowercase().chars().map(piece).collect()
            }
        }
    }
}

/// One value for each set of texts and patterns that exactly these match; none if there are too many.
///
/// Walks all patterns at once, one character after the other, over the characters that they have and one that they do not have.
pub(super) fn representatives(compared: &BTreeSet<Compared>) -> Option<Vec<String>> {
    if let Some(texts) = compared.iter().map(text).collect::<Option<BTreeSet<String>>>() {
        return Some(one_more(texts));
    }
    let patterns: Vec<Vec<Piece>> = compared.iter().map(Compared::pieces).collect();
    let letter = |piece: &Piece| match piece {
        Piece::Letter(letter) => Some(*letter),
        Piece::Any => None,
    };
    let mut letters: BTreeSet<char> = patterns.iter().flatten().filter_map(letter).collect();
    letters.insert(spare(&letters));
    let start: Vec<BTreeSet<usize>> = patterns.iter().map(|pattern| closed([0].into(), pattern)).collect();
    let mut values: HashMap<Vec<bool>, String> = HashMap::new();
    let mut seen: HashSet<Vec<BTreeSet<usize>>> = HashSet::from([start.clone()]);
    let mut waiting = VecDeque::from([(start, String::new())]);
    while let Some((state, text)) = waiting.pop_front() {
        let ends =
            state.iter().zip(&patterns).map(|(places, pattern)| places.contains(&pattern.len())).collect();
        values.entry(ends).or_insert_with(|| text.clone());
        for letter in &letters {
            let next: Vec<BTreeSet<usize>> =
                state.iter().zip(&patterns).map(|(places, pattern)| step(places, pattern, *letter)).collect();
            if seen.insert(next.clone()) {
                if seen.len() > MOST_STATES {
                    return None;
                }
                waiting.push_back((next, format!("{text}{letter}")));
            }
        }
    }
    let mut values: Vec<String> = values.into_values().collect();
    values.sort();
    Some(values)
}

fn text(compared: &Compared) -> Option<String> {
    match compared {
        Compared::Text(text) => Some(text.to_lowercase()),
        Compared::Pattern(_) => None,
    }
}

/// Of texts alone, each of them and one that is none of them.
fn one_more(texts: BTreeSet<String>) -> Vec<String> {
    let mut other = "a".to_owned();
    while texts.contains(&other) {
        other.push('a');
    }
    texts.into_iter().chain([other]).collect()
}

/// A character that is none of these.
fn spare(letters: &BTreeSet<char>) -> char {
    ('a'..='z').chain('0'..='9').chain('\u{3b1}'..='\u{3ff}').find(|it| !letters.contains(it)).unwrap_or('~')
}

/// With the places behind each `*`, which may stand for nothing.
fn closed(mut places: BTreeSet<usize>, pattern: &[Piece]) -> BTreeSet<usize> {
    for (at, piece) in pattern.iter().enumerate() {
        if *piece == Piece::Any && places.contains(&at) {
            places.insert(at + 1);
        }
    }
    places
}

fn step(places: &BTreeSet<usize>, pattern: &[Piece], letter: char) -> BTreeSet<usize> {
    let mut next = BTreeSet::new();
    for at in places {
        match pattern.get(*at) {
            Some(Piece::Any) => next.insert(*at),
            Some(Piece::Letter(wanted)) if *wanted == letter => next.insert(at + 1),
            _ => false,
        };
    }
    closed(next, pattern)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No text of up to six letters matches in a way that no representative does.
    #[test]
    fn every_way_to_match_has_a_value() {
        for patterns in
            [&["a*", "*b", "ab", "b"][..], &["*a*b*", "a*a", "*"], &["", "a"], &["a*b*c", "*c", "abc"]]
        {
            let set: BTreeSet<String> = patterns.iter().map(|it| (*it).to_owned()).collect();
            let way = |text: &str| set.iter().map(|pattern| matches(pattern, text)).collect::<Vec<_>>();
            let compared = set.iter().cloned().map(Compared::Pattern).collect();
            let found: HashSet<Vec<bool>> =
                representatives(&compared).unwrap().iter().map(|it| way(it)).collect();
            let mut texts = vec![String::new()];
            for _ in 0..6 {
                let longer =
                    texts.iter().flat_map(|text| ['a', 'b', 'c', 'x'].map(|it| format!("{text}{it}")));
                texts = texts.iter().cloned().chain(longer).collect::<BTreeSet<_>>().into_iter().collect();
            }
            let ways: HashSet<Vec<bool>> = texts.iter().map(|it| way(it)).collect();
            assert!(ways.is_subset(&found), "{patterns:?}");
        }
    }

    /// A star that is meant as itself is a letter.
    #[test]
    fn a_star_can_be_a_letter() {
        let compared = [Compared::Text("a*".into()), Compared::Pattern("a*".into())].into();
        let found = representatives(&compared).unwrap();
        assert!(
            found.contains(&"a*".to_owned()) && found.contains(&"a".to_owned()) && found.len() == 3,
            "{found:?}"
        );
    }

    #[test]
    fn too_many_patterns_are_too_many() {
        let pattern = |letter: char| Compared::Pattern(format!("*{letter}*{letter}*"));
        assert_eq!(representatives(&('a'..='n').map(pattern).collect()), None);
    }
}
