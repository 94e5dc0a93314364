//! The description: the file that `adit init --example` writes, whole or with rules taken out of it, and what is found in it.

use std::collections::BTreeSet;

use adit_blueprint::{Built, Parsed, Severity, Source, build, parse, prove};
use adit_net::Network;

const EXAMPLE: &str = include_str!("../../../crates/cli/src/prove/init/example.toml");

/// Of each of the five components: the code of its absence, and the object that is named.
pub(crate) const COMPONENTS: [(&str, &str); 5] = [
    ("A0201", "fn-public-rt"),
    ("A0207", "Default Route Table for shared-infrastructure-vcn"),
    ("A0208", "hub-spoke-transit-rt"),
    ("A0224", "Default Security List for shared-infrastructure-vcn"),
    ("A0226", "fn-public-sl"),
];

/// The example without some of the five components (1 to 5).
pub(crate) fn without(components: &[usize]) -> String {
    let marks: Vec<String> = components.iter().map(|number| format!("# component {number}:")).collect();
    let kept: Vec<&str> =
        EXAMPLE.lines().filter(|line| !marks.iter().any(|mark| line.contains(mark.as_str()))).collect();
    assert_eq!(kept.len() + components.len(), EXAMPLE.lines().count());
    kept.join("\n")
}

/// The example with another spoke of the same range, and a gateway that learns its routes.
pub(crate) fn overlapping() -> String {
    let second = "[vcn.analytics-vcn]\ncidr = \"10.1.0.0/24\"\ndrg = \"hub\"\nsubnet.notebooks = { cidr = \"10.1.0.0/24\" }\n\n";
    let uses = "# ---- what uses the networks";
    let rules = "rules = [\n  { destination = \"10.0.0.0/16\", attachment";
    assert!(EXAMPLE.contains(uses) && EXAMPLE.contains(rules));
    EXAMPLE.replace(uses, &format!("{second}{uses}")).replace(rules, &format!("import = \"all\"\n{rules}"))
}

/// What `adit check` knows of a file: its network, and its errors as codes with the objects that they name.
pub(crate) struct Checked {
    pub(crate) network: Network,
    pub(crate) errors: BTreeSet<(String, String)>,
    /// The lines that its errors propose.
    proposed: Vec<String>,
}

impl Checked {
    /// The file with every line that is proposed for it written where it is to stand.
    pub(crate) fn repaired(&self, text: &str) -> String {
        let lines = self.proposed.iter().filter_map(|line| line.strip_prefix("in adit.toml, ["));
        lines.fold(text.to_owned(), |text, line| {
            let (table, rest) = line.split_once("]: ").unwrap();
            let (list, rule) = rest.split_once(" += ").unwrap();
            let (before, after) = text.split_once(&format!("[{table}]")).unwrap();
            let (head, tail) = after.split_once(&format!("\n{list} = [")).unwrap();
            format!("{before}[{table}]{head}\n{list} = [ {rule},{tail}")
        })
    }
}

pub(crate) fn check(text: &str) -> Checked {
    let source = Source::new("adit.toml", text);
    let parsed: Parsed = parse(&source);
    assert!(parsed.is_sound(), "{:?}", parsed.faults);
    let built: Built = build(&parsed.blueprint);
    assert!(built.faults.is_empty(), "{:?}", built.faults);
    let findings = prove(&parsed.blueprint, &built).findings.into_iter();
    let (mut errors, mut proposed) = (BTreeSet::new(), Vec::new());
    for finding in findings.filter(|finding| finding.severity == Severity::Error) {
        errors.insert((finding.code.as_str().to_owned(), finding.object));
        proposed.extend(finding.fix.into_iter().flat_map(|fix| fix.lines));
    }
    Checked { network: built.network, errors, proposed }
}
