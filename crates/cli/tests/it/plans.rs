//! Terraform plans, as people give them to `adit check` and `adit path`: alone, and beside a file.

use serde_json::Value;

use crate::support::{Place, Ran, example};

/// A place with a plan of the examples.
fn place(plan: &str) -> Place {
    let place = Place::new();
    let text = std::fs::read_to_string(example(&format!("plans/{plan}.json"))).unwrap();
    place.file("plan.json", &text);
    place
}

/// The example's file without what the hub's owner knows.
fn file(place: &Place) {
    place.run_here(&["init", "--example"]);
    let path = place.directory.path().join("adit.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let between = |text: String, from: &str, to: &str| {
        let (before, rest) = text.split_once(from).unwrap();
        format!("{before}{to}{}", rest.split_once(to).unwrap().1)
    };
    let text = between(text, "[drg.hub.route-table", "# ---- the hub");
    let text = between(text, "[route-table.\"Default", "# ---- the spoke");
    let written =
        |line: &&str| !line.contains("Default ") && !line.starts_with("access        = \"private\"");
    std::fs::write(path, text.lines().filter(written).map(|line| format!("{line}\n")).collect::<String>())
        .unwrap();
}

fn said(ran: &Ran) -> String {
    format!("{}{}? {}\n", ran.stdout, ran.stderr, ran.code.unwrap())
}

#[test]
fn a_plan_alone_is_checked_and_compared_with_what_was() {
    let place = place("hub");
    for format in ["human", "short", "sarif", "github"] {
        let ran = place.run_here(&["check", "--plan", "plan.json", "--format", format]);
        insta::assert_snapshot!(format!("hub-{format}"), said(&ran));
    }
    assert_eq!(place.run_here(&["check", "--plan", "plan.json", "--fail-on", "note"]).code, Some(1));
}

#[test]
fn json_of_a_plan_is_as_its_schema_says() {
    let place = place("hub");
    let ran = place.run_here(&["check", "--plan", "plan.json", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    crate::formats::is_a_report(&report);
    assert_eq!(report["findings"][0]["places"][0]["file"], "plan.json");
    assert!(report["findings"][0]["places"][0].get("line").is_none());
}

#[test]
fn a_way_is_followed_through_a_plan() {
    let place = place("spoke");
    let ran = place.run_here(&["path", "--plan", "plan.json", "postgres-inserter", "10.0.0.146:6432"]);
    insta::assert_snapshot!("spoke-path", said(&ran));
    // By the address of a resource, with a port behind it.
    let address = "module.network.oci_core_subnet.functions";
    let ran =
        place.run_here(&["path", "--plan", "plan.json", address, "oracle-services", "--format", "short"]);
    insta::assert_snapshot!("spoke-path-short", said(&ran));
    let ran =
        place.run_here(&["path", "--plan", "plan.json", address, "10.0.0.146:6432", "--format", "json"]);
    let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
    crate::formats::is_an_answer(&answer);
    assert_eq!(answer["verdict"], "UNREACHABLE");
    assert_eq!(
        answer["paths"][0]["there"][0]["address"],
        "module.network.oci_core_security_list.functions.egress_security_rules[0]"
    );
    let ran = place.run_here(&["path", "--plan", "plan.json", "postgres-insertr", "10.0.0.146"]);
    assert_eq!(
        (ran.stderr.as_str(), ran.code),
        (
            "error[A0157]: there is no function, database, subnet, machine or network `postgres-insertr`; the nearest is `postgres-inserter`\n",
            Some(2)
        )
    );
}

#[test]
fn what_the_file_does_not_say_of_others_the_plan_says() {
    let place = place("hub");
    file(&place);
    let alone = place.run_here(&["check"]);
    assert!(alone.stdout.contains("unknown  postgres-inserter reaches librarian"), "{}", alone.stdout);
    let both = place.run_here(&["check", "--plan", "plan.json", "--format", "short"]);
    insta::assert_snapshot!("merged", said(&both));
    // What only the plan has a name for is asked of the plan.
    let ran = place.run_here(&[
        "path",
        "--plan",
        "plan.json",
        "oci_core_subnet.admin",
        "oci_core_subnet.database:6432",
        "--format",
        "short",
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.stdout);
}

#[test]
fn with_the_spokes_plan_the_hubs_rule_is_missing() {
    let place = place("spoke");
    file(&place);
    insta::assert_snapshot!("merged-missing", said(&place.run_here(&["check", "--plan", "plan.json"])));
}

#[test]
fn a_file_that_is_no_plan_is_told() {
    let place = Place::new();
    place.file("hcl.json", "resource \"oci_core_vcn\" \"this\" {\n}\n");
    place.file("state.json", "{\"version\": 4, \"lineage\": \"0d1c\", \"resources\": []}");
    place.file("newer.json", "{\"format_version\": \"2.0\", \"planned_values\": {\"root_module\": {}}}");
    place.file(
        "aws.json",
        r#"{"format_version": "1.2", "planned_values": {"root_module": {"resources": [{"address": "aws_vpc.a", "mode": "managed", "type": "aws_vpc",
            "name": "a", "provider_name": "registry.terraform.io/hashicorp/aws", "values": {}}]}}}"#,
    );
    std::fs::File::create(place.directory.path().join("huge.json")).unwrap().set_len(129 << 20).unwrap();
    let all: Vec<String> = ["none", "hcl", "state", "newer", "aws", "huge"]
        .iter()
        .map(|name| said(&place.run_here(&["check", "--plan", &format!("{name}.json")])))
        .collect();
    insta::assert_snapshot!("no-plan", all.join("\n"));
    // A file that was asked for and is not there is not passed over.
    place.file("plan.json", &std::fs::read_to_string(example("plans/hub.json")).unwrap());
    let ran = place.run_here(&["check", "--plan", "plan.json", "--file", "other.toml"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.starts_with("error[A0150]: other.toml cannot be read"), "{}", ran.stderr);
}

/// Every fault of a plan in one run, each with its code and place; ways are not looked at then.
#[test]
fn faults_of_a_plan_are_told_at_once() {
    let place = Place::new();
    let text = std::fs::read_to_string(example("plans/hub.json")).unwrap();
    let mut plan: Value = serde_json::from_str(&text).unwrap();
    let resources = plan["planned_values"]["root_module"]["resources"].as_array_mut().unwrap();
    for resource in resources.iter_mut() {
        match resource["address"].as_str().unwrap() {
            "oci_core_subnet.database" => resource["values"]["cidr_block"] = "10.9.0.0/24".into(),
            "oci_core_default_security_list.hub" => {
                let rules = &mut resource["values"]["ingress_security_rules"];
                rules[0]["protocol"] = "tcp".into();
                rules[1]["tcp_options"][0]["max"] = 70000.into();
                rules[2]["stateless"] = "perhaps".into();
            }
            "oci_core_route_table.database" => {
                resource["values"]["route_rules"][0]["network_entity_id"] = 5.into()
            }
            _ => {}
        }
    }
    let twice = resources[0].clone();
    resources.push(twice);
    plan["complete"] = false.into();
    place.file("plan.json", &plan.to_string());
    insta::assert_snapshot!("faults", said(&place.run_here(&["check", "--plan", "plan.json"])));
}

/// A plan of a whole system, with mistakes in it that the provider passes.
fn mistaken() -> Value {
    let text = std::fs::read_to_string(example("plans/system.json")).unwrap();
    let mut plan: Value = serde_json::from_str(&text).unwrap();
    for resource in plan["planned_values"]["root_module"]["resources"].as_array_mut().unwrap() {
        let address = resource["address"].as_str().unwrap().to_owned();
        let values = &mut resource["values"];
        match address.as_str() {
            "oci_core_subnet.functions" => values["dns_label"] = "fn-public".into(),
            "oci_functions_function.postgres_inserter" => {
                values["memory_in_mbs"] = "100".into();
                values["image"] = "fra.ocir.io/example/hello-world/postgres-inserter:3f9a2c71d0be".into();
            }
            "oci_kms_key.sandbox" => values["key_shape"][0]["length"] = 256.into(),
            "oci_identity_policy.deployers" => {
                values["statements"][1] = "Allow group Deployers to mange fn-function in tenancy".into()
            }
            _ => {}
        }
    }
    plan["variables"]["region"]["value"] = "eu-frankfort-1".into();
    plan
}

#[test]
fn what_the_provider_passes_is_told_with_its_place() {
    let place = Place::new();
    place.file("plan.json", &mistaken().to_string());
    for format in ["human", "short", "sarif", "github"] {
        let ran = place.run_here(&["check", "--plan", "plan.json", "--format", format]);
        assert_eq!(ran.code, Some(1));
        insta::assert_snapshot!(format!("system-{format}"), said(&ran));
    }
    let ran = place.run_here(&["check", "--plan", "plan.json", "--format", "json"]);
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    crate::formats::is_a_report(&report);
    let codes: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    for code in ["A0271", "A0272", "A0276", "A0278", "A0282", "A0359"] {
        assert!(codes.contains(&code), "{code} is not in {codes:?}");
    }
    // Beside a file they are told all the same, at their places in the plan.
    file(&place);
    let ran = place.run_here(&["check", "--plan", "plan.json", "--format", "short"]);
    let line = "plan.json: oci_kms_key.sandbox.key_shape[0].length";
    assert!(ran.code == Some(1) && ran.stdout.contains(line), "{}", ran.stdout);
}

#[test]
fn a_whole_system_has_no_finding() {
    let place = place("system");
    let ran = place.run_here(&["check", "--plan", "plan.json", "--format", "short", "--fail-on", "note"]);
    insta::assert_snapshot!("system-correct", said(&ran));
}

/// A plan about functions and permission alone is checked as far as it goes, and says that there is no network.
#[test]
fn a_plan_without_a_network_is_checked() {
    let place = Place::new();
    let mut plan = mistaken();
    let resources = plan["planned_values"]["root_module"]["resources"].as_array_mut().unwrap();
    resources.retain(|it| {
        let kind = it["type"].as_str().unwrap();
        !kind.starts_with("oci_core_") && !kind.starts_with("oci_functions_")
    });
    plan["prior_state"]["values"]["root_module"]["resources"] = serde_json::json!([]);
    plan["variables"]["region"]["value"] = "eu-frankfurt-1".into();
    place.file("plan.json", &plan.to_string());
    let ran = place.run_here(&["check", "--plan", "plan.json"]);
    insta::assert_snapshot!("no-network", said(&ran));
    // Who asks for a way has to have one.
    let ran = place.run_here(&["path", "--plan", "plan.json", "10.0.0.1", "10.0.0.2"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("error[A0185]: the plan has no network"), "{}{}", ran.stdout, ran.stderr);
}

/// Each `console` block of the page: a command on the spoke's plan, and what it prints.
#[test]
fn the_page_shows_what_is_printed() {
    let place = place("spoke");
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/plans.md")).unwrap();
    let blocks: Vec<&str> =
        page.split("```console\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert!(!blocks.is_empty());
    for block in blocks {
        let (command, printed) = block.split_once('\n').unwrap();
        let arguments: Vec<&str> = command.strip_prefix("$ adit ").unwrap().split(' ').collect();
        let ran = place.run_here(&arguments);
        assert_eq!((ran.stdout.as_str(), ran.code), (printed, Some(0)), "{command}");
    }
}
