//! Addresses and references as Terraform writes them: `module.hub["a"].oci_core_vcn.this[0]`, `var.vcn_id`, `each.key`.

use std::fmt;

/// The key of an instance: of `count` a number, of `for_each` a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Key {
    Number(u64),
    Text(String),
}

/// A piece of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Name(String),
    Key(Key),
}

/// The modules that lead to a place, from the root, each with the key of its instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct ModulePath(pub(super) Vec<(String, Option<Key>)>);

impl ModulePath {
    pub(super) fn child(&self, name: &str, key: Option<Key>) -> Self {
        let mut path = self.0.clone();
        path.push((name.to_owned(), key));
        Self(path)
    }

    /// The path of the module around, and the last step.
    pub(super) fn parent(&self) -> Option<(Self, &str, Option<&Key>)> {
        let ((name, key), around) = self.0.split_last()?;
        Some((Self(around.to_vec()), name, key.as_ref()))
    }
}

/// The address of a resource, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) module: ModulePath,
    /// As it stands in its module, without a key: `oci_core_vcn.hub`, `data.oci_core_vcns.all`.
    pub(super) local: String,
    pub(super) key: Option<Key>,
}

/// Takes a text apart; `None` if it is no address or reference.
pub(super) fn steps(text: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    let mut rest = text;
    loop {
        if let Some(inside) = rest.strip_prefix('[') {
            let (key, after) = key(inside)?;
            steps.push(Step::Key(key));
            rest = after;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            let (name, after) = rest.split_at_checked(end)?;
            if name.is_empty() {
                return None;
            }
            steps.push(Step::Name(name.to_owned()));
            rest = after;
        }
        if rest.is_empty() {
            return Some(steps);
        }
        if let Some(after) = rest.strip_prefix('.') {
            rest = after;
        } else if !rest.starts_with('[') {
            return None;
        }
    }
}

/// A key up to its `]`, and what stands behind it.
fn key(text: &str) -> Option<(Key, &str)> {
    if !text.starts_with('"') {
        let (number, rest) = text.split_once(']')?;
        return Some((Key::Number(number.parse().ok()?), rest));
    }
    let mut escaped = false;
    let end = text.char_indices().skip(1).find_map(|(at, c)| {
        let closes = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        closes.then_some(at + 1)
    })?;
    let (quoted, rest) = text.split_at_checked(end)?;
    Some((Key::Text(serde_json::from_str(quoted).ok()?), rest.strip_prefix(']')?))
}

/// The address of a resource.
pub(super) fn address(text: &str) -> Option<Address> {
    let steps = steps(text)?;
    let mut steps = steps.into_iter().peekable();
    let mut module = ModulePath::default();
    let name = |steps: &mut std::iter::Peekable<std::vec::IntoIter<Step>>| match steps.next() {
        Some(Step::Name(name)) => Some(name),
        _ => None,
    };
    let mut first = name(&mut steps)?;
    while first == "module" {
        let called = name(&mut steps)?;
        let key = key_of(&mut steps);
        module = module.child(&called, key);
        first = name(&mut steps)?;
    }
    let mut local = first;
    if local == "data" {
        local = format!("data.{}", name(&mut steps)?);
    }
    local = format!("{local}.{}", name(&mut steps)?);
    let key = key_of(&mut steps);
    steps.next().is_none().then_some(Address { module, local, key })
}

/// The key that comes next, if one does.
pub(super) fn key_of(steps: &mut std::iter::Peekable<std::vec::IntoIter<Step>>) -> Option<Key> {
    match steps.next_if(|step| matches!(step, Step::Key(_))) {
        Some(Step::Key(key)) => Some(key),
        _ => None,
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => write!(f, "{text:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_apart() {
        let read = address(r#"module.hub["a.b]\"c"].module.net[2].data.oci_core_vcns.all[0]"#).unwrap();
        assert_eq!(
            read.module.0,
            [
                ("hub".to_owned(), Some(Key::Text("a.b]\"c".to_owned()))),
                ("net".to_owned(), Some(Key::Number(2)))
            ]
        );
        assert_eq!((read.local.as_str(), read.key), ("data.oci_core_vcns.all", Some(Key::Number(0))));
        assert_eq!(address("oci_core_vcn.this").unwrap().local, "oci_core_vcn.this");
    }

    #[test]
    fn what_is_no_address_is_none() {
        for text in [
            "", ".", "a", "a.", "a..b", "a.b[", "a.b[x]", "a.b[\"c]", "module.a", "a.b.c", "a.b[0]c", "ä[\"é",
        ] {
            assert_eq!(address(text), None, "{text}");
        }
    }
}
