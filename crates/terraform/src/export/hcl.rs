//! Blocks and arguments as text: what `hcl-edit` writes, laid out as `terraform fmt` leaves it, with comments. What stands in the
//! blocks is the other modules' business.

mod layout;

use hcl_edit::expr::Expression;
use hcl_edit::template::{Element, Interpolation, StringTemplate};
use hcl_edit::{Decor, Decorate, Spanned};

pub(super) use layout::render;

/// A block, such as a resource.
#[derive(Clone, Debug)]
pub(super) struct Block {
    keyword: &'static str,
    labels: Vec<String>,
    comments: Vec<String>,
    body: Vec<Entry>,
}

#[derive(Clone, Debug)]
enum Entry {
    Argument {
        comments: Vec<String>,
        name: String,
        value: Value,
    },
    Block(Block),
    /// An empty line.
    Gap,
}

/// What an argument is set to.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// In one line.
    One(Part),
    /// A list, an item a line, each perhaps below comments.
    List(Vec<(Vec<String>, Value)>),
    /// An object, a key a line.
    Map(Vec<(String, Value)>),
    /// An expression of several lines, set in as it stands in an argument of a block of its own.
    Lines(String),
    /// A function of arguments that take lines of their own.
    Call(&'static str, Vec<Value>),
}

/// A piece of an expression.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// A text, whatever is in it.
    Text(String),
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// An expression of the language; what comes from a file is never in it, but as a name of its own making.
    Code(String),
    /// A text with expressions in it.
    Template(Vec<Part>),
    /// Some in a row, in one line.
    Row(Vec<Part>),
}

impl Block {
    pub(super) fn new(keyword: &'static str, labels: &[&str]) -> Self {
        Self {
            keyword,
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            comments: Vec::new(),
            body: Vec::new(),
        }
    }

    /// With a comment above it; each line is one.
    #[must_use]
    pub(super) fn comment(mut self, text: impl AsRef<str>) -> Self {
        self.comments.extend(lines(text.as_ref()));
        self
    }

    #[must_use]
    pub(super) fn set(self, name: &str, value: impl Into<Value>) -> Self {
        self.set_below(name, value, [])
    }

    /// The same, if there is a value.
    #[must_use]
    pub(super) fn set_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.set(name, value),
            None => self,
        }
    }

    /// The same, with comments above it.
    #[must_use]
    pub(super) fn set_below<'c>(
        mut self,
        name: &str,
        value: impl Into<Value>,
        comments: impl IntoIterator<Item = &'c str>,
    ) -> Self {
        let comments = comments.into_iter().flat_map(lines).collect();
        self.body.push(Entry::Argument { comments, name: name.to_owned(), value: value.into() });
        self
    }

    /// An empty line.
    #[must_use]
    pub(super) fn gap(mut self) -> Self {
        self.body.push(Entry::Gap);
        self
    }

    #[must_use]
    pub(super) fn block(mut self, block: Block) -> Self {
        self.body.push(Entry::Block(block));
        self
    }
}

impl Value {
    /// Whether it takes one line.
    fn is_short(&self) -> bool {
        match self {
            Value::One(_) => true,
            Value::List(items) => items.is_empty(),
            Value::Map(items) => items.is_empty(),
            Value::Lines(_) | Value::Call(..) => false,
        }
    }
}

impl From<Part> for Value {
    fn from(part: Part) -> Self {
        Self::One(part)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::One(Part::Text(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::One(Part::Text(text))
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::One(Part::Number(number))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::One(Part::Flag(flag))
    }
}

/// An expression.
pub(super) fn code(text: impl Into<String>) -> Part {
    Part::Code(text.into())
}

/// How long a line of a comment may be.
const WIDTH: usize = 110;

/// The lines of a comment. What is in it comes from a file, and must not end it.
fn lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split(|c: char| c.is_control() || c == ' ') {
            if !line.is_empty() && line.chars().count() + word.chars().count() >= WIDTH {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}

impl Part {
    fn expression(&self) -> Result<Expression, hcl_edit::parser::Error> {
        Ok(match self {
            Part::Text(text) => text.as_str().into(),
            Part::Number(number) => (*number).into(),
            Part::Flag(flag) => (*flag).into(),
            Part::Code(text) => text.parse()?,
            Part::Row(parts) => {
                let mut row = hcl_edit::expr::Array::new();
                for part in parts {
                    row.push(part.expression()?);
                }
                row.into()
            }
            Part::Template(parts) => {
                let mut template = StringTemplate::new();
                for part in parts.iter().flat_map(Part::flat) {
                    template.push(part.element()?);
                }
                template.into()
            }
        })
    }

    /// A template inside a template is a part of it.
    fn flat(&self) -> Vec<&Part> {
        match self {
            Part::Template(parts) => parts.iter().flat_map(Part::flat).collect(),
            other => vec![other],
        }
    }

    fn element(&self) -> Result<Element, hcl_edit::parser::Error> {
        Ok(match self {
            Part::Text(text) => Element::Literal(Spanned::new(text.clone())),
            other => {
                let mut inside = other.expression()?;
                *inside.decor_mut() = Decor::new("", "");
                Element::Interpolation(Interpolation::new(inside))
            }
        })
    }
}
