//! `adit addr`: the address plan: what is taken, what is free, what functions need.

use std::fmt::Write;
use std::process::ExitCode;

use adit_net::addresses::{Need, Plan, Wish, need, usable};
use adit_net::{Cidr, Network, VcnId};
use serde::Serialize;

use crate::args::{AddrArgs, AddrFormat, ReportFormat};
use crate::console;
use crate::failure::Failure;
use crate::prove::load::load;

/// How many free blocks are shown.
const SHOWN: usize = 6;

/// Prints the plan, the next free blocks, or what containers would need.
pub(crate) fn run(args: &AddrArgs) -> Result<ExitCode, Failure> {
    if let Some((megabytes, calls)) = args.need {
        let needed = u64::from(megabytes).saturating_mul(u64::from(calls)).div_ceil(14 * 1024) + 3;
        let length = (16..=30).rev().find(|length| (1_u64 << (32 - length)) >= needed + 3);
        let subnet = match length {
            Some(length) => format!("a /{length} is the smallest subnet that has them"),
            None => "no subnet has them: spread them over several".to_owned(),
        };
        console::data(&format!("{needed} addresses for {calls} calls of {megabytes} MB at once; {subnet}"));
        return Ok(ExitCode::SUCCESS);
    }
    let loaded = load(&args.file, ReportFormat::Human)?;
    let network = &loaded.built.network;
    if let Some(length) = args.next {
        return next(args, network, length);
    }
    let plan = plan(network);
    match args.format {
        AddrFormat::Human => console::data(drawn(&plan).trim_end()),
        // Texts and numbers can always be written.
        AddrFormat::Json => console::data(&serde_json::to_string_pretty(&plan).unwrap_or_default()),
    }
    Ok(ExitCode::SUCCESS)
}

/// The next free blocks of a length: for a new VCN, or for a new subnet of one.
fn next(args: &AddrArgs, network: &Network, length: u8) -> Result<ExitCode, Failure> {
    let (plan, inside) = match &args.within {
        None => (Plan::of_vcns(network), Vec::new()),
        Some(name) => {
            let vcn = network.vcns.find(|vcn| vcn.object.name.as_str() == name);
            let vcn = vcn.ok_or_else(|| Failure::Choice(format!("there is no VCN `{name}` in the file")))?;
            (Plan::of_subnets(network, vcn), network.vcns.at(vcn).cidrs.clone())
        }
    };
    let free = plan.free(&Wish { length, inside }, SHOWN);
    for range in &free {
        console::data(&range.to_string());
    }
    if free.is_empty() {
        console::talk(&format!("no /{length} is free"));
    }
    Ok(ExitCode::from(u8::from(free.is_empty())))
}

#[derive(Serialize)]
struct Document {
    schema_version: u32,
    vcns: Vec<VcnPlan>,
    on_premises: Vec<Site>,
    next_free: Vec<Cidr>,
}

#[derive(Serialize)]
struct VcnPlan {
    name: String,
    ranges: Vec<Cidr>,
    addresses: u64,
    in_subnets: u64,
    subnets: Vec<SubnetPlan>,
    free: Vec<Cidr>,
}

#[derive(Serialize)]
struct SubnetPlan {
    name: String,
    range: Cidr,
    usable: u64,
    #[serde(flatten)]
    need: Need,
}

#[derive(Serialize)]
struct Site {
    name: String,
    ranges: Vec<Cidr>,
}

fn plan(network: &Network) -> Document {
    Document {
        schema_version: 1,
        vcns: network.vcns.ids().map(|id| vcn_plan(network, id)).collect(),
        on_premises: network
            .sites
            .iter()
            .map(|(_, site)| Site { name: site.object.name.to_string(), ranges: site.ranges.clone() })
            .collect(),
        next_free: Plan::of_vcns(network).free(&Wish { length: 16, inside: Vec::new() }, 3),
    }
}

fn vcn_plan(network: &Network, id: VcnId) -> VcnPlan {
    let vcn = network.vcns.at(id);
    let mut subnets: Vec<SubnetPlan> = network
        .subnets
        .iter()
        .filter(|(_, subnet)| subnet.vcn == id)
        .map(|(subnet_id, subnet)| SubnetPlan {
            name: subnet.object.name.to_string(),
            range: subnet.cidr,
            usable: usable(subnet.cidr),
            need: need(network, subnet_id),
        })
        .collect();
    subnets.sort_by_key(|subnet| subnet.range);
    VcnPlan {
        name: vcn.object.name.to_string(),
        ranges: vcn.cidrs.clone(),
        addresses: vcn.cidrs.iter().map(|range| range.size()).sum(),
        in_subnets: subnets.iter().map(|subnet| subnet.range.size()).sum(),
        free: free_blocks(network, id),
        subnets,
    }
}

/// The largest blocks that are free, the largest first.
fn free_blocks(network: &Network, id: VcnId) -> Vec<Cidr> {
    let mut plan = Plan::of_subnets(network, id);
    let mut found = Vec::new();
    for length in 16..=30 {
        let inside = network.vcns.at(id).cidrs.clone();
        for block in plan.free(&Wish { length, inside }, SHOWN) {
            plan.reserve(block);
            found.push(block);
        }
        if found.len() >= SHOWN {
            break;
        }
    }
    found
}

fn drawn(plan: &Document) -> String {
    let mut text = String::new();
    let list = |ranges: &[Cidr]| ranges.iter().map(Cidr::to_string).collect::<Vec<_>>().join(" ");
    for vcn in &plan.vcns {
        let free = vcn.addresses.saturating_sub(vcn.in_subnets);
        let _ = writeln!(
            text,
            "{}  {}  {} addresses, {free} in no subnet",
            vcn.name,
            list(&vcn.ranges),
            vcn.addresses
        );
        let width = vcn.subnets.iter().map(|subnet| subnet.name.chars().count()).max().unwrap_or_default();
        for subnet in &vcn.subnets {
            let SubnetPlan { name, range, usable, need } = subnet;
            let needs = match need.needed {
                0 => String::new(),
                needed if need.fits() => format!(", its functions need {needed}"),
                needed => format!(", its functions need {needed}: TOO SMALL"),
            };
            let range = range.to_string();
            let _ = writeln!(text, "  {range:<18}  {name:<width$}  {} of {usable} free{needs}", need.free);
        }
        if !vcn.free.is_empty() {
            let _ = writeln!(text, "  free: {}", list(&vcn.free));
        }
    }
    for site in &plan.on_premises {
        let _ = writeln!(text, "{}  {}  on premises", site.name, list(&site.ranges));
    }
    let _ = writeln!(text, "for a new network: {}", list(&plan.next_free));
    text
}
