//! The tables of `adit.toml` and their keys.

use super::Kind::{Either, Leaf, List, Named, OneOrMore, Table, Values};
use super::{Key, Kind, Shape};
use crate::value::leaf;

const fn need(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, needed: true, about }
}

const fn may(name: &'static str, kind: Kind, about: &'static str) -> Key {
    Key { name, kind, needed: false, about }
}

const MANAGED: Key = may(
    "managed",
    Leaf(&leaf::FLAG),
    "`false`: it belongs to somebody else; it is read and checked, never created, and its rules are unknown until they are written here",
);
const OCID: Key =
    may("ocid", Leaf(&leaf::OCID), "Its OCID, once it exists: what is exported names it, or takes it over");
const NOTE: Key = may("description", Leaf(&leaf::TEXT), "A word for people");

pub(crate) static ROOT: Shape = Shape {
    what: "the file",
    keys: &[
        need("version", Leaf(&leaf::VERSION), "The version of this file's form"),
        may("tenancy", Table(&TENANCY), "Where things are"),
        may("drg", Named(&DRG), "Dynamic routing gateways, which join VCNs"),
        may("vcn", Named(&VCN), "Virtual cloud networks"),
        may(
            "route-table",
            Named(&ROUTE_TABLE),
            "Route tables of VCNs; one that only a subnet names is derived",
        ),
        may(
            "security-list",
            Named(&SECURITY_LIST),
            "Security lists; one that only a subnet names is derived",
        ),
        may("nsg", Named(&NSG), "Network security groups"),
        may("appliance", Named(&APPLIANCE), "Machines that forward packets: the owners of private next hops"),
        may("database", Named(&DATABASE), "PostgreSQL databases"),
        may("bucket", Named(&BUCKET), "Buckets of Object Storage, whose new objects functions store"),
        may("application", Named(&APPLICATION), "Applications of Oracle Functions: what functions share"),
        may("function", Named(&FUNCTION), "Functions"),
        may("group", Named(&GROUP), "Groups of people and what they may do"),
        may("compartment", Named(&COMPARTMENT), "Compartments: what is known of them beyond their names"),
        may("dynamic-group", Named(&DYNAMIC_GROUP), "Dynamic groups that there are"),
        may(
            "policy",
            Named(&POLICY),
            "Policies that there are; what they grant is held against what the file needs",
        ),
        may("require", Values(&leaf::TEXT), "Sentences that `adit check` proves"),
    ],
};

static TENANCY: Shape = Shape {
    what: "where things are",
    keys: &[
        may("region", Leaf(&leaf::NAME), "The region's identifier, such as `eu-frankfurt-1`"),
        may("compartment", Leaf(&leaf::NAME), "The compartment of everything that names none"),
        may("ocid", Leaf(&leaf::OCID), "The tenancy's OCID: dynamic groups are made in it"),
        may("namespace", Leaf(&leaf::NAME), "Its Object Storage namespace, the middle of an image's address"),
    ],
};

static DRG_TABLES: [Kind; 2] = [Leaf(&leaf::NAME), Named(&DRG_TABLE)];

static DRG: Shape = Shape {
    what: "a dynamic routing gateway",
    keys: &[
        MANAGED,
        may(
            "route-table",
            Either(&DRG_TABLES),
            "The name of the table of its VCN attachments, or its tables with their rules, keyed by name",
        ),
        may("remote-peering", Named(&REMOTE_PEERING), "Connections to gateways of other regions"),
        may("on-premises", Named(&ON_PREMISES), "Networks behind a tunnel or a circuit"),
        OCID,
    ],
};

static DRG_TABLE: Shape = Shape {
    what: "a route table of a dynamic routing gateway",
    keys: &[
        may(
            "default-for",
            Leaf(&leaf::DEFAULT_FOR),
            "The attachments that use it without naming it; the only table of a gateway serves its VCN attachments",
        ),
        may("rules", List(&DRG_RULES), "Its static rules"),
        may("import", OneOrMore(&leaf::IMPORT), "Whose routes it takes by itself (its import distribution)"),
        may("ecmp", Leaf(&leaf::FLAG), "Whether equal routes over tunnels or circuits are all used"),
        OCID,
    ],
};

static DRG_RULES: Kind = Table(&DRG_RULE);

static DRG_RULE: Shape = Shape {
    what: "a static rule of such a table",
    keys: &[
        need("destination", Leaf(&leaf::RANGE), "The range that it is for"),
        need(
            "attachment",
            Leaf(&leaf::NAME),
            "Where it sends packets: the name of an attached VCN or of a remote peering",
        ),
        NOTE,
    ],
};

static REMOTE_PEERING: Shape = Shape {
    what: "a remote peering connection",
    keys: &[
        may("peer", Leaf(&leaf::NAME), "The other end, `GATEWAY/NAME`, if it is in this file"),
        may("route-table", Leaf(&leaf::NAME), "The gateway's table for what comes in here"),
        OCID,
    ],
};

static ON_PREMISES: Shape = Shape {
    what: "a network behind a tunnel or a circuit",
    keys: &[
        need("cidr", OneOrMore(&leaf::RANGE), "Its ranges"),
        need("by", Leaf(&leaf::LINK), "How it is connected"),
        may("route-table", Leaf(&leaf::NAME), "The gateway's table for what comes in here"),
    ],
};

static VCN_DRG: [Kind; 2] = [Leaf(&leaf::NAME), Table(&ATTACHMENT)];
static INTERNET: [Kind; 3] = [Leaf(&leaf::FLAG), Leaf(&leaf::NAME), Table(&INTERNET_GATEWAY)];
static NAT: [Kind; 3] = [Leaf(&leaf::FLAG), Leaf(&leaf::NAME), Table(&NAT_GATEWAY)];
static SERVICE: [Kind; 3] = [Leaf(&leaf::FLAG), Leaf(&leaf::NAME), Table(&SERVICE_GATEWAY)];

static VCN: Shape = Shape {
    what: "a virtual cloud network",
    keys: &[
        need("cidr", OneOrMore(&leaf::OWN_RANGE), "Its range; up to five"),
        may("drg", Either(&VCN_DRG), "The gateway that it is attached to; a VCN attaches to one"),
        MANAGED,
        may("compartment", Leaf(&leaf::NAME), "Its compartment"),
        may("subnet", Named(&SUBNET), "Its subnets"),
        may("internet-gateway", Either(&INTERNET), "Its internet gateway: whether there is one, or its name"),
        may("nat-gateway", Either(&NAT), "Its NAT gateway: whether there is one, or its name"),
        may(
            "service-gateway",
            Either(&SERVICE),
            "Its way to Oracle's services: whether there is one, or its name",
        ),
        may(
            "local-peering",
            Named(&LOCAL_PEERING),
            "Its peerings with VCNs of the region, without a gateway between",
        ),
        OCID,
    ],
};

static ATTACHMENT: Shape = Shape {
    what: "the attachment of a VCN to a gateway",
    keys: &[
        need("gateway", Leaf(&leaf::NAME), "The gateway"),
        may("route-table", Leaf(&leaf::NAME), "The gateway's table for packets that come from this VCN"),
        may("vcn-route-table", Leaf(&leaf::NAME), "The VCN's table for packets that come from the gateway"),
        may(
            "advertises",
            Leaf(&leaf::ADVERTISES),
            "What the gateway learns of it: its subnets (default) or its ranges",
        ),
        may(
            "managed",
            Leaf(&leaf::FLAG),
            "Whether `adit export` makes the attachment; it does for a VCN that is managed",
        ),
        OCID,
    ],
};

static INTERNET_GATEWAY: Shape = Shape {
    what: "an internet gateway",
    keys: &[
        may("name", Leaf(&leaf::NAME), "Its name"),
        may("enabled", Leaf(&leaf::FLAG), "`false`: nothing passes"),
        may("route-table", Leaf(&leaf::NAME), "The VCN's table for packets that come from it"),
        OCID,
    ],
};

static NAT_GATEWAY: Shape = Shape {
    what: "a NAT gateway",
    keys: &[
        may("name", Leaf(&leaf::NAME), "Its name"),
        may("enabled", Leaf(&leaf::FLAG), "`false`: its traffic is blocked"),
        may("route-table", Leaf(&leaf::NAME), "The VCN's table for packets that come from it"),
        OCID,
    ],
};

static SERVICE_GATEWAY: Shape = Shape {
    what: "a service gateway",
    keys: &[
        may("name", Leaf(&leaf::NAME), "Its name"),
        may("enabled", Leaf(&leaf::FLAG), "`false`: its traffic is blocked"),
        may("services", Leaf(&leaf::SERVICES), "What it leads to; `all-services` if it is not written"),
        may("route-table", Leaf(&leaf::NAME), "The VCN's table for packets that come from it"),
        OCID,
    ],
};

static LOCAL_PEERING: Shape = Shape {
    what: "a local peering",
    keys: &[
        need("peer", Leaf(&leaf::NAME), "The other end, `VCN/NAME`"),
        may("route-table", Leaf(&leaf::NAME), "The VCN's table for packets that come from the peer"),
        OCID,
    ],
};

static SUBNET: Shape = Shape {
    what: "a subnet",
    keys: &[
        need("cidr", Leaf(&leaf::OWN_RANGE), "Its range, inside one of its VCN"),
        may(
            "access",
            Leaf(&leaf::ACCESS),
            "Whether its machines may have public addresses; `private` if it is not written",
        ),
        may("route-table", Leaf(&leaf::NAME), "Its route table"),
        may("security-list", OneOrMore(&leaf::NAME), "Its security list; up to five"),
        OCID,
    ],
};

static ROUTE_RULES: Kind = Table(&ROUTE_RULE);

static ROUTE_TABLE: Shape = Shape {
    what: "a route table of a VCN",
    keys: &[
        may("vcn", Leaf(&leaf::NAME), "Its VCN, if nothing in a VCN names it"),
        MANAGED,
        may(
            "rules",
            List(&ROUTE_RULES),
            "Its rules, all of them; without this key they are derived, or unknown if it is not managed",
        ),
        OCID,
    ],
};

static ROUTE_RULE: Shape = Shape {
    what: "a rule of a route table",
    keys: &[
        need(
            "destination",
            Leaf(&leaf::DESTINATION),
            "The range that it is for, or a label of Oracle's services",
        ),
        need("target", Leaf(&leaf::TARGET), "Where it sends packets"),
        NOTE,
    ],
};

static INGRESS_RULES: Kind = Table(&INGRESS);
static EGRESS_RULES: Kind = Table(&EGRESS);

const ADMITS: Key = may(
    "ingress",
    List(&INGRESS_RULES),
    "What it admits, all of it; without `ingress` and `egress` the rules are derived, or unknown if it is not managed",
);
const LETS_OUT: Key = may("egress", List(&EGRESS_RULES), "What it lets out, all of it");

static SECURITY_LIST: Shape = Shape {
    what: "a security list",
    keys: &[may("vcn", Leaf(&leaf::NAME), "Its VCN, if no subnet names it"), MANAGED, ADMITS, LETS_OUT, OCID],
};

static NSG: Shape = Shape {
    what: "a network security group",
    keys: &[
        may("vcn", Leaf(&leaf::NAME), "Its VCN, if nothing in a VCN names it"),
        MANAGED,
        ADMITS,
        LETS_OUT,
        OCID,
    ],
};

const PROTOCOL: Key = need("protocol", Leaf(&leaf::PROTOCOL), "`tcp`, `udp`, `icmp`, `all`, or a number");
const PORT: Key =
    may("port", Leaf(&leaf::PORTS), "The port that packets go to; every port if it is not written");
const SOURCE_PORT: Key = may(
    "source-port",
    Leaf(&leaf::PORTS),
    "The port that packets come from; every port if it is not written",
);
const ICMP_TYPE: Key = may("icmp-type", Leaf(&leaf::BYTE), "The type of an ICMP message");
const ICMP_CODE: Key = may("icmp-code", Leaf(&leaf::BYTE), "The code of that type");
const STATELESS: Key = may(
    "stateless",
    Leaf(&leaf::FLAG),
    "`true`: answers are not let through by themselves, they need a rule of their own",
);

static INGRESS: Shape = Shape {
    what: "a rule for what comes in",
    keys: &[
        need("from", Leaf(&leaf::PEER), "Where packets come from"),
        PROTOCOL,
        PORT,
        SOURCE_PORT,
        ICMP_TYPE,
        ICMP_CODE,
        STATELESS,
        NOTE,
    ],
};

static EGRESS: Shape = Shape {
    what: "a rule for what goes out",
    keys: &[
        need("to", Leaf(&leaf::PEER), "Where packets go to"),
        PROTOCOL,
        PORT,
        SOURCE_PORT,
        ICMP_TYPE,
        ICMP_CODE,
        STATELESS,
        NOTE,
    ],
};

const GROUPS: Key = may("nsg", OneOrMore(&leaf::NAME), "Its network security groups; up to five");

static APPLIANCE: Shape = Shape {
    what: "a machine that forwards packets",
    keys: &[
        need("subnet", Leaf(&leaf::NAME), "Its subnet, `VCN/SUBNET`"),
        need("address", Leaf(&leaf::ADDRESS), "Its private address"),
        may("forwards", Leaf(&leaf::FLAG), "Whether it forwards what it gets; unknown if it is not written"),
        may(
            "source-check",
            Leaf(&leaf::FLAG),
            "Whether the cloud drops what it forwards; it does if it is not written",
        ),
        may("route-table", Leaf(&leaf::NAME), "A route table of its own, instead of its subnet's"),
        GROUPS,
    ],
};

static DATABASE: Shape = Shape {
    what: "a database",
    keys: &[
        need("subnet", Leaf(&leaf::NAME), "Its subnet, `VCN/SUBNET`"),
        need("address", Leaf(&leaf::ADDRESS), "Its private address, or that of the pooler before it"),
        need("port", Leaf(&leaf::PORT), "Its port, or that of the pooler before it"),
        may("pooler", Table(&POOLER_TABLE), "The pooler before it"),
        may("dbname", Leaf(&leaf::NAME), "The name that PostgreSQL knows it by"),
        may("user", Leaf(&leaf::NAME), "The role that functions log in as, for a secret that is made"),
        may(
            "secret",
            Either(&SECRETS),
            "The secret of the Vault that holds user and password; host and port in it must agree with the above",
        ),
        GROUPS,
    ],
};

static SECRETS: [Kind; 2] = [Leaf(&leaf::NAME), Table(&SECRET)];

static SECRET: Shape = Shape {
    what: "a secret of the Vault",
    keys: &[
        need("name", Leaf(&leaf::NAME), "Its name"),
        may("ocid", Leaf(&leaf::OCID), "Its OCID, once it exists: statements name it by that"),
        may("compartment", Leaf(&leaf::NAME), "Its compartment"),
    ],
};

static POOLER_TABLE: Shape = Shape {
    what: "a pooler",
    keys: &[
        need("kind", Leaf(&leaf::POOLER), "Which one"),
        may("mode", Leaf(&leaf::POOL_MODE), "How it shares connections"),
    ],
};

static BUCKET: Shape = Shape {
    what: "a bucket of Object Storage",
    keys: &[MANAGED, may("compartment", Leaf(&leaf::NAME), "Its compartment")],
};

static APPLICATION: Shape = Shape {
    what: "an application",
    keys: &[
        need(
            "subnet",
            OneOrMore(&leaf::NAME),
            "Its subnet, `VCN/SUBNET`; immutable in the cloud: a change replaces the application",
        ),
        may("shape", Leaf(&leaf::SHAPE), "Its processors; immutable, too"),
        may(
            "concurrency",
            Leaf(&leaf::CONCURRENCY),
            "Calls of each function at the same time: sizes the addresses that they need",
        ),
        may("compartment", Leaf(&leaf::NAME), "Its compartment"),
        GROUPS,
        OCID,
    ],
};

static PRINCIPALS: [Kind; 2] = [Leaf(&leaf::PRINCIPAL), Table(&PRINCIPAL)];

static FUNCTION: Shape = Shape {
    what: "a function",
    keys: &[
        need("application", Leaf(&leaf::NAME), "Its application"),
        may("database", Leaf(&leaf::NAME), "The database that it writes to"),
        may("tables", OneOrMore(&leaf::NAME), "The only tables that it may write"),
        may("buckets", OneOrMore(&leaf::NAME), "Buckets whose new objects it stores: each object calls it"),
        may("memory", Leaf(&leaf::MEMORY), "Memory of a container in MB; 128 if it is not written"),
        may("timeout", Leaf(&leaf::TIMEOUT), "Seconds that a call may take"),
        may("principal", Either(&PRINCIPALS), "Who it is to the cloud: itself, or a user by an API key"),
        may("image", Table(&IMAGE), "Its container image"),
        may(
            "config",
            Values(&leaf::TEXT),
            "Its environment besides what is derived, such as `ADIT_MODE`; never a secret: it can be read in the console",
        ),
        may(
            "ocid",
            Leaf(&leaf::OCID),
            "Its OCID, once it exists: statements and matching rules name it by that",
        ),
    ],
};

static PRINCIPAL: Shape = Shape {
    what: "who a function is to the cloud",
    keys: &[
        may(
            "user-group",
            Leaf(&leaf::NAME),
            "It calls as a user, by an API key: the group that the user is in",
        ),
        may("dynamic-group", Leaf(&leaf::NAME), "It calls as itself: the dynamic group that it is in"),
    ],
};

static IMAGE: Shape = Shape {
    what: "a container image",
    keys: &[
        need("repository", Leaf(&leaf::REPOSITORY), "Its repository in the region's registry"),
        may("compartment", Leaf(&leaf::NAME), "The repository's compartment"),
        OCID,
    ],
};

static GROUP: Shape =
    Shape { what: "a group of people", keys: &[need("may", OneOrMore(&leaf::MAY), "What its members do")] };

static COMPARTMENT: Shape = Shape {
    what: "a compartment",
    keys: &[
        may("parent", Leaf(&leaf::NAME), "The compartment that it is in; the tenancy if it is not written"),
        may("ocid", Leaf(&leaf::OCID), "Its OCID, by which matching rules and statements may name it"),
    ],
};

static DYNAMIC_GROUP: Shape = Shape {
    what: "a dynamic group",
    keys: &[need("matching-rule", Leaf(&leaf::TEXT), "Which resources are in it, as the cloud has it"), OCID],
};

static POLICY: Shape = Shape {
    what: "a policy",
    keys: &[
        may(
            "compartment",
            Leaf(&leaf::NAME),
            "The compartment that it is attached to; the tenancy if it is not written",
        ),
        may("statements", OneOrMore(&leaf::TEXT), "Its statements"),
        may(
            "file",
            Leaf(&leaf::NAME),
            "A file with its statements, one a line; its place is told from this file's",
        ),
        OCID,
    ],
};
