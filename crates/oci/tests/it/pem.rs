//! A key that went through an environment variable comes out whole, whatever was done to its line breaks.

use adit_oci::pem::{Pem, PemError, repair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;

const KEYS: [&str; 8] = [
    include_str!("../keys/pkcs1.pem"),
    include_str!("../keys/pkcs8.pem"),
    include_str!("../keys/dek-aes-256-cbc.pem"),
    include_str!("../keys/dek-des3.pem"),
    include_str!("../keys/pbes2-aes256-SHA256.pem"),
    include_str!("../keys/public.pem"),
    include_str!("../keys/public-pkcs1.pem"),
    include_str!("../keys/certificate.pem"),
];

/// What consoles, shells, YAML and copying do to a value.
#[derive(Debug, Clone, Copy)]
enum Mangling {
    LineBreaksLost,
    LineBreaksToSpaces,
    LineBreaksToBackslashN,
    LineBreaksToTwoBackslashesN,
    LineBreaksToBackslashRBackslashN,
    LineBreaksToCrLf,
    LineBreaksToCr,
    AllWhiteSpaceLost,
    Quoted(&'static str),
    JsonString,
    Indented,
    SurroundedByWhiteSpace,
    LabelledAtTheEnd,
    WordsBefore,
    ByteOrderMark,
    LastLineBreakLost,
}

use Mangling::*;

const ALL: [Mangling; 18] = [
    LineBreaksLost,
    LineBreaksToSpaces,
    LineBreaksToBackslashN,
    LineBreaksToTwoBackslashesN,
    LineBreaksToBackslashRBackslashN,
    LineBreaksToCrLf,
    LineBreaksToCr,
    AllWhiteSpaceLost,
    Quoted("\""),
    Quoted("'"),
    Quoted("\\\""),
    JsonString,
    Indented,
    SurroundedByWhiteSpace,
    LabelledAtTheEnd,
    WordsBefore,
    ByteOrderMark,
    LastLineBreakLost,
];

fn mangle(text: &str, how: Mangling) -> String {
    match how {
        LineBreaksLost => text.replace('\n', ""),
        LineBreaksToSpaces => text.replace('\n', " "),
        LineBreaksToBackslashN => text.replace('\n', "\\n"),
        LineBreaksToTwoBackslashesN => text.replace('\n', "\\\\n"),
        LineBreaksToBackslashRBackslashN => text.replace('\n', "\\r\\n"),
        LineBreaksToCrLf => text.replace('\n', "\r\n"),
        LineBreaksToCr => text.replace('\n', "\r"),
        AllWhiteSpaceLost => text.chars().filter(|c| !c.is_whitespace()).collect(),
        Quoted(quote) => format!("{quote}{text}{quote}"),
        // With the slashes escaped, as some writers of JSON do.
        JsonString => serde_json::to_string(text).unwrap().replace('/', "\\/"),
        Indented => text.lines().map(|line| format!("\t  {line}  \n")).collect(),
        SurroundedByWhiteSpace => format!(" \n\t{text}\n\n "),
        // What the console's own download has.
        LabelledAtTheEnd => format!("{text}\nOCI_API_KEY\n"),
        WordsBefore => format!("Bag Attributes\n    friendlyName: key\n{text}"),
        ByteOrderMark => format!("\u{feff}{text}"),
        LastLineBreakLost => text.trim_end().to_owned(),
    }
}

fn repaired(text: &str) -> Result<String, PemError> {
    repair(text).map(|text| text.to_string())
}

#[test]
fn a_whole_file_stays_as_it_is() {
    for key in KEYS {
        assert_eq!(&**repair(key).unwrap(), key);
    }
}

#[test]
fn every_mangling_alone_and_in_base64() {
    for key in KEYS {
        for how in ALL {
            let mangled = mangle(key, how);
            assert_eq!(repaired(&mangled), Ok(key.to_owned()), "{how:?}");
            for encoded in
                [STANDARD.encode(&mangled), STANDARD.encode(&mangled).trim_end_matches('=').to_owned()]
            {
                for again in ALL {
                    // These two would put words where only base64 can stand.
                    if !matches!(again, LabelledAtTheEnd | WordsBefore) {
                        let mangled = mangle(&encoded, again);
                        assert_eq!(
                            repair(&mangled).as_deref().map(String::as_str),
                            Ok(key),
                            "{how:?} {again:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn a_body_that_lost_its_armour_is_known_by_its_shape() {
    for key in KEYS.into_iter().filter(|key| !key.contains("DEK-Info")) {
        let body: String = key.lines().filter(|line| !line.starts_with("-----")).collect();
        assert_eq!(repaired(&body), Ok(key.to_owned()));
    }
}

#[test]
fn several_blocks_are_read_in_their_order() {
    let both = [KEYS[7], KEYS[0]].concat();
    let read: Vec<String> = Pem::parse_all(&both.replace('\n', " "))
        .unwrap()
        .iter()
        .map(|pem| pem.to_text().to_string())
        .collect();
    assert_eq!(read, [KEYS[7], KEYS[0]]);
}

#[test]
fn a_key_whose_begin_line_is_damaged_is_not_shown() {
    for key in KEYS {
        for damaged in [key.replacen("-----\n", "\n", 1), key.replacen("-----\n", "", 1)] {
            assert_eq!(repair(&damaged), Err(PemError::BadLabel));
        }
    }
}

#[test]
fn damage_is_named() {
    let key = KEYS[1];
    let half = key.get(..key.len() / 2).unwrap();
    assert_eq!(repair(" '' "), Err(PemError::Empty));
    assert_eq!(repair("hello"), Err(PemError::NotPem));
    let said = |text: &str| repair(text).unwrap_err().to_string();
    assert_eq!(
        said(half),
        "is cut off: `-----BEGIN PRIVATE KEY-----` has no matching `-----END PRIVATE KEY-----`"
    );
    assert_eq!(said(&key.replace("END PRIVATE", "END PUBLIC")), said(half));
    assert_eq!(
        said(&key.replace('a', "*")),
        "has a damaged body: what is between BEGIN and END PRIVATE KEY is not base64".to_owned()
    );
    assert_eq!(
        said(&KEYS[2].replace("DEK-Info", "DEK-Inf")),
        "is encrypted, but its DEK-Info line is missing or damaged"
    );
}

proptest! {
    #[test]
    fn any_series_of_manglings_is_undone(which in 0_usize..8, series in proptest::collection::vec(0_usize..18, 0..5)) {
        let mut text = KEYS[which].to_owned();
        for index in series {
            text = mangle(&text, ALL[index]);
        }
        prop_assert_eq!(repaired(&text), Ok(KEYS[which].to_owned()));
    }

    #[test]
    fn arbitrary_text_does_not_panic(text in ".{0,300}", label in "[A-Z ]{0,20}", body in "[A-Za-z0-9+/=: ,\\\\\n-]{0,200}") {
        drop(repair(&text));
        drop(repair(&format!("-----BEGIN {label}-----{body}-----END {label}-----")));
        drop(repair(&format!("-----BEGIN {label}-----Proc-Type: 4,ENCRYPTED\nDEK-Info: {body}-----END {label}-----")));
    }
}
