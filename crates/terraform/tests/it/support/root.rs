//! A root module, read from the texts of its files: its blocks by their addresses.

use std::collections::BTreeMap;

use hcl::{Attribute, Block, Body, Expression};

/// The texts of a module's files by their names.
pub(crate) type Files = BTreeMap<String, String>;

/// A module that was read.
#[derive(Debug, Default)]
pub(crate) struct Root {
    /// By address: `oci_core_vcn.hub`, `data.oci_core_services.all`.
    pub(crate) resources: BTreeMap<String, Resource>,
    pub(crate) variables: BTreeMap<String, Body>,
    pub(crate) locals: BTreeMap<String, Expression>,
    pub(crate) outputs: BTreeMap<String, Body>,
    pub(crate) providers: Vec<(String, Body)>,
    /// `terraform`, `import`, `moved` and `removed`, by kind.
    pub(crate) others: Vec<(String, Body)>,
    /// What cannot stand in a module at all, or stands there twice.
    pub(crate) problems: Vec<String>,
}

/// A resource or a data source.
#[derive(Debug)]
pub(crate) struct Resource {
    pub(crate) data: bool,
    pub(crate) kind: String,
    pub(crate) body: Body,
}

impl Resource {
    /// The expression of an argument, of those at the top of the block.
    pub(crate) fn argument(&self, name: &str) -> Option<&Expression> {
        argument(&self.body, name)
    }
}

/// The expression of an argument of a block.
pub(crate) fn argument<'b>(body: &'b Body, name: &str) -> Option<&'b Expression> {
    body.attributes().find(|attribute| attribute.key() == name).map(Attribute::expr)
}

/// The files of a directory that Terraform would read.
pub(crate) fn files(directory: &std::path::Path) -> Files {
    let entries = directory.read_dir().unwrap().map(|entry| entry.unwrap().path());
    entries
        .filter(|path| path.extension().is_some_and(|it| it == "tf"))
        .map(|path| {
            (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

impl Root {
    /// Reads a module. What is no HCL at all is a problem, too.
    pub(crate) fn read(files: &Files) -> Self {
        let mut root = Self::default();
        for (name, text) in files {
            match hcl::parse(text) {
                Ok(body) => root.file(name, body),
                Err(error) => root.problems.push(format!("{name}: {error}")),
            }
        }
        root
    }

    fn file(&mut self, file: &str, body: Body) {
        for attribute in body.attributes() {
            self.problems.push(format!("{file}: `{}` stands outside of every block", attribute.key()));
        }
        for block in body.into_blocks() {
            if let Err(problem) = self.block(block) {
                self.problems.push(format!("{file}: {problem}"));
            }
        }
    }

    fn block(&mut self, block: Block) -> Result<(), String> {
        let labels: Vec<String> = block.labels().iter().map(|label| label.as_str().to_owned()).collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let kind = block.identifier().to_owned();
        if let Some(bad) = labels.iter().find(|label| !is_identifier(label)) {
            return Err(format!("{kind} {labels:?}: `{bad}` is no identifier"));
        }
        repeated(&block.body, &format!("{kind} {labels:?}"), &mut self.problems);
        let body = block.body;
        let twice = match (kind.as_str(), labels.as_slice()) {
            ("resource" | "data", [of, name]) => {
                let data = kind == "data";
                let address = format!("{}{of}.{name}", if data { "data." } else { "" });
                let made = Resource { data, kind: (*of).to_owned(), body };
                self.resources.insert(address.clone(), made).map(|_| address)
            }
            ("variable", [name]) => {
                self.variables.insert((*name).to_owned(), body).map(|_| format!("var.{name}"))
            }
            ("output", [name]) => {
                self.outputs.insert((*name).to_owned(), body).map(|_| format!("output {name}"))
            }
            ("locals", []) => {
                let mut twice = None;
                for attribute in body.into_attributes() {
                    let name = attribute.key().to_owned();
                    twice = self.locals.insert(name.clone(), attribute.expr).map(|_| format!("local.{name}"));
                }
                twice
            }
            ("provider", [name]) => {
                self.providers.push(((*name).to_owned(), body));
                None
            }
            ("terraform" | "import" | "moved" | "removed", []) => {
                self.others.push((kind, body));
                None
            }
            _ => return Err(format!("{kind} {labels:?}: no block that an export writes")),
        };
        twice.map_or(Ok(()), |address| Err(format!("{address} is declared twice")))
    }
}

/// An argument may stand once in a block.
fn repeated(body: &Body, at: &str, problems: &mut Vec<String>) {
    let mut names: Vec<&str> = body.attributes().map(Attribute::key).collect();
    names.sort_unstable();
    for pair in names.windows(2).filter(|pair| pair[0] == pair[1]) {
        problems.push(format!("{at}: `{}` is set twice", pair[0]));
    }
    for block in body.blocks() {
        repeated(block.body(), &format!("{at} {}", block.identifier()), problems);
    }
}

/// A name of Terraform's; names of ours have ASCII letters alone.
pub(crate) fn is_identifier(name: &str) -> bool {
    let mut letters = name.bytes();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == b'_' || letter == b'-')
}
