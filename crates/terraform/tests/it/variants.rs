//! What else is caught of the same kinds, and what is no mistake: one change each in a plan that has none.

use serde_json::{Value, json};

use crate::edit::Edit;
use crate::make::Make;

const FUNCTION: &str = "oci_functions_function.postgres_inserter";
const APPLICATION: &str = "oci_functions_application.ingest";
const SECRET: &str = "oci_vault_secret.database";
const LOG: &str = "oci_logging_log.invocations";
const DEPLOYERS: &str = "oci_identity_policy.deployers";
const MACHINE: &str = "oci_core_instance.pgbouncer";

fn system() -> Edit {
    Edit::of("system")
}

/// A statement in the place of the deployers' first.
fn statement(text: &str) -> Edit {
    system().set(DEPLOYERS, "/statements/0", json!(text))
}

fn image(text: &str) -> Edit {
    system().set(FUNCTION, "/image", json!(text))
}

fn setting(name: &str, value: &str) -> Edit {
    system().set(APPLICATION, "/config", json!({ name: value }))
}

/// Whether exactly these are found, aside from what is said of a network in which something is not known.
#[track_caller]
fn finds(edit: &Edit, expected: &[&str]) {
    let aside = |code: &String| ["A0191", "A0216", "A0244"].iter().any(|note| code.starts_with(note));
    let codes: Vec<String> = edit.codes().into_iter().filter(|it| !aside(it)).collect();
    assert_eq!(codes, expected);
}

#[test]
fn arguments_that_the_provider_fills_in_are_missing_all_the_same() {
    finds(&system().leave_out(FUNCTION, "image"), &["A0277 oci_functions_function.postgres_inserter.image"]);
    finds(&system().leave_out(MACHINE, "shape_config"), &["A0285 oci_core_instance.pgbouncer.shape_config"]);
    finds(&system().leave_out(LOG, "configuration"), &["A0284 oci_logging_log.invocations.configuration"]);
    // A function of somebody else's making has no image of its own.
    let listed =
        json!([{ "pbf_listing_id": "ocid1.pbflisting.oc1..a", "source_type": "PRE_BUILT_FUNCTIONS" }]);
    finds(&system().leave_out(FUNCTION, "image").set(FUNCTION, "/source_details", listed), &[]);
    // A fixed shape has its sizes.
    finds(&system().leave_out(MACHINE, "shape_config").set(MACHINE, "/shape", json!("VM.Standard2.1")), &[]);
}

#[test]
fn labels_and_host_names() {
    let label = |text: &str| system().set("oci_core_subnet.functions", "/dns_label", json!(text));
    for text in ["1fn", "fn_a", "größe", "fn a"] {
        finds(&label(text), &["A0271 oci_core_subnet.functions.dns_label"]);
    }
    for text in ["f", "fn1", "FN", "abcdefghijklmno"] {
        finds(&label(text), &[]);
    }
    let host = |text: &str| system().set(MACHINE, "/create_vnic_details/0/hostname_label", json!(text));
    for text in ["pg_bouncer", "-pg", &"a".repeat(64)] {
        finds(&host(text), &["A0271 oci_core_instance.pgbouncer.create_vnic_details[0].hostname_label"]);
    }
    finds(&host("pg-bouncer-1"), &[]);
}

#[test]
fn two_subnets_of_one_vcn_have_two_labels() {
    let subnet = |name: &str, label: &str| json!({ "vcn_id": "ocid1.vcn.oc1..net", "cidr_block": name, "dns_label": label });
    let make = Make::default()
        .keep(
            "oci_core_vcn.net",
            json!({ "id": "ocid1.vcn.oc1..net", "cidr_blocks": ["10.1.0.0/16"], "dns_label": "net" }),
        )
        .create("oci_core_subnet.a", subnet("10.1.1.0/24", "fn"), &[])
        .create("oci_core_subnet.b", subnet("10.1.2.0/24", "FN"), &[]);
    let plan = make.plan();
    let found = plan.values(&mut plan.planned());
    let said: Vec<&str> = found.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(
        said,
        ["`oci_core_subnet.b.dns_label` is `FN`, as that of `oci_core_subnet.a` in the same VCN"]
    );
}

#[test]
fn regions_that_are_surely_none_and_regions_that_may_be_new() {
    let word = |edit: &Edit| edit.found().1.iter().map(|it| it.severity.as_str()).collect::<Vec<_>>();
    for (text, severity) in [
        ("mars-north-1", "error"),
        ("frankfurt", "error"),
        ("eu-nowhere-1", "warning"),
        ("eu-frankfurt-9", "warning"),
    ] {
        let edit = system().variable("region", text);
        finds(&edit, &["A0272 provider.oci.region"]);
        assert_eq!(word(&edit), [severity], "{text}");
    }
    // A key is a region's name, too.
    finds(&system().variable("region", "FRA"), &[]);
    // Written out, and of a provider with another name.
    let mut edit = system();
    edit.0["configuration"]["provider_config"]["oci.home"] = json!({ "name": "oci", "alias": "home", "expressions": { "region": { "constant_value": "us-asburn-1" } } });
    finds(&edit, &["A0272 provider.oci.home.region"]);
}

#[test]
fn what_is_of_another_region() {
    finds(
        &image("iad.ocir.io/example/hello-world-app/postgres-inserter:1"),
        &["A0273 oci_functions_function.postgres_inserter.image"],
    );
    finds(
        &image("xyz.ocir.io/example/hello-world-app/postgres-inserter:1"),
        &["A0272 oci_functions_function.postgres_inserter.image"],
    );
    finds(&image("ocir.eu-frankfurt-1.oci.oraclecloud.com/example/hello-world-app/postgres-inserter:1"), &[]);
    let domain = |text: &str| system().set(MACHINE, "/availability_domain", json!(text));
    finds(&domain("Uocm:PHX-AD-1"), &["A0273 oci_core_instance.pgbouncer.availability_domain"]);
    finds(&domain("Uocm:FRA-AD-2"), &[]);
    let subnet = |id: &str| system().set(APPLICATION, "/subnet_ids", json!([id]));
    for id in [
        "ocid1.subnet.oc1.iad.aaaaaaaafn",
        "ocid1.subnet.oc1.us-ashburn-1.aaaaaaaafn",
        "ocid1.subnet.oc2..aaaaaaaafn",
    ] {
        finds(&subnet(id), &["A0273 oci_functions_application.ingest.subnet_ids[0]"]);
    }
    for id in [
        "ocid1.subnet.oc1.fra.aaaaaaaafn",
        "ocid1.subnet.oc1.eu-frankfurt-1.aaaaaaaafn",
        "ocid1.subnet.oc1..aaaaaaaafn",
    ] {
        finds(&subnet(id), &[]);
    }
    // A vault that is replicated keeps its OCID.
    let vault = system().set(SECRET, "/vault_id", json!("ocid1.vault.oc1.iad.bbbbbbbb.aaaaaaaavault"));
    finds(&vault, &["A0273 oci_vault_secret.database.vault_id"]);
    assert_eq!(vault.found().1[0].severity.as_str(), "warning");
    let rule = "oci_core_network_security_group_security_rule.functions";
    let label = system().set(rule, "/destination", json!("all-lhr-services-in-oracle-services-network")).set(
        rule,
        "/destination_type",
        json!("SERVICE_CIDR_BLOCK"),
    );
    finds(&label, &["A0273 oci_core_network_security_group_security_rule.functions.destination"]);
}

/// A resource is made in the region of its own provider.
#[test]
fn each_resource_has_the_region_of_its_provider() {
    let mut edit = system();
    edit.0["configuration"]["provider_config"]["oci.ashburn"] = json!({ "name": "oci", "alias": "ashburn", "expressions": { "region": { "constant_value": "us-ashburn-1" } } });
    let resources = edit.0["configuration"]["root_module"]["resources"].as_array_mut().unwrap();
    let function = resources.iter_mut().find(|it| it["address"] == FUNCTION).unwrap();
    function["provider_config_key"] = json!("oci.ashburn");
    finds(&edit, &["A0273 oci_functions_function.postgres_inserter.image"]);
}

/// Without a region in the plan, it is that of what is there; and where nothing tells it, nothing is of another.
#[test]
fn the_region_of_a_plan_whose_provider_is_told_elsewhere() {
    let function = json!({ "application_id": "ocid1.fnapp.oc1.eu-frankfurt-1.aaaaaaaaapp", "display_name": "f",
        "image": "iad.ocir.io/example/f:1", "memory_in_mbs": "256" });
    let found = |make: &Make| -> Vec<String> {
        let plan = make.plan();
        plan.values(&mut plan.planned()).iter().map(|it| it.code.to_string()).collect()
    };
    let alone = Make::default().create(FUNCTION, function, &[]);
    assert_eq!(found(&alone), Vec::<String>::new());
    let vcn = json!({ "id": "ocid1.vcn.oc1.eu-frankfurt-1.aaaaaaaanet", "cidr_blocks": ["10.1.0.0/16"] });
    assert_eq!(found(&alone.keep("oci_core_vcn.net", vcn)), ["A0273"]);
}

#[test]
fn ocids_that_are_none_or_of_other_things() {
    let subnet = |id: &str| system().set(APPLICATION, "/subnet_ids", json!([id]));
    for id in [
        "hello",
        "ocid1.vcn.oc1..aaaaaaaavcn",
        "<subnet OCID>",
        "ocid1.subnet.oc1.fra",
        "ocid1.subnet.oc1..ä",
        "ocid1.subnet.oc1..a b",
    ] {
        finds(&subnet(id), &["A0274 oci_functions_application.ingest.subnet_ids[0]"]);
    }
    finds(
        &system().refer(APPLICATION, "/compartment_id", "oci_core_vcn.hub.id"),
        &["A0274 oci_functions_application.ingest.compartment_id"],
    );
    finds(
        &system().refer(SECRET, "/key_id", "oci_kms_vault.sandbox.id"),
        &["A0274 oci_vault_secret.database.key_id"],
    );
    finds(&system().refer(SECRET, "/compartment_id", "oci_kms_vault.sandbox.compartment_id"), &[]);
    // The network names the resource that stands there, and tells it alone.
    finds(
        &system().refer("oci_core_subnet.functions", "/vcn_id", "oci_core_drg.hub.id"),
        &["A0188 oci_core_subnet.functions.vcn_id"],
    );
}

#[test]
fn limits_of_functions() {
    let memory = |text: &str| system().set(FUNCTION, "/memory_in_mbs", json!(text));
    for text in ["0", "4096", "-128"] {
        finds(&memory(text), &["A0276 oci_functions_function.postgres_inserter.memory_in_mbs"]);
    }
    finds(&memory("3072"), &[]);
    finds(&memory("lots"), &["A0187 oci_functions_function.postgres_inserter.memory_in_mbs"]);
    for (attribute, value) in [
        ("timeout_in_seconds", 0),
        ("timeout_in_seconds", 301),
        ("detached_mode_timeout_in_seconds", 4),
        ("detached_mode_timeout_in_seconds", 3601),
    ] {
        let place = format!("A0276 oci_functions_function.postgres_inserter.{attribute}");
        finds(&system().set(FUNCTION, &format!("/{attribute}"), json!(value)), &[&place]);
    }
    finds(
        &system().set(FUNCTION, "/timeout_in_seconds", json!(300)).set(
            FUNCTION,
            "/detached_mode_timeout_in_seconds",
            json!(3600),
        ),
        &[],
    );
}

#[test]
fn subnets_and_groups_of_applications() {
    let ids = |kind: &str, count: usize| -> Vec<String> {
        (0..count).map(|at| format!("ocid1.{kind}.oc1..aaaaaaaa{at}")).collect()
    };
    let subnets = |count| system().set(APPLICATION, "/subnet_ids", json!(ids("subnet", count)));
    finds(&subnets(3), &[]);
    finds(&subnets(4), &["A0276 oci_functions_application.ingest.subnet_ids"]);
    let groups = |count| {
        system().set(APPLICATION, "/network_security_group_ids", json!(ids("networksecuritygroup", count)))
    };
    finds(&groups(6), &["A0276 oci_functions_application.ingest.network_security_group_ids"]);
    // The form of the first tenancies.
    let old = "ocidv1:tenancy:oc1:phx:1460406592660:aaaaaaaab4faofrfkxecohhjuivjq262pu";
    finds(&system().set("oci_identity_group.deployers", "/compartment_id", json!(old)), &[]);
}

#[test]
fn names_of_images() {
    for text in [
        "docker.io/example/f:1",
        "fra.ocir.io/example/hello-world-app/postgres-inserter",
        "fra.ocir.io/postgres-inserter:1",
        "https://fra.ocir.io/example/f:1",
        "fra.ocir.io/example/Hello:1",
        "fra.ocir.io/example/f@sha256:0a",
    ] {
        finds(&image(text), &["A0277 oci_functions_function.postgres_inserter.image"]);
    }
    finds(
        &system().set(FUNCTION, "/image_digest", json!("sha256:3f9a2c71d0be")),
        &["A0277 oci_functions_function.postgres_inserter.image_digest"],
    );
    // Of a plan without repositories, nobody knows which there are.
    let mut edit = image("fra.ocir.io/example/other:1");
    let resources = edit.0["planned_values"]["root_module"]["resources"].as_array_mut().unwrap();
    resources.retain(|it| it["type"] != "oci_artifacts_container_repository");
    finds(&edit, &[]);
}

#[test]
fn configurations() {
    for name in ["ADIT-TABLES", "1ST", "ADIT.TABLES", "größe", ""] {
        let place = format!("A0279 oci_functions_application.ingest.config[{name}]");
        finds(&setting(name, "items"), &[&place]);
    }
    finds(&setting("_tables9", "items"), &[]);
    // With its application, a function may have more than it alone.
    let both = setting("A", &"x".repeat(3000)).set(FUNCTION, "/config", json!({ "B": "x".repeat(1500) }));
    finds(&both, &["A0279 oci_functions_function.postgres_inserter.config"]);
    assert_eq!(both.found().1[0].severity.as_str(), "warning");
    finds(&setting("A", &"x".repeat(4095)), &[]);
}

/// What is secret is told by its place alone.
#[test]
fn secrets_in_plain_text() {
    let secret = "hunter2hunter2";
    let settings = [
        ("DB_PASSWORD", secret.to_owned()),
        ("DATABASE_URL", format!("postgresql://app:{secret}@10.0.0.146:6432/app")),
    ];
    for (name, value) in settings {
        let edit = setting(name, &value);
        finds(&edit, &[&format!("A0280 oci_functions_application.ingest.config[{name}]")]);
        let (source, found) = edit.found();
        assert!(!source.text().contains(secret) && !format!("{found:?}").contains(secret));
    }
    finds(&setting("DB_SECRET", "ocid1.vaultsecret.oc1.eu-frankfurt-1.aaaaaaaalibrariandb"), &[]);
    let edit = image(&format!("https://app:{secret}@fra.ocir.io/example/f:1"));
    finds(&edit, &["A0277 oci_functions_function.postgres_inserter.image"]);
    let (source, found) = edit.found();
    assert!(!source.text().contains(secret) && !format!("{found:?}").contains(secret));
    // Base64 or not, none of it is printed, and it is told of a secret that stays, too.
    for content in ["aHVudGVyMmh1bnRlcjI=", secret] {
        let edit = system()
            .set(SECRET, "/enable_auto_generation", Value::Null)
            .set(SECRET, "/secret_generation_context", json!([]))
            .set(SECRET, "/secret_content", json!([{ "content": content, "content_type": "BASE64" }]));
        let (source, found) = edit.found();
        assert!(found.iter().any(|it| it.code.as_str() == "A0280"));
        assert!(!source.text().contains(content) && !format!("{found:?}").contains(content));
        finds(&edit.keep(SECRET), &["A0280 oci_vault_secret.database.secret_content[0].content"]);
    }
    let nothing = system().set(SECRET, "/enable_auto_generation", Value::Null).set(
        SECRET,
        "/secret_generation_context",
        json!([]),
    );
    finds(&nothing, &["A0281 oci_vault_secret.database.secret_content"]);
}

#[test]
fn keys_logs_and_repositories() {
    let bits = system().set("oci_kms_key.sandbox", "/key_shape/0/length", json!(256));
    finds(&bits, &["A0282 oci_kms_key.sandbox.key_shape[0].length"]);
    assert_eq!(bits.found().1[0].fix.as_ref().unwrap().text, "write 32");
    let rsa = json!([{ "algorithm": "rsa", "length": 256 }]);
    finds(&system().set("oci_kms_key.sandbox", "/key_shape", rsa), &[]);
    finds(
        &system().set(LOG, "/retention_duration", json!(45)),
        &["A0284 oci_logging_log.invocations.retention_duration"],
    );
    let of_function = system().refer(
        LOG,
        "/configuration/0/source/0/resource",
        "oci_functions_function.postgres_inserter.id",
    );
    finds(&of_function, &["A0284 oci_logging_log.invocations.configuration[0].source[0].resource"]);
    finds(
        &system().set(LOG, "/configuration/0/source/0/service", json!("function")),
        &["A0284 oci_logging_log.invocations.configuration[0].source[0].service"],
    );
    // Of a service that is not known here nothing is.
    let other = system().set(LOG, "/configuration/0/source/0/service", json!("devops")).set(
        LOG,
        "/configuration/0/source/0/category",
        json!("all"),
    );
    finds(&other, &[]);
    finds(&system().set(LOG, "/log_type", json!("service")), &[]);
    let name = |text: &str| {
        system().set("oci_artifacts_container_repository.postgres_inserter", "/display_name", json!(text))
    };
    for text in ["a b", "app//f", "/app", "app/"] {
        assert!(
            name(text).codes().contains(
                &"A0283 oci_artifacts_container_repository.postgres_inserter.display_name".to_owned()
            ),
            "{text}"
        );
    }
}

#[test]
fn statements_and_rules() {
    let place = "oci_identity_policy.deployers.statements[0]";
    for (text, code) in [
        ("", "A0350"),
        ("Allow group Deployers to use repoos in tenancy", "A0360"),
        ("Allow group Deployers to use repos", "A0363"),
        ("Allow group Deployers use repos in tenancy", "A0358"),
        ("Allow group Deployers to use repos in compartment id sandbox", "A0366"),
        (
            "Allow group Deployers to use repos in compartment id ocid1.compartment.oc1..aaaaaaaasandbox where any {target.repo.name != 'a', target.repo.name != 'b'}",
            "A0313",
        ),
        (
            "Allow group Deployers to use repos in compartment id ocid1.compartment.oc1..aaaaaaaasandbox\nAllow group Deployers to use vaults in compartment id ocid1.compartment.oc1..aaaaaaaasandbox",
            "A0374",
        ),
    ] {
        assert!(
            statement(text).codes().contains(&format!("{code} {place}")),
            "{text}: {:?}",
            statement(text).codes()
        );
    }
    // A compartment that the plan does not have may be there.
    for place in ["Sandbox", "Sandbox:Functions"] {
        finds(&statement(&format!("Allow group Deployers to use repos in compartment {place}")), &[]);
    }
    // Types without rows in the tables are types all the same.
    for text in [
        "Allow group Deployers to manage instance-family in compartment id ocid1.compartment.oc1..aaaaaaaasandbox",
        "Allow group Deployers to use Autonomous-Databases in compartment id ocid1.compartment.oc1..aaaaaaaasandbox",
    ] {
        finds(&statement(text), &[]);
    }
    let one = "Allow group Deployers to read repos in compartment id ocid1.compartment.oc1..aaaaaaaasandbox";
    let many = system().set(DEPLOYERS, "/statements", json!(vec![one; 51]));
    finds(&many, &["A0381 oci_identity_policy.deployers.statements"]);
    let rule =
        |text: &str| system().set("oci_identity_dynamic_group.functions", "/matching_rule", json!(text));
    for (text, code) in [
        ("resource.kind = 'fnfunc'", "A0379"),
        ("ALL {resource.type == 'fnfunc'}", "A0368"),
        ("resource.type = 'fnfunc' and resource.id = 'x'", "A0367"),
    ] {
        let codes = rule(text).codes();
        assert!(
            codes.iter().any(|it| it.starts_with(code) && it.ends_with(".matching_rule")),
            "{text}: {codes:?}"
        );
    }
    finds(&rule("resource.type = 'fnfunc'"), &[]);
}

#[test]
fn groups_stand_in_the_root() {
    let compartment = "ocid1.compartment.oc1..aaaaaaaasandbox";
    let group = system().set("oci_identity_group.deployers", "/compartment_id", json!(compartment));
    finds(&group, &["A0286 oci_identity_group.deployers.compartment_id"]);
    let made = Make::default()
        .create("oci_identity_compartment.sandbox", json!({ "name": "Sandbox" }), &[])
        .create(
            "oci_identity_dynamic_group.functions",
            json!({ "name": "F", "matching_rule": "resource.type = 'fnfunc'" }),
            &["compartment_id"],
        )
        .written("oci_identity_compartment.sandbox", json!({ "name": { "constant_value": "Sandbox" } }))
        .written(
            "oci_identity_dynamic_group.functions",
            json!({ "compartment_id": crate::make::refer(&["oci_identity_compartment.sandbox.id"]) }),
        );
    let plan = made.plan();
    let found = plan.values(&mut plan.planned());
    assert_eq!(found.iter().map(|it| it.code.as_str()).collect::<Vec<_>>(), ["A0286"]);
    // A plan about anything else says so, and is looked at all the same.
    assert_eq!(plan.no_network().map(|it| it.severity.as_str()), Some("note"));
}

#[test]
fn a_plan_of_a_vault_alone_is_looked_at() {
    let plan = Make::default()
        .create("oci_kms_vault.v", json!({ "vault_type": "PRIVATE", "compartment_id": "hello" }), &[])
        .plan();
    let found: Vec<_> = plan.values(&mut plan.planned()).iter().map(|it| it.code.to_string()).collect();
    assert_eq!(
        (found, plan.has_network(), plan.has_policies()),
        (vec!["A0275".to_owned(), "A0274".to_owned()], false, false)
    );
    // Of a kind that nothing is known of, compartments are OCIDs all the same.
    let plan =
        Make::default().create("oci_streaming_stream.s", json!({ "compartment_id": "hello" }), &[]).plan();
    assert_eq!(
        plan.values(&mut plan.planned()).iter().map(|it| it.message.clone()).collect::<Vec<_>>(),
        [
            "`oci_streaming_stream.s.compartment_id` is `hello`, and should be an OCID, ocid1.compartment.… or ocid1.tenancy.…"
        ]
    );
}

/// What the plan leaves as it is, the cloud has taken.
#[test]
fn what_stays_is_not_looked_at() {
    for (address, pointer, value) in [
        (FUNCTION, "/memory_in_mbs", json!("100")),
        (LOG, "/log_type", json!("FUNCTION")),
        ("oci_kms_vault.sandbox", "/vault_type", json!("STANDARD")),
        (DEPLOYERS, "/statements/0", json!("nonsense")),
    ] {
        finds(&system().set(address, pointer, value).keep(address), &[]);
    }
}

/// A value that is known only after apply is never a finding.
#[test]
fn what_is_not_known_yet_is_no_mistake() {
    let plan = system().0;
    let mut tried = 0;
    for resource in plan["planned_values"]["root_module"]["resources"].as_array().unwrap() {
        let address = resource["address"].as_str().unwrap();
        for name in resource["values"].as_object().unwrap().keys() {
            let codes = system().refer(address, &format!("/{name}"), "local.later").codes();
            let told = |code: &&String| ("A0271".."A0300").contains(&&code[..5]) || code.starts_with("A03");
            assert_eq!(
                codes.iter().filter(told).collect::<Vec<_>>(),
                Vec::<&String>::new(),
                "{address}.{name}"
            );
            tried += 1;
        }
    }
    assert!(tried > 150, "{tried}");
}
