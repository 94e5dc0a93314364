//! Listings of a tenancy: what the command line prints becomes a set, and what it leaves out is said.

use std::fmt::Write as _;

use adit_iam::listing::{Gap, Kind, Listed, Listing, ListingError};
use adit_iam::tenancy::{CompartmentId, Members, Principal, Request};
use adit_iam::{Truth, decide};
use insta::assert_snapshot;
use proptest::prelude::*;

const TENANCY: &str = "ocid1.tenancy.oc1..acme";

/// As `oci iam policy list --all` prints them: keys of the command line, sorted, with much that permission does not need.
const POLICIES: &str = r#"{
  "data": [
    {
      "compartment-id": "ocid1.compartment.oc1..sandbox",
      "defined-tags": {"Oracle-Tags": {"CreatedBy": "default/ada", "CreatedOn": "2026-03-02T08:11:12.345Z"}},
      "description": "What the pipeline ships",
      "freeform-tags": {},
      "id": "ocid1.policy.oc1..ci",
      "inactive-status": null,
      "lifecycle-state": "ACTIVE",
      "name": "ci",
      "statements": [
        "Allow group Deployers to {FN_FUNCTION_READ, FN_FUNCTION_UPDATE} in compartment Sandbox",
        "Allow group Deployers to manage repos in compartment \"Sandbox\"",
        "Allow group Deployers to read repos in compartment Sandbox"
      ],
      "time-created": "2026-03-02T08:11:12.345000+00:00",
      "version-date": null
    },
    {
      "compartment-id": "ocid1.tenancy.oc1..acme",
      "description": "Left over",
      "id": "ocid1.policy.oc1..old",
      "lifecycle-state": "DELETED",
      "name": "old",
      "statements": ["Allow group Deployers to manage all-resources in tenancy"]
    },
    {
      "compartment-id": "ocid1.tenancy.oc1..acme",
      "description": "What the function reads",
      "id": "ocid1.policy.oc1..run",
      "lifecycle-state": "ACTIVE",
      "name": "run",
      "statements": ["Allow dynamic-group Loaders to read secret-bundles in compartment Sandbox:Inner"]
    }
  ]
}"#;

const GROUPS: &str = r#"{"data": [
  {"compartment-id": "ocid1.tenancy.oc1..acme", "id": "ocid1.group.oc1..deployers", "lifecycle-state": "ACTIVE", "name": "Deployers"},
  {"compartment-id": "ocid1.tenancy.oc1..acme", "id": "ocid1.group.oc1..administrators", "lifecycle-state": "ACTIVE",
   "name": "Administrators"}
]}"#;

/// The child stands before its parent, and one is gone.
const COMPARTMENTS: &str = r#"{"data": [
  {"compartment-id": "ocid1.compartment.oc1..sandbox", "id": "ocid1.compartment.oc1..inner", "lifecycle-state": "ACTIVE", "name": "Inner"},
  {"compartment-id": "ocid1.tenancy.oc1..acme", "id": "ocid1.compartment.oc1..sandbox", "lifecycle-state": "ACTIVE", "name": "Sandbox"},
  {"compartment-id": "ocid1.tenancy.oc1..acme", "id": "ocid1.compartment.oc1..gone", "lifecycle-state": "DELETED", "name": "Gone"}
]}"#;

/// As `oci iam compartment get` answers of the tenancy.
const ROOT: &str = r#"{"data": {"compartment-id": null, "id": "ocid1.tenancy.oc1..acme", "lifecycle-state": "ACTIVE", "name": "acme"}, "etag": "1"}"#;

/// As `oci iam dynamic-group list` answers in a tenancy with identity domains.
const DYNAMIC_GROUPS: &str = r#"{"data": [
  {"compartment-id": "ocid1.tenancy.oc1..acme", "id": "ocid1.dynamicgroup.oc1..loaders", "lifecycle-state": "ACTIVE",
   "matching-rule": null, "name": "Loaders"}
]}"#;

/// As the API itself answers, without `data`.
const DYNAMIC_GROUP: &str = r#"{"compartmentId": "ocid1.tenancy.oc1..acme", "id": "ocid1.dynamicgroup.oc1..loaders", "lifecycleState": "ACTIVE",
  "matchingRule": "ALL {resource.type = 'fnfunc', resource.compartment.id = 'ocid1.compartment.oc1..inner'}", "name": "Loaders"}"#;

const WHOLE: [&str; 6] = [POLICIES, GROUPS, COMPARTMENTS, ROOT, DYNAMIC_GROUPS, DYNAMIC_GROUP];

fn list(texts: &[&str]) -> Listed {
    let all = texts.iter().enumerate();
    all.fold(Listing::default(), |listing, (at, text)| listing.add(&format!("{at}.json"), text).unwrap())
        .into_set()
}

fn refused(text: &str) -> ListingError {
    Listing::default().add("it.json", text).unwrap_err()
}

/// What a listing says, as a person would be told it.
fn told(listed: &Listed) -> String {
    let mut told = String::new();
    let tree = &listed.set.compartments;
    for id in tree.ids() {
        writeln!(told, "compartment {:?} = {}", tree.path(id), tree.ocid(id).unwrap_or("?")).unwrap();
    }
    for (id, policy, statement) in listed.set.statements() {
        let place = &listed.places[&id];
        writeln!(told, "{place} (at {:?}): {}", tree.path(policy.compartment), statement.value).unwrap();
    }
    for unread in &listed.faults {
        let fault = &unread.faults[0];
        writeln!(told, "{}: {}: {}", unread.place, fault.code, fault.message).unwrap();
    }
    for gap in &listed.gaps {
        writeln!(told, "gap: {gap}").unwrap();
    }
    writeln!(told, "{} passed over, {} not active", listed.passed_over, listed.inactive).unwrap();
    told
}

#[test]
fn a_tenancy_is_what_its_listings_say() {
    assert_snapshot!(told(&list(&WHOLE)));
}

#[test]
fn the_order_of_the_texts_does_not_count() {
    let decided = |texts: &[&str]| {
        let listed = list(texts);
        let set = &listed.set;
        let sandbox = set.compartments.find("Sandbox").unwrap();
        let inner = set.compartments.find("Sandbox:Inner").unwrap();
        assert_eq!(set.compartments.by_ocid(TENANCY), Some(CompartmentId::ROOT));
        let (deployers, _) = set.groups().find(|(_, group)| group.name == "Deployers").unwrap();
        let function = Principal::function("ocid1.fnfunc.oc1..f", inner);
        [
            Request::new(Principal::member([deployers]), "FN_FUNCTION_UPDATE", inner),
            Request::new(Principal::member([deployers]), "FN_FUNCTION_DELETE", inner),
            Request::new(function.clone(), "SECRET_BUNDLE_READ", inner),
            Request::new(function, "SECRET_BUNDLE_READ", sandbox),
        ]
        .map(|request| decide::reference::decide(set, &request).truth)
    };
    let expected = [Truth::True, Truth::False, Truth::True, Truth::False];
    let mut texts = WHOLE;
    for _ in 0..WHOLE.len() {
        texts.rotate_left(1);
        assert_eq!(decided(&texts), expected);
        let mut backwards = texts;
        backwards.reverse();
        assert_eq!(decided(&backwards), expected);
    }
    // And all of them behind each other, as `>>` writes them.
    assert_eq!(decided(&[&WHOLE.join("\n")]), expected);
}

#[test]
fn what_cannot_be_read_counts_in_its_place() {
    let listed = list(&WHOLE);
    let [unread] = listed.faults.as_slice() else { panic!("{:?}", listed.faults) };
    assert_eq!((unread.policy.as_str(), unread.number), ("ci", 2));
    assert_eq!(unread.faults[0].code.as_str(), "A0354");
    assert!(unread.text.contains("\"Sandbox\""));
    let third = listed.set.statements().nth(1).unwrap();
    assert_eq!(listed.places[&third.0], "policy ci, statement 3");
}

#[test]
fn a_rule_that_list_leaves_out_is_not_nobody() {
    let listed = list(&[POLICIES, COMPARTMENTS, DYNAMIC_GROUPS]);
    let (_, group) = listed.set.dynamic_groups().next().unwrap();
    assert_eq!(group.members, Members::NotKnown);
    let gap = Gap::NoRule { group: "Loaders".into(), ocid: "ocid1.dynamicgroup.oc1..loaders".into() };
    assert!(listed.gaps.contains(&gap));
    let inner = listed.set.compartments.find("Sandbox:Inner").unwrap();
    let function = Principal::function("ocid1.fnfunc.oc1..f", inner);
    let request = Request::new(function, "SECRET_BUNDLE_READ", inner);
    assert_eq!(decide::reference::decide(&listed.set, &request).truth, Truth::Unknown);
    // Once it is got, neither order loses it, and nothing is said to differ.
    for texts in [[DYNAMIC_GROUPS, DYNAMIC_GROUP], [DYNAMIC_GROUP, DYNAMIC_GROUPS]] {
        let listed = list(&texts);
        let (_, group) = listed.set.dynamic_groups().next().unwrap();
        assert!(matches!(group.members, Members::Matched(_)));
        assert!(!listed.gaps.iter().any(|gap| matches!(gap, Gap::NoRule { .. } | Gap::Differs { .. })));
    }
}

#[test]
fn a_group_that_is_not_listed_is_a_group() {
    let policy = r#"{"id": "ocid1.policy.p", "name": "p", "compartment-id": "ocid1.tenancy.t", "statements": [
        "Allow group Others/Auditors, id ocid1.group.x to read vaults in tenancy",
        "Define dynamic-group Far as ocid1.dynamicgroup.far", "Allow dynamic-group Near to read vaults in tenancy"]}"#;
    let listed = list(&[policy, r#"{"id": "ocid1.group.y", "name": "Y"}"#]);
    let groups: Vec<String> =
        listed.set.groups().map(|(_, it)| format!("{}/{} {:?}", it.domain, it.name, it.ocid)).collect();
    let expected = [
        "Default/Y Some(\"ocid1.group.y\")",
        "Others/Auditors None",
        "Default/ocid1.group.x Some(\"ocid1.group.x\")",
    ];
    assert_eq!(groups, expected);
    let dynamic: Vec<&str> = listed.set.dynamic_groups().map(|(_, it)| it.name.as_str()).collect();
    assert_eq!(dynamic, ["ocid1.dynamicgroup.far", "Near"]);
}

fn compartment(ocid: &str, name: &str, parent: &str) -> String {
    format!(r#"{{"id": "ocid1.{ocid}", "name": "{name}", "compartment-id": "ocid1.{parent}"}}"#)
}

#[test]
fn each_gap_is_said() {
    let policy = |name: &str, parent: &str, statement: &str| {
        format!(
            r#"{{"id": "ocid1.policy.{name}", "name": "{name}", "compartment-id": "ocid1.{parent}", "statements": ["{statement}"]}}"#
        )
    };
    let policies = format!(
        r#"{{"data": [{}, {}], "opc-next-page": "AAAB"}}"#,
        policy("far", "compartment.far", "Allow group A to read repos in compartment Deep"),
        policy("twice", "tenancy.t", "Allow group A to read repos in tenancy")
    );
    let compartments = [
        compartment("compartment.deep", "Deep", "compartment.farther"),
        compartment("compartment.one", "One", "compartment.other"),
        compartment("compartment.other", "Other", "compartment.one"),
        compartment("compartment.in-it", "Within", "compartment.other"),
        compartment("compartment.self", "Self", "compartment.self"),
        compartment("compartment.twin-a", "Twin", "tenancy.t"),
        compartment("compartment.twin-b", "TWIN", "tenancy.t"),
    ]
    .join(",");
    let groups = r#"[
        {"id": "ocid1.group.a", "name": "A"}, {"id": "ocid1.group.b", "name": "a"},
        {"id": "ocid1.dynamicgroup.a", "name": "R", "matching-rule": "resource.type == fnfunc"},
        {"id": "ocid1.user.u", "name": 5}, {"id": "ocid1.tagnamespace.u"}
    ]"#;
    let again = policy("twice", "tenancy.t", "Allow group B to read repos in tenancy");
    assert_snapshot!(told(&list(&[&policies, &format!("[{compartments}]"), groups, &again, ""])));
}

#[test]
fn where_nothing_is_listed_that_is_said() {
    assert_snapshot!(told(&list(&["", " \n", "[]", r#"{"data": null}"#])));
}

#[test]
fn a_text_that_is_no_listing_is_told() {
    let deep = "[".repeat(100_000);
    let texts = [
        "ServiceError: {}",
        "{\"data\": [\n  {\"id\": }",
        "{\"data\": [1]}",
        "5",
        "\"policies\"",
        "{}",
        "{\"data\": {\"items\": []}}",
        r#"{"data": [{"name": "a"}]}"#,
        r#"{"code": "NotAuthorizedOrNotFound", "message": "Authorization failed or requested resource not found"}"#,
        r#"{"data": [{"id": "ocid1.policy.p", "name": "p", "compartment-id": "ocid1.tenancy.t", "statements": "Allow"}]}"#,
        r#"{"data": [{"id": "ocid1.policy.p", "name": "p", "compartment-id": "ocid1.tenancy.t", "statements": ["a", null]}]}"#,
        r#"{"data": [{"id": "ocid1.policy.p", "name": "p", "compartment-id": "ocid1.tenancy.t"}]}"#,
        r#"{"data": [{"id": "ocid1.policy.p", "name": "p", "statements": []}]}"#,
        r#"{"data": [{"id": "ocid1.policy.p", "name": ["p"]}]}"#,
        r#"{"data": [{"id": "ocid1.group.g"}]}"#,
        r#"{"data": [{"id": "ocid1.dynamicgroup.g", "name": "g", "matchingRule": {"a": 1}}]}"#,
        r#"{"data": [{"id": "ocid1.compartment.c", "name": "c\u001b[2J", "compartment-id": 7}]}"#,
        r#"{"data": [{"id": 5}]}"#,
        r#"{"data": [{"id": "ocid1.policy.p", "statements": [], "statements": ["Allow"]}]}"#,
        r#"[{"id": "ocid1.tenancy.t", "name": "t"}, {"id": "ocid1.group.g", "name": "g", "compartmentId": "ocid1.tenancy.u"}]"#,
        "{\"data\": [], \"x\": \"\n\"}",
        deep.as_str(),
    ];
    let mut told = String::new();
    for text in texts {
        let error = refused(text);
        writeln!(told, "{}\n  {}: {error}", text.escape_debug().take(80).collect::<String>(), error.code())
            .unwrap();
        assert!(!error.to_string().contains(char::is_control), "{error:?}");
    }
    assert_snapshot!(told);
}

#[test]
fn there_is_a_most() {
    let groups: Vec<String> =
        (0..10_001).map(|at| format!(r#"{{"id": "ocid1.group.{at}", "name": "g{at}"}}"#)).collect();
    let error = refused(&format!("[{}]", groups.join(",")));
    assert_eq!(error, ListingError::TooMany { name: "it.json".into(), kind: Kind::Group });
}

#[test]
fn a_chain_of_compartments_is_as_deep_as_it_is() {
    let chain: Vec<String> = (0..2_000)
        .map(|at| {
            compartment(&format!("compartment.{at}"), "c", &format!("compartment.{}", (at + 1) % 2_000))
        })
        .collect();
    let listed = list(&[&format!("[{}]", chain.join(","))]);
    assert_eq!(listed.set.compartments.ids().count(), 2_001);
    let deepest = listed.set.compartments.by_ocid("ocid1.compartment.1").unwrap();
    assert_eq!(listed.set.compartments.up(deepest).count(), 2_001);
    assert_eq!(listed.gaps.iter().filter(|gap| matches!(gap, Gap::InItself { .. })).count(), 1);
}

proptest! {
    /// Whatever becomes of a listing, it is read or refused, and what is read has its places.
    #[test]
    fn no_text_is_too_wrong(
        text in proptest::sample::select(WHOLE.to_vec()),
        changes in proptest::collection::vec((any::<proptest::sample::Index>(), 0usize..8, proptest::sample::select(PIECES.to_vec())), 1..6),
    ) {
        let mut text = text.to_owned();
        for (at, length, piece) in changes {
            let mut start = at.index(text.len() + 1);
            while !text.is_char_boundary(start) { start -= 1 }
            let mut end = (start + length).min(text.len());
            while !text.is_char_boundary(end) { end += 1 }
            text.replace_range(start..end, piece);
        }
        let listing = Listing::default().add("a", &text).and_then(|it| WHOLE.iter().try_fold(it, |it, text| it.add("b", text)));
        match listing {
            Err(error) => prop_assert!(!error.to_string().contains(char::is_control)),
            Ok(listing) => {
                let listed = listing.into_set();
                let statements: Vec<_> = listed.set.statements().map(|(id, ..)| id).collect();
                prop_assert_eq!(statements, listed.places.keys().copied().collect::<Vec<_>>());
                for gap in &listed.gaps {
                    prop_assert!(!gap.to_string().contains(char::is_control));
                }
                for unread in &listed.faults {
                    prop_assert!(!unread.faults.is_empty());
                }
            }
        }
    }
}

const PIECES: [&str; 16] = [
    "",
    "\"",
    "{",
    "}",
    "[",
    "]",
    "null",
    "1",
    ",",
    ":",
    "\\u001b",
    "ocid1.compartment.oc1..sandbox",
    "tenancy",
    "é",
    "\n",
    "'",
];
