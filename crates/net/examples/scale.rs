//! How the engine grows: a generated tenancy of a region's size, built, asked, changed. Prints what each took, in milliseconds, a
//! name and a number a line; asserts nothing about time. `bench/network` holds it against its goals.
//!
//! ```sh
//! cargo run --release -p adit-net --example scale            # 1,000 and 10,000 subnets
//! cargo run --release -p adit-net --example scale -- 5000    # one size
//! ```
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a program that prints figures"
)]

use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use adit_net::trace::{Change, Verdict};
use adit_net::*;

/// What is built for a number of subnets.
struct Size {
    subnets: usize,
    security_rules: usize,
    drg_routes: usize,
}

fn cidr(first: u32, length: u8) -> Cidr {
    Cidr::new(Ipv4Addr::from(first), length).unwrap()
}

fn port(number: usize) -> Port {
    Port::new(i64::try_from(number).unwrap()).unwrap()
}

/// Fifty VCNs on one DRG, each with its share of subnets, lists of 200 rules, and a database or function in each subnet.
fn tenancy(size: &Size) -> Network {
    let mut n = Network::default();
    let drg = n.drgs.add(Drg { object: Object::new("hub") });
    let everything =
        vec![Statement { priority: 1, accepts: Accepts::All, origin: Origin::Written, source: Source::NONE }];
    let imports =
        n.distributions.add(Distribution { object: Object::new("all"), drg, statements: everything.into() });
    let vcns = 50.min(size.subnets);
    let per_vcn = size.subnets.div_ceil(vcns);
    let lists_per_vcn = (size.security_rules / 200).div_ceil(vcns).max(1);
    let drg_table = n.drg_tables.add(DrgTable {
        object: Object::new("transit"),
        drg,
        rules: Rules::default(),
        imports: Some(imports),
        ecmp: false,
    });
    for v in 0..vcns {
        let base = (10 << 24) + (u32::try_from(v).unwrap() << 16);
        let vcn = n.vcns.add(Vcn { object: Object::new(format!("vcn-{v}")), cidrs: vec![cidr(base, 16)] });
        let tables: Vec<_> = (0..4)
            .map(|t| {
                let rules = vec![RouteRule::new(cidr(10 << 24, 8), Target::Drg(drg))];
                n.route_tables.add(RouteTable {
                    object: Object::new(format!("rt-{v}-{t}")),
                    vcn,
                    rules: rules.into(),
                })
            })
            .collect();
        let lists: Vec<_> = (0..lists_per_vcn)
            .map(|l| {
                let mut rules = vec![SecurityRule::egress(Cidr::ALL, Traffic::All)];
                for r in 1..200u32 {
                    // Every other range is another VCN's, so about half of the questions are answered with yes.
                    let from =
                        (10 << 24) + (((r * 7 + u32::try_from(l).unwrap()) % 100) << 16) + ((r % 16) << 8);
                    let ports = Ports::to(PortRange::only(port(if r % 2 == 0 {
                        5432
                    } else {
                        6432 + r as usize % 4
                    })));
                    let range = Cidr::holding(from.into(), if r % 3 == 0 { 24 } else { 16 });
                    let rule = SecurityRule::ingress(range, Traffic::Tcp(ports));
                    rules.push(rule);
                }
                n.security_lists.add(SecurityList {
                    object: Object::new(format!("sl-{v}-{l}")),
                    vcn,
                    rules: rules.into(),
                })
            })
            .collect();
        for s in 0..per_vcn {
            let first = base + (u32::try_from(s).unwrap() << 8);
            if s >= 256 {
                break;
            }
            let subnet = n.subnets.add(Subnet {
                object: Object::new(format!("subnet-{v}-{s}")),
                vcn,
                cidr: cidr(first, 24),
                access: Access::Private,
                route_table: *tables.get(s % 4).unwrap(),
                security_lists: vec![*lists.get(s % lists.len()).unwrap()],
            });
            if s % 5 == 0 {
                let address = Ipv4Addr::from(first + 146);
                let vnic = n.vnics.add(Vnic::new(Object::new(format!("card-{v}-{s}")), subnet, address));
                n.databases.add(Database {
                    object: Object::new(format!("db-{v}-{s}")),
                    vnic,
                    address,
                    port: port(6432 + s % 4),
                });
            } else if s % 5 == 1 {
                n.functions.add(Function {
                    object: Object::new(format!("fn-{v}-{s}")),
                    subnets: vec![subnet],
                    nsgs: Vec::new(),
                    memory: 256,
                    concurrency: 10,
                    zpr: false,
                });
            }
        }
        let to = Attached::Vcn { vcn, ingress: None, offers: Offers::Subnets };
        n.attachments.add(Attachment {
            object: Object::new(format!("att-{v}")),
            drg,
            to,
            table: Some(drg_table),
        });
    }
    // The rest of the DRG's routes come from a site.
    let site = n
        .sites
        .add(Site { object: Object::new("office"), ranges: vec![cidr((192 << 24) | (168 << 16), 16)] });
    let more = size.drg_routes.saturating_sub(n.subnets.len());
    let routes: Vec<_> = (0..more)
        .map(|i| LearnedRoute {
            destination: cidr(((172 << 24) | (16 << 16)) + (u32::try_from(i).unwrap() << 6), 26),
            as_path: 1,
            source: Source::NONE,
        })
        .collect();
    let to = Attached::VirtualCircuit(Line { site, routes: routes.into() });
    n.attachments.add(Attachment { object: Object::new("circuit"), drg, to, table: Some(drg_table) });
    n
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// Resident memory in MB, where the system tells it.
fn memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kilobytes| kilobytes / 1024)
}

/// A figure: a name, and milliseconds or a count.
fn figure(name: &str, value: f64) {
    println!("{name} {value:.4}");
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn prepared(network: &Network) -> (Engine, Duration) {
    timed(|| {
        let mut engine = Engine::new(network.clone());
        engine.prepare();
        engine
    })
}

/// How often a first question is asked of a new engine; the least of them is told, for the machine does other things as well.
const FRESH: usize = 3;

fn run(size: &Size) {
    let (network, described) = timed(|| tenancy(size));
    let rules: usize = network.security_lists.iter().map(|(_, list)| list.rules.known().len()).sum();
    figure("subnets", network.subnets.len() as f64);
    figure("security-rules", rules as f64);
    figure("drg-routes", size.drg_routes as f64);
    figure("functions", network.functions.len() as f64);
    figure("databases", network.databases.len() as f64);
    let (mut engine, built) = prepared(&network);
    figure("described", milliseconds(described));
    figure("built", milliseconds(built));
    let pairs: Vec<_> = {
        let functions: Vec<_> = network.functions.ids().collect();
        let databases: Vec<_> = network.databases.ids().collect();
        (0..1000)
            .map(|i| (functions[i * 37 % functions.len()], databases[i * 101 % databases.len()]))
            .collect()
    };
    let flow = |(function, database): (FunctionId, DatabaseId)| {
        Flow::tcp(Endpoint::Function(function), Endpoint::Database(database))
    };
    // The first question of all, of twenty different ones.
    let mut first: Vec<Duration> = pairs
        .iter()
        .step_by(50)
        .map(|pair| {
            let fresh = (0..FRESH).map(|_| {
                let (mut engine, _) = prepared(&network);
                timed(|| engine.verdict(&flow(*pair)).unwrap()).1
            });
            fresh.min().unwrap()
        })
        .collect();
    first.sort();
    figure("first-query-median", milliseconds(first[first.len() / 2]));
    figure("first-query-worst", milliseconds(first[first.len() - 1]));
    let mut spent: Vec<_> = Vec::new();
    let mut reachable = 0;
    for pair in &pairs {
        let (verdict, took) = timed(|| engine.verdict(&flow(*pair)).unwrap());
        reachable += usize::from(verdict == Verdict::Reachable);
        spent.push(took);
    }
    spent.sort();
    figure("query-median", milliseconds(spent[500]));
    figure("query-99", milliseconds(spent[990]));
    figure("query-worst", milliseconds(spent[999]));
    figure("reachable-of-1000", f64::from(u32::try_from(reachable).unwrap()));
    // One that gets through the DRG, so that every table on the way counts.
    let far = |n: &Network, (function, database): (FunctionId, DatabaseId)| {
        let from = n.functions.at(function).subnets[0];
        let to = n.vnics.at(n.databases.at(database).vnic).subnet;
        n.subnets.at(from).vcn != n.subnets.at(to).vcn
    };
    let gets_through = pairs
        .iter()
        .copied()
        .find(|pair| far(engine.network(), *pair) && engine.verdict(&flow(*pair)) == Ok(Verdict::Reachable));
    let flow = flow(gets_through.unwrap());
    let mut changed: Vec<_> = (0..100u32)
        .map(|i| {
            let list = engine.network().security_lists.ids().next().unwrap();
            let rule = SecurityRule::ingress(cidr((172 << 24) | (i << 8), 24), Traffic::All);
            timed(|| {
                engine.apply(&Change::AddToList(list, rule));
                engine.verdict(&flow).unwrap()
            })
            .1
        })
        .collect();
    changed.sort();
    figure("security-rule-changed", milliseconds(changed[50]));
    let mut changed: Vec<_> = (0..20u32)
        .map(|i| {
            let table = engine.network().drg_tables.ids().next().unwrap();
            let next = engine.network().attachments.ids().next().unwrap();
            let rule = DrgRule::new(cidr((172 << 24) | (31 << 16) | (i << 8), 24), next);
            timed(|| {
                engine.apply(&Change::AddDrgRule(table, rule));
                engine.verdict(&flow).unwrap()
            })
            .1
        })
        .collect();
    changed.sort();
    figure("drg-rule-changed", milliseconds(changed[10]));
    let (_, explained) = timed(|| engine.ask(&flow).unwrap());
    figure("explained", milliseconds(explained));
    let (cells, matrix) = timed(|| engine.matrix());
    figure("pairs", cells.len() as f64);
    figure("pairs-reachable", cells.iter().filter(|it| it.verdict == Verdict::Reachable).count() as f64);
    figure("all-pairs", milliseconds(matrix));
    figure("memory-mb", memory().unwrap_or_default() as f64);
}

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|text| text.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1_000, 10_000] } else { sizes };
    for subnets in sizes {
        run(&Size { subnets, security_rules: subnets * 10, drg_routes: subnets * 2 });
    }
}
