//! Random files that describe a system, whole and without faults, in which everything that people may name has a name that is bad for
//! somebody who writes HCL: quotes, templates, comments, words of the language, letters of other alphabets, names that become one.

use std::fmt::Write as _;

use proptest::prelude::*;

/// A `/` is in none: it stands between a VCN and its subnet. Nor is a `'`: statements put names between two of it. Names that are hard to write, and names that are alike once only ASCII's letters and digits are left of them.
const NAMES: [&str; 40] = [
    "a",
    "A",
    "a-b",
    "a_b",
    "A b",
    "a.b",
    "ä",
    "日本",
    "1st",
    "10",
    "_",
    "-",
    "count",
    "for_each",
    "self",
    "null",
    "true",
    "each",
    "provider",
    "lifecycle",
    "depends_on",
    "a\"b",
    "a,b",
    "a\\b",
    "a\\",
    "\\\"",
    "${x}",
    "$${x}",
    "%{if true}",
    "%%{x}",
    "$",
    "${",
    "<<EOT",
    "# a",
    "# b",
    "; a",
    "* a",
    "a=b",
    "{a}",
    "🦀",
];

/// What may stand in a text that nobody interprets.
const TEXTS: [&str; 8] = [
    "it's plain",
    "${var.images}",
    "%{ for x in y }",
    "a \"quoted\" word",
    "back\\slash",
    "tab\tand\nline",
    "é 日本 🦀",
    "*/ # //",
];

/// A file.
pub(crate) fn file() -> impl Strategy<Value = String> {
    let numbers = proptest::collection::vec(any::<u32>(), 256);
    numbers.prop_map(|numbers| Writer { numbers, at: 0, names: 0, text: String::new() }.file())
}

struct Writer {
    numbers: Vec<u32>,
    at: usize,
    names: usize,
    text: String,
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    // What JSON escapes, TOML reads in the same way.
    serde_json::to_string(text).unwrap()
}

struct Vcn {
    name: String,
    managed: bool,
    /// The second number of its range.
    net: usize,
    has_drg: bool,
    subnets: Vec<(String, bool)>,
}

impl Writer {
    /// A number below another; a list of zeroes is the smallest file.
    fn below(&mut self, most: usize) -> usize {
        let number = self.numbers[self.at % self.numbers.len()];
        self.at += 1;
        number as usize % most
    }

    fn often(&mut self, percent: usize) -> bool {
        100 - self.below(100) <= percent
    }

    /// A new name: bad, or bad and long. No two are the same, though many become the same.
    fn name(&mut self) -> String {
        let name = NAMES[self.below(NAMES.len())];
        self.names += 1;
        // What makes names different is sometimes lost in Terraform's.
        let mark = ["!", "?", "+", "~", "@", "&", ";", "|"][self.names % 8].repeat(self.names / 8);
        if self.often(50) {
            format!("{name}{}", self.names)
        } else {
            format!("{name}{}{mark}", ["!", "?", "+", "~", "@", "&", ";", "|"][self.names % 8])
        }
    }

    /// A new name that is still alone when only ASCII's letters and digits are left of it: what is somebody else's is known by no more.
    fn theirs(&mut self) -> String {
        let name = NAMES[self.below(NAMES.len())];
        self.names += 1;
        format!("{name}{}", self.names)
    }

    fn name_of(&mut self, managed: bool) -> String {
        if managed { self.name() } else { self.theirs() }
    }

    fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    fn file(mut self) -> String {
        self.line("version = 1\n[tenancy]\nregion = \"eu-frankfurt-1\"");
        let compartment = self.name();
        self.line(format!("compartment = {}", quoted(&compartment)));
        if self.often(50) {
            self.line("namespace = \"example\"\nocid = \"ocid1.tenancy.oc1..aaaa\"");
        }
        let drg = self.often(70).then(|| !self.often(30)).map(|managed| (self.name_of(managed), managed));
        let vcns: Vec<Vcn> = (0..1 + self.below(3)).map(|net| self.vcn(net, drg.as_ref())).collect();
        if let Some((name, managed)) = &drg {
            self.drg(name, *managed, &vcns);
        }
        let groups = self.groups(&vcns);
        self.functions(&vcns, &groups);
        self.permission();
        self.text
    }

    fn vcn(&mut self, net: usize, drg: Option<&(String, bool)>) -> Vcn {
        let managed = !self.often(25);
        let name = self.name_of(managed);
        let has_drg = drg.is_some() && self.often(80);
        self.line(format!("[vcn.{}]\ncidr = \"10.{net}.0.0/16\"", quoted(&name)));
        if !managed {
            self.line("managed = false");
        }
        let mut targets = Vec::new();
        if let Some((drg, _)) = drg.filter(|_| has_drg) {
            self.line(format!("drg = {}", quoted(drg)));
            targets.push("drg");
        }
        for door in ["internet-gateway", "nat-gateway", "service-gateway"] {
            if self.often(50) {
                let name = if self.often(50) { quoted(&self.name_of(managed)) } else { "true".to_owned() };
                self.line(format!("{door} = {name}"));
                targets.push(door);
            }
        }
        let has_internet = targets.contains(&"internet-gateway");
        let mut subnets = Vec::new();
        let mut held = String::new();
        for number in 0..1 + self.below(2) {
            let subnet = self.name_of(managed);
            let public = has_internet && self.often(50);
            let (table, list) = (self.name_of(managed), self.name_of(managed));
            self.line(format!(
                "[vcn.{}.subnet.{}]\ncidr = \"10.{net}.{number}.0/24\"\naccess = \"{}\"\nroute-table = {}\nsecurity-list = {}",
                quoted(&name),
                quoted(&subnet),
                if public { "public" } else { "private" },
                quoted(&table),
                quoted(&list),
            ));
            let rules = self.routes(&targets, public);
            writeln!(held, "[route-table.{}]\nrules = [{rules}]", quoted(&table)).unwrap();
            let (ins, outs) = (self.rules("from", &[]), self.rules("to", &[]));
            writeln!(held, "[security-list.{}]\ningress = [{ins}]\negress = [{outs}]", quoted(&list))
                .unwrap();
            subnets.push((subnet, public));
        }
        self.text.push_str(&held);
        Vcn { name, managed, net, has_drg, subnets }
    }

    fn description(&mut self) -> String {
        if self.often(70) {
            String::new()
        } else {
            format!(", description = {}", quoted(TEXTS[self.below(TEXTS.len())]))
        }
    }

    fn routes(&mut self, targets: &[&str], public: bool) -> String {
        let mut rules = Vec::new();
        for target in targets {
            let destination = match *target {
                "drg" => "10.0.0.0/8",
                "service-gateway" => ["all-services", "object-storage"][self.below(2)],
                // A private subnet has no use for one, and one table has one way to everything.
                "internet-gateway" if !public => continue,
                "nat-gateway" if public => continue,
                _ => "0.0.0.0/0",
            };
            if self.often(80) {
                let description = self.description();
                rules.push(format!(
                    "{{ destination = \"{destination}\", target = \"{target}\"{description} }}"
                ));
            }
        }
        rules.join(", ")
    }

    fn rules(&mut self, peer: &str, groups: &[&str]) -> String {
        let mut rules = Vec::new();
        for _ in 0..self.below(4) {
            let place = match self.below(5) {
                0 => "0.0.0.0/0".to_owned(),
                1 => "all-services".to_owned(),
                2 if !groups.is_empty() => format!("nsg/{}", groups[self.below(groups.len())]),
                _ => format!("10.{}.{}.0/24", self.below(3), self.below(2)),
            };
            let traffic = match self.below(8) {
                0 => "protocol = \"all\"".to_owned(),
                1 => "protocol = \"icmp\", icmp-type = 3, icmp-code = 4".to_owned(),
                2 => "protocol = \"icmp\", icmp-type = 8".to_owned(),
                3 => "protocol = \"udp\", port = 53".to_owned(),
                4 => "protocol = \"tcp\"".to_owned(),
                5 => "protocol = \"tcp\", source-port = 443".to_owned(),
                6 => "protocol = \"tcp\", port = \"5432-6432\", source-port = \"1024-65535\"".to_owned(),
                _ => "protocol = \"tcp\", port = 6432".to_owned(),
            };
            let state = if self.often(30) { ", stateless = true" } else { "" };
            let description = self.description();
            rules.push(format!("{{ {peer} = {}, {traffic}{state}{description} }}", quoted(&place)));
        }
        // The cloud takes no rule twice.
        rules.sort();
        rules.dedup();
        rules.join(", ")
    }

    fn drg(&mut self, name: &str, managed: bool, vcns: &[Vcn]) {
        self.line(format!("[drg.{}]", quoted(name)));
        if !managed {
            self.line("managed = false");
        }
        if self.often(60) {
            let table = self.name_of(managed);
            let mut rules = Vec::new();
            // Of a table of one's own, a rule to somebody else's VCN makes the reader of a plan give up all of its rules.
            for vcn in vcns.iter().filter(|vcn| vcn.has_drg && (vcn.managed || !managed)) {
                let description = self.description();
                rules.push(format!(
                    "{{ destination = \"10.{}.0.0/16\", attachment = {}{description} }}",
                    vcn.net,
                    quoted(&vcn.name)
                ));
            }
            self.line(format!(
                "[drg.{}.route-table.{}]\nrules = [{}]",
                quoted(name),
                quoted(&table),
                rules.join(", ")
            ));
        }
    }

    /// Groups of a VCN that is managed, with rules that name each other.
    fn groups(&mut self, vcns: &[Vcn]) -> Vec<(String, usize)> {
        let Some(vcn) = vcns.iter().position(|vcn| vcn.managed) else { return Vec::new() };
        let names: Vec<String> = (0..self.below(3)).map(|_| self.name()).collect();
        let all: Vec<&str> = names.iter().map(String::as_str).collect();
        for name in &names {
            let (ins, outs) = (self.rules("from", &all), self.rules("to", &all));
            self.line(format!(
                "[nsg.{}]\nvcn = {}\ningress = [{ins}]\negress = [{outs}]",
                quoted(name),
                quoted(&vcns[vcn].name)
            ));
        }
        names.into_iter().map(|name| (name, vcn)).collect()
    }

    fn functions(&mut self, vcns: &[Vcn], groups: &[(String, usize)]) {
        let at = self.below(vcns.len());
        let vcn = &vcns[at];
        let database = if self.often(60) { Some(self.name()) } else { None };
        if let Some(name) = &database {
            let there = &vcns[self.below(vcns.len())];
            self.line(format!(
                "[database.{}]\nsubnet = {}\naddress = \"10.{}.0.146\"\nport = 6432\ndbname = \"librarian_db\"",
                quoted(name),
                quoted(&format!("{}/{}", there.name, there.subnets[0].0)),
                there.net,
            ));
            if self.often(70) {
                let secret = self.name();
                self.line(format!("secret = {}", quoted(&secret)));
            }
        }
        let subnet = &vcn.subnets[self.below(vcn.subnets.len())].0;
        let application = self.name();
        self.line(format!(
            "[application.{}]\nsubnet = {}",
            quoted(&application),
            quoted(&format!("{}/{subnet}", vcn.name))
        ));
        let own: Vec<String> =
            groups.iter().filter(|(_, vcn)| *vcn == at).map(|(name, _)| quoted(name)).collect();
        if !own.is_empty() && self.often(50) {
            self.line(format!("nsg = [{}]", own.join(", ")));
        }
        for number in 0..1 + self.below(2) {
            let function = self.name();
            let memory = [128, 256, 512, 1024, 2048, 3072][self.below(6)];
            self.line(format!(
                "[function.{}]\napplication = {}\nmemory = {memory}\nimage = {{ repository = \"path/image-{number}\" }}",
                quoted(&function),
                quoted(&application),
            ));
            if let Some(database) = &database {
                self.line(format!("database = {}\ntables = [\"items\"]", quoted(database)));
            }
            if self.often(50) {
                let value = TEXTS[self.below(TEXTS.len())];
                self.line(format!("config = {{ NAME = {}, _other1 = \"${{x}}\" }}", quoted(value)));
            }
        }
    }

    fn permission(&mut self) {
        if self.often(50) {
            let name = self.name();
            self.line(format!("[group.{}]\nmay = [\"deploy\"]", quoted(&name)));
        }
    }
}
