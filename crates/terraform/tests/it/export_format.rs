//! That what is said of the form of files is said rightly.

use crate::export_checks::{sample, with};
use crate::support::format::{by_program, own, problems, said};
use crate::support::root::Files;

#[test]
fn the_sample_is_as_terraform_leaves_it() {
    assert_eq!(problems(&sample()), Vec::<String>::new());
}

/// What the formatter would change, by whoever of those that are installed; without any of them nothing is known.
#[test]
fn what_is_laid_out_otherwise_is_told() {
    if said(&sample()).is_none() {
        return;
    }
    let mistakes = [
        ("drg.tf", "display_name   = \"hub\"", "display_name = \"hub\""),
        ("drg.tf", "  display_name   = \"hub\"", "    display_name   = \"hub\""),
        ("network.tf", "[oci_core_drg_attachment.sandbox_vcn]", "[ oci_core_drg_attachment.sandbox_vcn ]"),
        ("outputs.tf", "value       = var.images", "value       =  var.images"),
        ("function.tf", "? 1 : 0", "? 1: 0"),
        ("drg.tf", "\"oci_core_drg\" \"hub\" {", "\"oci_core_drg\" \"hub\" = {"),
    ];
    let found = problems(&each(&mistakes));
    let of = |at: usize, what: &str| {
        found.iter().any(|it| it.starts_with(&format!("{at}.tf:")) && it.contains(what))
    };
    for (at, mistake) in mistakes.iter().enumerate().take(5) {
        assert!(of(at, "is laid out as"), "{mistake:?}: {found:#?}");
    }
    assert!(of(5, "parse config"), "{found:#?}");
}

/// Each mistake in a file of its own, for to start the formatter takes long.
fn each(mistakes: &[(&str, &str, &str)]) -> Files {
    let texts = mistakes.iter().map(|(file, from, to)| with(file, from, to)[*file].clone());
    texts.enumerate().map(|(at, text)| (format!("{at}.tf"), text)).collect()
}

/// What the formatter inside leaves as it is, and the command or a reader does not.
#[test]
fn what_the_formatter_does_not_touch_is_told() {
    let mistakes = [
        ("outputs.tf", "= var.images", "= \"${var.images}\"", "is a reference in quotes"),
        (
            "security.tf",
            "\"oci_core_security_list\" \"database_sl\"",
            "oci_core_security_list database_sl",
            "is not in quotes",
        ),
        ("variables.tf", "default     = {}\n", "default     = {}\n\n\n", "two empty lines follow each other"),
        ("variables.tf", "default     = {}\n", "default     = {} \n", "ends with a space"),
        ("variables.tf", "default     = {}\n", "default     = {}\r\n", "carriage return"),
        ("variables.tf", "default     = {}\n", "default     =\t{}\n", "a tab"),
        ("iam.tf", "compartment Sandbox where", "compartment Sandbox\twhere", "a tab"),
        ("variables.tf", "= map(string)", "= \"map\"", "the type of a variable is in quotes"),
        ("iam.tf", "  ]\n}\n", "  ]\n}", "does not end with one end of a line"),
    ];
    let texts: Vec<_> = mistakes.iter().map(|(file, from, to, _)| (*file, *from, *to)).collect();
    let found = own(&each(&texts));
    for (at, mistake) in mistakes.iter().enumerate() {
        let name = format!("{at}.tf: ");
        assert!(
            found.iter().any(|it| it.starts_with(&name) && it.contains(mistake.3)),
            "{mistake:?}: {found:#?}"
        );
    }
    assert_eq!(own(&sample()), Vec::<String>::new());
}

/// The command itself, where there is one, changes what it is said to change.
#[test]
fn the_command_is_asked_where_there_is_one() {
    let quoted = with("outputs.tf", "= var.images", "= \"${var.images}\"");
    let (right, wrong) = (by_program("terraform", &sample()), by_program("terraform", &quoted));
    if let Some((right, wrong)) = right.zip(wrong) {
        assert_eq!(right, Vec::<String>::new());
        assert_eq!(wrong, ["terraform fmt -check: outputs.tf"]);
    }
}

/// Terraform's parser and the one that these tests read with understand the same.
#[test]
fn both_parsers_read_the_same() {
    let files = sample();
    let Some(said) = said(&files) else { return };
    for (name, said) in said {
        let ours: serde_json::Value = hcl::from_str(&files[&name]).unwrap();
        assert_eq!(names(&said.read), names(&ours), "{name}");
    }
}

/// The keys of a document and of all in it. How expressions and repeated blocks are put as JSON is each parser's own matter.
fn names(value: &serde_json::Value) -> std::collections::BTreeSet<String> {
    match value {
        serde_json::Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| std::iter::once(name.clone()).chain(names(value)))
            .collect(),
        serde_json::Value::Array(items) => items.iter().flat_map(names).collect(),
        _ => std::collections::BTreeSet::new(),
    }
}
