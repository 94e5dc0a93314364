//! Things of Oracle Cloud, out of JSON: what kind each is, and what is wanted of it.

use serde_json::{Map, Value};

use super::ListingError;

/// What kind of thing an OCID names, of those that permission is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The tenancy, which is its root compartment.
    Tenancy,
    /// Another compartment.
    Compartment,
    /// A group of users.
    Group,
    /// A group of resources.
    DynamicGroup,
    /// A policy.
    Policy,
}

impl Kind {
    pub(super) fn of(ocid: &str) -> Option<Self> {
        match ocid.strip_prefix("ocid1.")?.split('.').next()? {
            "tenancy" => Some(Self::Tenancy),
            "compartment" => Some(Self::Compartment),
            "group" => Some(Self::Group),
            "dynamicgroup" => Some(Self::DynamicGroup),
            "policy" => Some(Self::Policy),
            _ => None,
        }
    }

    /// In words: `dynamic group`.
    pub fn one(self) -> &'static str {
        match self {
            Self::Tenancy => "tenancy",
            Self::Compartment => "compartment",
            Self::Group => "group",
            Self::DynamicGroup => "dynamic group",
            Self::Policy => "policy",
        }
    }

    /// Several of them: `dynamic groups`.
    pub fn several(self) -> &'static str {
        match self {
            Self::Tenancy => "tenancies",
            Self::Compartment => "compartments",
            Self::Group => "groups",
            Self::DynamicGroup => "dynamic groups",
            Self::Policy => "policies",
        }
    }

    pub(super) fn command(self) -> &'static str {
        match self {
            Self::DynamicGroup => "dynamic-group",
            other => other.one(),
        }
    }
}

/// A thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Thing {
    pub(super) kind: Kind,
    /// In lower case, as the other OCID.
    pub(super) ocid: String,
    pub(super) name: String,
    /// The compartment that it is in.
    pub(super) parent: Option<String>,
    pub(super) said: Said,
}

/// What is wanted of a kind and no other has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    Statements(Vec<String>),
    Rule(Option<String>),
}

impl Thing {
    /// Takes what is said of it elsewhere; whether that is something else. A rule that is left out says nothing against one.
    pub(super) fn replace(&mut self, mut later: Thing) -> bool {
        match (&mut self.said, &mut later.said) {
            (Said::Rule(here @ None), Said::Rule(there)) => here.clone_from(there),
            (Said::Rule(here), Said::Rule(there @ None)) => there.clone_from(here),
            _ => {}
        }
        let differs = *self != later;
        *self = later;
        differs
    }
}

/// An entry of a listing.
#[derive(Debug)]
pub(super) enum Read {
    Thing(Thing),
    /// It is being made or deleted, or is gone.
    Inactive,
    /// Permission is not about it.
    Other,
}

/// What a document lists.
#[derive(Debug)]
pub(super) struct Answer<'v> {
    pub(super) entries: Vec<Entry<'v>>,
    pub(super) goes_on: bool,
}

/// What should be a thing.
#[derive(Debug)]
pub(super) struct Entry<'v> {
    text: &'v str,
    /// Its place: `data[3]`.
    place: String,
    fields: &'v Map<String, Value>,
}

/// Finds the things of a document.
pub(super) fn answer<'v>(name: &'v str, document: &'v Value) -> Result<Answer<'v>, ListingError> {
    let not = |what: String| ListingError::NotAListing { name: shown(name), what };
    let mut goes_on = false;
    let (place, data) = match document {
        Value::Object(fields) => match fields.get("data") {
            Some(data) => {
                let page = fields.get("opc-next-page").or_else(|| fields.get("opcNextPage"));
                goes_on = page.is_some_and(|page| !page.is_null());
                ("data", data)
            }
            None => ("", document),
        },
        _ => ("", document),
    };
    let entry = |place: String, value: &'v Value| match value {
        Value::Object(fields) => Ok(Entry { text: name, place, fields }),
        _ => Err(not(format!("{} is {}, not a thing with an `id`", at(&place), type_of(value)))),
    };
    let entries = match data {
        Value::Array(items) => {
            let numbered = items.iter().enumerate();
            numbered.map(|(at, item)| entry(format!("{place}[{at}]"), item)).collect::<Result<_, _>>()?
        }
        Value::Null if place == "data" => Vec::new(),
        Value::Object(fields) if !fields.contains_key("id") => return Err(no_id(name, place, fields)),
        one => vec![entry(place.to_owned(), one)?],
    };
    Ok(Answer { entries, goes_on })
}

/// An object that is no thing: what Oracle Cloud says when it refuses, or anything else.
fn no_id(name: &str, place: &str, fields: &Map<String, Value>) -> ListingError {
    let text = |key: &str| fields.get(key).and_then(Value::as_str).map(shown);
    if let (Some(code), Some(message)) = (text("code"), text("message")) {
        return ListingError::Refused { name: shown(name), code, message };
    }
    let keys: Vec<String> = fields.keys().take(5).map(|key| format!("`{}`", shown(key))).collect();
    let has = if keys.is_empty() { "it is empty".to_owned() } else { format!("it has {}", keys.join(", ")) };
    ListingError::NotAListing { name: shown(name), what: format!("{} has no `id`: {has}", at(place)) }
}

fn at(place: &str) -> &str {
    if place.is_empty() { "the document" } else { place }
}

impl Entry<'_> {
    /// Reads it.
    pub(super) fn read(&self) -> Result<Read, ListingError> {
        let Some(ocid) = self.text("id")? else { return Err(no_id(self.text, &self.place, self.fields)) };
        let ocid = ocid.to_ascii_lowercase();
        let Some(kind) = Kind::of(&ocid) else { return Ok(Read::Other) };
        if self.text("lifecycle-state")?.is_some_and(|state| !state.eq_ignore_ascii_case("active")) {
            return Ok(Read::Inactive);
        }
        let name = self.text("name")?.ok_or_else(|| self.wrong("name", &Value::Null, "a text"))?.to_owned();
        let parent = self.text("compartment-id")?.map(str::to_ascii_lowercase);
        // The root is in nothing; some answers say that it is in itself.
        let parent = parent.filter(|_| kind != Kind::Tenancy);
        if kind == Kind::Policy && parent.is_none() {
            return Err(self.wrong("compartment-id", &Value::Null, "a text"));
        }
        let said = match kind {
            Kind::Policy => Said::Statements(self.texts("statements")?),
            Kind::DynamicGroup => Said::Rule(self.text("matching-rule")?.map(str::to_owned)),
            Kind::Tenancy | Kind::Compartment | Kind::Group => Said::Nothing,
        };
        Ok(Read::Thing(Thing { kind, ocid, name, parent, said }))
    }

    /// The value of a key, as the command line writes it or as the API does.
    fn value(&self, key: &str) -> &Value {
        let value = self.fields.get(key).filter(|value| !value.is_null());
        value.or_else(|| self.fields.get(&camel(key))).unwrap_or(&Value::Null)
    }

    fn text(&self, key: &str) -> Result<Option<&str>, ListingError> {
        match self.value(key) {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text)),
            other => Err(self.wrong(key, other, "a text")),
        }
    }

    fn texts(&self, key: &str) -> Result<Vec<String>, ListingError> {
        let value = self.value(key);
        let Value::Array(items) = value else { return Err(self.wrong(key, value, "a list of texts")) };
        let numbered = items.iter().enumerate();
        numbered
            .map(|(at, item)| match item {
                Value::String(text) => Ok(text.clone()),
                other => Err(self.wrong(&format!("{key}[{at}]"), other, "a text")),
            })
            .collect()
    }

    fn wrong(&self, key: &str, found: &Value, expected: &'static str) -> ListingError {
        let text = |key| self.fields.get(key).and_then(Value::as_str);
        let kind = text("id").and_then(|ocid| Kind::of(&ocid.to_ascii_lowercase()));
        let thing = match (kind, text("name")) {
            (Some(kind), Some(name)) => format!("the {} {} ({})", kind.one(), shown(name), at(&self.place)),
            (Some(kind), None) => format!("the {} at {}", kind.one(), at(&self.place)),
            (None, _) => at(&self.place).to_owned(),
        };
        let (name, key, found) = (shown(self.text), key.to_owned(), type_of(found));
        ListingError::WrongType { name, thing, key, found, expected }
    }
}

/// `matching-rule` as the API writes it: `matchingRule`.
fn camel(key: &str) -> String {
    let mut words = key.split('-');
    let mut whole = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        whole.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        whole.push_str(letters.as_str());
    }
    whole
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "not there",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// Short enough for a line, and nothing that a terminal would obey.
pub(super) fn shown(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).take(160).collect()
}
