//! Dynamic routing gateways, what is attached to them, and their tables.

use adit_net::{Accepts, Attached, Attachment, AttachmentId, AttachmentKind, DrgTableId, Offers};

use super::hcl::{Block, Part, code};
use super::scope::Scope;

pub(super) fn blocks(scope: &mut Scope<'_>) -> Vec<Block> {
    let network = scope.network;
    let mut blocks = Vec::new();
    for (id, drg) in network.drgs.iter() {
        let Some((kind, name)) = scope.own(|ids| &ids.drgs, id) else { continue };
        let shown = drg.object.name.as_str();
        let written = scope.blueprint.drgs.iter().find(|it| it.name.value == shown);
        let block = Block::new("resource", &[kind, &name])
            .comment(format!("{}, [drg.{shown}]", scope.line(drg.object.source)))
            .set("compartment_id", scope.compartment(None))
            .set("display_name", shown);
        blocks.push(scope.guarded(block, shown));
        scope.take_over(scope.address(|ids| &ids.drgs, id), written.and_then(|drg| drg.ocid.as_ref()));
    }
    for (id, attachment) in network.attachments.iter() {
        blocks.extend(attached(scope, id, attachment));
    }
    for (id, _) in network.drg_tables.iter() {
        blocks.extend(table(scope, id));
    }
    blocks.extend(distributions(scope));
    blocks
}

fn attached(scope: &mut Scope<'_>, id: AttachmentId, attachment: &Attachment) -> Option<Block> {
    let (kind, name) = scope.own(|ids| &ids.attachments, id)?;
    let shown = attachment.object.name.as_str();
    let line = scope.line(attachment.object.source);
    match attachment.to {
        Attached::Vcn { vcn, ingress, offers } => {
            let mut details = Block::new("network_details", &[])
                .set("id", scope.of(|ids| &ids.vcns, vcn))
                .set("type", "VCN");
            if let Some(table) = ingress {
                details = details.set("route_table_id", scope.of(|ids| &ids.route_tables, table));
            }
            if offers == Offers::Vcn {
                details = details.set("vcn_route_type", "VCN_CIDRS");
            }
            let table = table_of(scope, attachment);
            let block = Block::new("resource", &[kind, &name])
                .comment(format!("{line}: the attachment of {shown}"))
                .set("drg_id", scope.of(|ids| &ids.drgs, attachment.drg))
                .set("display_name", shown)
                .set_below("drg_route_table_id", table, ["Without a table of its own it would get the default one, and every spoke a way to every other."])
                .block(details);
            let written = scope.vcn(vcn).and_then(|vcn| vcn.drg.as_ref());
            let ocid = written.and_then(|link| link.ocid.as_ref());
            scope.take_over(scope.address(|ids| &ids.attachments, id), ocid);
            Some(scope.guarded(block, shown))
        }
        Attached::RemotePeering { peer } => {
            let mut block = Block::new("resource", &[kind, &name])
                .comment(format!("{line}: a remote peering"))
                .set("compartment_id", scope.compartment(None))
                .set("drg_id", scope.of(|ids| &ids.drgs, attachment.drg))
                .set("display_name", shown);
            // One end makes the connection: of two of one's own the first, else one's own.
            if let Some(peer) = peer {
                let both = scope.address(|ids| &ids.attachments, peer).is_some();
                if !both || id < peer {
                    block = block.set("peer_id", scope.of(|ids| &ids.attachments, peer));
                    if let Some(region) = &scope.blueprint.tenancy.region {
                        block = block.set("peer_region_name", region.value.as_str());
                    }
                }
            }
            let drg = scope.network.drgs.at(attachment.drg).object.name.as_str();
            let drg = scope.blueprint.drgs.iter().find(|it| it.name.value == drg);
            let written = drg.and_then(|drg| drg.remote_peerings.iter().find(|it| it.name.value == shown));
            let ocid = written.and_then(|peering| peering.ocid.as_ref());
            scope.take_over(scope.address(|ids| &ids.attachments, id), ocid);
            Some(block)
        }
        // Nobody's routers are created from here.
        Attached::Ipsec(_) | Attached::VirtualCircuit(_) => None,
    }
}

/// The gateway's table of an attachment: the one that the file says, else the gateway's own for its kind.
fn table_of(scope: &mut Scope<'_>, attachment: &Attachment) -> Part {
    if let Some(table) = attachment.table {
        return scope.of(|ids| &ids.drg_tables, table);
    }
    match scope.address(|ids| &ids.drgs, attachment.drg) {
        Some(drg) => code(format!("{drg}.default_drg_route_tables[0].vcn")),
        None => {
            let drg = scope.network.drgs.at(attachment.drg).object.name.as_str();
            let variable = format!("{}_drg_vcn_route_table_ocid", scope.called("drg", drg));
            let what = format!("OCID of the route table that VCN attachments of gateway {drg} use");
            scope.ask(&variable, &what, None, &["drgroutetable"])
        }
    }
}

fn table(scope: &mut Scope<'_>, id: DrgTableId) -> Vec<Block> {
    let table = scope.network.drg_tables.at(id);
    let Some((kind, name)) = scope.own(|ids| &ids.drg_tables, id) else { return Vec::new() };
    let shown = table.object.name.as_str();
    let gateway = scope.network.drgs.at(table.drg).object.name.as_str();
    let mut block = Block::new("resource", &[kind, &name])
        .comment(format!("{}, [drg.{gateway}.route-table.{shown}]", scope.line(table.object.source)))
        .set("drg_id", scope.of(|ids| &ids.drgs, table.drg))
        .set("display_name", shown);
    if let Some(imports) = table.imports {
        block = block.set("import_drg_route_distribution_id", scope.of(|ids| &ids.distributions, imports));
    }
    if table.ecmp {
        block = block.set("is_ecmp_enabled", true);
    }
    let mut blocks = vec![block];
    for rule in table.rules.known() {
        let rule_name =
            scope.give("oci_core_drg_route_table_route_rule", &format!("{shown} {}", rule.destination));
        let next = hop(scope, rule.next);
        blocks.push(
            Block::new("resource", &["oci_core_drg_route_table_route_rule", &rule_name])
                .comment(scope.rule(rule.source))
                .set("drg_route_table_id", scope.of(|ids| &ids.drg_tables, id))
                .set("destination", rule.destination.to_string())
                .set("destination_type", "CIDR_BLOCK")
                .set("next_hop_drg_attachment_id", next),
        );
    }
    let drg = scope.blueprint.drgs.iter().find(|it| it.name.value == gateway);
    let written = drg.and_then(|drg| drg.tables.iter().find(|it| it.name.value == shown));
    let ocid = written.and_then(|table| table.ocid.as_ref());
    scope.take_over(scope.address(|ids| &ids.drg_tables, id), ocid);
    blocks
}

/// The OCID of an attachment. A remote peering is attached by itself, and its attachment is not a resource.
fn hop(scope: &mut Scope<'_>, attachment: AttachmentId) -> Part {
    if let Some(("oci_core_remote_peering_connection", name)) = scope.own(|ids| &ids.attachments, attachment)
    {
        let shown = scope.network.attachments.at(attachment).object.name.as_str().to_owned();
        let what =
            format!("OCID of the attachment of remote peering {shown}, which the gateway makes by itself");
        return scope.ask(&format!("{name}_attachment_ocid"), &what, None, &["drgattachment"]);
    }
    scope.of(|ids| &ids.attachments, attachment)
}

fn distributions(scope: &mut Scope<'_>) -> Vec<Block> {
    let network = scope.network;
    let mut blocks = Vec::new();
    for (id, distribution) in network.distributions.iter() {
        let Some((kind, name)) = scope.own(|ids| &ids.distributions, id) else { continue };
        let shown = distribution.object.name.as_str();
        blocks.push(
            Block::new("resource", &[kind, &name])
                .comment(format!("{}: whose routes a table takes", scope.line(distribution.object.source)))
                .set("drg_id", scope.of(|ids| &ids.drgs, distribution.drg))
                .set("display_name", shown)
                .set("distribution_type", "IMPORT"),
        );
        for statement in distribution.statements.known() {
            let kind = "oci_core_drg_route_distribution_statement";
            let name = scope.give(kind, &format!("{shown} {}", statement.priority));
            let criteria = Block::new("match_criteria", &[]);
            let criteria = match statement.accepts {
                Accepts::All => criteria.set("match_type", "MATCH_ALL"),
                Accepts::Kind(kind) => criteria
                    .set("match_type", "DRG_ATTACHMENT_TYPE")
                    .set("attachment_type", attachment_type(kind)),
                Accepts::Attachment(attachment) => criteria
                    .set("match_type", "DRG_ATTACHMENT_ID")
                    .set("drg_attachment_id", hop(scope, attachment)),
            };
            blocks.push(
                Block::new("resource", &[kind, &name])
                    .comment(scope.line(statement.source))
                    .set("drg_route_distribution_id", scope.of(|ids| &ids.distributions, id))
                    .set("action", "ACCEPT")
                    .set("priority", i64::from(statement.priority))
                    .block(criteria),
            );
        }
    }
    blocks
}

fn attachment_type(kind: AttachmentKind) -> &'static str {
    match kind {
        AttachmentKind::Vcn => "VCN",
        AttachmentKind::VirtualCircuit => "VIRTUAL_CIRCUIT",
        AttachmentKind::Ipsec => "IPSEC_TUNNEL",
        AttachmentKind::RemotePeering => "REMOTE_PEERING_CONNECTION",
    }
}
