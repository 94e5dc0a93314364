//! `adit export mermaid`: the networks, what is in them and the ways between, as a picture that a page or a pull request draws.

use std::fmt::Write as _;
use std::process::ExitCode;

use adit_blueprint::{Built, path};
use adit_net::trace::Verdict;
use adit_net::{Access, Attached, GatewayKind, Network, SubnetId, VcnId};

use super::terraform::System;
use crate::args::ExportMermaidArgs;
use crate::console;
use crate::failure::Failure;

pub(super) fn run(args: &ExportMermaidArgs) -> Result<ExitCode, Failure> {
    let system = System::read(&args.file)?;
    console::data(draw(&system.built).trim_end());
    Ok(ExitCode::SUCCESS)
}

fn draw(built: &Built) -> String {
    let network = &built.network;
    let mut picture = Picture { text: "flowchart LR\n".to_owned(), foreign: Vec::new() };
    for (id, vcn) in network.vcns.iter() {
        let ranges: Vec<String> = vcn.cidrs.iter().map(ToString::to_string).collect();
        let label = format!("{} {}", escaped(vcn.object.name.as_str()), ranges.join(", "));
        picture.line(1, &format!("subgraph vcn{}[\"{label}\"]", id.index()));
        picture.inside(network, id);
        picture.line(1, "end");
        if !vcn.object.managed {
            picture.foreign.push(format!("vcn{}", id.index()));
        }
    }
    for (id, drg) in network.drgs.iter() {
        let node = format!("drg{}", id.index());
        picture.line(1, &format!("{node}{{\"{}\"}}", escaped(drg.object.name.as_str())));
        if !drg.object.managed {
            picture.foreign.push(node);
        }
    }
    picture.joints(network);
    picture.ways(built);
    if picture.text.contains(":::empty") {
        picture.line(1, "classDef empty fill:none,stroke:none");
    }
    if !picture.foreign.is_empty() {
        picture.line(1, "classDef foreign stroke-dasharray: 4 4");
        let foreign = format!("class {} foreign", picture.foreign.join(","));
        picture.line(1, &foreign);
    }
    picture.text
}

struct Picture {
    text: String,
    /// What belongs to somebody else: it is drawn with a broken line.
    foreign: Vec<String>,
}

impl Picture {
    fn line(&mut self, depth: usize, text: &str) {
        let _ = writeln!(self.text, "{:width$}{text}", "", width = 2 * depth);
    }

    /// Subnets with what is in them, and gateways.
    fn inside(&mut self, network: &Network, vcn: VcnId) {
        for (id, subnet) in network.subnets.iter().filter(|(_, subnet)| subnet.vcn == vcn) {
            let access = match subnet.access {
                Access::Public => "public",
                Access::Private => "private",
            };
            let name = escaped(subnet.object.name.as_str());
            self.line(2, &format!("subgraph subnet{}[\"{name} {}, {access}\"]", id.index(), subnet.cidr));
            self.ends(network, id);
            self.line(2, "end");
        }
        for (id, gateway) in network.gateways.iter().filter(|(_, gateway)| gateway.vcn == vcn) {
            let name = escaped(gateway.object.name.as_str());
            self.line(2, &format!("gateway{}{{{{\"{name}\"}}}}", id.index()));
        }
    }

    fn ends(&mut self, network: &Network, subnet: SubnetId) {
        let mut is_empty = true;
        for (id, function) in network.functions.iter().filter(|(_, it)| it.subnets.first() == Some(&subnet)) {
            self.line(
                3,
                &format!("function{}([\"{}\"])", id.index(), escaped(function.object.name.as_str())),
            );
            is_empty = false;
        }
        for (id, database) in network.databases.iter() {
            if network.vnics.at(database.vnic).subnet != subnet {
                continue;
            }
            let name = escaped(database.object.name.as_str());
            let place = format!("{}:{}", database.address, database.port);
            self.line(3, &format!("database{}[(\"{name}<br/>{place}\")]", id.index()));
            is_empty = false;
        }
        if is_empty {
            // A box with nothing in it is drawn as a point.
            self.line(3, &format!("empty{}[\" \"]:::empty", subnet.index()));
        }
    }

    /// What is joined to what.
    fn joints(&mut self, network: &Network) {
        for (_, attachment) in network.attachments.iter() {
            let drg = attachment.drg.index();
            match attachment.to {
                Attached::Vcn { vcn, .. } => self.line(1, &format!("vcn{} --- drg{drg}", vcn.index())),
                Attached::RemotePeering { .. } | Attached::Ipsec(_) | Attached::VirtualCircuit(_) => {
                    let name = escaped(attachment.object.name.as_str());
                    self.line(1, &format!("drg{drg} --- elsewhere_{drg}_{}[/\"{name}\"/]", self.text.len()));
                }
            }
        }
        for (id, lpg) in network.lpgs.iter() {
            if let Some(peer) = lpg.peer.filter(|peer| id < *peer) {
                let other = network.lpgs.at(peer).vcn.index();
                self.line(1, &format!("vcn{} ---|\"local peering\"| vcn{other}", lpg.vcn.index()));
            }
        }
        for (id, gateway) in network.gateways.iter() {
            let (node, label) = match gateway.kind {
                GatewayKind::Internet | GatewayKind::Nat => ("internet", "the internet"),
                GatewayKind::Service(_) => ("services", "Oracle's services"),
            };
            self.line(1, &format!("gateway{} --- {node}((\"{label}\"))", id.index()));
        }
    }

    /// Each function's way to its database, with what is proved of it.
    fn ways(&mut self, built: &Built) {
        let network = &built.network;
        for need in &built.needs {
            let function = network.functions.at(need.function).object.name.as_str();
            let database = network.databases.at(need.database);
            let asked =
                path(built, &format!("function/{function}"), &format!("database/{}", database.object.name));
            let (arrow, said) = match asked.map(|paths| paths.verdict) {
                Ok(Verdict::Reachable) => ("==>", "reaches"),
                Ok(Verdict::Unreachable) => ("-.-x", "does not reach"),
                Ok(_) | Err(_) => ("-.->", "may not reach"),
            };
            self.line(
                1,
                &format!(
                    "function{} {arrow}|\"{said} port {}\"| database{}",
                    need.function.index(),
                    database.port,
                    need.database.index()
                ),
            );
        }
    }
}

/// A name inside a label in quotes: what Mermaid or the page would take for more than text is written by its number.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || " -_.,:/()+=".contains(c) {
            escaped.push(c);
        } else if !c.is_control() {
            let _ = write!(escaped, "#{};", u32::from(c));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_name_cannot_leave_its_label() {
        assert_eq!(escaped("fn-public-subnet"), "fn-public-subnet");
        assert_eq!(
            escaped("a\"]; click x \"javascript:\n<b>`#"),
            "a#34;#93;#59; click x #34;javascript:#60;b#62;#96;#35;"
        );
    }
}
