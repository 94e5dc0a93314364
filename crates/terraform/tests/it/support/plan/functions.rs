//! The functions of Terraform's that exports call.

use super::value::Value;

/// What a function gives. Of the names in the check of references each is here.
pub(super) fn call(name: &str, arguments: &[Value]) -> Result<Value, String> {
    let wrong = || format!("{name}({arguments:?}) is not computed here");
    // A list is known to be so long, whatever of it is not known.
    match (name, arguments) {
        (_, all) if all.contains(&Value::Unknown) => return Ok(Value::Unknown),
        ("length", [Value::List(items)]) => return Ok(Value::Number(items.len().into())),
        ("length", [Value::Object(fields)]) => return Ok(Value::Number(fields.len().into())),
        ("keys", [Value::Object(fields)]) => {
            return Ok(Value::List(fields.keys().map(|key| Value::Text(key.clone())).collect()));
        }
        ("values", [Value::Object(fields)]) => return Ok(Value::List(fields.values().cloned().collect())),
        ("concat", lists) => {
            let items = lists.iter().map(|list| match list {
                Value::List(items) => Ok(items.clone()),
                _ => Err(wrong()),
            });
            return Ok(Value::List(items.collect::<Result<Vec<_>, _>>()?.concat()));
        }
        ("merge", objects) => {
            let mut merged = std::collections::BTreeMap::new();
            for object in objects {
                let Value::Object(fields) = object else { return Err(wrong()) };
                merged.extend(fields.clone());
            }
            return Ok(Value::Object(merged));
        }
        ("one", [Value::List(items)]) => {
            return match items.as_slice() {
                [] => Ok(Value::Null),
                [only] => Ok(only.clone()),
                _ => Err(format!("one() of {} items", items.len())),
            };
        }
        ("lookup", [Value::Object(fields), Value::Text(key), rest @ ..]) => {
            return fields.get(key).or(rest.first()).cloned().ok_or_else(wrong);
        }
        (_, all) if !all.iter().all(Value::is_whole) => return Ok(Value::Unknown),
        _ => {}
    }
    match (name, arguments) {
        ("alltrue", [Value::List(items)]) => Ok(Value::Bool(items.iter().all(|it| *it == Value::Bool(true)))),
        ("regex", [Value::Text(pattern), Value::Text(text)]) => {
            let pattern = regex_lite::Regex::new(pattern).map_err(|error| error.to_string())?;
            let found = pattern.captures(text).ok_or("regex() finds nothing")?;
            let mut texts =
                found.iter().map(|it| it.map_or(Value::Null, |it| Value::Text(it.as_str().to_owned())));
            let whole = texts.next().unwrap_or(Value::Null);
            // What has groups gives them, and not the whole.
            Ok(if found.len() == 1 { whole } else { Value::List(texts.collect()) })
        }
        ("contains", [Value::List(items), item]) => Ok(Value::Bool(items.contains(item))),
        ("substr", [Value::Text(text), Value::Number(from), Value::Number(length)]) => {
            let from = from.as_u64().ok_or_else(wrong)?;
            let letters = text.chars().skip(usize::try_from(from).unwrap());
            match length.as_i64() {
                Some(-1) => Ok(Value::Text(letters.collect())),
                Some(length) => Ok(Value::Text(letters.take(usize::try_from(length).unwrap()).collect())),
                None => Err(wrong()),
            }
        }
        ("join", [Value::Text(between), Value::List(items)]) => {
            let texts: Option<Vec<&str>> = items.iter().map(text).collect();
            Ok(Value::Text(texts.ok_or_else(wrong)?.join(between)))
        }
        ("replace", [Value::Text(text), Value::Text(from), Value::Text(to)]) if !from.starts_with('/') => {
            Ok(Value::Text(text.replace(from, to)))
        }
        ("format", [Value::Text(form), rest @ ..]) if form.matches('%').count() == rest.len() => {
            let mut pieces = form.split("%s");
            let mut made = pieces.next().unwrap_or_default().to_owned();
            for (piece, argument) in pieces.by_ref().zip(rest) {
                made = made + text(argument).ok_or_else(wrong)? + piece;
            }
            if made.contains('%') { Err(wrong()) } else { Ok(Value::Text(made)) }
        }
        ("jsonencode", [value]) => Ok(Value::Text(escaped(&value.json().to_string()))),
        ("toset", [Value::List(items)]) => {
            let mut all: Vec<Value> = Vec::new();
            items.iter().for_each(|item| {
                if !all.contains(item) {
                    all.push(item.clone())
                }
            });
            Ok(Value::List(all))
        }
        _ => Err(wrong()),
    }
}

fn text(value: &Value) -> Option<&str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

/// JSON as Terraform writes it: these letters are never bare in it.
fn escaped(json: &str) -> String {
    json.replace('&', "\\u0026").replace('<', "\\u003c").replace('>', "\\u003e")
}
