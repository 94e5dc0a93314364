//! Values, of which some are known only once something is made.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Value>),
    Object(BTreeMap<String, Value>),
    /// Known after apply.
    Unknown,
}

impl Value {
    /// A value from outside, which is known.
    pub(super) fn known(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(it) => Self::Bool(*it),
            Json::Number(it) => Self::Number(it.clone()),
            Json::String(it) => Self::Text(it.clone()),
            Json::Array(items) => Self::List(items.iter().map(Self::known).collect()),
            Json::Object(fields) => {
                Self::Object(fields.iter().map(|(name, value)| (name.clone(), Self::known(value))).collect())
            }
        }
    }

    /// Whether all of it is known.
    pub(super) fn is_whole(&self) -> bool {
        match self {
            Self::Unknown => false,
            Self::List(items) => items.iter().all(Self::is_whole),
            Self::Object(fields) => fields.values().all(Self::is_whole),
            _ => true,
        }
    }

    /// What is known of it: an unknown field is left out, an unknown item is null.
    pub(super) fn json(&self) -> Json {
        match self {
            Self::Null | Self::Unknown => Json::Null,
            Self::Bool(it) => Json::Bool(*it),
            Self::Number(it) => Json::Number(it.clone()),
            Self::Text(it) => Json::String(it.clone()),
            Self::List(items) => items.iter().map(Self::json).collect(),
            Self::Object(fields) => {
                let known = fields.iter().filter(|(_, value)| **value != Self::Unknown);
                Json::Object(known.map(|(name, value)| (name.clone(), value.json())).collect())
            }
        }
    }

    /// What is not known of it: `true` where nothing is, in the shape of the value.
    pub(super) fn unknown(&self) -> Json {
        match self {
            Self::Unknown => Json::Bool(true),
            Self::List(items) => items.iter().map(Self::unknown).collect(),
            Self::Object(fields) => {
                let said = fields.iter().map(|(name, value)| (name.clone(), value.unknown()));
                Json::Object(said.filter(|(_, value)| *value != Json::Bool(false)).collect::<Map<_, _>>())
            }
            _ => Json::Bool(false),
        }
    }
}
