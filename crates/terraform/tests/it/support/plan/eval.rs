//! Expressions and what they come to.

use std::cell::RefCell;
use std::collections::BTreeMap;

use hcl::Body;
use hcl::expr::{
    BinaryOperator, Expression, ForExpr, ObjectKey, Operation, TraversalOperator, UnaryOperator,
};
use hcl::template::{Element, Template};

use super::super::check::written;
use super::super::root::{Resource, Root, argument};
use super::super::schema::{Blueprint, Mode, Nesting, Schema, Type};
use super::convert::convert;
use super::functions::call;
use super::value::Value;
use super::{Given, id};

/// A module that is being planned.
pub(super) struct Module<'m> {
    pub(super) root: &'m Root,
    pub(super) variables: BTreeMap<String, Value>,
    given: &'m Given,
    /// What was computed, by its head: `local.x`, `oci_core_vcn.hub`. `None` while it is being computed.
    done: RefCell<BTreeMap<String, Option<Value>>>,
}

/// Names that stand for something here alone: `each`, `count`, what a `for` gives.
pub(super) type Names = BTreeMap<String, Value>;

impl<'m> Module<'m> {
    pub(super) fn new(root: &'m Root, given: &'m Given) -> Result<Self, String> {
        let mut module = Self { root, variables: BTreeMap::new(), given, done: RefCell::default() };
        if let Some(name) = given.variables.keys().find(|name| !root.variables.contains_key(*name)) {
            return Err(format!("var.{name} is given and not declared"));
        }
        for (name, body) in &root.variables {
            let of = argument(body, "type").map_or(Ok(Type::Any), written)?;
            let value = match (given.variables.get(name), argument(body, "default")) {
                (Some(value), _) => Value::known(value),
                (None, Some(default)) => module.eval(default, &Names::new())?,
                (None, None) => return Err(format!("var.{name} has no value")),
            };
            let value = convert(value, &of).map_err(|why| format!("var.{name}: {why}"))?;
            module.variables.insert(name.clone(), value);
        }
        for (name, body) in &root.variables {
            for validation in body.blocks() {
                let holds =
                    argument(validation.body(), "condition").ok_or("a validation without a condition")?;
                if module.eval(holds, &Names::new())? != Value::Bool(true) {
                    return Err(format!("var.{name}: its validation does not hold"));
                }
            }
        }
        Ok(module)
    }

    /// What an expression comes to.
    pub(super) fn eval(&self, expression: &Expression, names: &Names) -> Result<Value, String> {
        match expression {
            Expression::Null => Ok(Value::Null),
            Expression::Bool(it) => Ok(Value::Bool(*it)),
            Expression::Number(it) => Ok(Value::Number(serde_json::from_str(&it.to_string()).unwrap())),
            Expression::String(it) => Ok(Value::Text(it.clone())),
            Expression::Array(items) => {
                Ok(Value::List(items.iter().map(|item| self.eval(item, names)).collect::<Result<_, _>>()?))
            }
            Expression::Object(fields) => {
                let fields = fields.iter().map(|(key, value)| {
                    let key = match key {
                        ObjectKey::Identifier(name) => name.to_string(),
                        ObjectKey::Expression(key) => text(self.eval(key, names)?)?,
                        other => return Err(format!("the key {other:?}")),
                    };
                    Ok((key, self.eval(value, names)?))
                });
                Ok(Value::Object(fields.collect::<Result<_, String>>()?))
            }
            Expression::TemplateExpr(inner) => {
                self.template(&Template::from_expr(inner).map_err(|error| error.to_string())?, names)
            }
            Expression::Variable(_) => self.traversal(expression, &[], names),
            Expression::Traversal(it) => self.traversal(&it.expr, &it.operators, names),
            Expression::FuncCall(it) if it.name.to_string() == "can" => match it.args.as_slice() {
                [only] => match self.eval(only, names) {
                    // What this planner does not know is no fault of the expression's.
                    Err(why) if why.contains("computed here") || why.contains("known here") => Err(why),
                    tried => Ok(Value::Bool(tried.is_ok())),
                },
                _ => Err(format!("{expression} is not computed here")),
            },
            Expression::FuncCall(it) => {
                let arguments: Result<Vec<Value>, String> =
                    it.args.iter().map(|argument| self.eval(argument, names)).collect();
                if it.expand_final {
                    return Err(format!("{expression}: arguments from a list are not known here"));
                }
                call(&it.name.to_string(), &arguments?)
            }
            Expression::Parenthesis(inner) => self.eval(inner, names),
            Expression::Conditional(it) => match self.eval(&it.cond_expr, names)? {
                Value::Bool(true) => self.eval(&it.true_expr, names),
                Value::Bool(false) => self.eval(&it.false_expr, names),
                Value::Unknown => Ok(Value::Unknown),
                other => Err(format!("{other:?} is no condition")),
            },
            Expression::Operation(it) => self.operation(it, names),
            Expression::ForExpr(it) => self.for_each(it, names),
            other => Err(format!("{other:?} is not known here")),
        }
    }

    fn template(&self, template: &Template, names: &Names) -> Result<Value, String> {
        if let [Element::Interpolation(only)] = template.elements() {
            return self.eval(&only.expr, names);
        }
        let mut made = String::new();
        let mut open = false;
        for element in template.elements() {
            match element {
                Element::Literal(literal) => made.push_str(literal),
                Element::Interpolation(inner) => {
                    match convert(self.eval(&inner.expr, names)?, &Type::Text)? {
                        Value::Text(text) => made.push_str(&text),
                        Value::Unknown => open = true,
                        other => return Err(format!("{other:?} in a text")),
                    }
                }
                Element::Directive(_) => return Err("directives of templates are not known here".to_owned()),
            }
        }
        Ok(if open { Value::Unknown } else { Value::Text(made) })
    }

    fn operation(&self, operation: &Operation, names: &Names) -> Result<Value, String> {
        let (left, operator, right) = match operation {
            Operation::Unary(it) => {
                return match (it.operator, self.eval(&it.expr, names)?) {
                    (_, Value::Unknown) => Ok(Value::Unknown),
                    (UnaryOperator::Not, Value::Bool(it)) => Ok(Value::Bool(!it)),
                    (UnaryOperator::Neg, Value::Number(it)) => it
                        .as_i64()
                        .map(|it| Value::Number((-it).into()))
                        .ok_or_else(|| format!("-{it} is not computed here")),
                    (operator, other) => Err(format!("{operator}{other:?}")),
                };
            }
            Operation::Binary(it) => {
                (self.eval(&it.lhs_expr, names)?, it.operator, self.eval(&it.rhs_expr, names)?)
            }
        };
        if !left.is_whole() || !right.is_whole() {
            return Ok(Value::Unknown);
        }
        match (operator, left, right) {
            (BinaryOperator::Eq, left, right) => Ok(Value::Bool(left == right)),
            (BinaryOperator::NotEq, left, right) => Ok(Value::Bool(left != right)),
            (BinaryOperator::And, Value::Bool(left), Value::Bool(right)) => Ok(Value::Bool(left && right)),
            (BinaryOperator::Or, Value::Bool(left), Value::Bool(right)) => Ok(Value::Bool(left || right)),
            (operator, left, right) => Err(format!("{left:?} {operator} {right:?} is not computed here")),
        }
    }

    fn for_each(&self, it: &ForExpr, names: &Names) -> Result<Value, String> {
        if it.grouping {
            return Err("grouping is not known here".to_owned());
        }
        let pairs = match self.eval(&it.collection_expr, names)? {
            Value::Unknown => return Ok(Value::Unknown),
            Value::List(items) => {
                items.into_iter().enumerate().map(|(at, item)| (Value::Number(at.into()), item)).collect()
            }
            Value::Object(fields) => {
                fields.into_iter().map(|(key, value)| (Value::Text(key), value)).collect()
            }
            other => return Err(format!("a for over {other:?}")),
        };
        let pairs: Vec<(Value, Value)> = pairs;
        let mut made = Vec::new();
        for (key, value) in pairs {
            let mut names = names.clone();
            names.insert(it.value_var.to_string(), value);
            if let Some(name) = &it.key_var {
                names.insert(name.to_string(), key);
            }
            match it.cond_expr.as_ref().map(|cond| self.eval(cond, &names)).transpose()? {
                None | Some(Value::Bool(true)) => {}
                Some(Value::Bool(false)) => continue,
                Some(other) => return Err(format!("{other:?} decides what a for leaves out")),
            }
            let key = it.key_expr.as_ref().map(|key| self.eval(key, &names)).transpose()?;
            made.push((key, self.eval(&it.value_expr, &names)?));
        }
        if it.key_expr.is_none() {
            return Ok(Value::List(made.into_iter().map(|(_, value)| value).collect()));
        }
        let fields = made.into_iter().map(|(key, value)| Ok((text(key.unwrap_or(Value::Null))?, value)));
        Ok(Value::Object(fields.collect::<Result<_, String>>()?))
    }

    fn traversal(
        &self,
        start: &Expression,
        operators: &[TraversalOperator],
        names: &Names,
    ) -> Result<Value, String> {
        let Expression::Variable(first) = start else {
            return self.along(self.eval(start, names)?, operators, names);
        };
        if let Some(value) = names.get(first.as_str()) {
            return self.along(value.clone(), operators, names);
        }
        let more = if first.as_str() == "data" { 2 } else { 1 };
        let mut head = first.to_string();
        for operator in operators.iter().take(more) {
            match operator {
                TraversalOperator::GetAttr(name) => head = format!("{head}.{name}"),
                _ => return Err(format!("{head} is nothing by itself")),
            }
        }
        let rest = operators.get(more..).ok_or_else(|| format!("{head} is nothing by itself"))?;
        self.along(self.head(&head)?, rest, names).map_err(|why| format!("{head}: {why}"))
    }

    fn head(&self, head: &str) -> Result<Value, String> {
        if let Some(name) = head.strip_prefix("var.") {
            return self.variables.get(name).cloned().ok_or_else(|| format!("{head} is not declared"));
        }
        match self.done.borrow().get(head) {
            Some(Some(value)) => return Ok(value.clone()),
            Some(None) => return Err(format!("{head} depends on itself")),
            None => {}
        }
        self.done.borrow_mut().insert(head.to_owned(), None);
        let value = if let Some(name) = head.strip_prefix("local.") {
            let expression = self.root.locals.get(name).ok_or_else(|| format!("{head} is not declared"))?;
            self.eval(expression, &Names::new())?
        } else {
            let resource = self.root.resources.get(head).ok_or_else(|| format!("{head} is not declared"))?;
            let mut all = self.instances(head, resource)?;
            match (all.first(), resource.argument("for_each").is_some()) {
                (Some((Key::None, _)), _) => all.remove(0).1,
                (_, false) => Value::List(all.into_iter().map(|(_, value)| value).collect()),
                (_, true) => Value::Object(
                    all.into_iter()
                        .filter_map(
                            |(key, value)| if let Key::Text(key) = key { Some((key, value)) } else { None },
                        )
                        .collect(),
                ),
            }
        };
        self.done.borrow_mut().insert(head.to_owned(), Some(value.clone()));
        Ok(value)
    }

    fn along(&self, value: Value, operators: &[TraversalOperator], names: &Names) -> Result<Value, String> {
        let Some((operator, rest)) = operators.split_first() else { return Ok(value) };
        let key = match operator {
            TraversalOperator::GetAttr(name) => Value::Text(name.to_string()),
            TraversalOperator::Index(index) => self.eval(index, names)?,
            TraversalOperator::LegacyIndex(index) => Value::Number((*index).into()),
            TraversalOperator::AttrSplat | TraversalOperator::FullSplat => {
                return match value {
                    Value::Unknown => Ok(Value::Unknown),
                    Value::List(items) => {
                        let items = items.into_iter().map(|item| self.along(item, rest, names));
                        Ok(Value::List(items.collect::<Result<_, _>>()?))
                    }
                    other => Err(format!("a splat of {other:?} is not known here")),
                };
            }
        };
        let next = match (value, key) {
            (Value::Unknown, _) | (_, Value::Unknown) => Value::Unknown,
            (Value::Object(mut fields), Value::Text(key)) => {
                fields.remove(&key).ok_or_else(|| format!("there is no `{key}`"))?
            }
            (Value::List(items), Value::Number(at)) => {
                let at = at.as_u64().and_then(|at| usize::try_from(at).ok());
                at.and_then(|at| items.get(at).cloned()).ok_or("there is no such item")?
            }
            (value, key) => return Err(format!("there is no {key:?} in {value:?}")),
        };
        self.along(next, rest, names)
    }

    /// The instances of a resource or data source, with all of their attributes.
    pub(super) fn instances(&self, address: &str, resource: &Resource) -> Result<Vec<(Key, Value)>, String> {
        let schema = Schema::get()
            .of(resource.data, &resource.kind)
            .ok_or_else(|| format!("{address}: the schema here has no `{}`", resource.kind))?;
        let at = |key: &Key, names: &Names| -> Result<Value, String> {
            let place = key.after(address);
            let mut value =
                self.block(&resource.body, schema, names).map_err(|why| format!("{place}: {why}"))?;
            if resource.data {
                let answer =
                    self.given.data.get(&place).ok_or_else(|| format!("{place}: no answer is given"))?;
                let (Value::Object(fields), Value::Object(said)) = (&mut value, Value::known(answer)) else {
                    return Err(format!("{place}: its answer is no object"));
                };
                fields.values_mut().filter(|it| **it == Value::Unknown).for_each(|it| *it = Value::Null);
                fields.extend(said);
            }
            if let (true, Value::Object(fields)) = (self.given.ids && !resource.data, &mut value) {
                fields.insert("id".to_owned(), Value::Text(id(&place)));
            }
            Ok(value)
        };
        if let Some(count) = resource.argument("count") {
            return match self.eval(count, &Names::new())? {
                Value::Number(count) => (0..count.as_u64().unwrap_or_default())
                    .map(|index| {
                        let object =
                            Value::Object([("index".to_owned(), Value::Number(index.into()))].into());
                        let key = Key::Number(index);
                        let value = at(&key, &[("count".to_owned(), object)].into())?;
                        Ok((key, value))
                    })
                    .collect(),
                other => Err(format!("{address}: {other:?} is no count")),
            };
        }
        if let Some(each) = resource.argument("for_each") {
            let pairs: Vec<(String, Value)> = match self.eval(each, &Names::new())? {
                Value::Object(fields) => fields.into_iter().collect(),
                Value::List(items) => {
                    let keys = items.into_iter().map(|item| Ok((text(item.clone())?, item)));
                    keys.collect::<Result<_, String>>()?
                }
                other => return Err(format!("{address}: for_each of {other:?}")),
            };
            let instance = |(key, value): (String, Value)| {
                let each = [("key".to_owned(), Value::Text(key.clone())), ("value".to_owned(), value)];
                let key = Key::Text(key);
                let value = at(&key, &[("each".to_owned(), Value::Object(each.into()))].into())?;
                Ok((key, value))
            };
            return pairs.into_iter().map(instance).collect();
        }
        Ok(vec![(Key::None, at(&Key::None, &Names::new())?)])
    }

    /// A block with everything that its schema has.
    fn block(&self, body: &Body, schema: &Blueprint, names: &Names) -> Result<Value, String> {
        let mut fields = BTreeMap::new();
        for (name, known) in &schema.attributes {
            let written = argument(body, name).map(|value| self.eval(value, names)).transpose()?;
            let value = match (written.filter(|value| *value != Value::Null), known.mode) {
                (Some(value), _) => convert(value, &known.of).map_err(|why| format!("{name}: {why}"))?,
                (None, Mode::Required) => return Err(format!("`{name}` is missing")),
                (None, Mode::Optional) => known.default.as_ref().map_or(Value::Null, Value::known),
                (None, Mode::OptionalComputed | Mode::Computed) => Value::Unknown,
            };
            fields.insert(name.clone(), value);
        }
        for (name, nested) in &schema.blocks {
            let written = body.blocks().filter(|block| block.identifier() == name);
            let mut all = written
                .map(|block| self.block(block.body(), &nested.inner, names))
                .collect::<Result<Vec<_>, _>>()?;
            let value = match nested.nesting {
                Nesting::Single => all.pop().unwrap_or(Value::Null),
                Nesting::List | Nesting::Set => Value::List(all),
            };
            fields.insert(name.clone(), value);
        }
        Ok(Value::Object(fields))
    }
}

/// The key of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Key {
    None,
    Number(u64),
    Text(String),
}

impl Key {
    /// The address of the instance.
    pub(super) fn after(&self, address: &str) -> String {
        match self {
            Self::None => address.to_owned(),
            Self::Number(key) => format!("{address}[{key}]"),
            Self::Text(key) => format!("{address}[{}]", serde_json::to_string(key).unwrap()),
        }
    }
}

fn text(value: Value) -> Result<String, String> {
    match convert(value, &Type::Text)? {
        Value::Text(text) => Ok(text),
        other => Err(format!("{other:?} is no key")),
    }
}
