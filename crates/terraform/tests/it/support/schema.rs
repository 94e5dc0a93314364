//! The provider's schema, as `fixtures/arguments.json` has it.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::Value;

/// The whole of it.
#[derive(Deserialize)]
pub(crate) struct Schema {
    pub(crate) provider_arguments: Blueprint,
    pub(crate) data_sources: BTreeMap<String, Blueprint>,
    pub(crate) resources: BTreeMap<String, Blueprint>,
}

/// What a block may hold: a resource, or a block in one.
#[derive(Deserialize)]
pub(crate) struct Blueprint {
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, Argument>,
    #[serde(default)]
    pub(crate) blocks: BTreeMap<String, Nested>,
}

/// An argument or an attribute.
#[derive(Deserialize)]
pub(crate) struct Argument {
    #[serde(rename = "type")]
    pub(crate) of: Type,
    pub(crate) mode: Mode,
    pub(crate) default: Option<Value>,
    #[serde(default)]
    pub(crate) sensitive: bool,
    #[serde(default)]
    pub(crate) deprecated: bool,
    #[serde(default)]
    pub(crate) conflicts_with: Vec<String>,
}

/// Who says what an argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mode {
    Required,
    Optional,
    OptionalComputed,
    Computed,
}

/// A block in a block.
#[derive(Deserialize)]
pub(crate) struct Nested {
    pub(crate) nesting: Nesting,
    #[serde(default)]
    pub(crate) min: usize,
    pub(crate) max: Option<usize>,
    #[serde(default)]
    pub(crate) deprecated: bool,
    #[serde(default)]
    pub(crate) conflicts_with: Vec<String>,
    #[serde(flatten)]
    pub(crate) inner: Blueprint,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Nesting {
    List,
    Set,
    Single,
}

/// A type of Terraform's.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Value")]
pub(crate) enum Type {
    Any,
    Text,
    Number,
    Bool,
    List(Box<Type>),
    Set(Box<Type>),
    Map(Box<Type>),
    Object(BTreeMap<String, Type>),
}

impl TryFrom<Value> for Type {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        let inner = |it: &Value| Self::try_from(it.clone()).map(Box::new);
        match &value {
            Value::String(name) => match name.as_str() {
                "string" => Ok(Self::Text),
                "number" => Ok(Self::Number),
                "bool" => Ok(Self::Bool),
                "dynamic" => Ok(Self::Any),
                other => Err(format!("no type: {other}")),
            },
            Value::Array(parts) => match (parts[0].as_str(), &parts[1]) {
                (Some("list"), of) => Ok(Self::List(inner(of)?)),
                (Some("set"), of) => Ok(Self::Set(inner(of)?)),
                (Some("map"), of) => Ok(Self::Map(inner(of)?)),
                (Some("object"), Value::Object(fields)) => {
                    let fields = fields.iter().map(|(name, of)| Ok((name.clone(), *inner(of)?)));
                    Ok(Self::Object(fields.collect::<Result<_, String>>()?))
                }
                _ => Err(format!("no type: {value}")),
            },
            _ => Err(format!("no type: {value}")),
        }
    }
}

impl Schema {
    /// The schema of the provider that exports are written for.
    pub(crate) fn get() -> &'static Self {
        static SCHEMA: LazyLock<Schema> =
            LazyLock::new(|| serde_json::from_str(include_str!("../../fixtures/arguments.json")).unwrap());
        &SCHEMA
    }

    /// Of a resource or a data source.
    pub(crate) fn of(&self, data: bool, kind: &str) -> Option<&Blueprint> {
        if data { self.data_sources.get(kind) } else { self.resources.get(kind) }
    }
}

impl Blueprint {
    /// The type of what a resource has under a name, with blocks as the lists of objects that they become.
    pub(crate) fn type_of(&self, name: &str) -> Option<Type> {
        let argument = self.attributes.get(name).map(|argument| argument.of.clone());
        argument.or_else(|| {
            let nested = self.blocks.get(name)?;
            let inner = Box::new(nested.inner.object());
            Some(match nested.nesting {
                Nesting::List => Type::List(inner),
                Nesting::Set => Type::Set(inner),
                Nesting::Single => *inner,
            })
        })
    }

    fn object(&self) -> Type {
        let names = self.attributes.keys().chain(self.blocks.keys());
        Type::Object(names.filter_map(|name| Some((name.clone(), self.type_of(name)?))).collect())
    }
}
