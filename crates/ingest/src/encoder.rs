//! Records into rows of the binary COPY format, sans-IO: each record finds the group that it belongs to, or is a reject. What a
//! group is, is `group`'s.

use crate::group::{Fit, Group};
use crate::plan::{Plan, Work};
use crate::receipt::{Reject, RejectCode, Rejects};
use crate::records::{Given, Record, RecordFault};
use crate::rejects::RejectRows;

/// From here on groups take every column without a default, so that hostile records cannot make a group each.
const MANY_GROUPS: usize = 16;
/// An upsert leaves a column as it is that a record leaves out: there a group cannot take what it was not given.
const MOST_SHAPES: usize = 64;

/// Rows on their way to one table.
#[derive(Debug)]
pub(crate) struct Encoder<'p> {
    plan: &'p Plan<'p>,
    groups: Vec<Group>,
    /// The group that took the last row: mostly it takes the next one, too.
    current: usize,
    received: u64,
    rejects: Rejects,
    /// The rejects as rows, where they are kept.
    kept: Option<RejectRows>,
}

impl<'p> Encoder<'p> {
    pub(crate) fn new(plan: &'p Plan<'p>) -> Self {
        Self {
            plan,
            groups: Vec::new(),
            current: 0,
            received: 0,
            rejects: Rejects::new(plan.load.most_rejects),
            kept: plan.keeps_rejects().then(|| RejectRows::new(plan.load)),
        }
    }

    /// How many records came.
    pub(crate) fn received(&self) -> u64 {
        self.received
    }

    /// The records that cannot be rows.
    pub(crate) fn rejects(&self) -> &Rejects {
        &self.rejects
    }

    /// Takes the rejects that were kept whole so far; they stay counted.
    pub(crate) fn take_rejects(&mut self) -> Vec<Reject> {
        self.rejects.take()
    }

    /// The rejects as rows, where they are kept.
    pub(crate) fn kept(&mut self) -> Option<&mut RejectRows> {
        self.kept.as_mut()
    }

    /// The groups, in the order in which their first rows came.
    pub(crate) fn groups(&mut self) -> &mut [Group] {
        &mut self.groups
    }

    /// How many bytes wait: of the group that took the last row, or of the rejects that are kept.
    pub(crate) fn waiting(&self) -> usize {
        let rows = self.groups.get(self.current).map_or(0, Group::waiting);
        rows.max(self.kept.as_ref().map_or(0, RejectRows::waiting))
    }

    /// Takes one record: as a row of a group, or as a reject.
    pub(crate) fn push(&mut self, record: &Record<'_>) {
        self.received += 1;
        let outcome = match &record.fault {
            // The words for it cost more than the record: nobody reads them beyond the first few.
            Some(_) if self.rejects.is_full() && self.kept.is_none() => return self.rejects.count(),
            Some(fault) => Err(self.fault(record.index, fault)),
            None => self.place(record),
        };
        if let Err(reject) = outcome {
            if let Some(kept) = &mut self.kept {
                kept.push(&reject, Some(&record.values.to_json()));
            }
            self.rejects.push(reject);
        }
    }

    /// Takes a record that the server refused. Its row, if it is kept, is the caller's business.
    pub(crate) fn refuse(&mut self, reject: Reject) {
        self.rejects.push(reject);
    }

    fn place(&mut self, record: &Record<'_>) -> Result<(), Reject> {
        let others = (0..self.groups.len()).filter(|group| *group != self.current);
        for at in std::iter::once(self.current).chain(others) {
            let Some(group) = self.groups.get_mut(at) else { continue };
            if let Fit::Yes = group.push(self.plan, record)? {
                self.current = at;
                return Ok(());
            }
        }
        let upserts = matches!(self.plan.work, Work::Upsert { .. });
        if upserts && self.groups.len() >= MOST_SHAPES {
            let reason = format!("the payload has more than {MOST_SHAPES} different sets of columns");
            return Err(Reject { index: Some(record.index), column: None, code: RejectCode::Shapes, reason });
        }
        let columns = self.columns_for(record);
        if columns.is_empty() {
            let reason = "the record has no column".to_owned();
            return Err(Reject {
                index: Some(record.index),
                column: None,
                code: RejectCode::Missing,
                reason,
            });
        }
        let mut group = Group::new(columns, self.groups.len());
        group.push(self.plan, record)?;
        self.current = self.groups.len();
        self.groups.push(group);
        Ok(())
    }

    /// The columns of a group for such a record: those it has, and those it must have.
    fn columns_for(&self, record: &Record<'_>) -> Vec<usize> {
        let wide = self.groups.len() >= MANY_GROUPS;
        let wanted = |at: &usize| {
            let demand = self.plan.demand(*at);
            let given = !matches!(record.values.get(*at), Given::Absent);
            demand.used && (given || demand.required || (wide && !demand.absent_differs))
        };
        (0..self.plan.table.columns.len()).filter(wanted).collect()
    }

    fn fault(&self, index: u64, fault: &RecordFault) -> Reject {
        let table = self.plan.table;
        let (column, code, reason) = match fault {
            RecordFault::NotAnObject { found } => {
                (None, RejectCode::NotAnObject, format!("expected an object, found {found}"))
            }
            RecordFault::Fields { found, header } => (
                None,
                RejectCode::NotAnObject,
                format!("the record has {found} fields, the header has {header}"),
            ),
            RecordFault::UnknownKey(key) => {
                let near = table.nearest_column(key);
                let near = near.map(|near| format!("; the nearest is `{near}`")).unwrap_or_default();
                let reason = format!("table {} has no such column{near}", table.name);
                (Some(key.clone()), RejectCode::UnknownColumn, reason)
            }
        };
        Reject { index: Some(index), column, code, reason }
    }
}
