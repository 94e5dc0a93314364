//! The regions that there are, with their keys and realms: as Oracle's libraries list them, November 2026. A test holds the table against
//! the one by which requests are sent.

/// A region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Region {
    /// `eu-frankfurt-1`.
    pub(super) name: &'static str,
    /// `fra`.
    pub(super) key: &'static str,
    /// `oc1`.
    pub(super) realm: &'static str,
}

/// The month of the table.
pub(super) const AS_OF: &str = "November 2026";

/// A realm with the names and keys of its regions.
type Realm = (&'static str, &'static [(&'static str, &'static str)]);

const REALMS: &[Realm] = &[
    (
        "oc1",
        &[
            ("ap-chuncheon-1", "yny"),
            ("ap-hyderabad-1", "hyd"),
            ("ap-melbourne-1", "mel"),
            ("ap-mumbai-1", "bom"),
            ("ap-osaka-1", "kix"),
            ("ap-seoul-1", "icn"),
            ("ap-sydney-1", "syd"),
            ("ap-tokyo-1", "nrt"),
            ("ca-montreal-1", "yul"),
            ("ca-toronto-1", "yyz"),
            ("eu-amsterdam-1", "ams"),
            ("eu-frankfurt-1", "fra"),
            ("eu-zurich-1", "zrh"),
            ("me-jeddah-1", "jed"),
            ("me-dubai-1", "dxb"),
            ("sa-saopaulo-1", "gru"),
            ("uk-cardiff-1", "cwl"),
            ("uk-london-1", "lhr"),
            ("us-ashburn-1", "iad"),
            ("us-phoenix-1", "phx"),
            ("us-sanjose-1", "sjc"),
            ("sa-vinhedo-1", "vcp"),
            ("sa-santiago-1", "scl"),
            ("il-jerusalem-1", "mtz"),
            ("eu-marseille-1", "mrs"),
            ("ap-singapore-1", "sin"),
            ("me-abudhabi-1", "auh"),
            ("eu-milan-1", "lin"),
            ("eu-stockholm-1", "arn"),
            ("af-johannesburg-1", "jnb"),
            ("eu-paris-1", "cdg"),
            ("mx-queretaro-1", "qro"),
            ("eu-madrid-1", "mad"),
            ("us-chicago-1", "ord"),
            ("mx-monterrey-1", "mty"),
            ("us-saltlake-2", "aga"),
            ("sa-bogota-1", "bog"),
            ("sa-valparaiso-1", "vap"),
            ("ap-singapore-2", "xsp"),
            ("me-riyadh-1", "ruh"),
            ("ap-delhi-1", "onm"),
            ("ap-batam-1", "hsg"),
            ("eu-madrid-3", "orf"),
            ("eu-turin-1", "nrq"),
            ("ap-kulai-2", "jbp"),
            ("af-casablanca-1", "lej"),
        ],
    ),
    ("oc2", &[("us-langley-1", "lfi"), ("us-luke-1", "luf")]),
    ("oc3", &[("us-gov-ashburn-1", "ric"), ("us-gov-chicago-1", "pia"), ("us-gov-phoenix-1", "tus")]),
    ("oc4", &[("uk-gov-london-1", "ltn"), ("uk-gov-cardiff-1", "brs")]),
    ("oc8", &[("ap-chiyoda-1", "nja"), ("ap-ibaraki-1", "ukb")]),
    ("oc9", &[("me-dcc-muscat-1", "mct"), ("me-ibri-1", "ibr")]),
    ("oc10", &[("ap-dcc-canberra-1", "wga")]),
    (
        "oc14",
        &[
            ("eu-dcc-milan-1", "bgy"),
            ("eu-dcc-milan-2", "mxp"),
            ("eu-dcc-dublin-2", "snn"),
            ("eu-dcc-rating-2", "dtm"),
            ("eu-dcc-rating-1", "dus"),
            ("eu-dcc-dublin-1", "ork"),
        ],
    ),
    ("oc15", &[("ap-dcc-gazipur-1", "dac")]),
    ("oc19", &[("eu-madrid-2", "vll"), ("eu-frankfurt-2", "str")]),
    ("oc20", &[("eu-jovanovac-1", "beg")]),
    ("oc21", &[("me-dcc-doha-1", "doh"), ("me-alrayyan-1", "vve")]),
    ("oc23", &[("us-somerset-1", "ebb"), ("us-thames-1", "ebl")]),
    ("oc24", &[("eu-dcc-zurich-1", "avz"), ("eu-crissier-1", "avf")]),
    ("oc26", &[("me-abudhabi-3", "ahu"), ("me-alain-1", "rba")]),
    ("oc29", &[("me-abudhabi-2", "rkt"), ("me-abudhabi-4", "shj")]),
    ("oc35", &[("ap-seoul-2", "dtz"), ("ap-suwon-1", "dln"), ("ap-chuncheon-2", "bno")]),
    ("oc42", &[("us-ashburn-2", "yxj"), ("us-newark-1", "pgc")]),
    ("oc51", &[("eu-budapest-1", "jsk")]),
    ("oc52", &[("sa-riodejaneiro-1", "hnw")]),
];

/// All regions.
static ALL: std::sync::LazyLock<Vec<Region>> = std::sync::LazyLock::new(|| {
    let of = |(realm, regions): &Realm| {
        let realm = *realm;
        regions.iter().map(move |(name, key)| Region { name, key, realm }).collect::<Vec<_>>()
    };
    REALMS.iter().flat_map(of).collect()
});

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
    use std::collections::BTreeSet;

    use super::*;

    /// One table of the house is as long as the other.
    #[test]
    fn the_table_is_the_one_by_which_requests_are_sent() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../oci/src/region/table.rs");
        let text = std::fs::read_to_string(path).unwrap();
        let table = text.split_once("const REALMS").unwrap().1;
        let mut theirs = BTreeSet::new();
        let mut realm = String::new();
        // Every text in quotes: a realm, a domain, or a name and its key.
        let texts: Vec<&str> = table.split('"').skip(1).step_by(2).collect();
        let mut texts = texts.iter().peekable();
        while let Some(text) = texts.next() {
            let is_realm = text.strip_prefix("oc").is_some_and(|rest| rest.parse::<u16>().is_ok());
            if is_realm {
                realm = (*text).to_owned();
                assert!(texts.next().unwrap().contains('.'));
            } else {
                theirs.insert(((*text).to_owned(), (*texts.next().unwrap()).to_owned(), realm.clone()));
            }
        }
        let own: BTreeSet<_> =
            all().iter().map(|it| (it.name.to_owned(), it.key.to_owned(), it.realm.to_owned())).collect();
        assert!(own.len() > 70);
        assert_eq!(own, theirs);
    }

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
