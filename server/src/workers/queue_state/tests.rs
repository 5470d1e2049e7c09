//! Admission, orders and retirement as moves, without processes.

mod dealing;

use super::*;
use crate::workers::{message::Job, shape::Shape, source::Source};
use bytes::Bytes;
use darkroom_engine as engine;
use rustix::event::{EventfdFlags, eventfd};
use tokio::sync::oneshot::Receiver;

fn state(config: &Config) -> State {
    let wakes =
        (0..=config.workers).map(|_| Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).unwrap()));
    State::new(config, wakes.collect())
}

fn config() -> Config {
    Config { workers: 2, queue: 1000, queue_wait: Duration::from_secs(1), ..Config::default() }
}

fn admit(state: &mut State, source: &Source, resources: &engine::Resources) -> Receiver<Reply> {
    admit_with(state, source, resources, None)
}

/// As one of a gathering, which the caller tells that it arrived.
fn admit_with(
    state: &mut State,
    source: &Source,
    resources: &engine::Resources,
    gathering: Option<u64>,
) -> Receiver<Reply> {
    let work = Work {
        job: Arc::new(Job::Metadata),
        frame: Arc::from([0; 8]),
        source: source.clone(),
        resources: resources.clone(),
        shape: Shape::default(),
    };
    admit_work(state, work, gathering, None)
}

fn admit_work(state: &mut State, work: Work, gathering: Option<u64>, announced: Option<u64>) -> Receiver<Reply> {
    let (reply, answer) = oneshot::channel();
    let (kind, asked, has_begun) = (Kind::Metadata, Instant::now(), Arc::default());
    let name = announced.and_then(|id| state.coming.get(&id)).and_then(|coming| coming.name);
    let waiting =
        |id| Waiting { id, work, kind, asked, reply, is_retry: false, has_begun, gathering, name, is_alone: false };
    state.admit(announced, true, asked, waiting).unwrap();
    answer
}

fn sources(assigned: &Assigned) -> Vec<&[u8]> {
    assigned.jobs.iter().map(|waiting| waiting.work.source.bytes().as_ref()).collect()
}

/// A source whose only byte is its name.
fn source(name: u8) -> Source {
    Bytes::from(vec![name]).into()
}

#[test]
fn jobs_on_one_source_go_together_and_leave_a_share_to_others() {
    let mut state = state(&config());
    let (one, other, none) = (source(1), source(2), engine::Resources::default());
    let _answers: Vec<_> = [&one, &other, &one, &one, &one, &one, &one, &one, &one, &one]
        .map(|source| admit(&mut state, source, &none))
        .into();
    state.ready(0, 100);
    let first = state.take(0);
    assert_eq!(sources(&first), [[1]; 5], "half of nine, for two workers");
    state.ready(1, 101);
    assert_eq!(sources(&state.take(1)), [[2]], "whoever came between comes next");
    state.finished(1);
    assert_eq!(sources(&state.take(1)), [[1]; 4]);
    state.gone(0);
    state.put_back(first.jobs);
    assert_eq!(state.waiting(), 5);
    state.finished(1);
    assert_eq!(sources(&state.take(1)), [[1]; 4], "few stay together");
}

#[test]
fn those_of_a_gathering_wait_for_each_other_and_for_nobody_else() {
    let mut state = state(&config());
    (0..2).for_each(|slot| state.ready(slot, 100));
    let (one, other, none) = (source(1), source(2), engine::Resources::default());
    let gathering = state.gather(4);
    let mut answers: Vec<_> = (0..2)
        .map(|_| {
            let answer = admit_with(&mut state, &one, &none, Some(gathering));
            state.arrived(gathering);
            answer
        })
        .collect();
    assert_eq!(state.busy(), 0, "two are missing");
    answers.push(admit(&mut state, &other, &none));
    answers.push(admit(&mut state, &one, &none));
    assert_eq!(sources(&state.take(1)), [[2]], "others do not wait");
    assert_eq!(sources(&state.take(0)), [[1]], "and take nobody along who waits");
    (0..2).for_each(|slot| state.finished(slot));
    assert_eq!(state.busy(), 0);
    answers.push(admit_with(&mut state, &one, &none, Some(gathering)));
    state.arrived(gathering);
    state.arrived(gathering); // the last one is not coming
    assert_eq!(sources(&state.take(0)), [[1]; 3], "to the worker that has their source");
}

#[test]
fn who_is_late_for_a_gathering_comes_alone() {
    let mut state = state(&config());
    (0..2).for_each(|slot| state.ready(slot, 100));
    let (one, none) = (source(1), engine::Resources::default());
    let gathering = state.gather(3);
    let mut answers: Vec<_> = (0..2)
        .map(|_| {
            let answer = admit_with(&mut state, &one, &none, Some(gathering));
            state.arrived(gathering);
            answer
        })
        .collect();
    state.set_off(gathering);
    assert_eq!(sources(&state.take(1)), [[1]; 2]);
    answers.push(admit_with(&mut state, &one, &none, Some(gathering)));
    assert_eq!(sources(&state.take(0)), [[1]]);
    state.arrived(gathering);
    state.set_off(gathering); // it is over
}

#[test]
fn a_gathering_is_let_in_as_one() {
    let mut state = state(&Config { queue: 1, ..config() });
    let now = Instant::now();
    let gathering = Some(state.gather(20));
    for _ in 0..20 {
        state.announce(Kind::Metadata, None, gathering, now).unwrap();
    }
    assert!(matches!(state.announce(Kind::Metadata, None, None, now), Err(Error::Overloaded { .. })));
    let next = Some(state.gather(2));
    for _ in 0..2 {
        assert!(matches!(state.announce(Kind::Metadata, None, next, now), Err(Error::Overloaded { .. })));
    }
}

#[test]
fn equal_bytes_of_another_fetch_and_other_layers_are_another_source() {
    let mut state = state(&config());
    let photo = source(1);
    let logo: engine::Resources = [("logo".to_owned(), Bytes::from_static(&[3]))].into_iter().collect();
    let none = engine::Resources::default();
    let _answers =
        [admit(&mut state, &photo, &none), admit(&mut state, &source(1), &none), admit(&mut state, &photo, &logo)];
    state.ready(0, 100);
    assert_eq!(state.take(0).jobs.len(), 1);
}

#[test]
fn a_long_wait_is_foretold_from_what_jobs_took() {
    let mut state = state(&config());
    let (now, kind) = (Instant::now(), Kind::Metadata);
    for _ in 0..100 {
        state.note(kind, Duration::from_millis(500));
    }
    let let_in: Vec<u64> = (0..5).map(|_| state.announce(kind, None, None, now).unwrap()).collect();
    let Err(Error::Overloaded { retry_after }) = state.announce(kind, None, None, now) else {
        panic!("it would wait 1.25 s")
    };
    assert_eq!(retry_after.as_secs(), 2);
    state.withdraw(let_in[0]);
    state.announce(kind, None, None, now).unwrap();
    state.announce(kind, None, None, now + COMING_FOR).expect("who waits for a slow origin keeps nobody out");
}

#[test]
fn a_full_queue_refuses_whatever_the_times() {
    let mut state = state(&Config { queue: 1, ..config() });
    let now = Instant::now();
    for _ in 0..3 {
        state.announce(Kind::Metadata, None, None, now).unwrap(); // two may run
    }
    assert!(matches!(state.announce(Kind::Metadata, None, None, now), Err(Error::Overloaded { .. })));
}

#[test]
fn workers_are_started_for_jobs_and_retired_without() {
    let mut state = state(&config());
    let up = |state: &State| (0..3).filter(|slot| !state.is_asleep(*slot)).count();
    assert_eq!(up(&state), 0, "nobody has asked for anything");
    let announced = state.announce(Kind::Metadata, None, None, Instant::now()).unwrap();
    assert_eq!(up(&state), 2, "as many as may be busy");
    state.withdraw(announced);
    (0..2).for_each(|slot| state.ready(slot, 100));
    let none = engine::Resources::default();
    let sources = [1, 2, 3].map(source);
    let _first = admit(&mut state, &sources[0], &none);
    let _second = admit(&mut state, &sources[1], &none);
    assert_eq!(up(&state), 2, "nothing waits");
    let _third = admit(&mut state, &sources[2], &none);
    assert_eq!(up(&state), 3, "a spare while jobs wait");
    state.ready(2, 100);
    for slot in [0, 1, 2, 0] {
        state.take(slot);
        state.finished(slot);
    }
    let soon = Instant::now();
    assert!(state.retire(0, soon).is_err() && up(&state) == 3);
    let later = soon + OTHERS_IDLE_TIMEOUT;
    assert!(state.retire(0, later).is_ok() && state.retire(1, later).is_ok());
    let Err(until) = state.retire(2, later) else { panic!("the last one stays for a while") };
    assert!(until > later && state.retire(2, until).is_ok() && up(&state) == 0);
    let _fourth = admit(&mut state, &sources[0], &none);
    assert_eq!(up(&state), 2);
}
