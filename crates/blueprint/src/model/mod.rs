//! The file as a value: what is written, with its place, and nothing that follows from it. What follows is made in `build`.

mod config;
mod identity;
mod limits;
mod read;
mod rules;
mod section;

use std::net::Ipv4Addr;

use adit_net::{Access, AttachmentKind, Cidr, Direction, Offers, Port, ServiceLabel, Traffic};

use crate::source::{At, Span};

pub use rules::{Destination, Peer, Target};

/// A name, as it is written.
pub type Name = At<String>;

/// A whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is the table of the file that it names")]
pub struct Blueprint {
    pub tenancy: Tenancy,
    pub drgs: Vec<Drg>,
    pub vcns: Vec<Vcn>,
    pub route_tables: Vec<RouteTable>,
    pub security_lists: Vec<SecurityList>,
    pub nsgs: Vec<SecurityList>,
    pub appliances: Vec<Appliance>,
    pub databases: Vec<Database>,
    pub buckets: Vec<Bucket>,
    pub applications: Vec<Application>,
    pub functions: Vec<Function>,
    pub groups: Vec<Group>,
    pub compartments: Vec<Compartment>,
    pub dynamic_groups: Vec<DynamicGroup>,
    pub policies: Vec<Policy>,
    pub require: Vec<Requirement>,
}

/// Where things are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tenancy {
    /// The region's identifier.
    pub region: Option<Name>,
    /// The compartment of everything that names none.
    pub compartment: Option<Name>,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
    /// Its Object Storage namespace.
    pub namespace: Option<Name>,
}

/// A dynamic routing gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drg {
    /// Its name.
    pub name: Name,
    /// Whether the user owns it.
    pub managed: bool,
    /// The table of its VCN attachments, if only its name is written.
    pub default_table: Option<Name>,
    /// Its tables that are written out.
    pub tables: Vec<DrgTable>,
    /// Its remote peerings.
    pub remote_peerings: Vec<RemotePeering>,
    /// The networks behind its tunnels and circuits.
    pub on_premises: Vec<OnPremises>,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
}

/// A table of such a gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrgTable {
    /// Its name.
    pub name: Name,
    /// Whether VCN attachments use it without naming it.
    pub for_vcns: bool,
    /// Whether other attachments do.
    pub for_others: bool,
    /// Its static rules; `None` where the key is not written.
    pub rules: Option<Vec<DrgRule>>,
    /// Whose routes it takes; `None` where the key is not written.
    pub import: Option<Vec<At<Import>>>,
    /// Whether equal routes of lines are all used.
    pub ecmp: bool,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
}

/// A static rule of such a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DrgRule {
    /// The whole rule.
    pub span: Span,
    /// Which packets.
    pub destination: At<Cidr>,
    /// A VCN or a remote peering of the gateway.
    pub attachment: Name,
}

/// One statement of an import distribution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Import {
    /// Everything.
    All,
    /// What attachments of a kind offer.
    Kind(AttachmentKind),
    /// What one attachment offers.
    Attachment(String),
}

/// A connection to a gateway elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemotePeering {
    /// Its name.
    pub name: Name,
    /// The other end, `GATEWAY/NAME`, if it is in the file.
    pub peer: Option<Name>,
    /// The gateway's table for what comes in by it.
    pub route_table: Option<Name>,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
}

/// A network behind a tunnel or a circuit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnPremises {
    /// Its name.
    pub name: Name,
    /// Its ranges.
    pub ranges: Vec<At<Cidr>>,
    /// A virtual circuit; else a tunnel.
    pub circuit: bool,
    /// The gateway's table for what comes in by it.
    pub route_table: Option<Name>,
}

/// A virtual cloud network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vcn {
    /// Its name.
    pub name: Name,
    /// Whether the user owns it.
    pub managed: bool,
    /// Its ranges.
    pub cidrs: Vec<At<Cidr>>,
    /// The gateway that it is attached to.
    pub drg: Option<Link>,
    /// Its compartment.
    pub compartment: Option<Name>,
    /// Its subnets.
    pub subnets: Vec<Subnet>,
    /// Its internet gateway.
    pub internet: Door,
    /// Its NAT gateway.
    pub nat: Door,
    /// Its service gateway.
    pub service: Door,
    /// Its local peerings.
    pub peerings: Vec<LocalPeering>,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
}

/// A VCN's attachment to a gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The gateway.
    pub gateway: Name,
    /// The gateway's table for packets from the VCN.
    pub route_table: Option<Name>,
    /// The VCN's table for packets from the gateway.
    pub vcn_route_table: Option<Name>,
    /// What the gateway learns of it.
    pub offers: Offers,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
    /// Whether the attachment is the user's to make, if that is written; else as its VCN.
    pub managed: Option<bool>,
}

/// Whether a VCN has an internet, NAT or service gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Door {
    /// The file does not say: it is derived where it is needed.
    #[default]
    Unsaid,
    /// The file says that there is none.
    No(Span),
    /// There is one.
    Yes(Gateway),
}

/// An internet, NAT or service gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// Where it is written.
    pub span: Span,
    /// Its name.
    pub name: Option<Name>,
    /// Whether it passes anything.
    pub enabled: bool,
    /// What a service gateway leads to.
    pub services: ServiceLabel,
    /// The VCN's table for what comes in by it.
    pub route_table: Option<Name>,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
}

/// One end of a local peering.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocalPeering {
    /// Its name.
    pub name: Name,
    /// The other end, `VCN/NAME`.
    pub peer: Name,
    /// The VCN's table for what comes in by it.
    pub route_table: Option<Name>,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
}

/// A subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subnet {
    /// Its name.
    pub name: Name,
    /// Its range.
    pub cidr: At<Cidr>,
    /// Whether addresses in it may be public, if that is written; else they may not.
    pub access: Option<Access>,
    /// Its route table.
    pub route_table: Option<Name>,
    /// Its security lists.
    pub security_lists: Vec<Name>,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
}

/// A route table that is written out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTable {
    /// Its name.
    pub name: Name,
    /// Its VCN, if it is written.
    pub vcn: Option<Name>,
    /// Whether the user owns it, if that is written; else as its VCN.
    pub managed: Option<bool>,
    /// Its rules; `None` where the key is not written.
    pub rules: Option<Vec<RouteRule>>,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
}

/// A rule of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteRule {
    /// The whole rule.
    pub span: Span,
    /// Which packets.
    pub destination: At<Destination>,
    /// Where they go.
    pub target: At<Target>,
}

/// A security list or a network security group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityList {
    /// Its name.
    pub name: Name,
    /// Its VCN, if it is written.
    pub vcn: Option<Name>,
    /// Whether the user owns it, if that is written; else as its VCN.
    pub managed: Option<bool>,
    /// Its rules; `None` where neither `ingress` nor `egress` is written.
    pub rules: Option<Vec<SecurityRule>>,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
}

/// A rule of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityRule {
    /// The whole rule.
    pub span: Span,
    /// In or out.
    pub direction: Direction,
    /// The far end.
    pub peer: At<Peer>,
    /// Which packets.
    pub traffic: Traffic,
    /// Whether the answer needs a rule of its own.
    pub stateless: bool,
}

/// A machine that forwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appliance {
    /// Its name.
    pub name: Name,
    /// Its subnet, `VCN/SUBNET`.
    pub subnet: Name,
    /// Its address.
    pub address: At<Ipv4Addr>,
    /// Whether it forwards, if that is written.
    pub forwards: Option<bool>,
    /// Whether the cloud drops what it forwards.
    pub source_check: bool,
    /// A route table of its own.
    pub route_table: Option<Name>,
    /// Its groups.
    pub nsgs: Vec<Name>,
}

/// A database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Database {
    /// Its name.
    pub name: Name,
    /// Its subnet, `VCN/SUBNET`.
    pub subnet: Name,
    /// Its address.
    pub address: At<Ipv4Addr>,
    /// Its port.
    pub port: At<Port>,
    /// How the pooler before it shares connections, if there is one and it is written.
    pub pool_mode: Option<Name>,
    /// The name that PostgreSQL knows it by.
    pub dbname: Option<Name>,
    /// The secret with user and password.
    pub secret: Option<Secret>,
    /// Its groups.
    pub nsgs: Vec<Name>,
    /// The role that functions log in as.
    pub user: Option<Name>,
}

/// A secret of the Vault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Secret {
    /// Its name.
    pub name: Name,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
    /// Its compartment.
    pub compartment: Option<Name>,
}

/// A bucket of Object Storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: Name,
    /// Whether the user owns it.
    pub managed: bool,
    /// Its compartment.
    pub compartment: Option<Name>,
}

/// An application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its name.
    pub name: Name,
    /// Its subnets, `VCN/SUBNET`.
    pub subnets: Vec<Name>,
    /// Its processors.
    pub shape: Option<Name>,
    /// Calls of each function at the same time.
    pub concurrency: Option<At<u32>>,
    /// Its compartment.
    pub compartment: Option<Name>,
    /// Its groups.
    pub nsgs: Vec<Name>,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: Name,
    /// Its application.
    pub application: Name,
    /// The database that it writes to.
    pub database: Option<Name>,
    /// The tables that it may write.
    pub tables: Vec<Name>,
    /// The buckets whose new objects it stores.
    pub buckets: Vec<Name>,
    /// Memory of a container in MB.
    pub memory: Option<At<u32>>,
    /// Seconds that a call may take.
    pub timeout: Option<At<u32>>,
    /// The group of the user whose API key it uses; `None`: it is its own principal.
    pub user_group: Option<Name>,
    /// The dynamic group that it is in, if that is written.
    pub dynamic_group: Option<Name>,
    /// Its image.
    pub image: Option<Image>,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
    /// Its environment, besides what is derived.
    pub config: Vec<(Name, Name)>,
}

/// A container image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its repository.
    pub repository: Name,
    /// The repository's compartment.
    pub compartment: Option<Name>,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
}

/// A group of people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: Name,
    /// What its members do.
    pub may: Vec<Name>,
}

/// What is known of a compartment beyond its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Compartment {
    /// Its name.
    pub name: Name,
    /// The compartment that it is in; the tenancy if it is not written.
    pub parent: Option<Name>,
    /// Its OCID.
    pub ocid: Option<Name>,
}

/// A dynamic group that there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DynamicGroup {
    /// Its name.
    pub name: Name,
    /// Which resources are in it.
    pub matching_rule: Name,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
}

/// A policy that there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Its name.
    pub name: Name,
    /// The compartment that it is attached to; the tenancy if it is not written.
    pub compartment: Option<Name>,
    /// The statements that are written here.
    pub statements: Vec<Name>,
    /// A file with its statements.
    pub file: Option<Name>,
    /// Its OCID, where it is known.
    pub ocid: Option<Name>,
}

/// A sentence that shall be true.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Its key.
    pub name: Name,
    /// The sentence.
    pub sentence: Name,
}
