//! The five-fault drill: all right, each of the five components broken, each pair of them, and two networks with one range. The function
//! is really called each time, and `adit check` names what is broken from the same description.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use adit_lab::Winner;

use crate::description::{COMPONENTS, check, overlapping, without};
use crate::permission::ready;
use crate::world::{Seen, live};

/// How many are made at a time: they wait for time-outs most of the while.
const AT_ONCE: usize = 4;

/// One drill: what is broken, and what `adit check` must name.
struct Drill {
    name: String,
    text: String,
    errors: BTreeSet<(String, String)>,
}

fn named(components: &[usize]) -> BTreeSet<(String, String)> {
    let found = components.iter().map(|number| COMPONENTS[number - 1]);
    found.map(|(code, object)| (code.to_owned(), object.to_owned())).collect()
}

fn drill(components: &[usize]) -> Drill {
    Drill { name: format!("without {components:?}"), text: without(components), errors: named(components) }
}

fn arrived(name: &str, seen: &Seen) {
    let reply = seen.called.outcome.as_ref().unwrap_or_else(|failure| panic!("{name}: {failure}"));
    assert_eq!((&reply["status"], &reply["inserted"]), (&"success".into(), &2.into()), "{name}: {reply}");
    assert_eq!(seen.rows, 2, "{name}");
}

/// Not refused, nor anything else: nobody answered, and the function noticed it before the platform would have.
fn timed_out(name: &str, seen: &Seen) {
    let reply = seen.called.outcome.as_ref().unwrap_or_else(|failure| panic!("{name}: {failure}"));
    assert_eq!((&reply["status"], &reply["code"]), (&"error".into(), &"A0501".into()), "{name}: {reply}");
    let said = "the database cannot be reached: 10.0.0.146:6432 did not answer in time";
    assert_eq!(reply["message"], said, "{name}");
    assert_eq!(seen.rows, 0, "{name}");
}

/// A place where the servers' account may keep a cluster.
fn data() -> (tempfile::TempDir, PathBuf) {
    use std::os::unix::fs::PermissionsExt as _;
    let directory = tempfile::tempdir().unwrap();
    std::fs::set_permissions(directory.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let data = directory.path().join("data");
    (directory, data)
}

/// Gives a line for whoever reads.
fn run(drill: &Drill, program: &Path, data: &Path) -> String {
    let checked = check(&drill.text);
    assert_eq!(checked.errors, drill.errors, "{}", drill.name);
    let seen = live(&checked.network, Winner::First, program, data);
    if drill.errors.is_empty() {
        arrived(&drill.name, &seen);
    } else {
        timed_out(&drill.name, &seen);
    }
    line(&drill.name, &drill.errors, &seen)
}

fn line(name: &str, errors: &BTreeSet<(String, String)>, seen: &Seen) -> String {
    let reply =
        seen.called.outcome.as_ref().map_or_else(ToString::to_string, |reply| {
            reply["message"].as_str().unwrap_or_default().to_owned()
        });
    let named: Vec<_> = errors.iter().map(|(code, object)| format!("{code} {object}")).collect();
    let took = seen.called.took;
    format!("{name}: {} rows after {took:.1?} {reply:?}; named: {}", seen.rows, named.join(", "))
}

#[test]
fn what_is_named_as_broken_is_what_keeps_the_rows_away() {
    let Some(program) = ready("what_is_named_as_broken_is_what_keeps_the_rows_away") else { return };
    let pairs = (1..=5).flat_map(|first| (first + 1..=5).map(move |second| vec![first, second]));
    let singles = (1..=5).map(|number| vec![number]);
    let all: Vec<Drill> =
        [Vec::new()].into_iter().chain(singles).chain(pairs).map(|them| drill(&them)).collect();
    assert_eq!(all.len(), 1 + 5 + 10);
    let (left, lines) = (Mutex::new(all.iter()), Mutex::new(Vec::new()));
    std::thread::scope(|threads| {
        for _ in 0..AT_ONCE {
            threads.spawn(|| {
                let (_directory, data) = data();
                while let Some(drill) = { left.lock().unwrap().next() } {
                    let line = run(drill, &program, &data);
                    lines.lock().unwrap().push(line);
                }
            });
        }
    });
    let mut lines = lines.into_inner().unwrap();
    lines.sort_by_key(|line| (line.split(':').next().map_or(0, str::len), line.clone()));
    println!("{}", lines.join("\n"));
}

/// What `adit check` proposes for the worst of them, written into the file, lets the rows arrive.
#[test]
fn what_is_proposed_lets_the_rows_arrive() {
    let Some(program) = ready("what_is_proposed_lets_the_rows_arrive") else { return };
    let broken = without(&[1, 2, 3, 4, 5]);
    let checked = check(&broken);
    assert_eq!(checked.errors, named(&[1, 2, 3, 4, 5]));
    let repaired = check(&checked.repaired(&broken));
    assert_eq!(repaired.errors, BTreeSet::new());
    let (_directory, data) = data();
    timed_out("all broken", &live(&checked.network, Winner::First, &program, &data));
    arrived("all repaired", &live(&repaired.network, Winner::First, &program, &data));
}

/// Of two networks that offer one range, the cloud picks one, and nobody can say which: as one wins, the rows arrive; as the other
/// wins, the answers go to the wrong network. The description is the same.
#[test]
fn of_two_networks_with_one_range_it_depends_which_one_wins() {
    let Some(program) = ready("of_two_networks_with_one_range_it_depends_which_one_wins") else { return };
    let checked = check(&overlapping());
    let errors = [("A0101", "analytics-vcn"), ("A0215", "hub-spoke-transit-rt")];
    let errors = errors.map(|(code, object)| (code.to_owned(), object.to_owned()));
    assert_eq!(checked.errors, BTreeSet::from(errors));
    let (_directory, data) = data();
    let first = live(&checked.network, Winner::First, &program, &data);
    let last = live(&checked.network, Winner::Last, &program, &data);
    arrived("the function's network wins", &first);
    timed_out("the other network wins", &last);
    for (name, seen) in [("the function's network wins", &first), ("the other network wins", &last)] {
        println!("{}", line(name, &checked.errors, seen));
    }
}
