//! The conversions that Terraform makes where a type is declared.

use super::super::schema::Type;
use super::value::Value;

/// A value as its type wants it.
pub(super) fn convert(value: Value, wanted: &Type) -> Result<Value, String> {
    let no = |value: &Value| Err(format!("{value:?} is not {wanted}"));
    Ok(match (value, wanted) {
        (value, Type::Any) => value,
        (value @ (Value::Unknown | Value::Null), _) => value,
        (value @ Value::Text(_), Type::Text) => value,
        (value @ Value::Number(_), Type::Number) => value,
        (value @ Value::Bool(_), Type::Bool) => value,
        (Value::Number(it), Type::Text) => Value::Text(it.to_string()),
        (Value::Bool(it), Type::Text) => Value::Text(it.to_string()),
        (Value::Text(text), Type::Number) => match serde_json::from_str(&text) {
            Ok(number) => Value::Number(number),
            Err(_) => return no(&Value::Text(text)),
        },
        (Value::Text(text), Type::Bool) => match text.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => return no(&Value::Text(text)),
        },
        (Value::List(items), Type::List(of)) => {
            Value::List(items.into_iter().map(|item| convert(item, of)).collect::<Result<_, _>>()?)
        }
        (Value::List(items), Type::Set(of)) => {
            let mut all: Vec<Value> = Vec::new();
            for item in items {
                let item = convert(item, of)?;
                // Of two unknown ones nobody can say that they are the same.
                if !item.is_whole() || !all.contains(&item) {
                    all.push(item);
                }
            }
            Value::List(all)
        }
        (Value::Object(fields), Type::Map(of)) => Value::Object(
            fields
                .into_iter()
                .map(|(name, it)| Ok((name, convert(it, of)?)))
                .collect::<Result<_, String>>()?,
        ),
        (Value::Object(mut fields), Type::Object(wanted)) => Value::Object(
            wanted
                .iter()
                .map(|(name, of)| {
                    Ok((name.clone(), convert(fields.remove(name).unwrap_or(Value::Null), of)?))
                })
                .collect::<Result<_, String>>()?,
        ),
        (value, _) => return no(&value),
    })
}
