//! What an expression refers to.

use hcl::expr::{Expression, ObjectKey, Operation, TraversalOperator};
use hcl::template::{Directive, Element, Template};

/// A reference: what it begins with, and where it goes from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reference {
    /// `var.images`, `local.tags`, `oci_core_vcn.hub`, `data.oci_core_services.all`, `each.key`; of an unknown form whatever is written.
    pub(crate) head: String,
    pub(crate) steps: Vec<Step>,
}

/// One step of the way from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Name(String),
    /// An index that is written, as JSON, or one that is computed.
    Index(Option<String>),
    Splat,
}

/// All references of an expression, those in its indices included; names that `for` gives are none.
pub(crate) fn references(expression: &Expression) -> Vec<Reference> {
    found(expression).references
}

/// The names of the functions that an expression calls.
pub(crate) fn calls(expression: &Expression) -> Vec<String> {
    found(expression).calls
}

#[derive(Default)]
struct Found {
    references: Vec<Reference>,
    calls: Vec<String>,
}

fn found(expression: &Expression) -> Found {
    let mut found = Found::default();
    walk(expression, &mut Vec::new(), &mut found);
    found
}

/// What a traversal refers to.
pub(crate) fn reference(expression: &Expression) -> Option<Reference> {
    let (first, operators) = match expression {
        Expression::Variable(name) => (name.to_string(), &[][..]),
        Expression::Traversal(traversal) => match &traversal.expr {
            Expression::Variable(name) => (name.to_string(), traversal.operators.as_slice()),
            _ => return None,
        },
        _ => return None,
    };
    let mut steps: Vec<Step> = operators.iter().map(step).collect();
    let more = if first == "data" { 2 } else { 1 };
    let mut head = first;
    for _ in 0..more {
        match steps.first() {
            Some(Step::Name(name)) => head = format!("{head}.{name}"),
            _ => break,
        }
        steps.remove(0);
    }
    Some(Reference { head, steps })
}

fn step(operator: &TraversalOperator) -> Step {
    match operator {
        TraversalOperator::GetAttr(name) => Step::Name(name.to_string()),
        TraversalOperator::Index(Expression::String(key)) => {
            Step::Index(Some(serde_json::to_string(key).unwrap()))
        }
        TraversalOperator::Index(Expression::Number(key)) => Step::Index(Some(key.to_string())),
        TraversalOperator::LegacyIndex(key) => Step::Index(Some(key.to_string())),
        TraversalOperator::Index(_) => Step::Index(None),
        TraversalOperator::AttrSplat | TraversalOperator::FullSplat => Step::Splat,
    }
}

fn walk(expression: &Expression, bound: &mut Vec<String>, found: &mut Found) {
    match expression {
        Expression::Array(items) => items.iter().for_each(|item| walk(item, bound, found)),
        Expression::Object(fields) => {
            for (key, value) in fields.iter() {
                // A bare name in front of `=` is a text, not a reference.
                if let ObjectKey::Expression(key) = key {
                    walk(key, bound, found);
                }
                walk(value, bound, found);
            }
        }
        Expression::TemplateExpr(inner) => template(&Template::from_expr(inner).unwrap(), bound, found),
        Expression::Variable(_) | Expression::Traversal(_) => {
            match reference(expression) {
                Some(one) if bound.iter().any(|name| *name == one.head.split('.').next().unwrap()) => {}
                Some(one) => found.references.push(one),
                None => {}
            }
            if let Expression::Traversal(traversal) = expression {
                if !matches!(traversal.expr, Expression::Variable(_)) {
                    walk(&traversal.expr, bound, found);
                }
                for operator in &traversal.operators {
                    if let TraversalOperator::Index(index) = operator {
                        walk(index, bound, found);
                    }
                }
            }
        }
        Expression::FuncCall(call) => {
            found.calls.push(call.name.to_string());
            call.args.iter().for_each(|item| walk(item, bound, found));
        }
        Expression::Parenthesis(inner) => walk(inner, bound, found),
        Expression::Conditional(it) => {
            for part in [&it.cond_expr, &it.true_expr, &it.false_expr] {
                walk(part, bound, found);
            }
        }
        Expression::Operation(operation) => match operation.as_ref() {
            Operation::Unary(it) => walk(&it.expr, bound, found),
            Operation::Binary(it) => {
                walk(&it.lhs_expr, bound, found);
                walk(&it.rhs_expr, bound, found);
            }
        },
        Expression::ForExpr(it) => {
            walk(&it.collection_expr, bound, found);
            let before = bound.len();
            bound.extend(it.key_var.iter().chain([&it.value_var]).map(ToString::to_string));
            for part in it.key_expr.iter().chain([&it.value_expr]).chain(&it.cond_expr) {
                walk(part, bound, found);
            }
            bound.truncate(before);
        }
        _ => {}
    }
}

fn template(of: &Template, bound: &mut Vec<String>, found: &mut Found) {
    for element in of.elements() {
        match element {
            Element::Literal(_) => {}
            Element::Interpolation(inner) => walk(&inner.expr, bound, found),
            Element::Directive(directive) => match directive.as_ref() {
                Directive::If(it) => {
                    walk(&it.cond_expr, bound, found);
                    template(&it.true_template, bound, found);
                    it.false_template.iter().for_each(|other| template(other, bound, found));
                }
                Directive::For(it) => {
                    walk(&it.collection_expr, bound, found);
                    let before = bound.len();
                    bound.extend(it.key_var.iter().chain([&it.value_var]).map(ToString::to_string));
                    template(&it.template, bound, found);
                    bound.truncate(before);
                }
            },
        }
    }
}
