//! A hub and a spoke on a DRG, all five things right; each test breaks or changes what it is about.

use adit_net::trace::{Reason, Verdict};
use adit_net::*;

pub(crate) fn cidr(text: &str) -> Cidr {
    text.parse().unwrap()
}
pub(crate) fn port(number: i64) -> Port {
    Port::new(number).unwrap()
}
pub(crate) fn tcp(number: i64) -> Traffic {
    Traffic::Tcp(Ports::to(PortRange::only(port(number))))
}

#[derive(Clone)]
pub(crate) struct World {
    pub(crate) n: Network,
    pub(crate) hub: VcnId,
    pub(crate) spoke: VcnId,
    pub(crate) drg: DrgId,
    pub(crate) drt: DrgTableId,
    pub(crate) hub_att: AttachmentId,
    pub(crate) spoke_att: AttachmentId,
    pub(crate) rt_database: RouteTableId,
    pub(crate) fn_rt: RouteTableId,
    pub(crate) db_sl: SecurityListId,
    pub(crate) fn_sl: SecurityListId,
    pub(crate) database: SubnetId,
    pub(crate) fn_subnet: SubnetId,
    pub(crate) vnic: VnicId,
    pub(crate) librarian: DatabaseId,
    pub(crate) inserter: FunctionId,
}

pub(crate) fn world() -> World {
    let mut n = Network::default();
    let drg = n.drgs.add(Drg { object: Object::new("hub").unmanaged() });
    let hub = n.vcns.add(Vcn {
        object: Object::new("shared-infrastructure-vcn").unmanaged(),
        cidrs: vec![cidr("10.0.0.0/16")],
    });
    let spoke = n.vcns.add(Vcn { object: Object::new("sandbox-vcn"), cidrs: vec![cidr("10.1.0.0/16")] });
    let mut table = |name: &str, vcn, to: &str| {
        let rules = Rules::Known(vec![RouteRule::new(cidr(to), Target::Drg(drg))]);
        n.route_tables.add(RouteTable { object: Object::new(name), vcn, rules })
    };
    let rt_database = table("rt-database", hub, "10.1.0.0/24");
    let fn_rt = table("fn-public-rt", spoke, "10.0.0.0/24");
    let db_sl = n.security_lists.add(SecurityList {
        object: Object::new("Default Security List for shared-infrastructure-vcn"),
        vcn: hub,
        rules: Rules::Known(vec![
            SecurityRule::ingress(Cidr::ALL, tcp(22)),
            SecurityRule::ingress(cidr("10.1.0.0/24"), tcp(6432)),
        ]),
    });
    let fn_sl = n.security_lists.add(SecurityList {
        object: Object::new("fn-public-sl"),
        vcn: spoke,
        rules: Rules::Known(vec![SecurityRule::egress(Cidr::ALL, Traffic::All)]),
    });
    let database = n.subnets.add(Subnet {
        object: Object::new("database"),
        vcn: hub,
        cidr: cidr("10.0.0.0/24"),
        access: Access::Private,
        route_table: rt_database,
        security_lists: vec![db_sl],
    });
    let fn_subnet = n.subnets.add(Subnet {
        object: Object::new("fn-public-subnet"),
        vcn: spoke,
        cidr: cidr("10.1.0.0/24"),
        access: Access::Public,
        route_table: fn_rt,
        security_lists: vec![fn_sl],
    });
    let drt = n.drg_tables.add(DrgTable {
        object: Object::new("hub-spoke-transit-rt"),
        drg,
        rules: Rules::default(),
        imports: None,
        ecmp: false,
    });
    let mut attach = |name: &str, vcn| {
        let to = Attached::Vcn { vcn, ingress: None, offers: Offers::Subnets };
        n.attachments.add(Attachment { object: Object::new(name), drg, to, table: Some(drt) })
    };
    let hub_att = attach("hub-attachment", hub);
    let spoke_att = attach("sandbox-attachment", spoke);
    n.drg_tables[drt].rules = Rules::Known(vec![
        DrgRule::new(cidr("10.0.0.0/16"), hub_att),
        DrgRule::new(cidr("10.1.0.0/16"), spoke_att),
    ]);
    let address = "10.0.0.146".parse().unwrap();
    let vnic = n.vnics.add(Vnic::new(Object::new("pgbouncer"), database, address));
    let librarian =
        n.databases.add(Database { object: Object::new("librarian"), vnic, address, port: port(6432) });
    let inserter = n.functions.add(Function {
        object: Object::new("postgres-inserter"),
        subnets: vec![fn_subnet],
        nsgs: Vec::new(),
        memory: 256,
        concurrency: 50,
        zpr: false,
    });
    World {
        n,
        hub,
        spoke,
        drg,
        drt,
        hub_att,
        spoke_att,
        rt_database,
        fn_rt,
        db_sl,
        fn_sl,
        database,
        fn_subnet,
        vnic,
        librarian,
        inserter,
    }
}

impl World {
    pub(crate) fn flow(&self) -> Flow {
        Flow::tcp(Endpoint::Function(self.inserter), Endpoint::Database(self.librarian))
    }

    pub(crate) fn ask(&self, flow: &Flow) -> Answer {
        Engine::new(self.n.clone()).ask(flow).unwrap()
    }

    /// The function's way to its database.
    pub(crate) fn answer(&self) -> Answer {
        self.ask(&self.flow())
    }

    pub(crate) fn verdict(&self) -> Verdict {
        self.answer().verdict
    }

    /// Why the first blocker is one.
    pub(crate) fn reason(&self) -> Reason {
        reason(&self.answer())
    }

    pub(crate) fn routes(&mut self, table: RouteTableId, rules: Vec<RouteRule>) {
        self.n.route_tables[table].rules = rules.into();
    }

    pub(crate) fn list(&mut self, list: SecurityListId, rules: Vec<SecurityRule>) {
        self.n.security_lists[list].rules = rules.into();
    }

    pub(crate) fn gateway(&mut self, name: &str, vcn: VcnId, kind: GatewayKind) -> GatewayId {
        self.n.gateways.add(Gateway { object: Object::new(name), vcn, kind, open: true, route_table: None })
    }

    /// A second spoke on the DRG.
    pub(crate) fn spoke(
        &mut self,
        name: &str,
        vcn_cidr: &str,
        subnet_cidr: &str,
    ) -> (VcnId, SubnetId, AttachmentId) {
        let vcn = self.n.vcns.add(Vcn { object: Object::new(name), cidrs: vec![cidr(vcn_cidr)] });
        let route_table = self.n.route_tables.add(RouteTable {
            object: Object::new(format!("{name}-rt")),
            vcn,
            rules: vec![RouteRule::new(cidr("10.0.0.0/8"), Target::Drg(self.drg))].into(),
        });
        let subnet = self.n.subnets.add(Subnet {
            object: Object::new(format!("{name}-subnet")),
            vcn,
            cidr: cidr(subnet_cidr),
            access: Access::Private,
            route_table,
            security_lists: vec![],
        });
        let to = Attached::Vcn { vcn, ingress: None, offers: Offers::Subnets };
        let table = Some(self.drt);
        let attachment = self.n.attachments.add(Attachment {
            object: Object::new(format!("{name}-attachment")),
            drg: self.drg,
            to,
            table,
        });
        (vcn, subnet, attachment)
    }

    /// Lets the DRG's table take in what all attachments offer.
    pub(crate) fn import_all(&mut self) {
        let statement =
            Statement { priority: 1, accepts: Accepts::All, origin: Origin::Written, source: Source::NONE };
        let distribution = self.n.distributions.add(Distribution {
            object: Object::new("import-all"),
            drg: self.drg,
            statements: vec![statement].into(),
        });
        self.n.drg_tables[self.drt].imports = Some(distribution);
    }

    /// A site behind an IPSec tunnel that announces its range.
    pub(crate) fn site(&mut self, range: &str) -> (SiteId, AttachmentId) {
        let site = self.n.sites.add(Site { object: Object::new("head-office"), ranges: vec![cidr(range)] });
        let learned = LearnedRoute { destination: cidr(range), as_path: 1, source: Source::NONE };
        let to = Attached::Ipsec(Line { site, routes: vec![learned].into() });
        let attachment = self.n.attachments.add(Attachment {
            object: Object::new("tunnel"),
            drg: self.drg,
            to,
            table: Some(self.drt),
        });
        (site, attachment)
    }
}

pub(crate) fn reason(answer: &Answer) -> Reason {
    let trace = &answer.cases[0].trace;
    trace.blockers().next().expect("something is in the way").reason.clone()
}

/// The hops of a trace as a list of who and why.
pub(crate) fn drawn(answer: &Answer) -> String {
    let trace = &answer.cases[0].trace;
    let lane = |name: &str, hops: &[trace::Hop]| {
        let lines = hops.iter().map(|hop| {
            let rules = hop
                .decided
                .iter()
                .map(|rule| format!("\n        by {} {:?} {}", rule.holder, rule.index, rule.text));
            let tried = hop.tried.iter().map(|it| {
                format!(
                    "\n        not [{}] {}: {}{}",
                    it.rule.index.unwrap_or(0),
                    it.rule.text,
                    it.why,
                    if it.nearest { "  <- nearest" } else { "" }
                )
            });
            let fix = hop.fix.as_ref().map(|fix| format!("\n        fix {}: {}", fix.at, fix.text));
            let rules: String = rules.chain(tried).chain(fix).collect();
            format!(
                "  {:?}{} {}: {} [{}]{rules}\n",
                hop.outcome,
                if hop.assumed { " (assumed)" } else { "" },
                hop.at,
                hop.reason,
                hop.reason.rule()
            )
        });
        format!("{name}\n{}", lines.collect::<String>())
    };
    format!(
        "{:?} {}\n{}{}",
        trace.verdict,
        trace.packet,
        lane("there", &trace.there),
        lane("back", &trace.back)
    )
}
