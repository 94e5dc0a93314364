//! Section F: freezing, scaling, detached and abandoned calls.

use std::thread::{self, sleep};
use std::time::Duration;

use crate::agent::Call;
use crate::container::{Container, until};

#[test]
fn f56_four_containers_work_in_parallel() {
    let containers: Vec<_> = (0..4).map(|_| Container::start()).collect();
    thread::scope(|scope| {
        for container in &containers {
            scope.spawn(move || {
                for _ in 0..3 {
                    assert_eq!(container.tell("sleep 200").text(), "slept");
                }
                assert_eq!(container.counted(), (3, 3));
            });
        }
    });
}

#[test]
fn f57_a_container_that_was_frozen_while_idle_answers_on_old_and_new_connections() {
    let container = Container::start();
    let mut old = container.connect().unwrap();
    for gap in [100, 1_200] {
        assert_eq!(old.call(&Call::new("echo before")).text(), "echo before");
        container.freeze();
        sleep(Duration::from_millis(gap));
        // The agent connects and sends before the container runs again.
        let mut new = container.connect().unwrap();
        new.send(&Call::new("echo new").bytes());
        old.send(&Call::new("echo old").bytes());
        container.thaw();
        assert_eq!(old.answer().text(), "echo old");
        assert_eq!(new.answer().text(), "echo new");
    }
}

#[test]
fn f57_a_container_that_is_frozen_in_a_call_finishes_it() {
    let container = Container::start();
    let mut working = container.connect().unwrap();
    working.send(&Call::new("sleep 300").bytes());
    let mut sending = container.connect().unwrap();
    sending.send(&Call::new("").head());
    sending.send(b"7\r\necho fr\r\n");
    sleep(Duration::from_millis(100));
    container.freeze();
    sleep(Duration::from_millis(800));
    container.thaw();
    assert_eq!(working.answer().text(), "slept");
    sending.send(b"5\r\neezer\r\n0\r\n\r\n");
    assert_eq!(sending.answer().text(), "echo freezer");
}

#[test]
fn f61_a_detached_call_is_a_call() {
    let container = Container::start();
    let seen = container.call(&Call::new("call").header("Fn-Invoke-Type", "detached")).json();
    assert_eq!(seen["detached"], true);
}

#[test]
fn f62_a_call_whose_caller_has_gone_is_finished_once() {
    let container = Container::start();
    let mut gone = container.connect().unwrap();
    gone.send(&Call::new("sleep 400").bytes());
    let working = |expected| {
        until("the count of calls", || {
            let (begun, finished) = container.counted();
            (begun - finished == expected).then_some(())
        });
    };
    working(1);
    drop(gone);
    working(0);
    assert!(container.logged("A0729").contains("could not be delivered"));
    assert_eq!(container.tell("echo").text(), "echo");
}
