//! How long it takes to read 25,000 statements (500 policies of 50), and to print them: `cargo run --release -p adit-iam --example syntax`.
#![expect(clippy::print_stdout, reason = "that is what it is for")]

use std::time::Instant;

use adit_iam::syntax::{Layout, Options, parse};

const STATEMENTS: [&str; 5] = [
    "Allow group CI-CD-Deployers to {REPOSITORY_READ, REPOSITORY_UPDATE} in compartment Sandbox where target.repo.name = 'hello-world-app/postgres-inserter'",
    "Allow dynamic-group 'My Domain'/PostgresInserterFunctionDG to read secret-bundles in compartment Sandbox where target.secret.id = 'ocid1.vaultsecret.oc1.eu-frankfurt-1.amaaaaaaexampleexampleexample'",
    "Allow group Provisioners to use virtual-network-family in compartment Network:Hub",
    "Allow any-user to use fn-invocation in tenancy where all {request.principal.type = 'apigateway', any {target.function.id = 'ocid1.fnfunc.oc1..a', target.app.id != /ocid1.fnapp*/}}",
    "Deny group Interns to manage all-resources in compartment id ocid1.compartment.oc1..aaaaaaaaexampleexampleexample where request.utc-timestamp.time-of-day between '18:00:00Z' and '06:00:00Z'",
];

fn main() {
    let text: String =
        STATEMENTS.iter().cycle().take(25_000).flat_map(|statement| [statement, "\n"]).collect();
    let options = Options { layout: Layout::Lines, ..Options::default() };
    for _ in 0..5 {
        let began = Instant::now();
        let parsed = parse(&text, &options);
        let read = began.elapsed();
        let began = Instant::now();
        let printed: usize = parsed.statements().map(|statement| statement.to_string().len()).sum();
        let statements = parsed.statements().count();
        println!(
            "{statements} statements, {} bytes: read in {read:?}, {printed} bytes printed in {:?}",
            text.len(),
            began.elapsed()
        );
    }
}
