//! The types of expressions, as far as a text tells, and whether one may stand where another is wanted.

use std::collections::BTreeMap;

use hcl::expr::{Expression, FuncCall, ObjectKey, Operation, TraversalOperator, UnaryOperator};
use hcl::template::{Element, Template};

use super::super::refer::{Reference, Step, reference};
use super::super::root::argument;
use super::super::schema::Type;
use super::Scope;

impl Scope<'_> {
    /// Whether a value may stand where a type is wanted, with the conversions that Terraform makes.
    pub(super) fn fits(&self, value: &Expression, wanted: &Type) -> Result<(), String> {
        match (value, wanted) {
            (Expression::Null, _) | (_, Type::Any) => Ok(()),
            (Expression::String(text), Type::Number) if text.parse::<f64>().is_err() => {
                Err(format!("is a number, and {text:?} is none"))
            }
            (Expression::String(text), Type::Bool) if !matches!(text.as_str(), "true" | "false") => {
                Err(format!("is true or false, and {text:?} is neither"))
            }
            (Expression::Array(items), Type::List(of) | Type::Set(of)) => {
                items.iter().try_for_each(|item| self.fits(item, of))
            }
            (Expression::Object(fields), Type::Map(of)) => {
                fields.iter().try_for_each(|(_, value)| self.fits(value, of))
            }
            (Expression::Parenthesis(inner), _) => self.fits(inner, wanted),
            (Expression::Conditional(it), _) => {
                self.fits(&it.true_expr, wanted).and_then(|()| self.fits(&it.false_expr, wanted))
            }
            _ => {
                let found = self.type_of(value);
                if converts(&found, wanted) {
                    Ok(())
                } else {
                    Err(format!("is {wanted}, and this is {found}"))
                }
            }
        }
    }

    /// The type of an expression; what a text does not tell is [`Type::Any`].
    pub(super) fn type_of(&self, value: &Expression) -> Type {
        match value {
            Expression::Bool(_) => Type::Bool,
            Expression::Number(_) => Type::Number,
            Expression::String(_) => Type::Text,
            Expression::Array(items) => {
                let mut types = items.iter().map(|item| self.type_of(item));
                let first = types.next().unwrap_or(Type::Any);
                Type::List(Box::new(if types.all(|other| other == first) { first } else { Type::Any }))
            }
            Expression::Object(fields) => Type::Object(
                fields.iter().filter_map(|(key, value)| Some((key_of(key)?, self.type_of(value)))).collect(),
            ),
            Expression::TemplateExpr(template) => {
                let template = Template::from_expr(template).unwrap();
                match template.elements() {
                    [Element::Interpolation(only)] => self.type_of(&only.expr),
                    _ => Type::Text,
                }
            }
            Expression::Variable(_) | Expression::Traversal(_) => reference(value)
                .and_then(|it| self.type_of_reference(&it).ok())
                .unwrap_or_else(|| match value {
                    Expression::Traversal(it) => self.along(&it.expr, &it.operators),
                    _ => Type::Any,
                }),
            Expression::FuncCall(call) => self.returned(call),
            Expression::Parenthesis(inner) => self.type_of(inner),
            Expression::Conditional(it) => {
                let (yes, no) = (self.type_of(&it.true_expr), self.type_of(&it.false_expr));
                if yes == no { yes } else { Type::Any }
            }
            Expression::Operation(operation) => match operation.as_ref() {
                Operation::Unary(it) if it.operator == UnaryOperator::Neg => Type::Number,
                Operation::Unary(_) => Type::Bool,
                Operation::Binary(it) => {
                    if matches!(it.operator.as_str(), "+" | "-" | "*" | "/" | "%") {
                        Type::Number
                    } else {
                        Type::Bool
                    }
                }
            },
            _ => Type::Any,
        }
    }

    /// What a function of Terraform's gives.
    fn returned(&self, call: &FuncCall) -> Type {
        let texts = || Type::List(Box::new(Type::Text));
        match call.name.name.as_str() {
            "contains" | "alltrue" | "anytrue" | "can" | "startswith" | "endswith" => Type::Bool,
            "length" => Type::Number,
            "substr" | "join" | "format" | "replace" | "lower" | "upper" | "trimprefix" | "trimsuffix"
            | "jsonencode" | "base64encode" | "tostring" | "regex" => Type::Text,
            "keys" | "split" | "regexall" => texts(),
            "toset" => match call.args.first().map(|it| self.type_of(it)) {
                Some(Type::List(of) | Type::Set(of)) => Type::Set(of),
                _ => Type::Set(Box::new(Type::Any)),
            },
            "one" => match call.args.first().map(|it| self.type_of(it)) {
                Some(Type::List(of) | Type::Set(of)) => *of,
                _ => Type::Any,
            },
            _ => Type::Any,
        }
    }

    /// What a reference leads to, or why it leads nowhere.
    pub(super) fn type_of_reference(&self, reference: &Reference) -> Result<Type, String> {
        let mut parts = reference.head.split('.');
        let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let start = match first {
            "var" => {
                let declared = self.root.variables.get(second).ok_or("is not declared")?;
                argument(declared, "type").map_or(Ok(Type::Any), written)?
            }
            "local" => {
                let value = self.root.locals.get(second).ok_or("is not declared")?;
                // A local that leads back to itself is found among the cycles.
                if matches!(value, Expression::Variable(_) | Expression::Traversal(_)) {
                    return Ok(Type::Any);
                }
                self.type_of(value)
            }
            "each" => {
                return matches!(second, "key" | "value").then_some(Type::Any).ok_or("is nothing".to_owned());
            }
            "count" => return (second == "index").then_some(Type::Number).ok_or("is nothing".to_owned()),
            "self" | "path" | "terraform" | "module" => {
                return Err("is nothing that an export uses".to_owned());
            }
            _ => {
                let resource = self.root.resources.get(&reference.head).ok_or("is not declared")?;
                let schema = self.schema.of(resource.data, &resource.kind).ok_or("is not in the schema")?;
                let names = schema.attributes.keys().chain(schema.blocks.keys());
                let one = names.filter_map(|name| Some((name.clone(), schema.type_of(name)?))).collect();
                match (resource.argument("count"), resource.argument("for_each")) {
                    (Some(_), _) => Type::List(Box::new(Type::Object(one))),
                    (_, Some(_)) => Type::Map(Box::new(Type::Object(one))),
                    _ => Type::Object(one),
                }
            }
        };
        follow(start, &reference.steps)
    }

    /// What steps lead to from an expression: `keys(x)[0]`.
    fn along(&self, start: &Expression, operators: &[TraversalOperator]) -> Type {
        let steps: Option<Vec<Step>> = operators
            .iter()
            .map(|operator| match operator {
                TraversalOperator::GetAttr(name) => Some(Step::Name(name.to_string())),
                TraversalOperator::Index(_) | TraversalOperator::LegacyIndex(_) => Some(Step::Index(None)),
                _ => None,
            })
            .collect();
        steps.and_then(|steps| follow(self.type_of(start), &steps).ok()).unwrap_or(Type::Any)
    }
}

fn follow(start: Type, steps: &[Step]) -> Result<Type, String> {
    let Some((step, rest)) = steps.split_first() else { return Ok(start) };
    match (start, step) {
        (Type::Any, _) => Ok(Type::Any),
        (Type::Object(mut fields), Step::Name(name)) => {
            follow(fields.remove(name).ok_or_else(|| format!("has no `{name}`"))?, rest)
        }
        (Type::Object(mut fields), Step::Index(Some(key))) => {
            let name: String =
                serde_json::from_str(key).map_err(|_| "has no index: it is one object".to_owned())?;
            follow(fields.remove(&name).ok_or_else(|| format!("has no `{name}`"))?, rest)
        }
        (Type::Map(of), Step::Name(_) | Step::Index(_)) => follow(*of, rest),
        (Type::List(of), Step::Index(key)) => match key {
            Some(key) if key.parse::<usize>().is_err() => Err(format!("has no index {key}: it is a list")),
            _ => follow(*of, rest),
        },
        (Type::List(of) | Type::Set(of), Step::Splat) => Ok(Type::List(Box::new(follow(*of, rest)?))),
        (Type::List(_), Step::Name(name)) => Err(format!("is a list: `.{name}` needs an index before it")),
        (other, step) => Err(format!("is {other}, which has no {step:?}")),
    }
}

/// The type that a variable is declared with.
pub(crate) fn written(of: &Expression) -> Result<Type, String> {
    match of {
        Expression::Variable(name) => match name.as_str() {
            "string" => Ok(Type::Text),
            "number" => Ok(Type::Number),
            "bool" => Ok(Type::Bool),
            "any" => Ok(Type::Any),
            other => Err(format!("has the type `{other}`, which there is not")),
        },
        Expression::FuncCall(call) => {
            let inner = call.args.first().ok_or("has a type of nothing")?;
            match (call.name.name.as_str(), inner) {
                ("list", inner) => Ok(Type::List(Box::new(written(inner)?))),
                ("set", inner) => Ok(Type::Set(Box::new(written(inner)?))),
                ("map", inner) => Ok(Type::Map(Box::new(written(inner)?))),
                ("optional", inner) => written(inner),
                ("object", Expression::Object(fields)) => {
                    let fields = fields
                        .iter()
                        .map(|(key, of)| Ok((key_of(key).ok_or("has a strange key")?, written(of)?)));
                    Ok(Type::Object(fields.collect::<Result<BTreeMap<_, _>, String>>()?))
                }
                (other, _) => Err(format!("has the type `{other}`, which there is not")),
            }
        }
        other => Err(format!("has the type `{other}`, which there is not")),
    }
}

/// The name of a field, where it is written.
pub(super) fn key_of(key: &ObjectKey) -> Option<String> {
    match key {
        ObjectKey::Identifier(name) => Some(name.to_string()),
        ObjectKey::Expression(Expression::String(name)) => Some(name.clone()),
        _ => None,
    }
}

/// Whether Terraform turns one into the other.
fn converts(found: &Type, wanted: &Type) -> bool {
    match (found, wanted) {
        (Type::Any, _) | (_, Type::Any) => true,
        (Type::Number, Type::Bool) | (Type::Bool, Type::Number) => false,
        (Type::Text | Type::Number | Type::Bool, Type::Text | Type::Number | Type::Bool) => true,
        (Type::List(found) | Type::Set(found), Type::List(wanted) | Type::Set(wanted)) => {
            converts(found, wanted)
        }
        (Type::Map(found), Type::Map(wanted)) => converts(found, wanted),
        (Type::Object(fields), Type::Map(wanted)) => fields.values().all(|found| converts(found, wanted)),
        (Type::Object(found), Type::Object(wanted)) => {
            wanted.iter().all(|(name, wanted)| found.get(name).is_some_and(|found| converts(found, wanted)))
        }
        _ => false,
    }
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Any => f.write_str("anything"),
            Self::Text => f.write_str("a text"),
            Self::Number => f.write_str("a number"),
            Self::Bool => f.write_str("true or false"),
            Self::List(of) => write!(f, "a list of {of}"),
            Self::Set(of) => write!(f, "a set of {of}"),
            Self::Map(of) => write!(f, "a map of {of}"),
            Self::Object(_) => f.write_str("an object"),
        }
    }
}
