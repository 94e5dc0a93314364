//! What allows a request nearly.

use std::fmt;

use super::Engine;
use crate::syntax::Effect;
use crate::tenancy::{Request, StatementId};
use crate::truth::Truth;

/// A statement that does not allow a request, and what it lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    /// The statement.
    pub statement: StatementId,
    /// What of it meets the request.
    pub lacks: Lacks,
}

/// Which parts of a statement meet a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lacks {
    /// Whether it is about the one who asks.
    pub subject: Truth,
    /// Whether its action has the permission.
    pub permission: Truth,
    /// Whether it holds in the compartment.
    pub location: Truth,
    /// Whether its condition holds.
    pub condition: Truth,
}

impl Lacks {
    fn parts(&self) -> [Truth; 4] {
        [self.subject, self.permission, self.location, self.condition]
    }

    /// How many of the four parts do not certainly meet the request.
    pub fn count(&self) -> usize {
        self.parts().iter().filter(|truth| !truth.is_true()).count()
    }
}

impl fmt::Display for Lacks {
    /// In words that go on behind "comes nearest: ": `it is for others, and it holds elsewhere`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = [
            "it is for others",
            "it grants something else",
            "it holds elsewhere",
            "its condition does not hold",
        ];
        let mut missing = self.parts().into_iter().zip(words).filter(|(part, _)| !part.is_true());
        if let Some((_, word)) = missing.next() {
            f.write_str(word)?;
        }
        missing.try_for_each(|(_, word)| write!(f, ", and {word}"))
    }
}

impl Engine<'_> {
    /// The statements that come nearest to allowing a request, at most `limit`: those that lack one part before those that lack two.
    /// A statement about somebody else and something else is near to nothing.
    pub fn nearest(&self, request: &Request, limit: usize) -> Vec<Near> {
        let permission = self.actions.id(&request.permission);
        let seen = self.seen();
        let look = |variable: u32| self.look(&seen, request, variable);
        let at = self.number(request);
        let mut about = vec![Truth::False; self.rows.len()];
        for (key, truth) in self.keys(&request.principal) {
            for index in self.by_subject.get(&key).into_iter().flatten() {
                if let Some(cell) = about.get_mut(*index as usize) {
                    *cell = cell.or(truth);
                }
            }
        }
        let mut near: Vec<Near> = Vec::new();
        for (row, subject) in self.rows.iter().zip(about).filter(|(row, _)| row.effect == Effect::Allow) {
            let action = self.actions.has(row.class, permission);
            if !(subject.is_true() || action.is_true()) {
                continue;
            }
            let location = row.place(at);
            let missing = [subject, action, location].iter().filter(|truth| !truth.is_true()).count();
            if missing > 2 {
                continue;
            }
            let condition = row.condition.as_ref().map_or(Truth::True, |it| it.holds(&look));
            let lacks = Lacks { subject, permission: action, location, condition };
            if (1..=2).contains(&lacks.count()) {
                near.push(Near { statement: row.id, lacks });
            }
        }
        // Who has the permission elsewhere comes before whoever has another permission here.
        near.sort_by_key(|it| (it.lacks.count(), !it.lacks.permission, !it.lacks.subject, it.statement));
        near.truncate(limit);
        near
    }
}
