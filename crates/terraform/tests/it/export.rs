//! A file exported: as people read it, and as the provider, Terraform's formatter and its parser take it.

use std::path::Path;

use adit_blueprint::{Permission, Source, build, parse};
use adit_terraform::export::{MARKER, Options, export};

use crate::support::check;
use crate::support::format;
use crate::support::root::Files;

/// What `adit init --example` writes.
pub(crate) const EXAMPLE: &str = include_str!("../../../cli/src/prove/init/example.toml");
/// Of everything something: two VCNs of one's own on a gateway of one's own, groups, peerings, what exists already, hostile names.
pub(crate) const SYSTEM: &str = include_str!("../fixtures/system.toml");

/// The files of a text's module.
pub(crate) fn exported(text: &str, unguarded: &[&str]) -> Files {
    let source = Source::new("adit.toml", text);
    let parsed = parse(&source);
    assert!(parsed.is_sound(), "{:#?}", parsed.faults);
    let built = build(&parsed.blueprint);
    assert!(built.faults.is_empty(), "{:#?}", built.faults);
    let permission = Permission::read(&parsed.blueprint, &source, Path::new(""));
    let options = Options {
        registry: Some("fra.ocir.io".to_owned()),
        unguarded: unguarded.iter().map(|name| (*name).to_owned()).collect(),
    };
    let files = export(&parsed.blueprint, &built, &permission, &source, &options).unwrap();
    files.into_iter().map(|file| (file.name.to_owned(), file.text)).collect()
}

/// All files in one text.
fn whole(files: &Files) -> String {
    files.iter().map(|(name, text)| format!("==> {name}\n{text}\n")).collect()
}

#[test]
fn the_example_as_people_read_it() {
    insta::assert_snapshot!(whole(&exported(EXAMPLE, &[])));
}

#[test]
fn a_system_of_everything() {
    insta::assert_snapshot!(whole(&exported(SYSTEM, &[])));
}

#[test]
fn the_provider_the_formatter_and_the_parser_take_it() {
    for text in [EXAMPLE, SYSTEM] {
        let files = exported(text, &[]);
        assert_eq!(check::problems(&files), Vec::<String>::new());
        assert_eq!(format::problems(&files), Vec::<String>::new());
        assert_eq!(files, exported(text, &[]), "the same bytes, whenever it is run");
        assert!(files.values().all(|text| text.starts_with(&format!("{MARKER}\n"))));
    }
}

#[test]
fn what_may_be_replaced_has_no_guard() {
    let guards = |files: &Files| whole(files).matches("prevent_destroy").count();
    let all = guards(&exported(EXAMPLE, &[]));
    assert_eq!(guards(&exported(EXAMPLE, &["ingest", "postgres-inserter"])), all - 2);
    assert_eq!(guards(&exported(EXAMPLE, &["nobody"])), all);
}

/// Nothing secret has a place in a configuration: no content of a secret, no token, no key.
#[test]
fn nothing_secret_is_in_it() {
    for text in [EXAMPLE, SYSTEM] {
        let all = whole(&exported(text, &[]));
        for word in ["secret_content", "oci_identity_auth_token", "private_key", "oci_identity_api_key"] {
            assert!(!all.contains(word), "{word}");
        }
    }
}

/// Policies that allow it already are not written again; one with an OCID is taken over as it stands.
#[test]
fn what_is_allowed_already_is_not_written_again() {
    let policy = "
[dynamic-group.fns]
matching-rule = \"ALL {resource.type = 'fnfunc', resource.compartment.id = 'ocid1.compartment.oc1..net'}\"
[policy.there]
compartment = \"Net\"
statements = [
  \"Allow dynamic-group fns to read secret-bundles in compartment Net\",
  \"Allow dynamic-group fns to read objects in compartment Net\",
  \"Allow group G to manage repos in compartment Net\",
  \"Allow group G to manage functions-family in compartment Net\",
]
";
    let files = exported(&format!("{SYSTEM}{policy}"), &[]);
    let access = &files["iam.tf"];
    assert_eq!(access.matches("Allow dynamic-group").count(), 1, "{access}");
    assert!(access.contains("target.bucket.name = 'theirs'"), "in another compartment: {access}");
    assert!(!access.contains("REPOSITORY_UPDATE"), "{access}");
    assert!(!access.contains("oci_identity_dynamic_group"), "{access}");
    // What the policy does not allow is still there.
    assert!(access.contains("Allow group Users to {SECRET_BUNDLE_READ}"), "{access}");
    let owned = policy.replace("[policy.there]", "[policy.there]\nocid = \"ocid1.policy.oc1..there\"");
    let files = exported(&format!("{SYSTEM}{owned}"), &[]);
    assert!(files["iam.tf"].contains("\"Allow group G to manage repos in compartment Net\","));
    assert!(files["imports.tf"].contains("to = oci_identity_policy.there\n"));
    assert_eq!(check::problems(&files), Vec::<String>::new());
}

/// Names that become alike in Terraform stay two things: two compartments, two secrets, two functions.
#[test]
fn what_is_called_alike_is_not_taken_for_the_same() {
    let text = SYSTEM
        .replace("compartment = \"Data\"", "compartment = \"n-e-t\"")
        .replace("compartment = \"Net\"", "compartment = \"N:e:t\"")
        .replace(
            "secret = \"s2\"",
            "secret = { name = \"S1\", ocid = \"ocid1.vaultsecret.oc1.eu-frankfurt-1.bbb\" }",
        )
        .replace("f-two", "f_one");
    let files = exported(&text, &[]);
    assert_eq!(check::problems(&files), Vec::<String>::new());
    let all = whole(&files);
    for one in [
        "variable \"compartment_n_e_t_ocid\"",
        "variable \"compartment_n_e_t_2_ocid\"",
        "default     = \"ocid1.vaultsecret.oc1.eu-frankfurt-1.aaa\"",
        "default     = \"ocid1.vaultsecret.oc1.eu-frankfurt-1.bbb\"",
        "DB_SECRET_OCID = var.s1_secret_ocid\n",
        "DB_SECRET_OCID = var.s1_2_secret_ocid\n",
        "\"oci_functions_function\" \"f_one\"",
        "\"oci_functions_function\" \"f_one_2\"",
    ] {
        assert_eq!(all.matches(one).count(), 1, "{one}\n{all}");
    }
}

/// The group that is made is the one that the statements name, whatever the function is called.
#[test]
fn statements_name_the_group_that_is_made() {
    let files = exported(&SYSTEM.replace("[function.f-one]", "[function.\"it's / one\"]"), &[]);
    let access = &files["iam.tf"];
    assert!(access.contains("name           = \"it-s---one-function\""), "{access}");
    let named = "\"oci_identity_dynamic_group\" \"it_s___one_function\"";
    assert!(access.contains(named), "{access}");
    let named = "Allow dynamic-group ${oci_identity_dynamic_group.it_s___one_function[0].name} to {SECRET_BUNDLE_READ}";
    assert!(access.contains(named), "{access}");
    assert_eq!(check::problems(&files), Vec::<String>::new());
}
