//! Regions as a plan names them: which is meant, and what may be one that this build does not know yet.

pub(super) use adit_regions::{AS_OF, Known as Region};

/// All regions.
static ALL: std::sync::LazyLock<Vec<Region>> = std::sync::LazyLock::new(|| adit_regions::known().collect());

/// All of them.
pub(super) fn all() -> &'static [Region] {
    &ALL
}

/// By name or key, in any case.
pub(super) fn region(text: &str) -> Option<&'static Region> {
    all().iter().find(|it| it.name.eq_ignore_ascii_case(text) || it.key.eq_ignore_ascii_case(text))
}

/// The region whose name is meant by one that is none: a letter or two away. Another number is another region.
pub(super) fn meant(text: &str) -> Option<&'static Region> {
    let text = text.to_ascii_lowercase();
    let stem = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-').to_owned();
    let own = stem(&text);
    let near = |region: &Region| {
        let theirs = stem(region.name);
        let distance = strsim::osa_distance(&own, &theirs);
        (own != theirs && distance <= 2).then_some(distance)
    };
    let found = all().iter().filter_map(|region| Some((near(region)?, region)));
    found.min_by_key(|(distance, _)| *distance).map(|(_, region)| region)
}

/// Whether it looks as the names of regions do: a part of the world that has some, a place, a number.
pub(super) fn is_formed(text: &str) -> bool {
    let mut parts = text.split('-');
    let begins = parts
        .next()
        .is_some_and(|part| all().iter().any(|region| region.name.split('-').next() == Some(part)));
    let parts: Vec<&str> = parts.collect();
    let Some((number, places)) = parts.split_last() else { return false };
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase());
    begins && is_number && !places.is_empty() && places.iter().all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_meant_and_names_that_may_be_new() {
        for (text, expected) in [
            ("eu-frankfort-1", Some("eu-frankfurt-1")),
            ("us-asburn-1", Some("us-ashburn-1")),
            ("eu-frankfurt-9", None),
            ("mars-north-1", None),
            ("", None),
        ] {
            assert_eq!(meant(text).map(|it| it.name), expected, "{text}");
        }
        assert!(all().iter().all(|it| is_formed(it.name)));
        assert!(is_formed("eu-nowhere-1"));
        for text in
            ["", "mars-north-1", "eu-1", "eu--1", "frankfurt", "eu-north-x", "-", "EU-NORTH-1", "eu-a.b-1"]
        {
            assert!(!is_formed(text), "{text}");
        }
    }
}
