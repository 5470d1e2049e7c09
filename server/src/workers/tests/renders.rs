//! Real jobs, through the pool and the engine.

use super::{Config, Error, Pool, Probe, config, program, start, until};
use bytes::Bytes;
use darkroom_engine as engine;
use std::time::{Duration, Instant};

/// An uncompressed bitmap with a gradient: a source that needs no encoder.
pub(super) fn bitmap(width: u32, height: u32) -> Bytes {
    let row_bytes = (width * 3).next_multiple_of(4);
    let mut bytes = b"BM".to_vec();
    for number in
        [54 + row_bytes * height, 0, 54, 40, width, height, 0x0018_0001, 0, row_bytes * height, 2835, 2835, 0, 0]
    {
        bytes.extend(number.to_le_bytes());
    }
    for y in 0..height {
        let row: Vec<u8> = (0..width).flat_map(|x| [x, y, x + y].map(|value| value.to_le_bytes()[0])).collect();
        bytes.extend(row);
        bytes.resize((54 + row_bytes * (y + 1)) as usize, 0);
    }
    bytes.into()
}

pub(super) fn request(pipeline: &str) -> engine::Request {
    engine::Request {
        pipeline: pipeline.parse().unwrap(),
        accept: engine::Accept::default(),
        resources: engine::Resources::default(),
        focus_area: None,
        favour: engine::Favour::Quality,
    }
}

#[tokio::test]
async fn a_worker_renders_as_the_engine_does() {
    let pool = start(config()).await;
    let source = bitmap(640, 480);
    for pipeline in ["w-64,f-png", "w-100,h-100,f-jpg", "w-32,f-webp", "f-avif,w-40"] {
        let here = engine::render(source.clone(), &request(pipeline), &engine::Limits::default()).unwrap();
        let there = pool.render(None, source.clone(), &request(pipeline)).await.unwrap().rendition;
        let facts = |it: &engine::Rendition| (it.format, it.width_px, it.height_px);
        assert_eq!(facts(&there), facts(&here), "{pipeline}");
        assert!(there.data == here.data, "{pipeline}");
    }
    pool.close().await;
}

/// Fonts are found, and looked up in several files, where nothing may be written.
#[tokio::test]
async fn a_worker_draws_text() {
    let pool = start(config()).await;
    let source = bitmap(300, 80);
    let text = request("l-text,i-Darkroom%20%D8%A8%D8%A8%20%E6%97%A5%20%F0%9F%99%82,fs-30,l-end:f-png");
    let here = engine::render(source.clone(), &text, &engine::Limits::default()).unwrap().data;
    let there = pool.render(None, source.clone(), &text).await.unwrap().rendition.data;
    assert!(there == here);
    assert!(there != engine::render(source, &request("f-png"), &engine::Limits::default()).unwrap().data);
    pool.close().await;
}

/// A photo of a camera, as most of what is asked for begins.
pub(super) fn photo() -> Bytes {
    let mut luma = darkroom_planes::Plane::new(64, 48);
    for y in 0..48 {
        for (sample, x) in luma.row_mut(y).iter_mut().zip(0_u8..) {
            *sample = 3 * x;
        }
    }
    let planes = darkroom_planes::Planes { luma, chroma: None };
    darkroom_jpeg::encode(&planes, &darkroom_jpeg::Settings::default()).unwrap().into()
}

#[tokio::test]
async fn a_worker_loads_libvips_when_a_job_needs_it() {
    let pool = start(Config { workers_kept: 1, ..config() }).await;
    until("only one worker is left", || pool.process_ids().len() == 1).await;
    let is_loaded = async || pool.probe(Probe::Libvips, b"").await.unwrap() == ["true"];
    for pipeline in ["w-32,f-jpg", "w-20,h-20,f-webp", "w-16,f-avif", "w-32,f-auto", "w-32,q-95,f-jpg"] {
        pool.render(None, photo(), &request(pipeline)).await.unwrap();
        assert!(!is_loaded().await, "{pipeline}");
    }
    pool.render(None, photo(), &request("w-32,e-sharpen")).await.unwrap();
    assert!(is_loaded().await);
    pool.close().await;
}

#[tokio::test]
async fn what_one_worker_needed_the_others_load_while_they_wait() {
    let pool = start(Config { workers: 2, ..config() }).await;
    until("both are there", || pool.process_ids().len() == 2).await;
    pool.render(None, photo(), &request("w-32,e-sharpen")).await.unwrap();
    let _busy = pool.occupy(b"1").await; // the one that has rendered: the last used is taken first
    let begun = Instant::now();
    while pool.probe(Probe::Libvips, b"").await.unwrap() != ["true"] {
        assert!(begun.elapsed() < Duration::from_secs(20), "the other one has not loaded it");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    pool.close().await;
}

#[tokio::test]
async fn a_machine_without_libvips_is_told_of_at_the_start() {
    let result = Pool::start(Config { program: Some(program("without-libvips")), ..config() }).await;
    let Err(Error::Unavailable(trouble)) = &result else { panic!("{result:?}") };
    assert!(trouble.contains("libvips cannot be loaded: install it"), "{trouble}");
}

#[tokio::test]
async fn the_area_that_is_stored_with_a_source_reaches_the_worker() {
    let pool = start(config()).await;
    let source = bitmap(640, 480);
    let request = |area: Option<&str>| engine::Request {
        focus_area: area.map(|area| area.parse().unwrap()),
        ..request("w-64,h-64,cm-extract,fo-custom,f-png")
    };
    let here = |area| engine::render(source.clone(), &request(area), &engine::Limits::default()).unwrap().data;
    let there = pool.render(None, source.clone(), &request(Some("0,0,10,10"))).await.unwrap().rendition.data;
    assert!(there == here(Some("0,0,10,10")));
    assert!(there != here(None));
    pool.close().await;
}

#[tokio::test]
async fn a_huge_source_leaves_nothing_behind_for_the_next() {
    let pool = start(config()).await;
    let (huge, small) = (bitmap(2400, 2000), bitmap(64, 48));
    for source in [&small, &huge, &small, &huge] {
        let here = engine::render(source.clone(), &request("w-32,f-png"), &engine::Limits::default()).unwrap();
        let there = pool.render(None, source.clone(), &request("w-32,f-png")).await.unwrap().rendition;
        assert!(there.data == here.data);
    }
    pool.close().await;
}

#[tokio::test]
async fn a_worker_reads_headers() {
    let pool = start(config()).await;
    let metadata = pool.metadata(None, bitmap(640, 480)).await.unwrap();
    assert_eq!((metadata.width_px, metadata.height_px), (640, 480));
    pool.close().await;
}

#[tokio::test]
async fn the_engines_no_comes_through() {
    let pool = start(config()).await;
    let answer = pool.render(None, "no image", &request("w-10")).await;
    assert!(matches!(&answer, Err(Error::Engine(engine::Error::Unreadable { .. }))), "{answer:?}");
    let limits = engine::Limits { input_side_px: 10, ..engine::Limits::default() };
    let small = start(super::Config { limits, ..config() }).await;
    let answer = small.render(None, bitmap(20, 20), &request("w-10")).await;
    assert!(matches!(&answer, Err(Error::Engine(engine::Error::TooLarge { .. }))), "{answer:?}");
    pool.close().await;
    small.close().await;
}

/// What the border costs, with nothing behind it. Run it with `--release --ignored --nocapture`.
#[tokio::test]
#[ignore = "a measurement"]
async fn measure() {
    let pool = start(config()).await;
    for length in [0, 100 << 10, 1 << 20, 10 << 20] {
        let source: &'static [u8] = vec![7; length].leak();
        let mut times = Vec::new();
        for _ in 0..500 {
            let begun = Instant::now();
            pool.probe(super::Probe::Nothing, source).await.unwrap();
            times.push(begun.elapsed());
        }
        times.sort();
        eprintln!("{length} bytes: median {:?}, 99 % {:?}", times[250], times[495]);
    }
    for worker in pool.process_ids() {
        let status = std::fs::read_to_string(format!("/proc/{worker}/status")).unwrap();
        let facts = status.lines().filter(|line| {
            ["VmRSS", "RssAnon", "RssFile", "VmPeak", "Threads"].iter().any(|name| line.starts_with(name))
        });
        eprintln!("{}", facts.collect::<Vec<_>>().join("  "));
    }
    let begun = Instant::now();
    let cold = pool.render(None, bitmap(640, 480), &request("w-64,f-jpg")).await.unwrap();
    eprintln!("first render {:?} {:?}", begun.elapsed(), cold.rendition.timings);
    let begun = Instant::now();
    pool.render(None, bitmap(640, 480), &request("w-65,f-jpg")).await.unwrap();
    eprintln!("second render {:?}", begun.elapsed());
    for text in ["first", "second"] {
        let begun = Instant::now();
        pool.render(None, bitmap(640, 480), &request("l-text,i-Darkroom,l-end:f-jpg")).await.unwrap();
        eprintln!("{text} text {:?}", begun.elapsed());
    }
    let begun = Instant::now();
    let another = start(config()).await;
    eprintln!("start {:?}", begun.elapsed());
    another.close().await;
    pool.close().await;
}
