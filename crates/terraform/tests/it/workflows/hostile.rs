//! Names of any kind: they are refused, or they are words in the workflow and change nothing else.

use adit_blueprint::{Source, parse};
use proptest::prelude::*;

use super::{EXAMPLE, LOGINS, all, make, settings, yaml};

/// The example, its function called otherwise.
fn renamed(name: &str) -> String {
    let quoted: String =
        name.chars().flat_map(|c| format!("\\U{:08X}", u32::from(c)).chars().collect::<Vec<_>>()).collect();
    let text = EXAMPLE.replace("[function.postgres-inserter]", &format!("[function.\"{quoted}\"]"));
    // Its sentences are about the old name.
    text.split("\n[require]").next().unwrap().to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_name_is_refused_or_is_a_word(name in prop_oneof![
        "[a-zA-Z0-9_.-]{1,12}",
        "[-'\"$#{}:&*!|>%@`, \n\\[\\]a]{1,6}",
        "[ab][-'\"$#{}:&*!|>%@`, \n\\[\\]/\\\\;()~+=?^<é]?[ab]{1,3}",
        Just("${{ secrets.OCI_PRIVATE_KEY }}".to_owned()),
        Just("a'\n  evil: true #".to_owned()),
        any::<String>().prop_filter("a name is not empty", |name| !name.is_empty()),
    ]) {
        let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
            && !name.starts_with('-') && name != "." && name != "..";
        if !parse(&Source::new("adit.toml", renamed(&name))).is_sound() {
            // Of such names the file itself is refused.
            prop_assert!(!plain, "{name:?}");
            return Ok(());
        }
        for login in LOGINS {
            match make(&renamed(&name), &settings(login)) {
                Err(findings) => {
                    prop_assert!(!plain, "{name:?}: {findings:?}");
                    prop_assert!(findings.iter().all(|finding| finding.code.as_str() == "A0142"));
                }
                Ok(made) => {
                    prop_assert!(plain, "{name:?}");
                    for (made, usual) in made.iter().zip(make(EXAMPLE, &settings(login)).unwrap()) {
                        let read = yaml(&made.text);
                        prop_assert_eq!(read["env"]["FUNCTIONS"].as_str(), Some(name.as_str()));
                        prop_assert_eq!(made.text.lines().count(), usual.text.lines().count());
                    }
                }
            }
        }
    }
}

#[test]
fn words_that_yaml_reads_as_something_else_stay_words() {
    for name in ["true", "null", "1e3", "0x10", "2024-01-01", "~a", "on"] {
        let Ok(made) = make(&renamed(name), &settings(LOGINS[0])) else {
            assert_eq!(name, "~a");
            continue;
        };
        for workflow in made {
            let workflow = yaml(&workflow.text);
            assert_eq!(workflow["env"]["FUNCTIONS"].as_str(), Some(name));
            let options = &workflow["on"]["workflow_dispatch"]["inputs"]["function"]["options"];
            assert!(options.is_badvalue() || options[0].as_str() == Some(name));
        }
    }
}

#[test]
fn the_same_file_makes_the_same_bytes() {
    assert_eq!(all(EXAMPLE), all(EXAMPLE));
}
