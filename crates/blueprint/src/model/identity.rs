//! What the file says of things that exist already: that each OCID names a thing of the kind that it stands at, in the file's region.

use super::{Blueprint, Door, Name};
use crate::code;
use crate::finding::Finding;
use crate::words::shown;

impl Blueprint {
    /// Tells of every OCID that cannot be that of what it stands at.
    pub(crate) fn identities(&self, faults: &mut Vec<Finding>) {
        let region = self.tenancy.region.as_ref().map(|region| region.value.as_str());
        let mut judge = Judge { region, faults };
        judge.one(&self.tenancy.ocid, "tenancy", "the tenancy");
        for drg in &self.drgs {
            judge.one(&drg.ocid, "drg", &drg.name.value);
            drg.tables.iter().for_each(|it| judge.one(&it.ocid, "drgroutetable", &it.name.value));
            let peerings = drg.remote_peerings.iter();
            peerings.for_each(|it| judge.one(&it.ocid, "remotepeeringconnection", &it.name.value));
        }
        for vcn in &self.vcns {
            judge.one(&vcn.ocid, "vcn", &vcn.name.value);
            vcn.drg.iter().for_each(|it| judge.one(&it.ocid, "drgattachment", &vcn.name.value));
            vcn.subnets.iter().for_each(|it| judge.one(&it.ocid, "subnet", &it.name.value));
            vcn.peerings.iter().for_each(|it| judge.one(&it.ocid, "localpeeringgateway", &it.name.value));
            for (door, kind) in [
                (&vcn.internet, "internetgateway"),
                (&vcn.nat, "natgateway"),
                (&vcn.service, "servicegateway"),
            ] {
                if let Door::Yes(gateway) = door {
                    judge.one(&gateway.ocid, kind, &vcn.name.value);
                }
            }
        }
        self.route_tables.iter().for_each(|it| judge.one(&it.ocid, "routetable", &it.name.value));
        self.security_lists.iter().for_each(|it| judge.one(&it.ocid, "securitylist", &it.name.value));
        self.nsgs.iter().for_each(|it| judge.one(&it.ocid, "networksecuritygroup", &it.name.value));
        self.applications.iter().for_each(|it| judge.one(&it.ocid, "fnapp", &it.name.value));
        for function in &self.functions {
            judge.one(&function.ocid, "fnfunc", &function.name.value);
            function.image.iter().for_each(|it| judge.one(&it.ocid, "containerrepo", &it.repository.value));
        }
        for database in &self.databases {
            database.secret.iter().for_each(|it| judge.one(&it.ocid, "vaultsecret", &it.name.value));
        }
        self.dynamic_groups.iter().for_each(|it| judge.one(&it.ocid, "dynamicgroup", &it.name.value));
        self.policies.iter().for_each(|it| judge.one(&it.ocid, "policy", &it.name.value));
        for compartment in &self.compartments {
            judge.one(&compartment.ocid, "compartment", &compartment.name.value);
        }
    }
}

struct Judge<'f> {
    region: Option<&'f str>,
    faults: &'f mut Vec<Finding>,
}

impl Judge<'_> {
    fn one(&mut self, ocid: &Option<Name>, kind: &str, object: &str) {
        let Some(ocid) = ocid else { return };
        let mut parts = ocid.value.split('.').skip(1);
        let (found, _realm, region) = (parts.next(), parts.next(), parts.next());
        let Some(found) = found else { return };
        if !found.eq_ignore_ascii_case(kind) {
            self.faults.push(
                Finding::new(
                    code::OTHER_KIND,
                    shown(object),
                    ocid.span,
                    format!("the OCID of {} is that of another kind of thing", shown(object)),
                )
                .here(format!("names a `{}`", shown(found)))
                .observed(format!("ocid1.{}.…", shown(found)))
                .expected(format!("ocid1.{kind}.…"))
                .fix("copy the OCID from the page of this very object in the console"),
            );
            return;
        }
        // The two oldest regions, and some others, stand in OCIDs by a key of three letters; which region that is is not judged here.
        let Some(named) = region.filter(|region| region.contains('-')) else { return };
        if let Some(own) = self.region.filter(|own| !own.eq_ignore_ascii_case(named)) {
            self.faults.push(
                Finding::new(
                    code::OTHER_REGION,
                    shown(object),
                    ocid.span,
                    format!("the OCID of {} is of another region", shown(object)),
                )
                .here(format!("in {}", shown(named)))
                .observed(shown(named))
                .expected(shown(own))
                .fix("name the object of this region, or set `region` in [tenancy] to the one where the system is"),
            );
        }
    }
}
