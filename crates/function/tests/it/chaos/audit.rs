//! What SQL says in the end of what callers were told.

use std::fmt;

use tokio_postgres::Client;

use super::accounts::Accounts;

/// What was told beside what is there, by payload. Each row of a payload must be there once.
const COMPARE: &str = "create temp table compared as
    select batch, told.rows as sent, named, known, coalesce(there.rows, 0) as stored,
           coalesce(there.different, 0) as different, ledger.inserted as noted
    from told
    full join (select batch, count(*) as rows, count(distinct n) as different from chaos group by batch) there
        using (batch)
    full join (select batch, inserted from adit_ledger) ledger using (batch)";

/// Besides what is lost and doubled, nothing of this may be there.
const FAULTS: [(&str, &str); 4] = [
    ("payloads stored in part", "known is false and stored not in (0, sent)"),
    ("payloads of nobody", "sent is null"),
    ("named payloads without their entry in the ledger", "named and noted is distinct from sent"),
    ("entries in the ledger without a name", "not named and noted is not null"),
];

pub(super) struct Audit {
    rows: u64,
    pub(super) lost: u64,
    pub(super) doubled: u64,
    /// Whatever else is wrong, in words.
    pub(super) faults: Vec<String>,
    unnamed: u64,
    unknown: u64,
    unknown_there: u64,
}

impl Audit {
    /// Tells the database what callers were told, and has it compare.
    pub(super) async fn new(accounts: &Accounts, sql: &Client) -> Self {
        sql.batch_execute("create temp table told (batch text, rows int, named bool, known bool)")
            .await
            .unwrap();
        for some in accounts.told().chunks(1_000) {
            let rows = some.iter().map(|(payload, known)| {
                format!("('{}', {}, {}, {known})", payload.name, payload.rows, payload.named)
            });
            let rows = rows.collect::<Vec<_>>().join(", ");
            sql.batch_execute(&format!("insert into told values {rows}")).await.unwrap();
        }
        sql.batch_execute(COMPARE).await.unwrap();
        let ask = async |what: &str| -> u64 {
            let query = format!("select coalesce(({what}), 0)::bigint");
            u64::try_from(sql.query_one(&query, &[]).await.unwrap().get::<_, i64>(0)).unwrap()
        };
        let mut faults = Vec::new();
        for (what, condition) in FAULTS {
            match ask(&format!("select count(*) from compared where {condition}")).await {
                0 => {}
                count => faults.push(format!("{count} {what}")),
            }
        }
        let culprits = "select batch, named, sent, stored, different from compared
            where stored > different or (known and different < sent) order by batch limit 10";
        for row in sql.query(culprits, &[]).await.unwrap() {
            let (batch, named): (String, bool) = (row.get(0), row.get(1));
            let [stored, different] = [3, 4].map(|at| row.get::<_, i64>(at));
            let sent: i32 = row.get(2);
            faults.push(format!(
                "{batch} (named: {named}): {sent} rows sent, {stored} stored, {different} different"
            ));
        }
        Self {
            rows: ask("select sum(sent) from compared where known").await,
            lost: ask("select sum(sent - different) from compared where known").await,
            doubled: ask("select sum(stored - different) from compared").await,
            faults,
            unnamed: ask("select count(*) from compared where not named").await,
            unknown: ask("select count(*) from compared where not known").await,
            unknown_there: ask("select count(*) from compared where not known and stored > 0").await,
        }
    }

    /// What became of the payloads without a name.
    pub(super) fn of_unnamed(&self) -> String {
        let Self { unnamed, unknown, unknown_there, .. } = self;
        format!(
            "{unnamed} payloads without a batch id: {unknown} of them with an unknown outcome, {unknown_there} of those stored"
        )
    }
}

impl fmt::Display for Audit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [rows, lost, doubled] = [self.rows, self.lost, self.doubled].map(readable);
        write!(f, "{rows} rows acknowledged, lost {lost}, doubled {doubled}")
    }
}

/// A number with its thousands apart.
pub(super) fn readable(number: u64) -> String {
    let digits = number.to_string();
    let (first, rest) = digits.split_at((digits.len() - 1) % 3 + 1);
    let thousands = rest.as_bytes().chunks(3).map(|digits| format!(",{}", String::from_utf8_lossy(digits)));
    first.to_owned() + &thousands.collect::<String>()
}
