//! Which jobs go to which worker together.

use super::*;

/// A job that makes this of the source; `name` is what the source was found by, for one who was announced.
fn admit_text(state: &mut State, source: &Source, text: &str, announced: Option<u64>) -> Receiver<Reply> {
    let work = Work {
        job: Arc::new(Job::Metadata),
        frame: Arc::from([0; 8]),
        source: source.clone(),
        resources: engine::Resources::default(),
        shape: Shape::of(&text.parse().unwrap()),
    };
    admit_work(state, work, None, announced)
}

/// The jobs of an order by their shapes: one for all.
fn shape(assigned: &Assigned, text: &str) -> usize {
    let shape = Shape::of(&text.parse().unwrap());
    assert!(assigned.jobs.iter().all(|waiting| waiting.work.shape == shape), "{assigned:?}");
    assigned.jobs.len()
}

/// A state with two idle workers.
fn two_idle() -> State {
    let mut state = state(&config());
    (0..2).for_each(|slot| state.ready(slot, 100));
    state
}

/// Keeps both workers busy with sources of their own.
fn occupy(state: &mut State) -> Vec<Receiver<Reply>> {
    let answers = [8, 9].map(|name| admit_text(state, &source(name), "w-10", None));
    (0..2).for_each(|slot| drop(state.take(slot)));
    answers.into()
}

fn expected(assigned: &Assigned) -> Vec<&str> {
    assigned.expected.iter().map(AsRef::as_ref).collect()
}

#[test]
fn formats_of_one_size_go_together_thumbnails_and_then_the_largest_first() {
    let mut state = two_idle();
    let mut answers = occupy(&mut state);
    let photo = source(1);
    for text in ["w-200,f-jpg", "w-100,f-jpg", "w-300,f-jpg", "w-300,f-avif", "w-100,f-webp", "w-250,f-webp"] {
        answers.push(admit_text(&mut state, &photo, text, None));
    }
    state.finished(0);
    let first = state.take(0);
    assert_eq!((shape(&first, "w-100"), expected(&first)), (2, vec!["w-200", "w-300", "w-250"]));
    state.finished(1);
    let second = state.take(1);
    assert_eq!((shape(&second, "w-300"), expected(&second)), (2, vec!["w-200", "w-250"]));
    state.finished(0);
    let third = state.take(0);
    assert_eq!((shape(&third, "w-250"), expected(&third)), (1, vec!["w-200"]));
    state.finished(0);
    let last = state.take(0);
    assert_eq!((shape(&last, "w-200"), expected(&last)), (1, vec![]));
}

#[test]
fn what_a_worker_is_told_of_others_is_bounded() {
    let mut state = two_idle();
    let mut answers = occupy(&mut state);
    let photo = source(1);
    answers.extend((0..100).map(|more| admit_text(&mut state, &photo, &format!("w-{}", 100 + more), None)));
    state.finished(0);
    assert_eq!(state.take(0).expected.len(), 32);
    let mut state = two_idle();
    answers.extend(occupy(&mut state));
    let long = "l-text,i-".to_owned() + &"x".repeat(3000) + ",l-end,w-";
    answers.extend((0..10).map(|more| admit_text(&mut state, &photo, &format!("{long}{}", 100 + more), None)));
    state.finished(0);
    assert_eq!(state.take(0).expected.len(), 4, "a text layer keeps 2000 characters");
}

#[test]
fn one_size_alone_is_shared_out() {
    let mut state = two_idle();
    let mut answers = occupy(&mut state);
    let photo = source(1);
    answers.extend((0..12).map(|_| admit_text(&mut state, &photo, "w-100", None)));
    state.finished(0);
    assert_eq!(shape(&state.take(0), "w-100"), 6);
    state.finished(1);
    assert_eq!(shape(&state.take(1), "w-100"), 4);
}

#[test]
fn a_source_goes_to_the_worker_that_has_it() {
    let mut state = two_idle();
    let photo = source(1);
    let _first = admit_text(&mut state, &photo, "w-10", None);
    assert_eq!(state.take(1).jobs.len(), 1);
    let _second = admit_text(&mut state, &source(2), "w-10", None);
    assert_eq!(state.take(0).jobs.len(), 1);
    state.finished(1);
    state.finished(0); // used last, and so the first to be taken by a stranger
    let _third = admit_text(&mut state, &photo, "w-11", None);
    assert_eq!(state.take(1).jobs.len(), 1);
    state.finished(1);
    state.let_go(1);
    state.ready(0, 101); // another process
    let _fourth = admit_text(&mut state, &photo, "w-12", None);
    assert_eq!(state.take(0).jobs.len(), 1, "who has let go of it is one of many");
}

#[test]
fn a_worker_goes_on_with_its_source_but_keeps_nobody_waiting_for_long() {
    let mut state = state(&Config { workers: 1, ..config() });
    state.ready(0, 100);
    let photo = source(1);
    let mut answers: Vec<_> =
        ["w-10", "w-20", "w-30"].iter().map(|text| admit_text(&mut state, &photo, text, None)).collect();
    assert_eq!(shape(&state.take(0), "w-10"), 1, "it came first");
    answers.push(admit_text(&mut state, &source(2), "w-5", None));
    answers.push(admit_text(&mut state, &photo, "w-40", None));
    state.finished(0);
    assert_eq!(shape(&state.take(0), "w-40"), 1, "the largest");
    let long_ago = Instant::now().checked_sub(Duration::from_secs(1)).unwrap();
    for waiting in &mut state.waiting {
        waiting.asked = long_ago;
    }
    state.finished(0);
    assert_eq!(shape(&state.take(0), "w-20"), 1, "the oldest, and not the largest");
    state.waiting.retain(|waiting| waiting.work.source.number() != photo.number());
    answers.push(admit_text(&mut state, &photo, "w-50", None));
    state.finished(0);
    assert_eq!(sources(&state.take(0)), [[2]]);
}

#[test]
fn other_work_comes_before_a_second_decode() {
    let mut state = two_idle();
    let photo = source(1);
    let mut answers = vec![admit_text(&mut state, &photo, "w-10", None)];
    assert_eq!(sources(&state.take(1)), [[1]]);
    answers.push(admit_text(&mut state, &source(2), "w-10", None));
    assert_eq!(sources(&state.take(0)), [[2]]);
    for (name, text) in [(1, "w-20"), (1, "w-30"), (3, "w-10")] {
        let source = if name == 1 { photo.clone() } else { source(name) };
        answers.push(admit_text(&mut state, &source, text, None));
    }
    state.finished(0);
    assert_eq!(sources(&state.take(0)), [[3]], "somebody is at work on the older ones");
    state.finished(0);
    assert_eq!(shape(&state.take(0), "w-30"), 1, "and is helped when nothing else is to do");
}

#[test]
fn those_who_fetch_the_same_source_wait_for_each_other_for_a_moment() {
    let mut state = two_idle();
    let (photo, now) = (source(1), Instant::now());
    let name = Some([7; 32]);
    let coming: Vec<u64> = (0..4).map(|_| state.announce(Kind::Metadata, name, None, now).unwrap()).collect();
    let mut answers = vec![admit_text(&mut state, &photo, "w-20", Some(coming[0]))];
    assert!(state.expects_company(name));
    assert_eq!(state.busy(), 0, "three are missing");
    answers.push(admit_text(&mut state, &source(2), "w-10", None));
    assert_eq!(sources(&state.take(1)), [[2]], "others do not wait");
    answers.push(admit_text(&mut state, &photo, "w-25", Some(coming[1])));
    answers.push(admit_text(&mut state, &photo, "w-30", Some(coming[2])));
    assert_eq!(state.busy(), 1);
    state.withdraw(coming[3]);
    assert!(!state.expects_company(name));
    assert_eq!(shape(&state.take(0), "w-30"), 1, "the last one is not coming, so they are dealt out");
}

#[test]
fn who_waited_long_enough_for_company_goes_alone() {
    let mut state = two_idle();
    let name = Some([7; 32]);
    let coming: Vec<u64> =
        (0..2).map(|_| state.announce(Kind::Metadata, name, None, Instant::now()).unwrap()).collect();
    let _answer = admit_text(&mut state, &source(1), "w-10", Some(coming[0]));
    let id = state.waiting.front().map(|waiting| waiting.id).unwrap();
    assert_eq!(state.busy(), 0);
    state.go_alone(id);
    let taken = state.take(1);
    assert_eq!(shape(&taken, "w-10"), 1);
}
