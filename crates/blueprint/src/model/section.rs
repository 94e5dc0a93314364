//! A table of the parsed file, read by key. What is wrong in it was told by `shape::check`; here it is absent.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Name;
use crate::shape::{Scalar, scalar};
use crate::source::{At, Span};
use crate::value::BadValue;

/// A table with the place of its header, or of its braces.
#[derive(Clone, Copy)]
pub(super) struct Section<'t> {
    table: &'t DeTable<'t>,
    pub(super) span: Span,
}

impl<'t> Section<'t> {
    pub(super) fn root(table: &'t DeTable<'t>) -> Self {
        Self { table, span: Span::default() }
    }

    fn get(&self, key: &str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.table.get(key)
    }

    /// Where a key stands, if it does.
    pub(super) fn key_span(&self, key: &str) -> Option<Span> {
        self.table.get_key_value(key).map(|(key, _)| key.span().into())
    }

    pub(super) fn scalar_as<T>(
        &self,
        key: &str,
        read: impl FnOnce(&Scalar<'_>) -> Result<T, BadValue>,
    ) -> Option<At<T>> {
        let value = self.get(key)?;
        let read = read(&scalar(value.get_ref())?).ok()?;
        Some(At::new(read, value.span()))
    }

    pub(super) fn text_as<T>(
        &self,
        key: &str,
        read: impl FnOnce(&str) -> Result<T, BadValue>,
    ) -> Option<At<T>> {
        let value = self.get(key)?;
        text_as(value, read)
    }

    pub(super) fn text(&self, key: &str) -> Option<Name> {
        self.text_as(key, |text| Ok(text.to_owned()))
    }

    /// The texts of a key that takes one or a list.
    pub(super) fn texts_as<T>(
        &self,
        key: &str,
        read: impl Fn(&str) -> Result<T, BadValue>,
    ) -> Option<Vec<At<T>>> {
        let value = self.get(key)?;
        Some(match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| text_as(item, &read)).collect(),
            _ => text_as(value, read).into_iter().collect(),
        })
    }

    pub(super) fn texts(&self, key: &str) -> Vec<Name> {
        self.texts_as(key, |text| Ok(text.to_owned())).unwrap_or_default()
    }

    pub(super) fn flag(&self, key: &str) -> Option<At<bool>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Boolean(flag) => Some(At::new(*flag, value.span())),
            _ => None,
        }
    }

    /// A whole number that is not negative and not large.
    pub(super) fn number(&self, key: &str) -> Option<At<u32>> {
        let value = self.get(key)?;
        match scalar(value.get_ref())? {
            Scalar::Whole(number) => Some(At::new(u32::try_from(number).ok()?, value.span())),
            _ => None,
        }
    }

    pub(super) fn byte(&self, key: &str) -> Option<At<u8>> {
        let number = self.number(key)?;
        Some(At { value: u8::try_from(number.value).ok()?, span: number.span })
    }

    pub(super) fn section(&self, key: &str) -> Option<Section<'t>> {
        let value = self.get(key)?;
        match value.get_ref() {
            DeValue::Table(table) => Some(Section { table, span: value.span().into() }),
            _ => None,
        }
    }

    /// The tables under a key, in the file's order. Each is placed at its name.
    pub(super) fn named(&self, key: &str) -> Vec<(Name, Section<'t>)> {
        let Some(DeValue::Table(tables)) = self.get(key).map(Spanned::get_ref) else { return Vec::new() };
        let mut named: Vec<_> = tables
            .iter()
            .filter_map(|(name, value)| match value.get_ref() {
                DeValue::Table(table) => {
                    let at = At::new(name.get_ref().to_string(), name.span());
                    let span = at.span;
                    Some((at, Section { table, span }))
                }
                _ => None,
            })
            .collect();
        named.sort_by_key(|(name, _)| name.span);
        named
    }

    /// The texts under a key, each with its own name, in the file's order.
    pub(super) fn values(&self, key: &str) -> Vec<(Name, Name)> {
        let Some(DeValue::Table(values)) = self.get(key).map(Spanned::get_ref) else { return Vec::new() };
        let mut named: Vec<_> = values
            .iter()
            .filter_map(|(name, value)| {
                let text = text_as(value, |text| Ok(text.to_owned()))?;
                Some((At::new(name.get_ref().to_string(), name.span()), text))
            })
            .collect();
        named.sort_by_key(|(name, _)| name.span);
        named
    }

    /// The tables of a list.
    pub(super) fn list(&self, key: &str) -> Option<Vec<Section<'t>>> {
        let DeValue::Array(items) = self.get(key)?.get_ref() else { return None };
        Some(
            items
                .iter()
                .filter_map(|item| match item.get_ref() {
                    DeValue::Table(table) => Some(Section { table, span: item.span().into() }),
                    _ => None,
                })
                .collect(),
        )
    }
}

fn text_as<T>(value: &Spanned<DeValue<'_>>, read: impl FnOnce(&str) -> Result<T, BadValue>) -> Option<At<T>> {
    match value.get_ref() {
        DeValue::String(text) => Some(At::new(read(text).ok()?, value.span())),
        _ => None,
    }
}
